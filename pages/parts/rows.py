"""Many objects on the canvas, in rows: sources above targets, then changing places while that mends something.

Deterministic; about half a second at most. Try it: `python -m pytest tests/pages/test_parts.py -k layout`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import combinations

import networkx as nx

from engine.graph import SceneGraph
from pages.parts.geometry import Point, card_box, cross, label_box, middle, overlap, runs_over

AIR = 64.0
ARROW = 44.0
STEP = 168.0
"""From row to row: a card, the label of a relation, and its arrow."""
SHAPE = 1.2
"""Width of the canvas by its height."""
EFFORT = 40_000
"""Lines looked at before it has to be good enough."""
OVER, COVERED, MEET, CROSS = 1000.0, 800.0, 500.0, 120.0


class Rows:
    """Objects in rows; a row is centred, every second one a little aside so that lines have room to pass."""

    def __init__(self, graph: SceneGraph) -> None:
        self.box = {item.id: card_box(graph, item.id) for item in graph.objects}
        self.links = [(link.source, link.target, label_box(link.phrase)) for link in graph.relations]
        self.between = {frozenset((s, t)): 2 * label.w + ARROW for s, t, label in self.links}
        order = list(_order(graph))
        limits = (620.0, 820.0, 1060.0, 1400.0, 1800.0, 2400.0)
        self.rows = min((self._broken(order, limit) for limit in limits), key=self._size)
        self.at = self._places()

    def _broken(self, order: list[list[str]], limit: float) -> list[list[str]]:
        """Layers broken into rows that are no wider than the limit; what is loose fills up the last ones."""
        rows: list[list[str]] = []
        for layer in order:
            rows.append([])
            for id in layer:
                if rows[-1] and self._width([*rows[-1], id]) > limit:
                    rows.append([])
                rows[-1].append(id)
        return [row for row in rows if row]

    def _width(self, row: list[str]) -> float:
        return sum(2 * self.box[id].w for id in row) + sum(map(self._gap, row, row[1:]))

    def _gap(self, left: str, right: str) -> float:
        """Between neighbours: room for a label and its arrow where a relation joins them."""
        return max(AIR, self.between.get(frozenset((left, right)), 0.0))

    def _size(self, rows: list[list[str]]) -> float:
        """How large the canvas would have to be."""
        return max(max(map(self._width, rows), default=0.0) / SHAPE, STEP * len(rows))

    def _places(self) -> dict[str, Point]:
        found: dict[str, Point] = {}
        for y, row in enumerate(self.rows):
            left = -self._width(row) / 2 + (30 if y % 2 else -30)
            for id, after in zip(row, [*row[1:], None], strict=True):
                found[id] = (left + self.box[id].w, y * STEP)
                left += 2 * self.box[id].w + (self._gap(id, after) if after else 0.0)
        return found

    def mend(self) -> dict[str, Point]:
        """One object moves, or two change places, whenever the drawing gets better by it."""
        spent, best = 0, self._cost()
        for _ in range(6):
            before = best
            for changed in self._changes():
                spent += len(self.links) + 1
                if spent > EFFORT:
                    return self.at
                kept, self.rows = self.rows, changed
                self.at = self._places()
                cost = self._cost()
                if cost < best - 1:
                    best = cost
                else:
                    self.rows = kept
            if best == before:
                break
        self.at = self._places()
        return self.at

    def _changes(self) -> Iterator[list[list[str]]]:
        """The rows with one thing changed; what comes next starts from the rows as they are by then."""
        ids = [id for row in self.rows for id in row]
        for one, other in combinations(ids, 2):
            swap = {one: other, other: one}
            yield [[swap.get(id, id) for id in row] for row in self.rows]
        for id in ids:
            for y, x in [(y, x) for y, row in enumerate(self.rows) for x in range(len(row) + 1)]:
                rest = [[other for other in row if other != id] for row in self.rows]
                if y < len(rest):
                    rest[y].insert(x, id)
                    yield [row for row in rest if row]

    def _cost(self) -> float:
        at, box, links = self.at, self.box, self.links
        labels = [(middle(at[s], box[s], at[t], box[t]), label) for s, t, label in links]
        cost = sum(0.2 * math.dist(at[s], at[t]) + (150 if at[s][1] > at[t][1] else 0) for s, t, _ in links)
        for (s, t, _), (spot, label) in zip(links, labels, strict=True):
            others = [id for id in at if id not in (s, t)]
            cost += OVER * sum(runs_over(at[s], at[t], at[id], box[id]) for id in others)
            cost += COVERED * sum(overlap(spot, label, at[id], box[id], 4) for id in at)
        for (one, other), (first, second) in zip(combinations(links, 2), combinations(labels, 2), strict=True):
            if {one[0], one[1]} & {other[0], other[1]}:
                cost += MEET * overlap(*first, *second, 4)
            else:
                cost += CROSS * cross(at[one[0]], at[one[1]], at[other[0]], at[other[1]])
                cost += MEET * overlap(*first, *second, 4)
        return cost + 2 * self._size(self.rows)


def _order(graph: SceneGraph) -> Iterator[list[str]]:
    """Sources before targets, layer by layer, cycles taken as one; in the end what has no relation."""
    net = nx.DiGraph([(link.source, link.target) for link in graph.relations])
    parts = nx.condensation(net) if net else nx.DiGraph()
    for layer in nx.topological_generations(parts):
        yield [id for part in sorted(layer) for id in sorted(parts.nodes[part]["members"])]
    yield [item.id for item in graph.objects if item.id not in net]


def in_rows(graph: SceneGraph) -> dict[str, Point]:
    """Object id -> centre in pixels."""
    return Rows(graph).mend()
