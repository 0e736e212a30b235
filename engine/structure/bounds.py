"""What can be answered and how: the sizes of a query, and whether a table, a formula or only trying answers it.

Try it: `python -c "from engine.structure.bounds import *; print(len(sizes_of(StructureQuery(complexity=8))))"`.
"""

from __future__ import annotations

from functools import lru_cache

from engine.errors import ConstraintError
from engine.structure.canonical import Structure
from engine.structure.conflict import impossible
from engine.structure.embed import contains
from engine.structure.query import Size, StructureQuery
from engine.structure.table import TABLE_LIMIT

COMPLEXITY_LIMIT = 60
OBJECT_LIMIT = 20


def in_table(query: StructureQuery) -> bool:
    """Whether everything that meets the query is in the table of classes."""
    return query.largest_complexity <= TABLE_LIMIT


@lru_cache(maxsize=256)
def sizes_of(query: StructureQuery) -> tuple[Size, ...]:
    """The sizes that meet the query, ascending; ConstraintError if there are none or they are beyond reach."""
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


@lru_cache(maxsize=256)
def without_formula(query: StructureQuery) -> tuple[str, ...]:
    """The constraints that only a look at each structure decides; not those that every structure of the sizes meets."""
    sizes, seed, found = sizes_of(query), query.seed, []
    if query.max_degree is not None and any(min(n - 1, r) > query.max_degree for n, r, _ in sizes):
        found.append("max_degree")
    if seed is not None and (seed.relations > 1 or seed.attribute_count):
        found.append("seed")
    return tuple(found)


def components_matter(query: StructureQuery) -> bool:
    """Whether `components` excludes any structure of the sizes."""
    if query.components is None:
        return False
    return query.components[0] > 1 or query.components[1] < sizes_of(query)[-1][0]


def accepted(shape: Structure, query: StructureQuery) -> bool:
    """Whether a structure of the sizes and components of the query meets the constraints without a formula."""
    if query.max_degree is not None and shape.max_degree > query.max_degree:
        return False
    return query.seed is None or contains(shape, query.seed)
