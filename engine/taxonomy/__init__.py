"""What can be named: objects, attributes, relations and scene attributes, each with its kind and what it excludes.

`load("pocket")`, `load("full")` and `load(FOLDER)` give a `Taxonomy`; `.choose(...)` narrows what is drawn from it.
Try it: `python -c "from engine.taxonomy import load; print(load('pocket'))"`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path

import networkx as nx

from engine.errors import GraphError, TaxonomyError, UnknownWord, show
from engine.graph import SceneGraph
from engine.taxonomy.foils import FOILS, book
from engine.taxonomy.words import AttributeKind, Choice, Kind, Noun, RelationWord, SceneKind

__all__ = [
    "FOILS",
    "TABLES",
    "AttributeKind",
    "Choice",
    "Kind",
    "Noun",
    "RelationWord",
    "SceneKind",
    "Taxonomy",
    "load",
    "names",
]

TABLES = Path(__file__).resolve().parents[2] / "assets" / "taxonomy"


@dataclass(frozen=True, eq=False)
class Taxonomy:
    """All words of one world, in fixed order; `max_objects` bounds what its pictures can hold.

    `kinds` is the tree that nouns hang in (empty where words have no kinds of things); `hypernyms` maps a synset to
    its parent and to the words that name it; `choice` says which words are drawn.
    """

    name: str
    version: str
    nouns: tuple[Noun, ...]
    attribute_kinds: tuple[AttributeKind, ...]
    relation_words: tuple[RelationWord, ...]
    scene_kinds: tuple[SceneKind, ...]
    max_objects: int | None = None
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    hypernyms: Mapping[str, tuple[str | None, tuple[str, ...]]] = field(default_factory=dict)
    choice: Choice = field(default_factory=Choice)

    # -- looking words up

    @cached_property
    def noun(self) -> dict[str, Noun]:
        """Name -> noun; of several senses the one that is drawn by default, otherwise the first."""
        found: dict[str, Noun] = {}
        for noun in self.nouns:
            known = found.get(noun.name)
            if known is None or (known.switch and not noun.switch):
                found[noun.name] = noun
        return found

    @cached_property
    def singular(self) -> dict[str, str]:
        """Plural -> name."""
        found: dict[str, str] = {}
        for name, noun in self.noun.items():
            found.setdefault(noun.plural, name)
        return found

    @cached_property
    def attribute_kind(self) -> dict[str, AttributeKind]:
        """Kind name -> kind."""
        return {kind.name: kind for kind in self.attribute_kinds}

    @cached_property
    def kind_of_value(self) -> dict[str, str]:
        """Attribute value -> kind name, the first kind that has it."""
        found: dict[str, str] = {}
        for kind in self.attribute_kinds:
            for value in kind.values:
                found.setdefault(value, kind.name)
        return found

    @cached_property
    def attribute_place(self) -> dict[str, int]:
        """Attribute kind -> its place in the order in which English says adjectives."""
        return {kind.name: i for i, kind in enumerate(self.attribute_kinds)}

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

    # -- kinds of things

    @cached_property
    def _above(self) -> dict[str, frozenset[str]]:
        """Kind -> itself and everything above it."""
        found: dict[str, frozenset[str]] = {}
        for name in self.kinds:
            line, at = [], name
            while at and at not in line:
                line.append(at)
                at = self.kinds[at].parent or "" if at in self.kinds else ""
            found[name] = frozenset(line)
        return found

    def above(self, kind: str) -> frozenset[str]:
        """The kind itself and all kinds above it in the tree."""
        return self._above.get(kind) or frozenset((kind,))

    def accepts(self, applies: tuple[str, ...], kind: str) -> bool:
        """Whether a thing of this kind is among `applies`; the most specific entry decides, `!kind` excludes."""
        if not applies or not self.kinds:
            return True
        at: str | None = kind
        while at:
            if "!" + at in applies:
                return False
            if at in applies:
                return True
            at = self.kinds[at].parent if at in self.kinds else None
        return all(entry.startswith("!") for entry in applies)

    def fits(self, noun: Noun, kind: str, value: str) -> bool:
        """Whether an attribute can be said of such a thing: no wooden water."""
        about = self.attribute_kind[kind]
        return self.accepts(about.narrow.get(value, about.applies), noun.kind)

    def line_of(self, noun: Noun) -> tuple[str, ...]:
        """Synsets from the noun up to the root; empty where the taxonomy has no hypernyms."""
        line, at = [], noun.synset
        while at is not None and at not in line:
            line.append(at)
            at = self.hypernyms[at][0] if at in self.hypernyms else None
        return tuple(line)

    # -- wrong answers that could be right

    def foils(self, name: str) -> tuple[str, ...]:
        """Up to three other objects of the same kind, the same ones every time, none of them above or below it."""
        return book(self).objects(name)

    def other_values(self, kind: str, value: str, thing: str = "") -> tuple[str, ...]:
        """Up to three values of an attribute kind that fit a thing of kind `thing` and are far from this one."""
        return book(self).values(kind, value, thing)

    def other_scenes(self, kind: str, value: str) -> tuple[str, ...]:
        """Up to three other values of a scene attribute kind that are far from this one."""
        return book(self).scenes(kind, value)

    # -- what is drawn

    def is_on(self, switch: str) -> bool:
        """Whether words behind this switch are drawn; the empty switch always is."""
        return not switch or switch in self.choice.switches

    def choose(self, choice: Choice) -> Taxonomy:
        """The same words, drawn differently; raises `TaxonomyError` for switches and topics that nobody knows."""
        for switch in sorted(choice.switches - self.switches):
            raise TaxonomyError(
                f"{show(switch)} is not a switch of the {self.name} taxonomy. "
                f"Known ones: {', '.join(sorted(self.switches)) or 'none'}."
            )
        return replace(self, choice=choice)

    @cached_property
    def switches(self) -> frozenset[str]:
        """Every switch that some word is behind."""
        found = {noun.switch for noun in self.nouns} | {word.switch for word in self.relation_words}
        found |= {switch for kind in self.attribute_kinds for switch in kind.switches.values()}
        found |= {switch for kind in self.scene_kinds for switch in kind.switches.values()}
        return frozenset(found - {""})

    # -- what cannot be

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

    @cached_property
    def axes(self) -> tuple[str, ...]:
        """The coordinates that some relation orders."""
        return tuple(sorted({word.axis for word in self.relation_words if word.axis}))

    def circles(self, graph: SceneGraph) -> str | None:
        """The first coordinate on which the relations of a graph lead around in a circle; None for none."""
        for axis in self.axes:
            ordering = [link for link in graph.relations if self.relation[link.phrase].axis == axis]
            if len(ordering) > 1 and not nx.is_directed_acyclic_graph(self.order(graph, axis)):
                return axis
        return None

    def _check_order(self, graph: SceneGraph) -> None:
        axis = self.circles(graph)
        if axis is not None:
            around = [graph.names[edge[0]] for edge in nx.find_cycle(self.order(graph, axis))]
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
    """The taxonomy of that name or folder: `pocket`, `pocket-video`, `full`, our tables or the paper's metadata in a folder.

    Raises `TaxonomyError` when there is none or it is malformed, with the file and the line.
    """
    from engine.taxonomy import paper, tables

    path, plain = TABLES / f"{name}.json", name.replace("-", "_").isidentifier()
    if plain and path.is_file():
        return tables.from_json(path)
    folder = TABLES / name if plain and (TABLES / name).is_dir() else Path(name)
    if (folder / "nouns.tsv").is_file():
        return tables.from_folder(folder)
    if (folder / "objects.json").is_file():
        return paper.from_folder(folder)
    if name.strip() and folder.is_dir():
        raise TaxonomyError(f"The folder {show(name)} holds neither nouns.tsv nor objects.json. Name another folder.")
    raise TaxonomyError(
        f"There is no taxonomy {show(name)}. Known ones: {', '.join(names())}, or a folder of word lists."
    )


def names() -> tuple[str, ...]:
    """The taxonomies that come with the program."""
    found = {file.stem for file in TABLES.glob("*.json")} | {file.parent.name for file in TABLES.glob("*/nouns.tsv")}
    return tuple(sorted(found))
