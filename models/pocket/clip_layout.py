"""Where things go: places and ways for the objects of a pocket graph so that a video shows every relation and motion.

Correct by construction: an arrangement that the oracle would not read as the graph is never returned.
Try it: `python cli.py render scenes.jsonl --generator painter-video`.
"""

from __future__ import annotations

import random
from dataclasses import asdict, replace

from engine.errors import GraphError
from engine.graph import SceneGraph
from models.pocket.layout import arrange
from models.pocket.moving import MOTIONS, VIDEO, WAY, MovingItem, MovingScene, seen
from models.pocket.oracle import VISIBLE, holds
from models.pocket.scene import PocketScene

ATTEMPTS = 60
ENDS = (-0.5, 0.0, 0.5)
"""The times at which everything has to be in view."""


def arrange_clip(graph: SceneGraph, rng: random.Random) -> MovingScene:
    """Contents of a video that shows exactly this graph; what the graph leaves open is drawn at random, or stays still.

    Relations hold from the first frame to the last. Raises `UnknownWord` or `GraphError` when no video can show it.
    """
    VIDEO.check(graph)
    still, camera = unmoved(graph), dict(graph.scene_attributes).get("camera")
    asked = {mark.object: mark.value for mark in graph.attributes if mark.kind == "motion"}
    for attempt in range(ATTEMPTS):
        words = {item.id: asked.get(item.id) or _any(attempt, rng) for item in graph.objects}
        scene = moved(arrange(still, rng), [words[item.id] for item in graph.objects], camera)
        if shows(scene, graph):
            return scene
    raise GraphError("These objects, relations and motions do not fit into one pocket video. Remove one of them.")


def unmoved(graph: SceneGraph) -> SceneGraph:
    """The graph without what only a video can show."""
    return replace(
        graph,
        attributes=tuple(mark for mark in graph.attributes if mark.kind != "motion"),
        scene_attributes=tuple(pair for pair in graph.scene_attributes if pair[0] != "camera"),
    )


def moved(scene: PocketScene, words: list[str], camera: str | None) -> MovingScene:
    """The scene with a word of MOTIONS for each item."""
    items = tuple(
        MovingItem(**asdict(item), dx=WAY * MOTIONS[word][0], dy=WAY * MOTIONS[word][1])
        for item, word in zip(scene.items, words, strict=True)
    )
    return MovingScene(items, scene.setting, scene.weather, scene.style, camera=camera)


def shows(scene: MovingScene, graph: SceneGraph) -> bool:
    """Everything in view, and every relation true, at the beginning, in the middle and at the end."""
    if scene.items and seen(scene, ENDS).min() < VISIBLE:
        return False
    place = {item.id: i for i, item in enumerate(graph.objects)}
    for time in (ENDS[0], ENDS[-1]):
        there = [replace(i, x=round(x), y=round(y)) for i, (x, y) in zip(scene.items, scene.at(time), strict=True)]
        if not all(
            holds(link.phrase, there[place[link.source]], there[place[link.target]]) for link in graph.relations
        ):
            return False
    return True


def _any(attempt: int, rng: random.Random) -> str:
    """Half of what is not said stands still; where things do not fit, more and more of it."""
    return "still" if rng.random() < 0.5 + attempt / ATTEMPTS else rng.choice(tuple(MOTIONS))
