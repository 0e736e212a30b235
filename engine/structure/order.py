"""All structures of a query in rank order, the rank of each, and the structure of each rank; to complexity 12.

Rank order is by complexity, objects, relations, then the tuples `attributes` and `arcs` of the canonical form.
Try it: `python -c "from engine.structure import *; print(unrank(StructureQuery(complexity=8), 100))"`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from itertools import islice

from engine.errors import ConstraintError
from engine.structure.bounds import in_table
from engine.structure.canonical import Structure, canonical, part_key
from engine.structure.matching import matching
from engine.structure.query import StructureQuery
from engine.structure.table import TABLE_LIMIT, Row

Key = tuple[int, object]


def listing(query: StructureQuery, *, offset: int = 0, limit: int | None = None) -> Iterator[Structure]:
    """The classes that meet the query in rank order, from rank `offset`, at most `limit` of them; to complexity 12.

    Raises ConstraintError at once, not at the first `next`, as `count` does and for a negative offset or limit.
    """
    for name, value in (("offset", offset), ("limit", limit)):
        if value is not None and value < 0:
            raise ConstraintError(f"{name} cannot be {value}: give 0 or more.")
    found = _listed(query)
    return (row.structure for row in islice(found, offset, None if limit is None else offset + limit))


def rank(structure: Structure, query: StructureQuery | None = None) -> int:
    """The place of a structure's class in `listing(query)`, from 0; without a query, among all of its complexity.

    The structure may be sorted or not. Raises ConstraintError beyond complexity 12, for a structure with a circle
    and for one that does not meet the query, GraphError for what is no structure.
    """
    shape = canonical(structure.attributes, structure.arcs)
    found = _listed(query or StructureQuery(complexity=shape.complexity))
    place = bisect_left(found, _key(shape), key=lambda row: _key(row.structure))
    if place < len(found) and found[place].structure == shape:
        return place
    if not shape.acyclic:
        raise ConstraintError(
            "The relations of this structure lead around in a circle, and only those without circles are listed: "
            "remove or turn one relation."
        )
    raise ConstraintError(
        f"This structure ({shape.objects} objects, {shape.relations} relations, {shape.attribute_count} attributes) "
        f"is not one of the {len(found)} that meet the query: ask for its rank in a wider one."
    )


def unrank(query: StructureQuery, place: int) -> Structure:
    """The structure at a place of `listing(query)`, from 0; ConstraintError if there is no such place."""
    found = _listed(query)
    if not 0 <= place < len(found):
        raise ConstraintError(
            f"There is no structure of rank {place}: {len(found)} meet the query, so give 0 to {len(found) - 1}."
        )
    return found[place].structure


def _listed(query: StructureQuery) -> tuple[Row, ...]:
    if not in_table(query):
        raise ConstraintError(
            f"Structures are listed to complexity {TABLE_LIMIT}, and this query reaches {query.largest_complexity}: "
            f"lower the complexity, or count and draw instead of listing."
        )
    return matching(query)


def _key(shape: Structure) -> Key:
    return shape.complexity, part_key((shape.attributes, shape.arcs))
