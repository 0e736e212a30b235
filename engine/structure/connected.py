"""Uniform draws of structures with given components: a multiset of sizes by weight, then a connected part of each.

Small parts come from the table; larger ones are drawn again until they are connected, which keeps them uniform.
Try it: `python -c "from engine.structure import *; import random; print(draw(StructureQuery(complexity=14, components=(2, 2)), random))"`.
"""

from __future__ import annotations

import random
from functools import lru_cache

from engine.errors import ConstraintError
from engine.structure.canonical import Arc, Structure
from engine.structure.components import Components
from engine.structure.layers import Sampler
from engine.structure.lottery import Lottery
from engine.structure.query import Size
from engine.structure.reach import Range
from engine.structure.table import TABLE_LIMIT, rows_of

# Of the structures of 20 objects and 19 relations one in a thousand is in one piece; no other size has fewer.
PART_LIMIT = 20_000


class ConnectedSampler:
    """Draws structures of the given sizes with so many components, uniform over classes or graphs on named objects."""

    def __init__(
        self,
        sampler: Sampler,
        numbers: Components,
        sizes: tuple[Size, ...],
        components: Range,
        *,
        limit: int = PART_LIMIT,
    ) -> None:
        self.sampler, self.numbers, self.components, self.limit = sampler, numbers, components, limit
        self._sizes = Lottery((size, numbers.number(size, components)) for size in sizes)

    def draw(self, rng: random.Random) -> tuple[list[int], list[Arc]]:
        """Attributes per object and arcs, in no canonical order; ConstraintError if a part is too rare to be found."""
        attributes: list[int] = []
        arcs: list[Arc] = []
        for size, copies in self.numbers.split(self._sizes.draw(rng), self.components, rng):
            part = self._part(size, rng)
            for _ in range(copies):
                start = len(attributes)
                attributes += part.attributes
                arcs += [(a + start, b + start) for a, b in part.arcs]
        return attributes, arcs

    def _part(self, size: Size, rng: random.Random) -> Structure:
        if sum(size) <= TABLE_LIMIT:
            return _listed(size, self.sampler.census.most, self.sampler.labelled).draw(rng)
        for _ in range(self.limit):
            attributes, arcs = self.sampler.draw_size(size, rng)
            shape = Structure(tuple(attributes), tuple(arcs))
            if shape.components == 1:
                return shape
        raise ConstraintError(
            f"Of {self.limit} structures with {size[0]} objects and {size[1]} relations none was in one piece, which "
            f"components asks for: such structures are too rare to be found, so allow more components or relations."
        )


@lru_cache(maxsize=1024)
def _listed(size: Size, most: int | None, labelled: bool) -> Lottery[Structure]:
    """The connected classes of a small size, with their weights."""
    return Lottery(
        (row.structure, row.labellings if labelled else 1)
        for row in rows_of(*size)
        if row.components == 1 and (most is None or max(row.structure.attributes) <= most)
    )
