"""Graph to text and back: a caption in plain sentences with the span of every element, and its parser.

`caption(graph)` says each object once with "a", later with "the", tells duplicates apart and counts those that no
relation names; `parse(text)` inverts it. Try it: `python cli.py parse "A large red dog is above a tree."`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import networkx as nx

from engine.graph import (
    Attribute,
    Relation,
    SceneGraph,
    attribute_element,
    object_element,
    relation_element,
    scene_element,
)
from engine.taxonomy import Taxonomy
from engine.wording import article, number, ordered, ordinal

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Caption:
    """A caption; `spans` maps each element id to its (start, end) character ranges, first mention first."""

    text: str
    spans: Mapping[str, tuple[Span, ...]]
    mentions: tuple[str, ...]
    """Object ids in the order of their first mention."""


@dataclass
class _Writer:
    """Text so far, and which characters say which element."""

    text: str = ""
    spans: dict[str, list[Span]] = field(default_factory=lambda: defaultdict(list))
    mentions: list[str] = field(default_factory=list)

    def say(self, words: str, *elements: str) -> None:
        start = len(self.text)
        self.text += words
        for element in elements:
            self.spans[element].append((start, len(self.text)))

    def mark(self, start: int, *elements: str) -> None:
        for element in elements:
            self.spans[element].append((start, len(self.text)))


def caption(graph: SceneGraph, taxonomy: Taxonomy) -> Caption:
    """The caption of a graph (arXiv 2412.08221, step 4), deterministic; an empty graph has an empty caption."""
    writer = _Writer()
    naming = _Naming(graph, taxonomy)
    said: set[str] = set()
    relations = _by_source(graph)
    for id in _reading_order(graph):
        if relations[id]:
            _relation_sentence(writer, naming, id, relations[id], said)
    _existence_sentence(writer, naming, [o.id for o in graph.objects if o.id not in said])
    _scene_sentence(writer, graph, taxonomy)
    text = _capitalised(writer.text)
    return Caption(text, {key: tuple(spans) for key, spans in writer.spans.items()}, tuple(writer.mentions))


# --- how an object is named -------------------------------------------------------------------------------------------


class _Naming:
    """Decides for each object what makes it unmistakable: its name, its attributes, or an ordinal."""

    def __init__(self, graph: SceneGraph, taxonomy: Taxonomy) -> None:
        self.graph, self.taxonomy = graph, taxonomy
        self.groups: dict[str, list[str]] = defaultdict(list)
        for item in graph.objects:
            self.groups[item.name].append(item.id)
        self.marks = {id: self._ordered(graph.attributes_of[id]) for id in graph.names}
        self.ordinals: dict[str, int] = {}
        self.used: dict[str, int] = defaultdict(int)

    def _ordered(self, marks: Sequence[Attribute]) -> tuple[Attribute, ...]:
        by_pair = {(mark.kind, mark.value): mark for mark in marks}
        return tuple(by_pair[pair] for pair in ordered(list(by_pair), self.taxonomy))

    def ambiguous(self, name: str) -> bool:
        """Attributes alone do not tell the things of this name apart."""
        return ambiguous([frozenset(m.value for m in self.marks[id]) for id in self.groups[name]])

    def countable(self, ids: Sequence[str]) -> list[list[str]]:
        """The ids in groups of things that are said together, "two red dogs": same words, and none of them elsewhere."""
        groups: dict[tuple[str, tuple[str, ...]], list[str]] = {}
        for id in ids:
            groups.setdefault((self.graph.names[id], tuple(m.value for m in self.marks[id])), []).append(id)
        found: list[list[str]] = []
        for (name, _), members in groups.items():
            alike = len({tuple(m.value for m in self.marks[id]) for id in self.groups[name]}) == 1
            together = alike and len(members) == len(self.groups[name])
            found += [members] if together else [[id] for id in members]
        return found

    def first(self, writer: _Writer, id: str) -> None:
        """`a large red dog`, or `a first large red dog` where only an ordinal tells it apart."""
        name, start = self.graph.names[id], len(writer.text)
        words = self._count_in(id)
        phrase = " ".join([*words, *(mark.value for mark in self.marks[id]), name])
        writer.say(f"{article(phrase)} " + "".join(word + " " for word in words))
        self._attributes(writer, self.marks[id])
        writer.say(name)
        writer.mark(start, object_element(id))
        writer.mentions.append(id)

    def again(self, writer: _Writer, id: str) -> None:
        """`the dog`, `the red dog` or `the second dog`."""
        name, start = self.graph.names[id], len(writer.text)
        writer.say("the ")
        if id in self.ordinals:
            writer.say(ordinal(self.ordinals[id]) + " ")
        elif len(self.groups[name]) > 1:
            self._attributes(writer, self.marks[id])
        writer.say(name)
        writer.mark(start, object_element(id))

    def counted(self, writer: _Writer, ids: Sequence[str]) -> None:
        """`two red dogs`."""
        noun = self.taxonomy.noun.get(self.graph.names[ids[0]])
        start = len(writer.text)
        writer.say(number(len(ids)) + " ")
        for marks in zip(*(self.marks[id] for id in ids), strict=True):
            writer.say(marks[0].value, *(attribute_element(mark) for mark in marks))
            writer.say(" ")
        writer.say(noun.plural if noun else self.graph.names[ids[0]] + "s")
        writer.mark(start, *(object_element(id) for id in ids))
        writer.mentions += ids

    def _count_in(self, id: str) -> list[str]:
        name = self.graph.names[id]
        if len(self.groups[name]) == 1 or not self.ambiguous(name):
            return []
        self.used[name] += 1
        self.ordinals[id] = self.used[name]
        return [ordinal(self.used[name])]

    def _attributes(self, writer: _Writer, marks: Sequence[Attribute]) -> None:
        for mark in marks:
            writer.say(mark.value, attribute_element(mark))
            writer.say(" ")


def ambiguous(groups: Sequence[frozenset[str]]) -> bool:
    """True when one set of attribute values is contained in another, so that "the red dog" could mean both."""
    return any(a <= b for i, a in enumerate(groups) for j, b in enumerate(groups) if i != j)


# --- sentences --------------------------------------------------------------------------------------------------------


def _by_source(graph: SceneGraph) -> dict[str, list[Relation]]:
    found: dict[str, list[Relation]] = {item.id: [] for item in graph.objects}
    for link in graph.relations:
        found[link.source].append(link)
    return found


def _reading_order(graph: SceneGraph) -> list[str]:
    """Sources before targets where the graph has no cycle, otherwise the order of the graph."""
    place = {item.id: i for i, item in enumerate(graph.objects)}
    if not graph.acyclic:
        return list(place)
    net = nx.DiGraph([(link.source, link.target) for link in graph.relations])
    net.add_nodes_from(place)
    return list(nx.lexicographical_topological_sort(net, key=place.__getitem__))


def _relation_sentence(
    writer: _Writer, naming: _Naming, source: str, links: Sequence[Relation], said: set[str]
) -> None:
    start = _begin(writer)
    _mention(writer, naming, source, said)
    writer.say(" is ")
    for i, link in enumerate(links):
        from_here = start if i == 0 else len(writer.text)
        writer.say(link.phrase + " ")
        _mention(writer, naming, link.target, said)
        writer.mark(from_here, relation_element(link))
        writer.say(_joint(i, len(links)))
    writer.say(".")


def _mention(writer: _Writer, naming: _Naming, id: str, said: set[str]) -> None:
    if id in said:
        naming.again(writer, id)
    else:
        said.add(id)
        naming.first(writer, id)


def _existence_sentence(writer: _Writer, naming: _Naming, ids: Sequence[str]) -> None:
    groups = naming.countable(ids)
    if not groups:
        return
    _begin(writer)
    writer.say("there are " if len(groups[0]) > 1 else "there is ")
    for i, group in enumerate(groups):
        if len(group) > 1:
            naming.counted(writer, group)
        else:
            naming.first(writer, group[0])
        writer.say(_joint(i, len(groups)))
    writer.say(".")


def _scene_sentence(writer: _Writer, graph: SceneGraph, taxonomy: Taxonomy) -> None:
    if not graph.scene_attributes:
        return
    place = {kind.name: i for i, kind in enumerate(taxonomy.scene_kinds)}
    scene = sorted(graph.scene_attributes, key=lambda pair: place.get(pair[0], len(place)))
    _begin(writer)
    writer.say("the scene is ")
    for i, (kind, value) in enumerate(scene):
        words = taxonomy.scene_kind[kind].phrases.get(value, value) if kind in taxonomy.scene_kind else value
        writer.say(words, scene_element(kind))
        writer.say(_joint(i, len(scene)))
    writer.say(".")


def _joint(i: int, count: int) -> str:
    return "" if i == count - 1 else " and " if i == count - 2 else ", "


def _begin(writer: _Writer) -> int:
    if writer.text:
        writer.say(" ")
    return len(writer.text)


def _capitalised(text: str) -> str:
    """Every sentence with a capital; lengths stay, so spans stay."""
    pieces = [piece[:1].upper() + piece[1:] for piece in text.split(". ")]
    return ". ".join(pieces)
