"""What can be named: objects, attributes, relations and scene attributes, each with its kind and what it excludes.

A taxonomy is a JSON table under `assets/taxonomy/`. Try it: `python -c "from engine.taxonomy import load; print(load('pocket'))"`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import networkx as nx

from engine.errors import GraphError, TaxonomyError, UnknownWord, show
from engine.graph import SceneGraph

TABLES = Path(__file__).resolve().parents[2] / "assets" / "taxonomy"


@dataclass(frozen=True, slots=True)
class Noun:
    """An object word: singular `name`, `plural`, and the kind of thing it is."""

    name: str
    plural: str
    kind: str


@dataclass(frozen=True, slots=True)
class AttributeKind:
    """A kind of attribute and its values; `exclusive` means an object has at most one of them."""

    name: str
    values: tuple[str, ...]
    exclusive: bool
    question: str


@dataclass(frozen=True, slots=True)
class RelationWord:
    """A phrase that fits "X is PHRASE Y".

    `opposite` is a phrase that is false of the same two objects whenever this one is true; `axis` and `before`
    say which coordinate it orders and whether the source comes first (left and above come first).
    """

    phrase: str
    kind: str
    opposite: str | None = None
    axis: str | None = None
    before: bool = True


@dataclass(frozen=True, slots=True)
class SceneKind:
    """A kind of scene attribute: value -> phrase that fits "The scene is PHRASE"."""

    name: str
    phrases: Mapping[str, str]
    question: str


@dataclass(frozen=True)
class Taxonomy:
    """All words of one world, in fixed order; `max_objects` bounds what its pictures can hold."""

    name: str
    version: str
    nouns: tuple[Noun, ...]
    attribute_kinds: tuple[AttributeKind, ...]
    relation_words: tuple[RelationWord, ...]
    scene_kinds: tuple[SceneKind, ...]
    max_objects: int | None = None

    @cached_property
    def noun(self) -> dict[str, Noun]:
        """Name -> noun."""
        return {noun.name: noun for noun in self.nouns}

    @cached_property
    def singular(self) -> dict[str, str]:
        """Plural -> name."""
        return {noun.plural: noun.name for noun in self.nouns}

    @cached_property
    def attribute_kind(self) -> dict[str, AttributeKind]:
        """Kind name -> kind."""
        return {kind.name: kind for kind in self.attribute_kinds}

    @cached_property
    def kind_of_value(self) -> dict[str, str]:
        """Attribute value -> kind name."""
        return {value: kind.name for kind in self.attribute_kinds for value in kind.values}

    @cached_property
    def relation(self) -> dict[str, RelationWord]:
        """Phrase -> relation word."""
        return {word.phrase: word for word in self.relation_words}

    @cached_property
    def scene_kind(self) -> dict[str, SceneKind]:
        """Scene attribute kind name -> kind."""
        return {kind.name: kind for kind in self.scene_kinds}

    @cached_property
    def max_attributes(self) -> int | None:
        """How many attributes one object can carry, when every kind is exclusive; None when there is no bound."""
        kinds = self.attribute_kinds
        return len(kinds) if all(kind.exclusive for kind in kinds) else None

    def __repr__(self) -> str:
        parts = len(self.nouns), sum(len(k.values) for k in self.attribute_kinds), len(self.relation_words)
        return f"Taxonomy({self.name!r}, {parts[0]} objects, {parts[1]} attributes, {parts[2]} relations)"

    def check(self, graph: SceneGraph) -> None:
        """Raise `UnknownWord` for a word outside the taxonomy, `GraphError` for a scene nobody could draw."""
        self._check_words(graph)
        self._check_exclusive(graph)
        self._check_order(graph)
        if self.max_objects is not None and len(graph.objects) > self.max_objects:
            raise GraphError(
                f"The {self.name} world draws at most {self.max_objects} objects, this scene has {len(graph.objects)}. "
                f"Remove {len(graph.objects) - self.max_objects}."
            )

    def _check_words(self, graph: SceneGraph) -> None:
        for item in graph.objects:
            _known(item.name, self.noun, "an object")
        for mark in graph.attributes:
            _known(mark.kind, self.attribute_kind, "a kind of attribute")
            _known(mark.value, self.attribute_kind[mark.kind].values, f"a {mark.kind}")
        for link in graph.relations:
            _known(link.phrase, self.relation, "a relation")
        for kind, value in graph.scene_attributes:
            _known(kind, self.scene_kind, "a kind of scene attribute")
            _known(value, self.scene_kind[kind].phrases, f"a {kind}")

    def _check_exclusive(self, graph: SceneGraph) -> None:
        for id, marks in graph.attributes_of.items():
            for kind in {mark.kind for mark in marks}:
                values = [mark.value for mark in marks if mark.kind == kind]
                if len(values) > 1 and self.attribute_kind[kind].exclusive:
                    raise GraphError(
                        f"{show(graph.names[id])} has more than one {kind}: {', '.join(map(show, values))}. Keep one."
                    )

    def _check_order(self, graph: SceneGraph) -> None:
        for axis in sorted({word.axis for word in self.relation_words if word.axis}):
            order = self.order(graph, axis)
            if not nx.is_directed_acyclic_graph(order):
                around = [graph.names[edge[0]] for edge in nx.find_cycle(order)]
                phrases = sorted({r.phrase for r in graph.relations if self.relation[r.phrase].axis == axis})
                raise GraphError(
                    f"No picture can meet these relations ({', '.join(map(show, phrases))}): they lead around in a "
                    f"circle, {' → '.join(around + around[:1])}. Remove or turn one of them."
                )

    def order(self, graph: SceneGraph, axis: str) -> nx.DiGraph:
        """The objects with an edge a -> b wherever a relation says that a comes before b on `axis`."""
        net = nx.DiGraph()
        net.add_nodes_from(item.id for item in graph.objects)
        for link in graph.relations:
            word = self.relation[link.phrase]
            if word.axis == axis:
                net.add_edge(*((link.source, link.target) if word.before else (link.target, link.source)))
        return net


def _known(word: str, known: Iterable[str], what: str) -> None:
    if word not in known:
        raise UnknownWord(word, what=what, known=known)


@cache
def load(name: str = "pocket") -> Taxonomy:
    """The taxonomy `assets/taxonomy/NAME.json`; raises `TaxonomyError` when there is none or it is malformed."""
    path = TABLES / f"{name}.json"
    if not name.isidentifier() or not path.is_file():
        names = ", ".join(sorted(file.stem for file in TABLES.glob("*.json")))
        raise TaxonomyError(f"There is no taxonomy {show(name)}. Known ones: {names}.")
    try:
        return _from_table(json.loads(path.read_text(encoding="utf-8")))
    except (KeyError, TypeError, ValueError) as error:
        raise TaxonomyError(
            f"The taxonomy {show(name)} is damaged ({error}). Restore {path.name} from the release."
        ) from error


def _from_table(table: Mapping[str, Any]) -> Taxonomy:
    return Taxonomy(
        name=table["name"],
        version=table["version"],
        max_objects=table.get("max_objects"),
        nouns=tuple(Noun(row["name"], row["plural"], row["kind"]) for row in table["objects"]),
        attribute_kinds=tuple(
            AttributeKind(row["kind"], tuple(row["values"]), row["exclusive"], row["question"])
            for row in table["attributes"]
        ),
        relation_words=tuple(RelationWord(**row) for row in table["relations"]),
        scene_kinds=tuple(
            SceneKind(row["kind"], dict(row["values"]), row["question"]) for row in table["scene_attributes"]
        ),
    )
