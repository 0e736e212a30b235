"""State: what a reader has understood so far; every step makes a new one, so that it can step back.

Try it: `python -m pytest tests/engine/test_parse.py -q`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

from engine.caption.lexicon import Pair
from engine.caption.text import Span
from engine.graph import MAX_TEXT, Attribute, Object, Relation, SceneGraph

Range = tuple[int, int]
"""From one word to before another."""


@dataclass(frozen=True)
class Known:
    """One object found so far; `many` says that its verb is plural."""

    id: str
    name: str
    marks: tuple[Pair, ...] = ()
    ordinal: int | None = None
    many: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """A caption understood; `spans` maps each element id to the character ranges that say it, first mention first."""

    graph: SceneGraph
    spans: Mapping[str, tuple[Span, ...]]


@dataclass(frozen=True)
class State:
    """Objects, relations and scene attributes found so far, and the words that say each element."""

    objects: tuple[Known, ...] = ()
    relations: tuple[Relation, ...] = ()
    scene: tuple[Pair, ...] = ()
    places: tuple[tuple[str, Range], ...] = ()

    def add(self, name: str, marks: tuple[Pair, ...], ordinal: int | None, many: bool) -> tuple[State, Known]:
        """The state with one more object."""
        stem, n = name.replace(" ", "_")[: MAX_TEXT - 4], len(self.objects) + 1
        id = f"{stem}{n}"
        if any(known.id == id for known in self.objects):
            id = f"{stem}_{n}"
        known = Known(id, name, marks, ordinal, many)
        return replace(self, objects=(*self.objects, known)), known

    def mark(self, known: Known, pair: Pair) -> State:
        """The state in which the object has one more attribute."""
        marked = tuple(replace(k, marks=(*k.marks, pair)) if k.id == known.id else k for k in self.objects)
        return replace(self, objects=marked)

    def link(self, relation: Relation) -> State:
        """The state with one more relation."""
        return replace(self, relations=(*self.relations, relation))

    def set(self, pair: Pair) -> State:
        """The state with one more scene attribute."""
        return replace(self, scene=(*self.scene, pair))

    def say(self, *places: tuple[str, Range]) -> State:
        """The state with these places noted."""
        return replace(self, places=(*self.places, *places))

    def graph(self) -> SceneGraph:
        """The scene graph; raises `GraphError` where it contradicts itself."""
        return SceneGraph(
            objects=tuple(Object(known.id, known.name) for known in self.objects),
            attributes=tuple(Attribute(k.id, kind, value) for k in self.objects for kind, value in k.marks),
            relations=self.relations,
            scene_attributes=self.scene,
        )

    def spans(self, places: list[Span]) -> dict[str, tuple[Span, ...]]:
        """Element id -> character ranges, given the characters of each word."""
        found: dict[str, list[Span]] = defaultdict(list)
        for element, (start, end) in self.places:
            found[element].append((places[start][0], places[end - 1][1]))
        return {element: tuple(spans) for element, spans in found.items()}
