"""What shapes a scene graph can have: count, list and draw structures exactly, up to renaming of the objects.

Small queries are answered from a table of all classes, larger ones by formula; callers see no difference.
Try it: `python -m engine.structure 8` prints 193, the number of classes of complexity 8.
"""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate, islice

from engine.errors import ConstraintError
from engine.structure.burnside import Census
from engine.structure.canonical import Structure, canonical
from engine.structure.conflict import impossible
from engine.structure.layers import Sampler
from engine.structure.query import Size, StructureQuery
from engine.structure.table import TABLE_LIMIT, Row, rows

__all__ = [
    "COMPLEXITY_LIMIT",
    "OBJECT_LIMIT",
    "TABLE_LIMIT",
    "Structure",
    "StructureQuery",
    "canonical",
    "count",
    "draw",
    "listing",
]

COMPLEXITY_LIMIT = 60
OBJECT_LIMIT = 20
# Components and degrees have no formula here: beyond the table, draws that miss them are drawn again, so often.
DRAW_LIMIT = 5_000


def count(query: StructureQuery) -> int:
    """How many classes of structures meet the query, exactly.

    To complexity 12 every query is answered; from there to complexity 60 with at most 20 objects those without
    `components` and `max_degree`, which have no formula here. Raises ConstraintError if nothing meets the query
    (saying what excludes what, and the nearest that is possible) or if it is beyond reach.
    """
    if _in_table(query):
        return len(_matching(query))
    sizes = _sizes(query)
    if name := _unformulated(query):
        raise ConstraintError(
            f"With {name}, structures are counted to complexity {TABLE_LIMIT}, and this query reaches "
            f"{query.largest_complexity}: lower the complexity or leave {name} out."
        )
    census = _census_of(sizes, query.max_attributes_per_object)
    return sum(census.classes(*size) for size in sizes)


def listing(query: StructureQuery, *, offset: int = 0, limit: int | None = None) -> Iterator[Structure]:
    """The classes that meet the query in rank order, from rank `offset`, at most `limit` of them; to complexity 12.

    Rank order is by complexity, objects, relations, then the tuples `attributes` and `arcs` of the canonical form.
    Raises ConstraintError at once, not at the first `next`, as `count` does and for a negative offset or limit.
    """
    for name, value in (("offset", offset), ("limit", limit)):
        if value is not None and value < 0:
            raise ConstraintError(f"{name} cannot be {value}: give 0 or more.")
    if not _in_table(query):
        raise ConstraintError(
            f"Structures are listed to complexity {TABLE_LIMIT}, and this query reaches {query.largest_complexity}: "
            f"lower the complexity, or count and draw instead of listing."
        )
    found = _matching(query)
    return (row.structure for row in islice(found, offset, None if limit is None else offset + limit))


def draw(query: StructureQuery, rng: random.Random, *, labelled: bool = False) -> Structure:
    """A random structure that meets the query, each class with exactly the same probability.

    With `labelled` each graph on named objects is equally likely instead: a class weighs objects! / automorphisms
    (attributes stay without names), so shapes of many objects and little symmetry come up more often. Reaches
    complexity 60 with 20 objects; above 12, `components` and `max_degree` are met by drawing again, which stays
    uniform. Raises ConstraintError as `count` does, and if 5,000 draws in a row miss those two.
    """
    if _in_table(query):
        found = _matching(query)
        if not labelled:
            return found[rng.randrange(len(found))].structure
        limits = _cumulative(query)
        return found[bisect(limits, rng.randrange(limits[-1]))].structure
    sampler = _sampler(query, labelled)
    for _ in range(DRAW_LIMIT):
        attributes, arcs = sampler.draw(rng)
        if _shaped(Structure(tuple(attributes), tuple(arcs)), query):
            return canonical(attributes, arcs)
    raise ConstraintError(
        f"Of {DRAW_LIMIT} structures of complexity {query.largest_complexity} none met {_unformulated(query)}: "
        f"such structures are too rare to be found, so widen {_unformulated(query)} or lower the complexity."
    )


def _in_table(query: StructureQuery) -> bool:
    return query.largest_complexity <= TABLE_LIMIT


@lru_cache(maxsize=64)
def _matching(query: StructureQuery) -> tuple[Row, ...]:
    """The rows of the table that meet the query, in rank order."""
    sizes = set(_sizes(query))
    return tuple(
        row
        for complexity in sorted({sum(size) for size in sizes})
        for row in rows(complexity)
        if (row.structure.objects, row.structure.relations, row.structure.attribute_count) in sizes
        and (query.components is None or query.components[0] <= row.components <= query.components[1])
        and (query.max_degree is None or row.structure.max_degree <= query.max_degree)
        and (
            query.max_attributes_per_object is None or max(row.structure.attributes) <= query.max_attributes_per_object
        )
    )


@lru_cache(maxsize=64)
def _cumulative(query: StructureQuery) -> tuple[int, ...]:
    return tuple(accumulate(row.labellings for row in _matching(query)))


def _shaped(shape: Structure, query: StructureQuery) -> bool:
    """Whether a structure meets the constraints that its size does not decide."""
    if query.components is not None and not query.components[0] <= shape.components <= query.components[1]:
        return False
    return query.max_degree is None or shape.max_degree <= query.max_degree


def _unformulated(query: StructureQuery) -> str:
    return " and ".join(name for name in ("components", "max_degree") if getattr(query, name) is not None)


@lru_cache(maxsize=64)
def _sizes(query: StructureQuery) -> tuple[Size, ...]:
    """The sizes that meet the query; ConstraintError if there are none or they are beyond reach."""
    if query.largest_complexity > COMPLEXITY_LIMIT:
        raise ConstraintError(
            f"Structures are known to complexity {COMPLEXITY_LIMIT}, and this query reaches "
            f"{query.largest_complexity}: set complexity to {COMPLEXITY_LIMIT} or less."
        )
    if not query.feasible():
        raise impossible(query)
    sizes = tuple(query.sizes())
    if sizes[-1][0] > OBJECT_LIMIT:
        raise ConstraintError(
            f"Structures are known to {OBJECT_LIMIT} objects, and this query allows {sizes[-1][0]}: "
            f"set objects to ({min(sizes[0][0], OBJECT_LIMIT)}, {OBJECT_LIMIT}) or narrower."
        )
    return sizes


def _census_of(sizes: tuple[Size, ...], max_attributes_per_object: int | None) -> Census:
    relations = max(relations for _, relations, _ in sizes)
    return _census(sizes[-1][0], relations, max_attributes_per_object)


@lru_cache(maxsize=4)
def _census(objects: int, relations: int, max_attributes_per_object: int | None) -> Census:
    return Census(objects, relations, max_attributes_per_object=max_attributes_per_object)


@lru_cache(maxsize=8)
def _sampler(query: StructureQuery, labelled: bool) -> Sampler:
    sizes = _sizes(query)
    return Sampler(_census_of(sizes, query.max_attributes_per_object), sizes, labelled=labelled)
