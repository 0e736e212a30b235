"""Where things stand: places the objects of a pocket graph so that every relation is plainly visible.

Correct by construction: an arrangement that the oracle would not read as the graph is never returned.
Try it: `python cli.py render scenes.jsonl --generator painter`.
"""

from __future__ import annotations

import random

import networkx as nx

from engine.errors import GraphError
from engine.graph import SceneGraph
from models.pocket.oracle import visible_share
from models.pocket.scene import COLOURS, GRID, MARGIN, SIZES, TAXONOMY, Item, PocketScene

GAP = MARGIN + 2
"""Centres that a relation orders are at least this far apart, in grid units."""
ATTEMPTS = 400


def arrange(graph: SceneGraph, rng: random.Random) -> PocketScene:
    """Contents of a picture that shows exactly this graph; what the graph leaves open is drawn at random.

    Raises `UnknownWord` or `GraphError` when no picture can show the graph.
    """
    TAXONOMY.check(graph)
    scene = dict(graph.scene_attributes)
    background = scene.get("setting"), scene.get("weather"), scene.get("style")
    colours = {o.id: _given(graph, o.id, "colour") or rng.choice(COLOURS) for o in graph.objects}
    orders = {axis: TAXONOMY.order(graph, axis) for axis in ("x", "y")}
    for attempt in range(ATTEMPTS):
        tightness = attempt / ATTEMPTS
        items = _try(graph, colours, orders, tightness, rng)
        if items is not None and min(visible_share(items), default=1.0) >= 0.9 - 0.3 * tightness:
            return PocketScene(items, *background)
    raise GraphError("These objects and relations do not fit into one pocket picture. Remove an object or a relation.")


def _try(
    graph: SceneGraph, colours: dict[str, str], orders: dict[str, nx.DiGraph], tightness: float, rng: random.Random
) -> tuple[Item, ...] | None:
    sizes = {o.id: _given(graph, o.id, "size") or _free_size(tightness, rng) for o in graph.objects}
    x, y = (_places(orders[axis], sizes, tightness, rng) for axis in ("x", "y"))
    if x is None or y is None:
        return None
    return tuple(Item(o.name, colours[o.id], sizes[o.id], x[o.id], y[o.id]) for o in graph.objects)


def _given(graph: SceneGraph, id: str, kind: str) -> str | None:
    return next((mark.value for mark in graph.attributes_of[id] if mark.kind == kind), None)


def _free_size(tightness: float, rng: random.Random) -> str:
    return rng.choice(list(SIZES)) if tightness < 0.5 else "small"


def _places(order: nx.DiGraph, sizes: dict[str, str], tightness: float, rng: random.Random) -> dict[str, int] | None:
    """One coordinate per object that respects the order with a gap; None when this draw does not."""
    ids = list(order.nodes)
    rank = list(nx.lexicographical_topological_sort(order, key=lambda _: rng.random()))
    edge = max((SIZES[size] for size in sizes.values()), default=0)
    low, high = edge // 2 + 1, GRID - (edge + 1) // 2 - 1
    free = sorted(rng.uniform(low, high) for _ in ids)
    even = [low + (high - low) * (i / (len(ids) - 1) if len(ids) > 1 else rng.random()) for i in range(len(ids))]
    place = {id: round(f + (e - f) * tightness) for id, f, e in zip(rank, free, even, strict=True)}
    return place if all(place[b] - place[a] >= GAP for a, b in order.edges) else None
