"""Strata: a number of scenes shared out in equal cells, one per complexity or one per profile.

Try it: `python -c "from engine.structure import *; print(strata([StructureQuery(complexity=4)], by='profile', count=20))"`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from engine.errors import ConstraintError, join_or, show
from engine.structure.bounds import in_table
from engine.structure.matching import matching
from engine.structure.query import StructureQuery

WAYS = ("complexity", "profile")


@dataclass(frozen=True, slots=True)
class Strata:
    """`cells` are queries with how many to draw of each; `empty` are the cells that no structure meets."""

    cells: tuple[tuple[StructureQuery, int], ...]
    empty: tuple[StructureQuery, ...]


def strata(queries: Sequence[StructureQuery], *, by: str = "complexity", count: int) -> Strata:
    """Share `count` out over the cells of the queries, as equally as whole numbers allow (the first get one more).

    A cell is a complexity, or a profile (objects, relations and attributes, each exact). Beyond complexity 12 a
    profile that `max_degree` or `seed` leave empty is not found out: a draw from it says so. Raises ConstraintError
    for another way, a negative count, and if all cells are empty.
    """
    if by not in WAYS:
        raise ConstraintError(f"{show(by)} is not a way to make strata: choose {join_or(WAYS)}.")
    if count < 0:
        raise ConstraintError(f"count cannot be {count}: give 0 or more.")
    found = [cell for query in queries for cell in (_profiles(query) if by == "profile" else _complexities(query))]
    possible = [cell for cell in found if _possible(cell)]
    if not possible:
        raise ConstraintError("No structure meets any of these constraints: widen one of them.")
    each, left = divmod(count, len(possible))
    cells = tuple((cell, each + (place < left)) for place, cell in enumerate(possible))
    kept = set(possible)
    return Strata(cells, tuple(cell for cell in found if cell not in kept))


def _complexities(query: StructureQuery) -> Iterator[StructureQuery]:
    totals = {sum(size) for size in query.sizes()}
    if query.complexity is not None or not totals:
        yield query
    else:
        yield from (replace(query, complexity=total) for total in range(min(totals), max(totals) + 1))


def _profiles(query: StructureQuery) -> Iterator[StructureQuery]:
    sizes = list(query.sizes())
    if not sizes:
        yield query
    for objects, relations, attributes in sizes:
        exact = {"objects": (objects,) * 2, "relations": (relations,) * 2, "attributes": (attributes,) * 2}
        yield replace(query, complexity=None, mean_degree=None, **exact)  # type: ignore[arg-type]


def _possible(query: StructureQuery) -> bool:
    if not query.feasible():
        return False
    try:
        return not in_table(query) or bool(matching(query))
    except ConstraintError:
        return False
