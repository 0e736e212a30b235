"""GQA's sceneGraphs.json: `{image_id: {objects: {id: {name, attributes, relations}}, location, weather}}`.

Holds objects, attributes and relations without kinds, and two scene attributes.
Try it: `python cli.py convert val_sceneGraphs.json scenes.jsonl --taxonomy full`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, BinaryIO

import orjson

from engine.interchange.assemble import Assembly, Passage, dict_of, list_of, text_of
from engine.interchange.leftovers import note
from engine.interchange.record import SceneRecord
from engine.interchange.stream import Document, Source, documents

SCENE = ("location", "weather")
"""The scene attributes that GQA has, under our names for them."""


def read(source: Source, shape: str, passage: Passage) -> Iterator[SceneRecord]:
    """The scenes of the images; raises `FormatError` with the place for what is none."""
    for document in documents(source, shape, passage.losses):
        yield _record(document, passage)


def _record(document: Document, passage: Passage) -> SceneRecord:
    value, place = document.value, document.place
    id = document.key or text_of(value, "image_id", place, str(document.number))
    made = Assembly(id, passage)
    things = {
        key: dict_of(thing, "an object", place)
        for key, thing in dict_of(value.get("objects") or {}, "“objects”", place).items()
    }
    for key, thing in things.items():
        made.object(key, text_of(thing, "name", place))
        passage.losses.add(id, "boxes", text_of(thing, "name", place), int("w" in thing))
        for mark in list_of(thing, "attributes", place):
            made.attribute(key, text_of({"attributes": mark}, "attributes", place))
    for key, thing in things.items():
        for entry in list_of(thing, "relations", place):
            link = dict_of(entry, "a relation", place)
            made.relation(key, text_of(link, "object", place), text_of(link, "name", place))
    for kind in SCENE:
        if value.get(kind) not in (None, "", "none"):
            made.scenery(kind, text_of(value, kind, place))
    return SceneRecord(id, made.graph())


def write(scenes: Iterable[SceneRecord], out: BinaryIO, passage: Passage) -> None:
    """One object; ids that come twice get a sign, boxes are left out, since nobody knows where the objects are."""
    used: set[str] = set()
    out.write(b"{")
    for scene in scenes:
        out.write(b",\n" if used else b"\n")
        key = scene.id
        while key in used:
            key += "+"
        used.add(key)
        kept = {kind: value for kind, value in scene.graph.scene_attributes if kind in SCENE}
        others = tuple(pair for pair in scene.graph.scene_attributes if pair[0] not in SCENE)
        note(replace(scene, graph=replace(scene.graph, scene_attributes=others)), passage, holds=("object ids",))
        out.write(orjson.dumps(key) + b": " + orjson.dumps({**kept, "objects": _objects(scene)}))
    out.write(b"\n}\n")


def _objects(scene: SceneRecord) -> Mapping[str, Any]:
    graph = scene.graph
    return {
        item.id: {
            "name": item.name,
            "attributes": [mark.value for mark in graph.attributes_of[item.id]],
            "relations": [{"name": r.phrase, "object": r.target} for r in graph.relations if r.source == item.id],
        }
        for item in graph.objects
    }
