"""The JSON of the paper's release: `{index: {prompt, scene_attributes, scene_graph: {nodes, edges}}}`.

Holds caption, senses, kinds, scene attributes and one relation for each ordered pair; no questions.
Try it: `python cli.py convert scenes.jsonl prompts.json --to paper`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, BinaryIO

import orjson

from engine.errors import FormatError, show
from engine.graph import Object, Relation, SceneGraph
from engine.interchange.assemble import Assembly, Passage, dict_of, list_of, text_of
from engine.interchange.leftovers import note
from engine.interchange.record import SceneRecord
from engine.interchange.said import captioned
from engine.interchange.stream import Document, Source, documents
from engine.taxonomy import paper, scenery

HOLDS = ("captions", "senses", "scene attributes", "kinds of attributes", "kinds of relations", "object ids")


def read(source: Source, shape: str, passage: Passage) -> Iterator[SceneRecord]:
    """The scenes of a prompts file; raises `FormatError` with the place for what is none."""
    for document in documents(source, shape, passage.losses):
        yield _record(document, passage)


def _record(document: Document, passage: Passage) -> SceneRecord:
    value, place = document.value, document.place
    id = document.key or text_of(value, "id", place, str(document.number))
    graph = dict_of(value.get("scene_graph"), "“scene_graph”", place)
    made = Assembly(id, passage)
    nodes = [_node(entry, place) for entry in list_of(graph, "nodes", place)]
    values = {key: fields for key, fields in nodes if fields.get("type") == "attribute_node"}
    for key, fields in nodes:
        if fields.get("type") == "object_node":
            made.object(key, *_spelled(text_of(fields, "value", place)))
        elif key not in values:
            passage.losses.add(id, "nodes of an unknown type", key)
    for source, target, fields in (_edge(entry, place) for entry in list_of(graph, "edges", place)):
        if fields.get("type") == "relation_edge":
            made.relation(source, target, text_of(fields, "value", place).replace("_", " "), _kind(fields, place))
        elif target in values:
            mark = values.pop(target)
            made.attribute(source, text_of(mark, "value", place), _kind(mark, place))
        else:
            passage.losses.add(id, "edges of an unknown type", f"{source}, {target}")
    passage.losses.add(id, "attributes of no object", next(iter(values), ""), len(values))
    for key, said in dict_of(value.get("scene_attributes") or {}, "“scene_attributes”", place).items():
        made.scenery(scenery.NAMES.get(key, key), text_of({key: said}, key, place))
    caption = value.get("prompt")
    return SceneRecord(id, made.graph(), text_of(value, "prompt", place) if caption is not None else None)


def _node(entry: Any, place: str) -> tuple[str, Mapping[str, Any]]:
    if isinstance(entry, list) and len(entry) == 2 and isinstance(entry[0], str) and isinstance(entry[1], Mapping):
        return entry[0], entry[1]
    raise FormatError(f"{place}: the node {show(entry)} has to be [id, fields]. Mend it.")


def _edge(entry: Any, place: str) -> tuple[str, str, Mapping[str, Any]]:
    if isinstance(entry, list) and len(entry) == 3 and isinstance(entry[2], Mapping):
        return str(entry[0]), str(entry[1]), entry[2]
    raise FormatError(f"{place}: the edge {show(entry)} has to be [id, id, fields]. Mend it.")


def _kind(fields: Mapping[str, Any], place: str) -> str | None:
    return text_of(fields, "value_type", place) if fields.get("value_type") else None


def _spelled(value: str) -> tuple[str, str | None]:
    """ "van_(car)" or "van (car)" -> "van", sense "car"."""
    words = value.replace("_", " ").strip()
    name, bracket, sense = words.removesuffix(")").rpartition(" (")
    return (name, sense) if bracket and words.endswith(")") and name else (words, None)


# --- out --------------------------------------------------------------------------------------------------------------


def write(scenes: Iterable[SceneRecord], out: BinaryIO, passage: Passage) -> None:
    """One object, a scene after the other; ids that come twice get a number."""
    used: set[str] = set()
    out.write(b"{")
    for scene, caption in captioned(scenes, passage.taxonomy):
        out.write(b",\n" if used else b"\n")
        key = scene.id
        while key in used:
            key += "+"
        used.add(key)
        note(scene, passage, holds=HOLDS)
        _note_second_relations(scene, passage)
        out.write(orjson.dumps(key) + b": " + orjson.dumps(entry(scene.graph, caption)))
    out.write(b"\n}\n")


def _note_second_relations(scene: SceneRecord, passage: Passage) -> None:
    kept = _single(scene.graph)
    second = [link.phrase for link in scene.graph.relations if link not in kept]
    passage.losses.add(scene.id, "second relations between two objects", next(iter(second), ""), len(second))


def entry(graph: SceneGraph, caption: str) -> dict[str, Any]:
    """A graph as a prompts file has it: prompt, scene attributes by their keys, nodes and edges as networkx lists them.

    Of several relations from one object to another the first is kept, since a graph of the release has no more.
    """
    attributes = {scenery.KEYS.get(kind, kind): value for kind, value in graph.scene_attributes}
    nodes, edges = _net(graph)
    return {"prompt": caption, "scene_attributes": attributes, "scene_graph": {"nodes": nodes, "edges": edges}}


def _net(graph: SceneGraph) -> tuple[list[Any], list[Any]]:
    """Nodes: objects, then attributes. Edges by their source."""
    ids = {item.id: f"object_{i}" for i, item in enumerate(graph.objects, start=1)}
    nodes: list[Any] = [[ids[o.id], {"type": "object_node", "value": _value(o)}] for o in graph.objects]
    edges: list[Any] = []
    links = _single(graph)
    for i, item in enumerate(graph.objects, start=1):
        for link in links:
            if link.source == item.id:
                fields = {"type": "relation_edge", "value_type": link.kind, "value": link.phrase}
                edges.append([ids[link.source], ids[link.target], fields])
        for k, mark in enumerate(graph.attributes_of[item.id], start=1):
            key = f"attribute|{i}|{k}"
            kind = paper.CATEGORIES.get(mark.kind, mark.kind)
            nodes.append([key, {"type": "attribute_node", "value_type": kind, "value": mark.value}])
            edges.append([ids[item.id], key, {"type": "attribute_edge"}])
    return nodes, edges


def _single(graph: SceneGraph) -> list[Relation]:
    """The first relation of each ordered pair."""
    found: dict[tuple[str, str], Relation] = {}
    for link in graph.relations:
        found.setdefault((link.source, link.target), link)
    return list(found.values())


def _value(item: Object) -> str:
    return item.name.replace(" ", "_") + (f" ({item.sense})" if item.sense else "")
