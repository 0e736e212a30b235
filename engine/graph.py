"""SceneGraph, the value everything else is about: objects, their attributes, relations, and scene attributes.

Frozen and validated when built; equal graphs up to renaming of the objects have the same hash.
Try it: `python -c "from engine.graph import *; print(SceneGraph((Object('a', 'dog'),)).hash)"`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import networkx as nx

from engine.errors import FormatError, GraphError, show
from engine.hashing import content_hash

SCHEMA = 1
MAX_OBJECTS = 64
MAX_PARTS = 512
MAX_TEXT = 80


@dataclass(frozen=True, slots=True)
class Object:
    """A thing in the scene: `id` unique in its graph, `name` a plain word, `sense` where spelling is not enough."""

    id: str
    name: str
    sense: str | None = None


@dataclass(frozen=True, slots=True)
class Attribute:
    """What an object is like: the id of the object, a kind (`colour`) and a value (`red`)."""

    object: str
    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Relation:
    """How `source` stands to `target` (both object ids); `phrase` fits "source is PHRASE target"."""

    source: str
    target: str
    kind: str
    phrase: str


@dataclass(frozen=True)
class SceneGraph:
    """A scene without pictures (arXiv 2412.08221, section 2.1); scene attributes are (kind, value) pairs.

    Complexity counts objects, attributes and relations, never scene attributes. Cycles and several relations
    between two objects are legal, since people draw them; what contradicts itself raises `GraphError`.
    """

    objects: tuple[Object, ...]
    attributes: tuple[Attribute, ...] = ()
    relations: tuple[Relation, ...] = ()
    scene_attributes: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        _check_sizes(self)
        _check_texts(self)
        _check_ids(self)
        _check_repeats(self)

    @cached_property
    def names(self) -> dict[str, str]:
        """Object id -> name."""
        return {item.id: item.name for item in self.objects}

    @cached_property
    def attributes_of(self) -> dict[str, tuple[Attribute, ...]]:
        """Object id -> its attributes, in the order of the graph; objects without any have an empty tuple."""
        found: dict[str, list[Attribute]] = {item.id: [] for item in self.objects}
        for attribute in self.attributes:
            found[attribute.object].append(attribute)
        return {key: tuple(values) for key, values in found.items()}

    @property
    def complexity(self) -> int:
        """Objects + attributes + relations, as in the paper."""
        return len(self.objects) + len(self.attributes) + len(self.relations)

    @property
    def mean_degree(self) -> float:
        """2 x relations / objects; 0 for an empty graph."""
        return 2 * len(self.relations) / len(self.objects) if self.objects else 0.0

    @property
    def components(self) -> int:
        """Number of weakly connected components of the relations among objects."""
        return int(nx.number_weakly_connected_components(self._arcs())) if self.objects else 0

    @property
    def acyclic(self) -> bool:
        """True when no chain of relations comes back to where it began."""
        return bool(nx.is_directed_acyclic_graph(self._arcs()))

    @cached_property
    def hash(self) -> str:
        """`g2:` and 32 hex digits over spellings and shape, the same for every renaming and order of the objects."""
        place = {item.id: i for i, item in enumerate(self.objects)}
        marks = self.attributes_of
        return content_hash(
            [(item.name, [mark.value for mark in marks[item.id]]) for item in self.objects],
            [(place[link.source], link.phrase, place[link.target]) for link in self.relations],
            self.scene_attributes,
        )

    def elements(self) -> tuple[str, ...]:
        """The id of every element: `o:ID`, `a:ID:KIND:VALUE`, `r:SOURCE:PHRASE:TARGET`, `s:KIND`."""
        return (
            *(object_element(item.id) for item in self.objects),
            *(attribute_element(item) for item in self.attributes),
            *(relation_element(item) for item in self.relations),
            *(scene_element(kind) for kind, _ in self.scene_attributes),
        )

    def to_dict(self) -> dict[str, Any]:
        """The graph as plain JSON values, with the schema version inside."""
        return {
            "schema": SCHEMA,
            "objects": [
                {"id": o.id, "name": o.name} | ({"sense": o.sense} if o.sense is not None else {}) for o in self.objects
            ],
            "attributes": [{"object": a.object, "kind": a.kind, "value": a.value} for a in self.attributes],
            "relations": [
                {"source": r.source, "target": r.target, "kind": r.kind, "phrase": r.phrase} for r in self.relations
            ],
            "scene_attributes": dict(self.scene_attributes),
        }

    @classmethod
    def from_dict(cls, data: object) -> SceneGraph:
        """Read what `to_dict` wrote; anything else raises `FormatError` or `GraphError` with the offending value."""
        record = _mapping(data, "a scene graph")
        schema = record.get("schema", SCHEMA)
        if schema != SCHEMA:
            raise FormatError(
                f"This scene graph has schema {show(schema)}; this program reads schema {SCHEMA}. Update it."
            )
        scene = _mapping(record.get("scene_attributes", {}), "scene_attributes")
        return cls(
            objects=tuple(
                Object(_text(o, "id"), _text(o, "name"), _optional(o, "sense")) for o in _rows(record, "objects")
            ),
            attributes=tuple(
                Attribute(_text(a, "object"), _text(a, "kind"), _text(a, "value")) for a in _rows(record, "attributes")
            ),
            relations=tuple(
                Relation(_text(r, "source"), _text(r, "target"), _text(r, "kind"), _text(r, "phrase"))
                for r in _rows(record, "relations")
            ),
            scene_attributes=tuple((str(kind), _text(scene, kind)) for kind in scene),
        )

    def to_networkx(self) -> nx.MultiDiGraph:
        """Nodes are objects (`name`, `sense`) and attributes (`kind`, `value`), told apart by `type`; edges likewise."""
        net = nx.MultiDiGraph(scene_attributes=dict(self.scene_attributes))
        for item in self.objects:
            net.add_node(object_element(item.id), type="object", id=item.id, name=item.name, sense=item.sense)
        for mark in self.attributes:
            key = attribute_element(mark)
            net.add_node(key, type="attribute", object=mark.object, kind=mark.kind, value=mark.value)
            net.add_edge(object_element(mark.object), key, key=key, type="attribute")
        for link in self.relations:
            ends = object_element(link.source), object_element(link.target)
            net.add_edge(*ends, key=relation_element(link), type="relation", kind=link.kind, phrase=link.phrase)
        return net

    @classmethod
    def from_networkx(cls, net: nx.MultiDiGraph) -> SceneGraph:
        """The inverse of `to_networkx`."""
        nodes = list(net.nodes(data=True))
        edges = [(s, t, d) for s, t, d in net.edges(data=True) if d.get("type") == "relation"]
        return cls(
            objects=tuple(Object(d["id"], d["name"], d.get("sense")) for _, d in nodes if d["type"] == "object"),
            attributes=tuple(
                Attribute(d["object"], d["kind"], d["value"]) for _, d in nodes if d["type"] == "attribute"
            ),
            relations=tuple(
                Relation(net.nodes[s]["id"], net.nodes[t]["id"], d["kind"], d["phrase"]) for s, t, d in edges
            ),
            scene_attributes=tuple(net.graph.get("scene_attributes", {}).items()),
        )

    def _arcs(self) -> nx.DiGraph:
        net = nx.DiGraph()
        net.add_nodes_from(item.id for item in self.objects)
        net.add_edges_from((link.source, link.target) for link in self.relations)
        return net


# --- element ids ------------------------------------------------------------------------------------------------------


def object_element(id: str) -> str:
    """Element id of an object."""
    return f"o:{id}"


def attribute_element(attribute: Attribute) -> str:
    """Element id of an attribute."""
    return f"a:{attribute.object}:{attribute.kind}:{attribute.value}"


def relation_element(relation: Relation) -> str:
    """Element id of a relation."""
    return f"r:{relation.source}:{relation.phrase}:{relation.target}"


def scene_element(kind: str) -> str:
    """Element id of a scene attribute."""
    return f"s:{kind}"


# --- checks, one sentence each ----------------------------------------------------------------------------------------


def _check_sizes(graph: SceneGraph) -> None:
    if len(graph.objects) > MAX_OBJECTS:
        raise GraphError(f"A scene holds at most {MAX_OBJECTS} objects, this one {len(graph.objects)}. Remove some.")
    parts = len(graph.attributes) + len(graph.relations) + len(graph.scene_attributes)
    if parts > MAX_PARTS:
        raise GraphError(f"A scene holds at most {MAX_PARTS} attributes and relations, this one {parts}. Remove some.")


def _check_texts(graph: SceneGraph) -> None:
    for what, text in _texts(graph):
        if not text or text != text.strip() or not text.isprintable():
            raise GraphError(f"{what} {show(text)} is empty or has stray spaces or control characters. Type it again.")
        if len(text) > MAX_TEXT:
            raise GraphError(f"{what} {show(text)} has {len(text)} characters; at most {MAX_TEXT} fit. Shorten it.")


def _texts(graph: SceneGraph) -> Iterator[tuple[str, str]]:
    for item in graph.objects:
        yield "The object id", item.id
        yield "The object name", item.name
    for mark in graph.attributes:
        yield "The attribute kind", mark.kind
        yield "The attribute", mark.value
    for link in graph.relations:
        yield "The relation kind", link.kind
        yield "The relation", link.phrase
    for kind, value in graph.scene_attributes:
        yield "The scene attribute kind", kind
        yield "The scene attribute", value


def _check_ids(graph: SceneGraph) -> None:
    ids = [item.id for item in graph.objects]
    for id in _repeated(ids):
        raise GraphError(f"Two objects have the id {show(id)}. Give each object an id of its own.")
    known = set(ids)
    for mark in graph.attributes:
        if mark.object not in known:
            raise GraphError(
                f"The attribute {show(mark.value)} belongs to {show(mark.object)}, and no object has that id."
            )
    for link in graph.relations:
        for end in (link.source, link.target):
            if end not in known:
                raise GraphError(f"The relation {show(link.phrase)} refers to {show(end)}, and no object has that id.")
        if link.source == link.target:
            name = graph.names[link.source]
            raise GraphError(f"{show(name)} cannot be {show(link.phrase)} itself. Choose another object.")


def _check_repeats(graph: SceneGraph) -> None:
    for value in _repeated((mark.object, mark.value) for mark in graph.attributes):
        raise GraphError(f"{show(graph.names[value[0]])} is {show(value[1])} twice. Remove one of the two.")
    for ends in _repeated((link.source, link.phrase, link.target) for link in graph.relations):
        names = graph.names[ends[0]], graph.names[ends[2]]
        raise GraphError(f"{show(names[0])} is {show(ends[1])} {show(names[1])} twice. Remove one of the two.")
    for kind in _repeated(kind for kind, _ in graph.scene_attributes):
        raise GraphError(f"The scene has two values for {show(kind)}. Keep one.")


def _repeated(values: Iterable[Any]) -> list[Any]:
    return [value for value, times in Counter(values).items() if times > 1]


# --- reading plain values ---------------------------------------------------------------------------------------------


def _mapping(data: object, what: str) -> Mapping[str, Any]:
    if not isinstance(data, Mapping):
        raise FormatError(
            f"Expected {what} as a JSON object with named fields, got {type(data).__name__} {show(data)}."
        )
    return data


def _rows(record: Mapping[str, Any], field: str) -> list[Mapping[str, Any]]:
    rows = record.get(field, [])
    if not isinstance(rows, list | tuple):
        raise FormatError(f"{show(field)} has to be a list, got {type(rows).__name__} {show(rows)}.")
    if len(rows) > MAX_PARTS:
        raise FormatError(f"{show(field)} has {len(rows)} entries; at most {MAX_PARTS} are read.")
    return [_mapping(row, f"each entry of {show(field)}") for row in rows]


def _text(row: Mapping[str, Any], field: str) -> str:
    value = row.get(field)
    if not isinstance(value, str):
        raise FormatError(
            f"{show(field)} has to be text, got {type(value).__name__} {show(value)} in {show(dict(row))}."
        )
    return value


def _optional(row: Mapping[str, Any], field: str) -> str | None:
    return None if row.get(field) is None else _text(row, field)
