"""What a hand did to the scene, on the canvas or in a table: applied, with every object where it was, and saved.

Try it: `python -m pytest tests/pages/test_canvas.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.edits import CloneObjects, Operation, ReplaceGraph, apply, apply_all, clone_ids
from engine.graph import SceneGraph
from pages.parts.desk.kept_json import dumped, loaded
from pages.parts.desk.saving import save_quietly, unplaced
from pages.parts.desk.scene import Desk
from pages.parts.desk.steps import put, step
from pages.parts.geometry import Point
from pages.parts.gestures import Gesture
from pages.parts.positions import kept, standing

MOST_PLACES = 400
"""Places of objects that a session keeps, those of objects that went included."""


def edit(desk: Desk, operation: Operation, **more: Any) -> None:
    """Apply one edit and save it; what was there before can be had back by undo."""
    if isinstance(operation, ReplaceGraph):
        more["settings"] = dumped(unplaced(loaded(more.get("settings", desk.session.settings))))
    put(desk, apply(desk.graph, operation, desk.taxonomy), **more)


def take(desk: Desk, gesture: Gesture) -> None:
    """Do what a hand did on the canvas and save it; raises in one sentence what cannot be, and then nothing is changed."""
    if gesture.step:
        step(desk, back=gesture.step == "back")
    elif gesture.operations:
        graph = apply_all(desk.graph, gesture.operations, desk.taxonomy)
        if graph != desk.graph:
            places = places_after(desk, gesture, graph)
            put(desk, graph, settings=dumped({**desk.settings, "positions": places}))
    elif gesture.places:
        there = {**kept(desk.settings), **standing(desk.graph, desk.taxonomy, kept(desk.settings)), **gesture.places}
        save_quietly(desk.id, settings=dumped({**desk.settings, "positions": _latest(there)}))
    elif gesture.tidy:
        save_quietly(desk.id, settings=dumped(unplaced(desk.settings)))


def places_after(desk: Desk, gesture: Gesture, graph: SceneGraph) -> dict[str, Point]:
    """Object id -> place once a gesture has led to `graph`: nothing moves by itself, clones stand beside what they copy.

    Places of objects that went are kept for when an undo brings them back.
    """
    before = kept(desk.settings)
    there = standing(desk.graph, desk.taxonomy, before)
    gone = {id: at for id, at in {**before, **there}.items() if id not in graph.names}
    new = dict(gesture.places)
    for operation in gesture.operations:
        if isinstance(operation, CloneObjects):
            shift = _clear(there, operation.ids)
            new |= {to: (there[id][0], there[id][1] + shift) for id, to in clone_ids(desk.graph, operation.ids).items()}
    known = {id: at for id, at in {**there, **new}.items() if id in graph.names}
    return _latest({**gone, **standing(graph, desk.taxonomy, known)})


def _clear(there: Mapping[str, Point], ids: Iterable[str]) -> float:
    """How far down a copy of these objects has to go to be below everything."""
    return max(y for _, y in there.values()) - min(there[id][1] for id in ids) + 150


def _latest(places: Mapping[str, Point]) -> dict[str, Point]:
    return dict(list(places.items())[-MOST_PLACES:])
