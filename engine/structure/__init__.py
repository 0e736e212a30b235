"""What shapes a scene graph can have: count, list and draw structures exactly, up to renaming of the objects.

Try it: `python -m engine.structure 8` prints 193, the number of classes of complexity 8.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate, islice

from engine.errors import ConstraintError
from engine.structure.canonical import Structure, canonical
from engine.structure.conflict import impossible
from engine.structure.query import StructureQuery
from engine.structure.table import TABLE_LIMIT, Row, rows

__all__ = ["TABLE_LIMIT", "Structure", "StructureQuery", "canonical", "count", "draw", "listing"]


def count(query: StructureQuery) -> int:
    """How many classes of structures meet the query, exactly.

    Raises ConstraintError if there are none (with the nearest query that has some) or the size is beyond reach.
    """
    return len(_matching(query))


def listing(query: StructureQuery, *, offset: int = 0, limit: int | None = None) -> Iterator[Structure]:
    """The classes that meet the query in rank order, from rank `offset`, at most `limit` of them.

    Rank order is by complexity, objects, relations, then the tuples `attributes` and `arcs` of the canonical form.
    Raises ConstraintError at once, not at the first `next`, as `count` does and for a negative offset or limit.
    """
    for name, value in (("offset", offset), ("limit", limit)):
        if value is not None and value < 0:
            raise ConstraintError(f"{name} cannot be {value}: give 0 or more.")
    found = _matching(query)
    return (row.structure for row in islice(found, offset, None if limit is None else offset + limit))


def draw(query: StructureQuery, rng: random.Random, *, labelled: bool = False) -> Structure:
    """A random structure that meets the query, each class with exactly the same probability.

    With `labelled` each graph on named objects is equally likely instead: a class weighs objects! / automorphisms
    (attributes stay without names), so shapes of many objects and little symmetry come up more often.
    Raises ConstraintError as `count` does.
    """
    found = _matching(query)
    if not labelled:
        return found[rng.randrange(len(found))].structure
    return rng.choices(found, cum_weights=_cumulative(query))[0].structure


@lru_cache(maxsize=64)
def _matching(query: StructureQuery) -> tuple[Row, ...]:
    if query.largest_complexity > TABLE_LIMIT:
        raise ConstraintError(
            f"Structures are known to complexity {TABLE_LIMIT}, and this query reaches {query.largest_complexity}: "
            f"set complexity to {TABLE_LIMIT} or less."
        )
    if not query.feasible():
        raise impossible(query)
    sizes = set(query.sizes())
    return tuple(row for size in sorted({sum(s) for s in sizes}) for row in rows(size) if _meets(row, query, sizes))


def _meets(row: Row, query: StructureQuery, sizes: set[tuple[int, int, int]]) -> bool:
    shape = row.structure
    if (shape.objects, shape.relations, shape.attribute_count) not in sizes:
        return False
    if query.components is not None and not query.components[0] <= row.components <= query.components[1]:
        return False
    if query.max_degree is not None and shape.max_degree > query.max_degree:
        return False
    most = query.max_attributes_per_object
    return most is None or max(shape.attributes) <= most


@lru_cache(maxsize=64)
def _cumulative(query: StructureQuery) -> tuple[int, ...]:
    return tuple(accumulate(row.labellings for row in _matching(query)))
