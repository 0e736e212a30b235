"""Gestures: what a hand did on the canvas, read from what a browser sent, with every type checked before it is believed.

A browser can send anything; what is not a gesture raises one sentence and changes nothing.
Try it: `python -m pytest tests/pages/test_canvas.py -k gesture`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from engine.edits import (
    AddObject,
    AddRelation,
    ChangeRelation,
    CloneObjects,
    Operation,
    RemoveAttribute,
    RemoveObject,
    RemoveRelation,
    RemoveSceneAttribute,
    RenameObject,
    SetAttribute,
    SetSceneAttribute,
    fresh_id,
)
from engine.errors import FormatError, GraphError, UnknownWord, show
from engine.graph import (
    MAX_TEXT,
    Attribute,
    Relation,
    SceneGraph,
    attribute_element,
    object_element,
    relation_element,
    scene_element,
)
from engine.taxonomy import Taxonomy
from pages.parts.geometry import Point

FARTHEST = 20_000.0
"""Pixels from the middle beyond which nothing can be put down."""
MOST = 400
"""Elements or places that one gesture can name."""


@dataclass(frozen=True, slots=True)
class Gesture:
    """One thing a person did: operations that belong together, places of objects by id, a step back or forth, a tidy-up."""

    operations: tuple[Operation, ...] = ()
    places: Mapping[str, Point] = field(default_factory=dict)
    step: str = ""
    tidy: bool = False


Payload: TypeAlias = Mapping[str, Any]
Reader: TypeAlias = Callable[[Payload, SceneGraph, Taxonomy], Gesture]


def gesture_from(payload: object, graph: SceneGraph, taxonomy: Taxonomy) -> Gesture:
    """What was done to this graph; raises `FormatError`, `GraphError` or `UnknownWord` in one sentence."""
    if not isinstance(payload, Mapping):
        raise FormatError(f"An edit has to be a record with an “op”, got {show(payload)}. Reload the page.")
    op = payload.get("op")
    reader = READERS.get(op) if isinstance(op, str) else None
    if reader is None:
        raise FormatError(f"There is no edit {show(op)}. Known ones: {', '.join(READERS)}.")
    return reader(payload, graph, taxonomy)


def operation_from(payload: object, graph: SceneGraph, taxonomy: Taxonomy) -> tuple[Operation, ...]:
    """The operations of `engine.edits` that an edit stands for, to be applied together; raises as `gesture_from`."""
    return gesture_from(payload, graph, taxonomy).operations


# --- one reader each --------------------------------------------------------------------------------------------------


def _add(payload: Payload, graph: SceneGraph, taxonomy: Taxonomy) -> Gesture:
    id = fresh_id(graph)
    places = {id: _point(payload["at"])} if payload.get("at") is not None else {}
    return Gesture((AddObject(_word(payload, "name"), id),), places)


def _rename(payload: Payload, graph: SceneGraph, taxonomy: Taxonomy) -> Gesture:
    return Gesture((RenameObject(_text(payload, "id"), _word(payload, "name")),))


def _connect(payload: Payload, graph: SceneGraph, taxonomy: Taxonomy) -> Gesture:
    link = AddRelation(_text(payload, "source"), _word(payload, "phrase"), _text(payload, "target"))
    return Gesture((link,))


def _retype(payload: Payload, graph: SceneGraph, taxonomy: Taxonomy) -> Gesture:
    old = _element(payload.get("element"), graph)
    if not isinstance(old, Relation):
        raise GraphError(f"{show(payload.get('element'))} is not a relation of this scene. Select a relation first.")
    turned = payload.get("turned") is True
    ends = (old.target, old.source) if turned else (old.source, old.target)
    phrase = _word(payload, "phrase")
    return Gesture((ChangeRelation(_said(old), AddRelation(ends[0], phrase, ends[1])),))


def _mark(payload: Payload, graph: SceneGraph, taxonomy: Taxonomy) -> Gesture:
    """An attribute for each of the objects; where `element` names an attribute, in its place."""
    value = _word(payload, "value")
    kind = taxonomy.kind_of_value.get(value)
    if kind is None:
        raise UnknownWord(value, what="an attribute", known=taxonomy.kind_of_value)
    if payload.get("element") is None:
        ids = _list(payload, "ids")
        return Gesture(tuple(SetAttribute(_string(id, "ids"), kind, value) for id in ids))
    old = _element(payload["element"], graph)
    if not isinstance(old, Attribute):
        raise GraphError(f"{show(payload['element'])} is not an attribute of this scene. Select an attribute first.")
    if old.value == value:
        return Gesture()
    return Gesture((RemoveAttribute(old.object, old.kind, old.value), SetAttribute(old.object, kind, value)))


def _scene(payload: Payload, graph: SceneGraph, taxonomy: Taxonomy) -> Gesture:
    value, kinds = _word(payload, "value"), taxonomy.scene_kinds
    wanted = payload.get("kind")
    found = [kind.name for kind in kinds if value in kind.phrases and wanted in (None, kind.name)]
    if not found:
        raise UnknownWord(value, what="a scene attribute", known=[word for kind in kinds for word in kind.phrases])
    return Gesture((SetSceneAttribute(found[0], value),))


def _delete(payload: Payload, graph: SceneGraph, taxonomy: Taxonomy) -> Gesture:
    """Relations and attributes go first, then the objects with whatever else hangs on them."""
    gone = list(dict.fromkeys(_string(element, "elements") for element in _list(payload, "elements")))
    if not gone:
        raise GraphError("Nothing was selected, so nothing was deleted. Select something first.")
    found = [_element(element, graph) for element in gone]
    ids = [item for item in found if isinstance(item, str) and item in graph.names]
    rest = (_removal(item, ids) for item in found)
    return Gesture((*(operation for operation in rest if operation), *map(RemoveObject, ids)))


def _removal(item: str | Attribute | Relation | tuple[str, str], ids: list[str]) -> Operation | None:
    match item:
        case Attribute(object, kind, value) if object not in ids:
            return RemoveAttribute(object, kind, value)
        case Relation(source, target, _, phrase) if not {source, target} & set(ids):
            return RemoveRelation(source, phrase, target)
        case (_, str(kind)):
            return RemoveSceneAttribute(kind)
        case _:
            return None


def _clone(payload: Payload, graph: SceneGraph, taxonomy: Taxonomy) -> Gesture:
    return Gesture((CloneObjects(tuple(_string(id, "ids") for id in _list(payload, "ids"))),))


def _move(payload: Payload, graph: SceneGraph, taxonomy: Taxonomy) -> Gesture:
    places = payload.get("at")
    if not isinstance(places, Mapping) or len(places) > MOST:
        raise FormatError(f"A move has to say where each object goes, got {show(places)}. Drag it again.")
    return Gesture(places={_known(id, graph): _point(point) for id, point in places.items()})


def _undo(payload: Payload, graph: SceneGraph, taxonomy: Taxonomy) -> Gesture:
    return Gesture(step="back")


def _redo(payload: Payload, graph: SceneGraph, taxonomy: Taxonomy) -> Gesture:
    return Gesture(step="forth")


def _tidy(payload: Payload, graph: SceneGraph, taxonomy: Taxonomy) -> Gesture:
    return Gesture(tidy=True)


READERS: dict[str, Reader] = {
    "add": _add, "rename": _rename, "connect": _connect, "retype": _retype, "mark": _mark, "scene": _scene,
    "delete": _delete, "clone": _clone, "move": _move, "undo": _undo, "redo": _redo, "tidy": _tidy,
}  # fmt: skip


# --- values -----------------------------------------------------------------------------------------------------------


def _string(value: object, what: str) -> str:
    if not isinstance(value, str):
        raise FormatError(f"{show(what)} has to be text, got {type(value).__name__} {show(value)}. Reload the page.")
    return value


def _text(payload: Payload, field: str) -> str:
    return _string(payload.get(field), field)


def _word(payload: Payload, field: str) -> str:
    """A word as typed, without stray spaces; the taxonomy says whether it knows it."""
    word = " ".join(_text(payload, field).split())
    if not word:
        raise FormatError("No word was given, so nothing changed. Type one, or choose one from the list.")
    if len(word) > MAX_TEXT:
        raise FormatError(f"{show(word)} has {len(word)} characters; at most {MAX_TEXT} fit. Shorten it.")
    return word


def _list(payload: Payload, field: str) -> list[Any]:
    value = payload.get(field)
    if not isinstance(value, list) or len(value) > MOST:
        raise FormatError(f"{show(field)} has to be a list of at most {MOST}, got {show(value)}. Reload the page.")
    return value


def _point(value: object) -> Point:
    """Two finite numbers on the canvas, in pixels."""
    good = isinstance(value, list | tuple) and len(value) == 2 and all(type(part) in (int, float) for part in value)
    if not good or not all(abs(part) <= FARTHEST for part in value):  # type: ignore[attr-defined]
        raise FormatError(f"A place has to be two numbers up to {FARTHEST:,.0f}, got {show(value)}. Drag it again.")
    return float(value[0]), float(value[1])  # type: ignore[index]


def _known(id: object, graph: SceneGraph) -> str:
    if not isinstance(id, str) or id not in graph.names:
        raise GraphError(f"There is no object {show(id)} in this scene any more, so nothing was moved.")
    return id


def _element(element: object, graph: SceneGraph) -> str | Attribute | Relation | tuple[str, str]:
    """What an element id stands for: an object's id, an attribute, a relation, or a scene attribute as a pair."""
    wanted = _string(element, "element")
    things: dict[str, str | Attribute | Relation | tuple[str, str]] = {
        **{object_element(item.id): item.id for item in graph.objects},
        **{attribute_element(mark): mark for mark in graph.attributes},
        **{relation_element(link): link for link in graph.relations},
        **{scene_element(kind): ("scene", kind) for kind, _ in graph.scene_attributes},
    }
    if wanted not in things:
        raise GraphError(f"There is no {show(wanted)} in this scene any more. Select something else.")
    return things[wanted]


def _said(link: Relation) -> AddRelation:
    return AddRelation(link.source, link.phrase, link.target)
