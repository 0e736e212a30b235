"""Numbers of structures by their components, exactly: the inverse Euler transform for the connected ones, then multisets.

A structure is a multiset of connected ones. With F the numbers of structures of n objects and q components and C those
of connected ones, n F(n, q) = sum of m C(m, in powers of k) F(n - k m, q - k) over k equal parts of m objects each;
on named objects the part that holds the first of them takes the place of the k equal ones.
Try it: `python -c "from engine.structure import *; print(count(StructureQuery(complexity=18, components=(1, 1))))"`.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from math import comb, factorial

from engine.structure.burnside import Census, cycle_types, renamings
from engine.structure.lottery import Lottery
from engine.structure.query import Size
from engine.structure.reach import Range

Numbers = list[int]  # one entry per relation: a polynomial in z (one power per attribute), packed into a whole number
Part = tuple[Size, int]  # the size of a connected part, and how many equal copies of it


class Components:
    """Numbers of structures with any number of components, for all sizes up to the largest of those given.

    A polynomial in z is one long integer, as in `Census`; it is cut after the attributes that the sizes leave room for.
    """

    def __init__(self, census: Census, sizes: Sequence[Size], *, labelled: bool = False) -> None:
        self.labelled = labelled
        self.objects, self.relations, self.attributes = (max(size[i] for size in sizes) for i in range(3))
        self.complexity = max(map(sum, sizes))
        plain = [self._plain(census, n) for n in range(self.objects + 1)]
        largest = max(max(row) for numbers in plain for row in numbers)
        self.width = (largest * (self.objects + 1)).bit_length() + 1
        self._digit = (1 << self.width) - 1
        self._all = [[_pack(row, self.width) for row in numbers] for numbers in plain]
        self._connected: list[Numbers] = [[]]
        self._powers: dict[tuple[int, int], Numbers] = {}
        self._with: dict[tuple[int, int], Numbers] = {}
        self._counts: dict[tuple[Size, Range], Lottery[int]] = {}
        self._steps: dict[tuple[Size, int], Lottery[tuple[int, int, int]]] = {}

    def number(self, size: Size, components: Range) -> int:
        """The number of structures of a size with so many components, both ends of the range included."""
        low, high = components
        if high < size[0]:
            return sum(self._exactly(size, q) for q in range(low, high + 1))
        fewer = sum(self._exactly(size, q) for q in range(1, min(low, size[0] + 1)))
        return self._read(self._all[size[0]], size) - fewer

    def split(self, size: Size, components: Range, rng: random.Random) -> list[Part]:
        """The sizes of the connected parts of a random structure, by the weight of the structures they give."""
        low, high = components
        if (key := (size, components)) not in self._counts:
            each = range(low, min(high, size[0]) + 1)
            self._counts[key] = Lottery((q, self._exactly(size, q)) for q in each)
        left = self._counts[key].draw(rng)
        parts: list[Part] = []
        while left:
            part, copies = self._part(size, left, rng)
            parts.append((part, copies))
            size = _minus(size, part, copies)
            left -= copies
        return parts

    def _part(self, size: Size, components: int, rng: random.Random) -> Part:
        """One of the parts: objects, copies and relations first, then its attributes."""
        if components == 1:
            return size, 1
        if (key := (size, components)) not in self._steps:
            self._steps[key] = Lottery(self._choices(size, components))
        m, k, r = self._steps[key].draw(rng)
        rest = self._of(size[0] - k * m, components - k)[size[1] - k * r]
        part = self.connected(m)[r]
        top = size[2] // k
        weights = ((a, self._at(part, a) * self._at(rest, size[2] - k * a)) for a in range(top + 1))
        return (m, r, Lottery(weights).draw(rng)), k

    def _choices(self, size: Size, components: int) -> Iterator[tuple[tuple[int, int, int], int]]:
        objects, relations, attributes = size
        for m, k, factor in self._terms(objects):
            if k > components or (k == components) != (k * m == objects):
                continue
            part, rest = self._power(m, k), self._of(objects - k * m, components - k)
            for r in range(min(len(self.connected(m)), relations // k + 1)):
                if relations - k * r < len(rest) and part[k * r]:
                    yield (m, k, r), factor * self._at(part[k * r] * rest[relations - k * r], attributes)

    def _exactly(self, size: Size, components: int) -> int:
        return self._read(self._of(size[0], components), size)

    def _of(self, objects: int, components: int) -> Numbers:
        """All structures of so many objects and components."""
        if components == 0 or objects < components:
            return [int(objects == components)]
        if components == 1:
            return self.connected(objects)
        if (key := (objects, components)) not in self._with:
            found = self._room(objects)
            for m, k, factor in self._terms(objects):
                if k <= components:
                    self._add(found, self._power(m, k), self._of(objects - k * m, components - k), objects, factor)
            self._with[key] = self._divided(found, objects)
        return self._with[key]

    def connected(self, objects: int) -> Numbers:
        """The connected structures of so many objects: all structures, less those with a smaller part or equal ones."""
        while len(self._connected) <= objects:
            n = len(self._connected)
            rest = self._room(n)
            for m, k, factor in self._terms(n):
                if m < n:
                    self._add(rest, self._power(m, k), self._all[n - k * m], n, factor)
            whole = 1 if self.labelled else n
            self._connected.append(self._divided([whole * a - b for a, b in zip(self._all[n], rest, strict=True)], n))
        return self._connected[objects]

    def _terms(self, objects: int) -> Iterator[tuple[int, int, int]]:
        """(objects of a part, copies of it, factor) of the sum above."""
        for m in range(1, objects + 1):
            if self.labelled:
                yield m, 1, comb(objects - 1, m - 1)
            else:
                yield from ((m, k, m) for k in range(1, objects // m + 1))

    def _divided(self, numbers: Numbers, objects: int) -> Numbers:
        return numbers if self.labelled else [number // objects for number in numbers]

    def _power(self, objects: int, copies: int) -> Numbers:
        """Connected structures, each taken so many times: relations and attributes count as often."""
        if copies == 1:
            return self.connected(objects)
        if (key := (objects, copies)) not in self._powers:
            numbers = self._room(objects * copies)
            for r, packed in enumerate(self.connected(objects)):
                if r * copies < len(numbers):
                    top = self.attributes // copies
                    spread = (self._at(packed, a) << self.width * a * copies for a in range(top + 1))
                    numbers[r * copies] = sum(spread)
            self._powers[key] = numbers
        return self._powers[key]

    def _add(self, total: Numbers, one: Numbers, other: Numbers, objects: int, factor: int) -> None:
        """Add factor x one x other, cut to the sizes there are."""
        for i, a in enumerate(one):
            if a:
                for r, b in zip(range(i, len(total)), other, strict=False):
                    if b:
                        total[r] += factor * a * b
        for r, value in enumerate(total):
            total[r] = value & (1 << self.width * (self._most(objects, r) + 1)) - 1

    def _room(self, objects: int) -> Numbers:
        most = min(self.relations, objects * (objects - 1) // 2, self.complexity - objects)
        return [0] * (most + 1)

    def _most(self, objects: int, relations: int) -> int:
        """The most attributes that the sizes leave room for."""
        return min(self.attributes, self.complexity - objects - relations)

    def _at(self, packed: int, attributes: int) -> int:
        return packed >> self.width * attributes & self._digit

    def _read(self, numbers: Numbers, size: Size) -> int:
        return self._at(numbers[size[1]], size[2]) if size[1] < len(numbers) else 0

    def _plain(self, census: Census, objects: int) -> list[list[int]]:
        """Numbers of all structures of so many objects, by relations and attributes."""
        room = self._room(objects)
        found = [[0] * (self._most(objects, r) + 1) for r in range(len(room))]
        for cycles in (((1, objects),) if objects else (),) if self.labelled else cycle_types(objects):
            graphs = census.coefficients(census.acyclic(cycles))
            weight = 1 if self.labelled else renamings(cycles)
            gifts = [weight * census.attributes(cycles, a) for a in range(len(found[0]))]
            for row, number in zip(found, graphs, strict=False):
                if number:
                    for a in range(len(row)):
                        row[a] += number * gifts[a]
        whole = 1 if self.labelled else factorial(objects)
        return [[number // whole for number in row] for row in found]


def _pack(numbers: Iterable[int], width: int) -> int:
    return sum(number << width * place for place, number in enumerate(numbers))


def _minus(size: Size, part: Size, copies: int) -> Size:
    objects, relations, attributes = (whole - copies * each for whole, each in zip(size, part, strict=True))
    return objects, relations, attributes
