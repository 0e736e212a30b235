"""Exactly uniform draws of structures at any size: Burnside's lemma read backwards (Dixon and Wilf 1983), by layers.

A size and a cycle type are drawn by weight, then an acyclic graph of the cycles, layer by layer: the sources, the
sources of what remains, and so on. All terms are positive and nothing is rejected.
Try it: `python -c "from engine.structure import *; import random; print(draw(StructureQuery(complexity=18), random))"`.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import cache
from math import comb, gcd, lcm

from engine.structure.burnside import Census, Cycles, drop_cycle, splits
from engine.structure.canonical import Arc
from engine.structure.lottery import Lottery
from engine.structure.query import Size

Cycle = range  # the objects of one cycle, in its order
Targets = tuple[tuple[int, bool, int], ...]  # (length, must have an arc from this layer, how many cycles)


class Sampler:
    """Draws structures of the given sizes, uniform over classes or over graphs on named objects.

    What a draw needs is computed at the first draw that needs it and kept; two threads at worst compute it twice.
    """

    def __init__(self, census: Census, sizes: Sequence[Size], *, labelled: bool = False) -> None:
        self.census, self.labelled = census, labelled
        number = census.labelled if labelled else census.classes
        self._sizes = Lottery((size, number(*size)) for size in sizes)
        self._types: dict[Size, Lottery[Cycles]] = {}
        self._needed: dict[tuple[Cycles, int, int], int] = {}
        self._ways: dict[tuple[Cycles, Cycles], int] = {}
        self._steps: dict[tuple[Cycles, Cycles, int], Lottery[tuple[Cycles, Cycles, int]]] = {}
        self._shares: dict[tuple[Cycles, Targets, int], Lottery[int]] = {}
        self._gifts: dict[tuple[Cycles, int], Lottery[int]] = {}

    def draw(self, rng: random.Random) -> tuple[list[int], list[Arc]]:
        """Attributes per object and arcs, in no canonical order."""
        return self.draw_size(self._sizes.draw(rng), rng)

    def draw_size(self, size: Size, rng: random.Random) -> tuple[list[int], list[Arc]]:
        """The same for one size, which need not be among those given but must not exceed the census."""
        objects, relations, attributes = size
        cycles: Cycles = ((1, objects),)
        if not self.labelled:
            if size not in self._types:
                self._types[size] = Lottery(self.census.fixed(*size).items())
            cycles = self._types[size].draw(rng)
        places, start = {}, 0
        for length, number in cycles:
            places[length] = [range(v, v + length) for v in range(start, start + length * number, length)]
            start += length * number
        return self._attributes(cycles, attributes, rng), self._arcs(cycles, places, relations, rng)

    def _attributes(self, cycles: Cycles, number: int, rng: random.Random) -> list[int]:
        found: list[int] = []
        while cycles:
            length, key = cycles[0][0], (cycles, number)
            cycles = drop_cycle(cycles)
            if key not in self._gifts:
                top, most = number // length, self.census.most
                each = range((top if most is None else min(most, top)) + 1)
                self._gifts[key] = Lottery((k, self.census.attributes(cycles, number - length * k)) for k in each)
            gift = self._gifts[key].draw(rng)
            found += [gift] * length
            number -= length * gift
        return found

    def _arcs(self, cycles: Cycles, places: dict[int, list[Cycle]], relations: int, rng: random.Random) -> list[Arc]:
        """Layer by layer; cycles of one length look alike, so a layer simply takes the first that are left."""
        arcs: list[Arc] = []
        layer: Cycles = ()
        sources: list[Cycle] = []
        rest = cycles
        while rest:
            chosen, left, share = self._step(layer, rest, relations).draw(rng)
            if layer:
                self._join(layer, sources, chosen, left, places, share, rng, arcs)
            relations -= share
            sources = []
            for length, number in chosen:
                sources += places[length][:number]
                del places[length][:number]
            layer, rest = chosen, left
        return arcs

    def _step(self, layer: Cycles, rest: Cycles, relations: int) -> Lottery[tuple[Cycles, Cycles, int]]:
        """How to go on below a layer: (the next layer, what is left, arcs from this layer into both)."""
        key = layer, rest, relations
        if key not in self._steps:
            census, weighted = self.census, []
            for chosen, left, ways in splits(rest):
                here, below = self._between(layer, chosen, left), self.ways(chosen, left)
                for share in range(relations + 1):
                    weight = census.coefficient(here, share) * census.coefficient(below, relations - share)
                    weighted.append(((chosen, left, share), ways * weight))
            self._steps[key] = Lottery(weighted)
        return self._steps[key]

    def ways(self, layer: Cycles, rest: Cycles) -> int:
        """Polynomial of the acyclic graphs of `rest` under a last layer, with the arcs from that layer.

        With an empty layer, of all acyclic graphs of `rest`: the same as `Census.acyclic`, by another sum.
        """
        if not rest:
            return 1
        key = layer, rest
        if key not in self._ways:
            total = 0
            for chosen, left, ways in splits(rest):
                total += ways * self.census.multiply(self._between(layer, chosen, left), self.ways(chosen, left))
            self._ways[key] = total
        return self._ways[key]

    def _between(self, layer: Cycles, chosen: Cycles, left: Cycles) -> int:
        """Polynomial of the arcs from a layer: at least one to each cycle of the next, any to those after it."""
        if not layer:
            return 1
        result = 1
        for length, number in chosen:
            result = self.census.multiply(result, self._some(layer, length, number))
        return self.census.bundles(layer, left, times=result)

    def _some(self, layer: Cycles, length: int, number: int) -> int:
        """Polynomial of the arcs from a layer to so many cycles of one length, at least one to each."""
        if number == 0:
            return 1
        key = layer, length, number
        if key not in self._needed:
            one = self.census.bundles(layer, ((length, 1),)) - 1
            self._needed[key] = self.census.multiply(self._some(layer, length, number - 1), one)
        return self._needed[key]

    def _join(
        self,
        layer: Cycles,
        sources: list[Cycle],
        chosen: Cycles,
        left: Cycles,
        places: dict[int, list[Cycle]],
        share: int,
        rng: random.Random,
        arcs: list[Arc],
    ) -> None:
        """Draw `share` arcs from a layer and add them: those to the next layer first, which needs one per cycle."""
        targets: Targets = tuple((length, True, n) for length, n in chosen) + tuple((b, False, n) for b, n in left)
        position = dict.fromkeys(places, 0)
        while targets and share:
            (length, _, _), key = targets[0], (layer, targets, share)
            targets = _drop_target(targets)
            if key not in self._shares:
                self._shares[key] = self._share(*key)
            part = self._shares[key].draw(rng)
            target = places[length][position[length]]
            position[length] += 1
            share -= part
            if part:
                arcs += _bundle_arcs(sources, target, part, rng)

    def _share(self, layer: Cycles, targets: Targets, share: int) -> Lottery[int]:
        """How many of the arcs go to the first of the targets."""
        length, needs, _ = targets[0]
        rest = _drop_target(targets)
        must = tuple((b, n) for b, need, n in rest if need)
        after = self._between(layer, must, tuple((b, n) for b, need, n in rest if not need))
        first = self.census.bundles(layer, ((length, 1),)) - needs
        number = self.census.coefficient
        return Lottery((k, number(first, k) * number(after, share - k)) for k in range(share + 1))


def _drop_target(targets: Targets) -> Targets:
    (length, needs, number), *rest = targets
    return ((length, needs, number - 1), *rest) if number > 1 else tuple(rest)


def _bundle_arcs(sources: list[Cycle], target: Cycle, number: int, rng: random.Random) -> list[Arc]:
    """So many arcs from some cycles to one, all arcs of a bundle or none, each possible set equally likely."""
    if len(target) == 1 and len(sources[-1]) == 1:  # layers list their cycles by length, so all are single objects
        return [(source[0], target[0]) for source in rng.sample(sources, number)]
    bundles: dict[int, list[tuple[Cycle, int]]] = {}
    for source in sources:
        same = bundles.setdefault(lcm(len(source), len(target)), [])
        same += [(source, shift) for shift in range(gcd(len(source), len(target)))]
    counts = _bundle_lottery(tuple((size, len(same)) for size, same in bundles.items()), number).draw(rng)
    arcs = []
    for (size, same), count in zip(bundles.items(), counts, strict=True):
        for source, shift in rng.sample(same, count):
            arcs += [(source[(t + shift) % len(source)], target[t % len(target)]) for t in range(size)]
    return arcs


@cache
def _bundle_lottery(sizes: tuple[tuple[int, int], ...], number: int) -> Lottery[tuple[int, ...]]:
    """How many bundles of each (size, how many there are) to take for `number` arcs in all."""
    return Lottery(_bundle_choices(sizes, number))


def _bundle_choices(sizes: tuple[tuple[int, int], ...], number: int) -> list[tuple[tuple[int, ...], int]]:
    if not sizes:
        return [((), 1)] if number == 0 else []
    (size, available), *others = sizes
    found = []
    for k in range(min(available, number // size) + 1):
        for rest, weight in _bundle_choices(tuple(others), number - size * k):
            found.append(((k, *rest), weight * comb(available, k)))
    return found
