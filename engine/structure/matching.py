"""The rows of the table that meet a query, in rank order: to complexity 12, everything is answered from here.

Try it: `python -c "from engine.structure.matching import *; print(matching(StructureQuery(complexity=4))[0].structure)"`.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import accumulate

from engine.structure.bounds import accepted, components_matter, sizes_of
from engine.structure.conflict import unlisted
from engine.structure.query import StructureQuery
from engine.structure.table import Row, rows_of


@lru_cache(maxsize=256)
def matching(query: StructureQuery) -> tuple[Row, ...]:
    """The rows that meet the query, by complexity, then as in the table; ConstraintError if there are none."""
    sizes = sorted(sizes_of(query), key=lambda size: (sum(size), size))
    found = [row for size in sizes for row in rows_of(*size)]
    if (most := query.max_attributes_per_object) is not None:
        found = [row for row in found if max(row.structure.attributes) <= most]
    if components_matter(query):
        low, high = query.components or (1, 1)
        found = [row for row in found if low <= row.components <= high]
    if query.max_degree is not None or query.seed is not None:
        found = [row for row in found if accepted(row.structure, query)]
    if not found:
        raise unlisted(query)
    return tuple(found)


@lru_cache(maxsize=64)
def labellings(query: StructureQuery) -> tuple[int, ...]:
    """Running totals of the graphs on named objects that the rows stand for."""
    return tuple(accumulate(row.labellings for row in matching(query)))
