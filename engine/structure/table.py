"""Every class of small structures, once: grown part by part through canonical forms, no labelled enumeration.

Complete to complexity 12 (8 thousand classes there); `engine.structure` answers small queries from it.
Try it: `python -c "from engine.structure.table import rows; print(len(rows(8)))"`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from math import factorial

from engine.structure.canonical import Arc, Part, Structure, join, part_key, sort_part, symmetries

TABLE_LIMIT = 12


@dataclass(frozen=True, slots=True)
class Row:
    """One class: the structure that stands for it, its components, and the order of its automorphism group."""

    structure: Structure
    components: int
    automorphisms: int

    @property
    def labellings(self) -> int:
        """How many different graphs the class gives when the objects have names: objects! / automorphisms."""
        return factorial(self.structure.objects) // self.automorphisms


@cache
def rows(complexity: int) -> tuple[Row, ...]:
    """Every class of this complexity, ordered by objects, relations, attributes and arcs."""
    found = [_row(parts) for parts in _bags(complexity, complexity)]
    found.sort(key=lambda row: part_key((row.structure.attributes, row.structure.arcs)))
    return tuple(found)


@cache
def rows_of(objects: int, relations: int, attributes: int) -> tuple[Row, ...]:
    """The rows of one size, in the same order."""
    return _by_size(objects + relations + attributes).get((objects, relations), ())


@cache
def _by_size(complexity: int) -> dict[tuple[int, int], tuple[Row, ...]]:
    found: dict[tuple[int, int], list[Row]] = {}
    for row in rows(complexity):
        found.setdefault((row.structure.objects, row.structure.relations), []).append(row)
    return {size: tuple(same) for size, same in found.items()}


@dataclass(frozen=True, slots=True)
class _Connected:
    part: Part
    complexity: int
    automorphisms: int
    orbits: tuple[int, ...]


def _row(parts: tuple[_Connected, ...]) -> Row:
    """Automorphisms of a union: those within each part, and the exchanges of equal parts."""
    automorphisms, equal = 1, 0
    for i, item in enumerate(parts):
        equal = equal + 1 if i and parts[i - 1] is item else 1
        automorphisms *= item.automorphisms * equal
    return Row(join(item.part for item in parts), len(parts), automorphisms)


def _bags(top: int, complexity: int, largest: int | None = None) -> Iterator[tuple[_Connected, ...]]:
    """Multisets of connected parts with this complexity in all, descending; none above place `largest` of `top`'s."""
    if complexity == 0:
        yield ()
        return
    ranking = _ranking(top)
    for place in _places(top, complexity):
        if largest is None or place <= largest:
            item = ranking[place]
            for rest in _bags(top, complexity - item.complexity, place):
                yield (item, *rest)


@cache
def _ranking(top: int) -> tuple[_Connected, ...]:
    """Every connected part up to complexity `top`, ascending by `part_key`."""
    items = [item for size in range(1, top + 1) for item in _connected(size)]
    return tuple(sorted(items, key=lambda item: part_key(item.part)))


@cache
def _places(top: int, complexity: int) -> tuple[int, ...]:
    return tuple(place for place, item in enumerate(_ranking(top)) if item.complexity <= complexity)


@cache
def _connected(complexity: int) -> tuple[_Connected, ...]:
    """Every connected class of this complexity: one attribute more than a smaller one, or bare."""
    found = set(_bare(complexity))
    for item in _connected(complexity - 1) if complexity > 1 else ():
        attributes, arcs = item.part
        for v in set(item.orbits):  # equal objects give equal results: one of each orbit will do
            grown = (*attributes[:v], attributes[v] + 1, *attributes[v + 1 :])
            found.add(sort_part(grown, arcs))
    return tuple(_with_symmetries(part, complexity) for part in sorted(found, key=part_key))


@cache
def _bare(complexity: int) -> frozenset[Part]:
    """Connected, without attributes: a tree is a smaller tree and a leaf, anything else has an arc to spare."""
    if complexity == 1:
        return frozenset({((0,), ())})
    found: set[Part] = set()
    for attributes, arcs in _bare(complexity - 2) if complexity > 2 else ():
        size = len(attributes)
        if len(arcs) == size - 1:
            for v in range(size):
                found.add(sort_part((*attributes, 0), (*arcs, (v, size))))
                found.add(sort_part((*attributes, 0), (*arcs, (size, v))))
    for attributes, arcs in _bare(complexity - 1):
        for arc in _free_arcs(len(attributes), arcs):
            found.add(sort_part(attributes, (*arcs, arc)))
    return frozenset(found)


def _free_arcs(size: int, arcs: tuple[Arc, ...]) -> Iterator[Arc]:
    """Arcs between two objects that have none yet, and that close no cycle."""
    reach = [1 << v for v in range(size)]
    for a, b in sorted(arcs, reverse=True):  # source < target in a sorted part, so targets come first
        reach[a] |= reach[b]
    joined = set(arcs)
    for a in range(size):
        for b in range(size):
            if a != b and not reach[b] >> a & 1 and (a, b) not in joined:
                yield a, b


def _with_symmetries(part: Part, complexity: int) -> _Connected:
    automorphisms, orbits = symmetries(part)
    return _Connected(part, complexity, automorphisms, tuple(orbits))
