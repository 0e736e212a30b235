"""A word swapped through a graph: every dog becomes a cat, and the caption and the questions follow.

Whatever the taxonomy forbids is refused in one sentence. Try it: `python -m pytest tests/engine/test_swap.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from engine.edits import (
    AddRelation,
    ChangeRelation,
    Operation,
    RenameObject,
    ReplaceGraph,
    SetSceneAttribute,
    apply_all,
)
from engine.errors import GraphError, UnknownWord, show
from engine.graph import Attribute, SceneGraph
from engine.taxonomy import Taxonomy

OBJECT, ATTRIBUTE, RELATION, SCENE = SORTS = ("object", "attribute", "relation", "scene")
"""The sorts of words a graph is made of."""
MOST = 200


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a graph: its sort, how it is spelled, and the kind of attribute where it is one."""

    sort: str
    text: str
    kind: str = ""


def words(graph: SceneGraph) -> tuple[Word, ...]:
    """Every word of the graph once, objects first, in the order of the graph."""
    found = [
        *(Word(OBJECT, item.name) for item in graph.objects),
        *(Word(ATTRIBUTE, mark.value, mark.kind) for mark in graph.attributes),
        *(Word(RELATION, link.phrase) for link in graph.relations),
        *(Word(SCENE, value, kind) for kind, value in graph.scene_attributes),
    ]
    return tuple(dict.fromkeys(found))


def swap(graph: SceneGraph, word: Word, new: str, taxonomy: Taxonomy) -> SceneGraph:
    """The graph with `new` wherever it said `word`; ids, shape and all other words stay.

    Raises `GraphError` where the graph lacks the word, says the new one already, or would contradict itself, and
    `UnknownWord` for a word that the taxonomy does not know.
    """
    new = " ".join(new.split())
    if new == word.text:
        raise GraphError(f"The scene says {show(new)} already. Choose another word.")
    if word.sort != OBJECT and new not in _known(word, taxonomy):
        raise UnknownWord(new, what=_called(word), known=_known(word, taxonomy))
    operations = list(_operations(graph, word, new))
    if not operations:
        raise GraphError(f"There is no {show(word.text)} in this scene to swap. Choose one of its words.")
    return apply_all(graph, operations, taxonomy)


def others(graph: SceneGraph, word: Word, taxonomy: Taxonomy, *, most: int = MOST) -> tuple[str, ...]:
    """Up to `most` words that could stand in its place, those most like it first; none that contradicts the graph."""
    near: Iterable[str] = ()
    if word.sort == OBJECT:
        noun = taxonomy.noun.get(word.text)
        alike = [
            n.name for n in taxonomy.nouns if noun is not None and n.kind == noun.kind and taxonomy.is_on(n.switch)
        ]
        near = (*taxonomy.foils(word.text), *alike) if noun is not None else ()
    found: list[str] = []
    for other in dict.fromkeys((*near, *_known(word, taxonomy))):
        if len(found) == most:
            break
        if other != word.text and _allowed(graph, word, other, taxonomy):
            found.append(other)
    return tuple(found)


def _allowed(graph: SceneGraph, word: Word, new: str, taxonomy: Taxonomy) -> bool:
    try:
        swap(graph, word, new, taxonomy)
    except (GraphError, UnknownWord):
        return False
    return True


def _operations(graph: SceneGraph, word: Word, new: str) -> Iterator[Operation]:
    if word.sort == OBJECT:
        yield from (RenameObject(item.id, new) for item in graph.objects if item.name == word.text)
    elif word.sort == ATTRIBUTE:
        said = Attribute("", word.kind, new)
        if any((mark.kind, mark.value) == (word.kind, word.text) for mark in graph.attributes):
            marks = (
                replace(said, object=m.object) if (m.kind, m.value) == (word.kind, word.text) else m
                for m in graph.attributes
            )
            yield ReplaceGraph(replace(graph, attributes=tuple(marks)))
    elif word.sort == RELATION:
        for link in graph.relations:
            if link.phrase == word.text:
                ends = link.source, link.target
                yield ChangeRelation(AddRelation(ends[0], word.text, ends[1]), AddRelation(ends[0], new, ends[1]))
    elif (word.kind, word.text) in graph.scene_attributes:
        yield SetSceneAttribute(word.kind, new)


def _known(word: Word, taxonomy: Taxonomy) -> tuple[str, ...]:
    """The words of this sort and kind that the taxonomy draws."""
    if word.sort == OBJECT:
        return tuple(dict.fromkeys(noun.name for noun in taxonomy.nouns if taxonomy.is_on(noun.switch)))
    if word.sort == ATTRIBUTE:
        kind = taxonomy.attribute_kind.get(word.kind)
        return kind.values if kind is not None else ()
    if word.sort == RELATION:
        return tuple(taxonomy.relation)
    scene = taxonomy.scene_kind.get(word.kind)
    return tuple(scene.phrases) if scene is not None else ()


def _called(word: Word) -> str:
    return {ATTRIBUTE: f"a {word.kind}", RELATION: "a relation"}.get(word.sort, f"a {word.kind} of the scene")
