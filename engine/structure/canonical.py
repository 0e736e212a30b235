"""Structure, a scene graph without words, and the sorting of any such graph into the form that stands for its class.

Two graphs are of one class if renaming their objects turns one into the other; attributes have no names.
Try it: `python -c "from engine.structure import canonical; print(canonical((0, 2), ((1, 0),)))"`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pynauty

from engine.errors import GraphError

Arc = tuple[int, int]
Part = tuple[tuple[int, ...], tuple[Arc, ...]]  # attributes per object and arcs of one connected component


@dataclass(frozen=True, slots=True)
class Structure:
    """A scene graph without words: object i has `attributes[i]` attributes, an arc is (source, target).

    What `draw`, `listing` and `canonical` return is sorted: largest component first, sources before their targets
    (so source < target in every arc of an acyclic structure), and equal for equal classes. Building one directly
    does not sort; use `canonical` for that.
    """

    attributes: tuple[int, ...]
    arcs: tuple[Arc, ...]

    @property
    def objects(self) -> int:
        """Their number."""
        return len(self.attributes)

    @property
    def relations(self) -> int:
        """Their number."""
        return len(self.arcs)

    @property
    def attribute_count(self) -> int:
        """Attributes over all objects."""
        return sum(self.attributes)

    @property
    def complexity(self) -> int:
        """Objects + attributes + relations (arXiv 2412.08221, section 2.1)."""
        return len(self.attributes) + sum(self.attributes) + len(self.arcs)

    @property
    def components(self) -> int:
        """Number of weakly connected components."""
        return len(_component_lists(len(self.attributes), self.arcs))

    @property
    def component_sizes(self) -> tuple[int, ...]:
        """Number of objects of each weakly connected component, in no order."""
        return tuple(map(len, _component_lists(len(self.attributes), self.arcs)))

    @property
    def acyclic(self) -> bool:
        """Whether no arcs lead around in a circle."""
        outgoing, incoming = _neighbours(len(self.attributes), self.arcs)
        return max(_depths(outgoing, incoming)) < len(self.attributes)

    @property
    def max_degree(self) -> int:
        """The largest number of relations, in and out, at one object."""
        return max(_degrees(len(self.attributes), self.arcs))

    @property
    def mean_degree(self) -> float:
        """2 x relations / objects."""
        return 2 * len(self.arcs) / len(self.attributes)


def canonical(attributes: Sequence[int], arcs: Iterable[Arc]) -> Structure:
    """The structure that stands for the class of this graph; cycles are welcome, two arcs of one pair are not.

    Sorting is by nauty within each component (pynauty is pinned: another version may sort otherwise).
    Raises GraphError for no objects, a negative count, an arc to nowhere, a loop or an arc given twice.
    """
    arcs = tuple(arcs)
    _check(attributes, arcs)
    parts: list[Part] = []
    for members in _component_lists(len(attributes), arcs):
        place = {v: i for i, v in enumerate(members)}
        inside = [(place[a], place[b]) for a, b in arcs if a in place]
        parts.append(sort_part([attributes[v] for v in members], inside))
    parts.sort(key=part_key, reverse=True)
    return join(parts)


def join(parts: Iterable[Part]) -> Structure:
    """One structure of sorted parts, which must already be in descending order of `part_key`."""
    attributes: list[int] = []
    arcs: list[Arc] = []
    for part_attributes, part_arcs in parts:
        start = len(attributes)
        attributes.extend(part_attributes)
        arcs.extend((a + start, b + start) for a, b in part_arcs) if start else arcs.extend(part_arcs)
    return Structure(tuple(attributes), tuple(arcs))


def part_key(part: Part) -> tuple[int, int, tuple[int, ...], tuple[Arc, ...]]:
    """The order of components within a structure, and of structures of one complexity within a listing."""
    return len(part[0]), len(part[1]), part[0], part[1]


def sort_part(attributes: Sequence[int], arcs: Sequence[Arc]) -> Part:
    """The canonical form of one connected component (not checked)."""
    cells = _cells(attributes, arcs)
    order = [cell[0] for cell in cells] if len(cells) == len(attributes) else pynauty.canon_label(_net(arcs, cells))
    place = [0] * len(order)
    for i, v in enumerate(order):
        place[v] = i
    return tuple([attributes[v] for v in order]), tuple(sorted([(place[a], place[b]) for a, b in arcs]))


def symmetries(part: Part) -> tuple[int, list[int]]:
    """(number of automorphisms, orbit of each object named by its smallest member) of a connected component."""
    cells = _cells(*part)
    if len(cells) == len(part[0]):
        return 1, list(range(len(part[0])))
    _, mantissa, exponent, orbits, _ = pynauty.autgrp(_net(part[1], cells))
    return round(mantissa * 10**exponent), list(orbits)


def _cells(attributes: Sequence[int], arcs: Sequence[Arc]) -> list[list[int]]:
    """Objects grouped and ordered by what no renaming can change: depth below the sources, attributes, degrees."""
    outgoing, incoming = _neighbours(len(attributes), arcs)
    depth = _depths(outgoing, incoming)
    cells: dict[tuple[int, int, int, int], list[int]] = {}
    for v in range(len(attributes)):
        cells.setdefault((depth[v], attributes[v], len(outgoing[v]), incoming[v]), []).append(v)
    return [cells[key] for key in sorted(cells)]


def _neighbours(size: int, arcs: Iterable[Arc]) -> tuple[list[list[int]], list[int]]:
    """(targets of each object, number of arcs into each object)."""
    outgoing: list[list[int]] = [[] for _ in range(size)]
    incoming = [0] * size
    for a, b in arcs:
        outgoing[a].append(b)
        incoming[b] += 1
    return outgoing, incoming


def _depths(outgoing: list[list[int]], incoming: list[int]) -> list[int]:
    """The length of the longest path from a source; objects in or behind a cycle get the number of objects."""
    waiting = incoming.copy()
    depth = [len(incoming)] * len(incoming)
    layer = [v for v, degree in enumerate(incoming) if degree == 0]
    level = 0
    while layer:
        below = []
        for v in layer:
            depth[v] = level
            for w in outgoing[v]:
                waiting[w] -= 1
                if waiting[w] == 0:
                    below.append(w)
        layer, level = below, level + 1
    return depth


def _net(arcs: Iterable[Arc], cells: list[list[int]]) -> pynauty.Graph:
    neighbours: dict[int, list[int]] = {}
    for a, b in arcs:
        neighbours.setdefault(a, []).append(b)
    size = sum(map(len, cells))
    return pynauty.Graph(size, directed=True, adjacency_dict=neighbours, vertex_coloring=list(map(set, cells)))


def _component_lists(size: int, arcs: Iterable[Arc]) -> list[list[int]]:
    """Objects of each weak component, by union-find."""
    root = list(range(size))

    def find(v: int) -> int:
        while root[v] != v:
            root[v] = v = root[root[v]]
        return v

    for a, b in arcs:
        root[find(a)] = find(b)
    members: dict[int, list[int]] = {}
    for v in range(size):
        members.setdefault(find(v), []).append(v)
    return list(members.values())


def _degrees(size: int, arcs: Iterable[Arc]) -> list[int]:
    degrees = [0] * size
    for a, b in arcs:
        degrees[a] += 1
        degrees[b] += 1
    return degrees


def _check(attributes: Sequence[int], arcs: tuple[Arc, ...]) -> None:
    size = len(attributes)
    if size == 0:
        raise GraphError("A structure without objects is none: give at least one object.")
    for i, number in enumerate(attributes):
        if number < 0:
            raise GraphError(f"Object {i} has {number} attributes: give 0 or more.")
    for a, b in arcs:
        if not (0 <= a < size and 0 <= b < size):
            raise GraphError(f"Relation ({a}, {b}) leaves the structure: its {size} objects are 0 to {size - 1}.")
        if a == b:
            raise GraphError(f"Relation ({a}, {b}) joins object {a} to itself: give two different objects.")
    if len(set(arcs)) < len(arcs):
        twice = next(arc for arc in arcs if arcs.count(arc) > 1)
        raise GraphError(f"Relation {twice} is given twice: a structure has at most one per ordered pair.")
