"""Where a seed fits into a larger structure: injective placements of its objects that keep every arc and attribute.

What is around the seed does not matter, so placed objects may have more attributes and more arcs between them.
Try it: `python -c "from engine.structure import *; print(*embeddings(Structure((0, 1), ((0, 1),)), Structure((0,), ())))"`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from engine.structure.canonical import Structure


def contains(shape: Structure, seed: Structure) -> bool:
    """Whether the seed can be placed in the structure."""
    return next(_Search(shape, seed).run(), None) is not None


def embeddings(shape: Structure, seed: Structure, *, limit: int | None = None) -> Iterator[tuple[int, ...]]:
    """Every placement of the seed, at most `limit` of them: object i of the seed is object `placement[i]` of the shape.

    Objects go to different objects with at least as many attributes, arcs to arcs of the same direction. Placements
    that a symmetry turns into each other all come. They come in a fixed order, none at all if the seed does not fit.
    """
    return islice(_Search(shape, seed).run(), limit)


@dataclass(frozen=True, slots=True)
class _Step:
    """An object of the seed to place: what it needs, and its neighbours that are placed before it."""

    object: int
    attributes: int
    outgoing: int
    incoming: int
    sources: tuple[int, ...]
    targets: tuple[int, ...]


class _Search:
    """Backtracking over sets of objects as bits; neighbours of placed objects first, single objects last."""

    def __init__(self, shape: Structure, seed: Structure) -> None:
        self.steps = _steps(seed)
        self.single = next(
            (i for i, step in enumerate(self.steps) if not step.outgoing + step.incoming), len(self.steps)
        )
        self.below, self.above = [0] * shape.objects, [0] * shape.objects
        for a, b in shape.arcs:
            self.below[a] |= 1 << b
            self.above[b] |= 1 << a
        outgoing, incoming = [x.bit_count() for x in self.below], [x.bit_count() for x in self.above]
        self.fits = [
            sum(
                1 << v
                for v, number in enumerate(shape.attributes)
                if number >= step.attributes and outgoing[v] >= step.outgoing and incoming[v] >= step.incoming
            )
            for step in self.steps
        ]
        self.place = [0] * seed.objects

    def run(self) -> Iterator[tuple[int, ...]]:
        return self._from(0, 0) if all(self.fits) else iter(())

    def _from(self, level: int, used: int) -> Iterator[tuple[int, ...]]:
        if level == len(self.steps):
            yield tuple(self.place)
            return
        if level == self.single and not self._room(used):
            return
        step, place = self.steps[level], self.place
        left = self.fits[level] & ~used
        for v in step.sources:
            left &= self.below[place[v]]
        for v in step.targets:
            left &= self.above[place[v]]
        while left:
            lowest = left & -left
            left ^= lowest
            place[step.object] = lowest.bit_length() - 1
            yield from self._from(level + 1, used | lowest)

    def _room(self, used: int) -> bool:
        """Whether the single objects fit; the most demanding come first, so each may also go where those before it may."""
        return all((fits & ~used).bit_count() > i for i, fits in enumerate(self.fits[self.single :]))


@lru_cache(maxsize=256)
def _steps(seed: Structure) -> tuple[_Step, ...]:
    below: list[set[int]] = [set() for _ in seed.attributes]
    above: list[set[int]] = [set() for _ in seed.attributes]
    for a, b in seed.arcs:
        below[a].add(b)
        above[b].add(a)
    placed: list[int] = []
    left = set(range(seed.objects))
    while left:

        def urgency(v: int) -> tuple[int, int, int, int]:
            near = below[v] | above[v]
            return len(near & set(placed)), len(near), seed.attributes[v], -v

        placed.append(max(left, key=urgency))
        left.remove(placed[-1])
    return tuple(
        _Step(
            v,
            seed.attributes[v],
            len(below[v]),
            len(above[v]),
            tuple(above[v] & set(placed[:i])),
            tuple(below[v] & set(placed[:i])),
        )
        for i, v in enumerate(placed)
    )
