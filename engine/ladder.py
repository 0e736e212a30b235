"""Graph-edit ladders: a graph, and graphs ever further from it, each by one edit more than the one before.

A sound judge's score of a picture falls as the graph it is asked about moves away from the drawn one (T2IScoreScore,
arXiv 2404.04251, with edits of the graph as errors). Try it: `python -m pytest tests/engine/test_ladder.py`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from engine.edits import (
    AddRelation,
    ChangeRelation,
    Operation,
    RenameObject,
    SetSceneAttribute,
    apply,
)
from engine.errors import GraphError, UnknownWord
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

RUNGS = 3
"""Edits of a ladder unless it is told otherwise."""
_OTHERS = 8  # how many other words are tried before an element is given up


@dataclass(frozen=True, slots=True)
class Rung:
    """One graph of a ladder: `distance` edits away from the drawn one; `edits` says each in words."""

    distance: int
    graph: SceneGraph
    edits: tuple[str, ...] = ()


def ladder(graph: SceneGraph, taxonomy: Taxonomy, rng: random.Random, *, rungs: int = RUNGS) -> tuple[Rung, ...]:
    """The graph and up to `rungs` graphs at distances 1, 2, 3 ... of it, fewer where it has too little to change.

    Each edit renames an object to an absent one, changes a value, turns a relation around or alters the scene; it
    touches an element that no edit before it touched, so that what is wrong adds up.
    """
    found = [Rung(0, graph)]
    touched: set[str] = set()
    places = [*_places(graph)]
    rng.shuffle(places)
    for place in places:
        if len(found) > rungs:
            break
        last = found[-1]
        if place in touched:
            continue
        step = _edited(last.graph, place, graph, taxonomy, rng)
        if step is not None:
            after, said = step
            touched |= _nearby(graph, place)
            found.append(Rung(last.distance + 1, after, (*last.edits, said)))
    return tuple(found)


def _places(graph: SceneGraph) -> Iterator[str]:
    """What can be edited, as element ids."""
    yield from (object_element(item.id) for item in graph.objects)
    yield from (attribute_element(mark) for mark in graph.attributes)
    yield from (relation_element(link) for link in graph.relations)
    yield from (scene_element(kind) for kind, _ in graph.scene_attributes)


def _nearby(graph: SceneGraph, place: str) -> set[str]:
    """The element and what an edit of it makes wrong with it: all that is said of a renamed object."""
    for item in graph.objects:
        if object_element(item.id) == place:
            marks = {attribute_element(mark) for mark in graph.attributes_of.get(item.id, ())}
            links = {relation_element(r) for r in graph.relations if item.id in (r.source, r.target)}
            return {place} | marks | links
    return {place}


def _edited(
    graph: SceneGraph, place: str, drawn: SceneGraph, taxonomy: Taxonomy, rng: random.Random
) -> tuple[SceneGraph, str] | None:
    for operation, said in _operations(graph, place, drawn, taxonomy, rng):
        try:
            after = operation(graph)
            taxonomy.check(after)
        except (GraphError, UnknownWord):
            continue
        if after.hash != graph.hash:
            return after, said
    return None


_Edit = tuple[Callable[[SceneGraph], SceneGraph], str]


def _operations(
    graph: SceneGraph, place: str, drawn: SceneGraph, taxonomy: Taxonomy, rng: random.Random
) -> Iterator[_Edit]:
    """Edits of one element, best first; each may be refused."""

    def step(operation: Operation) -> Callable[[SceneGraph], SceneGraph]:
        return lambda before: apply(before, operation, taxonomy)

    for item in graph.objects:
        if object_element(item.id) == place:
            for name in _absent(graph, drawn, item.name, taxonomy, rng):
                yield step(RenameObject(item.id, name)), f"{item.name} -> {name}"
    for mark in graph.attributes:
        if attribute_element(mark) == place:
            yield from _values(graph, drawn, mark, taxonomy, rng)
    for link in graph.relations:
        if relation_element(link) == place:
            yield step(_turned(link)), f"{link.phrase} turned around"
    for kind, value in graph.scene_attributes:
        if scene_element(kind) == place:
            for other in _some(taxonomy.other_scenes(kind, value), rng):
                yield step(SetSceneAttribute(kind, other)), f"{value} -> {other}"


def _absent(graph: SceneGraph, drawn: SceneGraph, name: str, taxonomy: Taxonomy, rng: random.Random) -> Sequence[str]:
    """Names that neither graph has: foils first, then any."""
    taken = {item.name for item in (*graph.objects, *drawn.objects)}
    near = [word for word in taxonomy.foils(name) if word not in taken]
    any_ = [noun.name for noun in taxonomy.nouns if noun.name not in taken and taxonomy.is_on(noun.switch)]
    return [*_some(near, rng), *_some(any_, rng)]


def _values(
    graph: SceneGraph, drawn: SceneGraph, mark: Attribute, taxonomy: Taxonomy, rng: random.Random
) -> Iterator[_Edit]:
    """Other values of the attribute which no object of the same name has in the drawn graph."""
    names = drawn.names
    same = {m.value for m in drawn.attributes if names.get(m.object) == names.get(mark.object) and m.kind == mark.kind}
    kind = taxonomy.attribute_kind.get(mark.kind)
    near = taxonomy.other_values(mark.kind, mark.value)
    for value in (*_some(near, rng), *_some(kind.values if kind else (), rng)):
        if value not in same:
            yield _valued(mark, value), f"{mark.value} -> {value}"


def _valued(mark: Attribute, value: str) -> Callable[[SceneGraph], SceneGraph]:
    def step(before: SceneGraph) -> SceneGraph:
        return replace(before, attributes=tuple(replace(m, value=value) if m == mark else m for m in before.attributes))

    return step


def _turned(link: Relation) -> Operation:
    old = AddRelation(link.source, link.phrase, link.target)
    return ChangeRelation(old, AddRelation(link.target, link.phrase, link.source))


def _some(words: Sequence[str], rng: random.Random) -> list[str]:
    return rng.sample(list(words), min(len(words), _OTHERS))
