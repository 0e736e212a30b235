"""Where the objects of a graph stand on the canvas: as their relations say, apart, with room for every label.

Deterministic; a small search over a grid, cached by graph. Try it: `python -m pytest tests/pages/test_parts.py -k layout`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import product

import networkx as nx

from engine.graph import Relation, SceneGraph
from engine.taxonomy import Taxonomy
from pages.parts.geometry import Point, card_box, cross, label_box, middle, overlap, runs_over
from pages.parts.rows import in_rows

CELL = (85.0, 76.0)
ROOM = ((7, 5), (8, 6), (9, 7), (11, 8), (14, 10), (18, 13), (24, 17))
"""Sizes of the grid in cells, tried in turn until everything is in order."""
AIR = 26.0
SEARCHED = 6
"""Graphs of more objects are laid out in rows, without a search."""
EFFORT = 3600
"""Places tried before the best so far has to do: about half a second."""
CLASH = 1000.0


@lru_cache(maxsize=256)
def positions(graph: SceneGraph, taxonomy: str, axes: tuple[tuple[str, str, bool], ...]) -> Mapping[str, Point]:
    """Object id -> centre in pixels; `axes` says of each phrase which axis it orders and whether the source comes first."""
    if len(graph.objects) > SEARCHED:
        return in_rows(graph)
    ordered = {phrase: (axis, before) for phrase, axis, before in axes}
    best: tuple[float, dict[str, Point]] = (math.inf, {})
    spent = 0
    for columns, rows in ROOM[2 if len(graph.relations) > SEARCHED else 0 :]:
        search = _Search(graph, ordered, columns, rows)
        cost = search.run()
        best = min(best, (cost, dict(search.at)), key=lambda pair: pair[0])
        spent += search.tried
        if cost < CLASH / 4 or spent > EFFORT / 2:
            break
    return best[1]


def place(graph: SceneGraph, taxonomy: Taxonomy) -> Mapping[str, Point]:
    """The positions of a graph under a taxonomy."""
    axes = tuple((word.phrase, word.axis, word.before) for word in taxonomy.relation_words if word.axis)
    return positions(graph, taxonomy.name, axes)


class _Search:
    """Moves one object at a time to the best cell, until nothing gets better."""

    def __init__(self, graph: SceneGraph, ordered: Mapping[str, tuple[str, bool]], columns: int, rows: int) -> None:
        self.ids = [item.id for item in graph.objects]
        self.box = {id: card_box(graph, id) for id in self.ids}
        self.links = [(link, ordered.get(link.phrase)) for link in graph.relations]
        self.label = {link: label_box(link.phrase) for link, _ in self.links}
        self.of: dict[str, list[int]] = {id: [] for id in self.ids}
        for i, (link, _) in enumerate(self.links):
            self.of[link.source].append(i)
            self.of[link.target].append(i)
        self.cells = [(x * CELL[0], y * CELL[1]) for y, x in product(range(rows), range(columns))]
        self.centre = ((columns - 1) * CELL[0] / 2, (rows - 1) * CELL[1] / 2)
        self.at = self._start(columns, rows)
        self.tried = 0

    def _start(self, columns: int, rows: int) -> dict[str, Point]:
        """Ranks along both axes, spread over the grid."""
        ranks = {axis: self._ranks(axis) for axis in ("x", "y")}
        most = {axis: max(rank.values(), default=0) or 1 for axis, rank in ranks.items()}
        return {
            id: (
                round(ranks["x"][id] / most["x"] * (columns - 1)) * CELL[0],
                round(ranks["y"][id] / most["y"] * (rows - 1)) * CELL[1],
            )
            for id in self.ids
        }

    def _ranks(self, axis: str) -> dict[str, int]:
        net = nx.DiGraph()
        net.add_nodes_from(self.ids)
        for link, order in self.links:
            if order and order[0] == axis:
                net.add_edge(*((link.source, link.target) if order[1] else (link.target, link.source)))
        if not nx.is_directed_acyclic_graph(net):
            return {id: i for i, id in enumerate(self.ids)}
        return {id: i for i, layer in enumerate(nx.topological_generations(net)) for id in layer}

    def run(self) -> float:
        """The cost that is left; under `CLASH` nothing overlaps and every relation is drawn as it says."""
        for _ in range(6):
            if self.tried > EFFORT:
                break
            before = dict(self.at)
            for id in self.ids:
                self.at[id] = min(self.cells, key=lambda cell: (self._cost(id, cell), cell[1], cell[0]))
            if self.at == before:
                break
        return sum(self._cost(id, self.at[id]) for id in self.ids) / 2

    def _cost(self, id: str, cell: Point) -> float:
        """Of everything that this object has to do with, were it at `cell`."""
        old, self.at[id] = self.at[id], cell
        self.tried += 1
        own, box = set(self.of[id]), self.box[id]
        cost = 0.02 * (abs(cell[0] - self.centre[0]) + abs(cell[1] - self.centre[1]))
        cost += sum(5 * CLASH for o in self.ids if o != id and overlap(cell, box, self.at[o], self.box[o], AIR))
        for i, (link, order) in enumerate(self.links):
            middle = self._middle(link)
            if i in own:
                cost += self._length(link) + self._wrong(link, order)
                cost += sum(
                    2 * CLASH for o in self.ids if overlap(middle, self.label[link], self.at[o], self.box[o], 13)
                )
                cost += sum(CLASH for o in self._others(link) if self._crosses(link, o))
                cost += sum(0.3 * CLASH for other, _ in self.links if self._meets(link, other))
                cost += sum(
                    2 * CLASH for k, other in enumerate(self.links) if k != i and self._labels_meet(link, other[0])
                )
            else:
                cost += 2 * CLASH * overlap(middle, self.label[link], cell, box, 13) + CLASH * self._crosses(link, id)
        self.at[id] = old
        return cost

    def _others(self, link: Relation) -> Iterator[str]:
        return (id for id in self.ids if id not in (link.source, link.target))

    def _middle(self, link: Relation) -> Point:
        one, other = link.source, link.target
        return middle(self.at[one], self.box[one], self.at[other], self.box[other])

    def _length(self, link: Relation) -> float:
        a, b = self.at[link.source], self.at[link.target]
        return 0.05 * math.hypot(b[0] - a[0], b[1] - a[1])

    def _wrong(self, link: Relation, order: tuple[str, bool] | None) -> float:
        """How far the drawing is from what the relation says; without an axis the source stands above."""
        axis, before = order or ("y", True)
        a, b = (self.at[link.source], self.at[link.target]) if before else (self.at[link.target], self.at[link.source])
        ahead, aside = (b[0] - a[0], b[1] - a[1]) if axis == "x" else (b[1] - a[1], b[0] - a[0])
        plain = 0.12 * abs(aside)
        if ahead > 0 and ahead >= 0.5 * abs(aside):
            return plain
        return plain + (4 * CLASH if order and ahead <= 0 else 0.05 * CLASH) + 0.5 * max(0.0, -ahead)

    def _crosses(self, link: Relation, id: str) -> bool:
        """The line of a relation runs over somebody else's card."""
        if id in (link.source, link.target):
            return False
        return runs_over(self.at[link.source], self.at[link.target], self.at[id], self.box[id])

    def _meets(self, one: Relation, other: Relation) -> bool:
        """Two lines without a common end cross."""
        if {one.source, one.target} & {other.source, other.target}:
            return False
        return cross(*(self.at[id] for id in (one.source, one.target, other.source, other.target)))

    def _labels_meet(self, one: Relation, other: Relation) -> bool:
        if {one.source, one.target} == {other.source, other.target}:
            return False  # drawn as curves, apart
        return overlap(self._middle(one), self.label[one], self._middle(other), self.label[other], 4)
