"""Visual Genome's scene_graphs.json: a list of `{image_id, objects, relationships}`.

Holds objects, attributes and relations without kinds; boxes are not ours to hold, captions not theirs.
Try it: `python cli.py convert scene_graphs.json scenes.jsonl --taxonomy full`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, BinaryIO

import orjson

from engine.interchange.assemble import Assembly, Passage, dict_of, list_of, text_of
from engine.interchange.leftovers import note
from engine.interchange.record import SceneRecord
from engine.interchange.stream import Document, Source, documents

BOX = ("x", "y", "w", "h")


def read(source: Source, shape: str, passage: Passage) -> Iterator[SceneRecord]:
    """The scenes of the images; raises `FormatError` with the place for what is none."""
    for document in documents(source, shape, passage.losses):
        yield _record(document, passage)


def _record(document: Document, passage: Passage) -> SceneRecord:
    value, place = document.value, document.place
    id = text_of(value, "image_id", place, document.key or str(document.number))
    made = Assembly(id, passage)
    for entry in list_of(value, "objects", place):
        _object(made, dict_of(entry, "an object", place), place)
    for entry in list_of(value, "relationships", place):
        link = dict_of(entry, "a relationship", place)
        source, target = text_of(link, "subject_id", place), text_of(link, "object_id", place)
        made.relation(source, target, text_of(link, "predicate", place).lower())
    return SceneRecord(id, made.graph())


def _object(made: Assembly, thing: Mapping[str, Any], place: str) -> None:
    key = text_of(thing, "object_id", place)
    names = [str(name) for name in list_of(thing, "names", place)] or [text_of(thing, "name", place, "")]
    if not made.object(key, names[0]):
        return
    losses = made.passage.losses
    losses.add(made.scene, "other names of an object", names[-1], len(names) - 1)
    losses.add(made.scene, "boxes", names[0], int(any(side in thing for side in BOX)))
    synsets = list_of(thing, "synsets", place)
    losses.add(made.scene, "synsets", str(synsets[0]) if synsets else "", len(synsets))
    for mark in list_of(thing, "attributes", place):
        made.attribute(key, text_of({"attributes": mark}, "attributes", place).lower())


def write(scenes: Iterable[SceneRecord], out: BinaryIO, passage: Passage) -> None:
    """One list; ids become numbers, boxes are left out, since nobody knows where the objects are."""
    image = thing = 0
    out.write(b"[")
    for number, scene in enumerate(scenes):
        out.write(b",\n" if number else b"\n")
        note(scene, passage, holds=("object ids",))
        image = int(scene.id) if scene.id.isdecimal() and len(scene.id) < 19 else image + 1
        if str(image) != scene.id:
            passage.losses.add(scene.id, "scene ids", scene.id)
        ids = {item.id: thing + i for i, item in enumerate(scene.graph.objects, start=1)}
        thing += len(ids)
        out.write(orjson.dumps({"image_id": image, **_plain(scene, ids)}))
    out.write(b"\n]\n")


def _plain(scene: SceneRecord, ids: Mapping[str, int]) -> dict[str, Any]:
    graph = scene.graph
    objects = [
        {"object_id": ids[o.id], "names": [o.name], "attributes": [mark.value for mark in graph.attributes_of[o.id]]}
        for o in graph.objects
    ]
    links = [
        {"relationship_id": i, "subject_id": ids[r.source], "predicate": r.phrase, "object_id": ids[r.target]}
        for i, r in enumerate(graph.relations, start=1)
    ]
    return {"objects": objects, "relationships": links}
