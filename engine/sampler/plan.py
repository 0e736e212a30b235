"""Plan: which structure scene i of a run has, at random or cell by cell.

Uniform over structures by default; equal cells per complexity or per profile; or every structure in turn, as in the paper.
Try it: `python cli.py generate --each-structure --complexity 4 --out -`.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import islice

from engine.errors import ConstraintError, show
from engine.sampler.constraints import Constraints
from engine.structure import TABLE_LIMIT, Count, Structure, StructureQuery, census, count, drawer, listing
from engine.taxonomy import Taxonomy

STRATA = ("complexity", "profile")
Draw = Callable[[random.Random], Structure]


class Plan:
    """The structures of a run under constraints; scene i depends on its place and generator alone.

    `strata` gives every complexity, or every profile (objects, relations, attributes), equally many scenes;
    `each` goes through all structures in rank order, again and again. Raises `ConstraintError` when nothing meets them.
    """

    def __init__(
        self, constraints: Constraints, taxonomy: Taxonomy, *, strata: str | None = None, each: bool = False
    ) -> None:
        if strata not in (None, *STRATA):
            raise ConstraintError(f"{show(strata)} is not a way to spread scenes. Choose {' or '.join(STRATA)}.")
        self.constraints, self.taxonomy = constraints, taxonomy
        self.strata, self.each = strata, each
        low, high = constraints.complexity or (0, -1)
        sizes: list[int | None] = list(range(low, high + 1)) or [None]
        self.queries = _possible([constraints.query(size, taxonomy) for size in sizes if size != 0])
        if strata == "profile":
            self.queries = [cell for query in self.queries for cell in _profiles(query)]
        self._drawers: dict[int, Draw] = {}
        self._listed: list[Structure] | None = None

    def structure(self, index: int, rng: random.Random) -> Structure:
        """The structure of scene `index`."""
        if self.each:
            listed = self.listed
            return listed[index % len(listed)]
        cells = len(self.queries)
        place = index % cells if self.strata else int(rng.random() * cells) if cells > 1 else 0
        found = self._drawers.get(place)
        if found is None:
            found = self._drawers[place] = drawer(self.queries[place], labelled=self.constraints.labelled)
        shape = found(rng)
        while self.constraints.held_out is not None and shape.complexity == shape.objects:
            shape = found(rng)  # without attributes and relations there is no combination to hold out
        return shape

    @property
    def listed(self) -> list[Structure]:
        """Every structure that meets the constraints, in rank order; to complexity 12."""
        if self._listed is None:
            self._listed = [shape for query in self.queries for shape in listing(query)]
        return self._listed

    @property
    def listable(self) -> bool:
        """Whether the structures can be gone through one by one."""
        return all(query.largest_complexity <= TABLE_LIMIT for query in self.queries)

    def census(self) -> Count:
        """How many structures meet the constraints: exactly where that can be known, otherwise an estimate."""
        counts = [census(query) for query in self.queries]
        value, low, high = (sum(getattr(c, part) for c in counts) for part in ("value", "low", "high"))
        return Count(value, all(c.exact for c in counts), low, high, next((c.note for c in counts if c.note), ""))

    @property
    def total(self) -> int:
        """How many structures meet the constraints, exactly; raises `ConstraintError` beyond what is counted."""
        return sum(count(query) for query in self.queries)


def _possible(queries: list[StructureQuery]) -> list[StructureQuery]:
    """The queries that something meets; with none, the reason why the first is impossible."""
    found = [query for query in queries if query.feasible()]
    if not found:
        count(queries[0])  # raises the sentence that says why
        raise ConstraintError("No structure meets these constraints. Widen one of them.")
    return found


def _profiles(query: StructureQuery) -> list[StructureQuery]:
    from dataclasses import replace

    cells = [
        replace(query, objects=(o, o), relations=(r, r), attributes=(a, a))
        for o, r, a in islice(query.sizes(), 100_000)
    ]
    return [cell for cell in cells if cell.feasible()]
