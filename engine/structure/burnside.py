"""Exact numbers of structures at any size, by formula: Burnside's lemma over cycle types, Robinson's sign trick inside.

A class is an orbit of the renamings of n objects, so the number of classes is the mean number of graphs that a
renaming leaves as they are. Such a graph is an acyclic graph of the renaming's cycles: between cycles of lengths a
and b run gcd(a, b) bundles of lcm(a, b) arcs each, and all objects of a cycle have equally many attributes.
Try it: `python -c "from engine.structure.burnside import Census; print(Census(4, 5).classes(4, 5, 2))"`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import product
from math import comb, factorial, gcd, lcm, prod

FEW_TERMS = 7
Cycles = tuple[tuple[int, int], ...]  # (length of cycle, how many), ascending; as a cycle type or as a part of one


class Census:
    """Numbers of structures of up to `objects` objects and `relations` relations, computed as they are asked for.

    A polynomial in y (one power per arc) is one long integer: y stands for 2**width, wider than any coefficient.
    Products are cut after y**relations.
    """

    def __init__(self, objects: int, relations: int, *, max_attributes_per_object: int | None = None) -> None:
        pairs = objects * (objects - 1)
        self.objects, self.relations, self.most = objects, relations, max_attributes_per_object
        self.width = comb(pairs, min(relations, pairs // 2)).bit_length() + objects + 4
        self._digit = (1 << self.width) - 1
        self._mask = (1 << self.width * (relations + 1)) - 1
        self._powers: dict[tuple[int, int], int] = {}
        self._acyclic: dict[Cycles, int] = {(): 1}

    def classes(self, objects: int, relations: int, attributes: int) -> int:
        """The number of classes with exactly these numbers."""
        return sum(self.fixed(objects, relations, attributes).values()) // factorial(objects)

    def labelled(self, objects: int, relations: int, attributes: int) -> int:
        """The number of graphs with exactly these numbers on objects that have names."""
        return self.graphs(((1, objects),), relations) * self.attributes(((1, objects),), attributes)

    def fixed(self, objects: int, relations: int, attributes: int) -> dict[Cycles, int]:
        """For each cycle type, (renamings of that type) x (graphs that such a renaming leaves as they are)."""
        weights: dict[Cycles, int] = {}
        for cycles in cycle_types(objects):
            if number := self.attributes(cycles, attributes) * self.graphs(cycles, relations):
                weights[cycles] = number * renamings(cycles)
        return weights

    def graphs(self, cycles: Cycles, relations: int) -> int:
        """Acyclic graphs with so many arcs that a renaming of this cycle type leaves as they are."""
        return self.coefficient(self.acyclic(cycles), relations)

    def attributes(self, cycles: Cycles, number: int) -> int:
        """Ways to give `number` attributes to objects, equally many to all objects of a cycle."""
        return _attribute_ways(cycles, self.most, number)

    def acyclic(self, cycles: Cycles) -> int:
        """Polynomial of the acyclic graphs of these cycles (Robinson 1973): inclusion and exclusion of source sets.

        Every acyclic graph has sources; choose some of them, let them send arcs anywhere into the rest, which is
        acyclic by itself: counted with signs, every graph remains once.
        """
        if (known := self._acyclic.get(cycles)) is not None:
            return known
        plus = minus = 0
        for chosen, rest, ways in splits(cycles):
            term = ways * self.bundles(chosen, rest, times=self.acyclic(rest))
            if sum(number for _, number in chosen) % 2:
                plus += term
            else:
                minus += term
        self._acyclic[cycles] = plus - minus
        return plus - minus

    def bundles(self, sources: Cycles, targets: Cycles, *, times: int = 1) -> int:
        """Polynomial of all sets of arcs from the first cycles to the second, times another polynomial."""
        exponents: dict[int, int] = {}
        for a, i in sources:
            for b, j in targets:
                exponents[lcm(a, b)] = exponents.get(lcm(a, b), 0) + gcd(a, b) * i * j
        for size, exponent in exponents.items():
            times = self._times_power(times, size, exponent)
        return times

    def multiply(self, a: int, b: int) -> int:
        return a * b & self._mask

    def coefficient(self, polynomial: int, power: int) -> int:
        return polynomial >> self.width * power & self._digit

    def coefficients(self, polynomial: int) -> list[int]:
        return [self.coefficient(polynomial, power) for power in range(self.relations + 1)]

    def _times_power(self, polynomial: int, size: int, exponent: int) -> int:
        """The polynomial times (1 + y**size)**exponent; a few terms are added up faster than multiplied."""
        terms = min(exponent, self.relations // size) + 1
        if terms <= FEW_TERMS:
            step = self.width * size
            return sum(comb(exponent, k) * polynomial << step * k for k in range(terms)) & self._mask
        key = size, exponent
        if key not in self._powers:
            self._powers[key] = sum(comb(exponent, k) << self.width * size * k for k in range(terms))
        return polynomial * self._powers[key] & self._mask


@cache
def cycle_types(objects: int) -> tuple[Cycles, ...]:
    """The partitions of a number of objects, the identity (all cycles of length 1) first."""

    def parts(left: int, least: int) -> Iterator[Cycles]:
        if left == 0:
            yield ()
        for length in range(least, left + 1):
            for number in range(left // length, 0, -1):
                for rest in parts(left - length * number, length + 1):
                    yield ((length, number), *rest)

    return tuple(parts(objects, 1))


def renamings(cycles: Cycles) -> int:
    """How many renamings (permutations) have this cycle type."""
    objects = sum(length * number for length, number in cycles)
    commuting: int = prod(length**number * factorial(number) for length, number in cycles)
    return factorial(objects) // commuting


@cache
def splits(cycles: Cycles) -> tuple[tuple[Cycles, Cycles, int], ...]:
    """(some of the cycles, the rest, in how many ways they can be picked), for at least one cycle."""
    found = []
    for numbers in product(*(range(number + 1) for _, number in cycles)):
        if any(numbers):
            chosen = tuple((length, k) for (length, _), k in zip(cycles, numbers, strict=True) if k)
            rest = tuple((length, n - k) for (length, n), k in zip(cycles, numbers, strict=True) if n > k)
            found.append((chosen, rest, prod(comb(n, k) for (_, n), k in zip(cycles, numbers, strict=True))))
    return tuple(found)


@cache
def _attribute_ways(cycles: Cycles, most: int | None, number: int) -> int:
    """The coefficient of x**number in the product of 1 + x**length + x**(2 length) + ..., to `most` per object."""
    if not cycles:
        return int(number == 0)
    rest, length = drop_cycle(cycles), cycles[0][0]
    ways = _attribute_ways(rest, most, number)
    if number >= length:  # one attribute more for the first cycle ...
        ways += _attribute_ways(cycles, most, number - length)
    if most is not None and number >= length * (most + 1):  # ... unless it was full
        ways -= _attribute_ways(rest, most, number - length * (most + 1))
    return ways


@cache
def drop_cycle(cycles: Cycles) -> Cycles:
    """The cycles without one of the shortest."""
    (length, number), *rest = cycles
    return ((length, number - 1), *rest) if number > 1 else tuple(rest)
