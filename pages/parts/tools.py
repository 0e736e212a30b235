"""The words a person is offered while typing on the canvas: objects, attributes, relations or scene attributes.

At most 200 at a time whatever the taxonomy holds, the likeliest first, those that fit before those that do not.
Try it: `python -c "from pages.parts.tools import *; from engine.taxonomy import load; print(offer('object', 'do', load('full'))[:5])"`.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from engine.errors import closest
from engine.graph import MAX_TEXT, SceneGraph, attribute_element, object_element
from engine.taxonomy import Taxonomy

MOST_OPTIONS = 200
SORTS = ("object", "attribute", "relation", "scene")


def offer(
    sort: str, typed: str, taxonomy: Taxonomy, *, nouns: Sequence[str] = (), most: int = MOST_OPTIONS
) -> list[tuple[str, str]]:
    """Up to `most` pairs of a word and what sort of word it is; `nouns` are the things that it is said of.

    What begins with the text comes first, then words inside which one begins with it, then what contains it; where
    nothing does, the nearest spellings.
    """
    text = " ".join(typed.lower().split())[:MAX_TEXT]
    words = _words(taxonomy, sort)
    ranked = ((rank, place, word) for place, word in enumerate(words) if (rank := _rank(word, text)) is not None)
    fits = _fitting(taxonomy, sort, nouns)
    best = heapq.nsmallest(most, ((rank, word not in fits if fits else False, len(word) if text else 0, place, word)
                                  for rank, place, word in ranked))  # fmt: skip
    found = [word for *_, word in best] or [word for word in closest(text, words) if text]
    return [(word, words[word]) for word in found]


def _rank(word: str, text: str) -> int | None:
    if not text:
        return 0
    if (at := word.lower().find(text)) < 0:
        return None
    if at == 0:
        return 0 if len(word) == len(text) else 1
    return 2 if word[at - 1] in " -" else 3


@lru_cache(maxsize=32)
def _words(taxonomy: Taxonomy, sort: str) -> Mapping[str, str]:
    """Word -> what sort of word it is, the common ones first."""
    match sort:
        case "object":
            nouns = sorted(taxonomy.noun.values(), key=lambda noun: (-noun.common, noun.name))
            return {noun.name: noun.kind for noun in nouns}
        case "attribute":
            return dict(taxonomy.kind_of_value)
        case "relation":
            return {word.phrase: word.kind for word in taxonomy.relation_words}
        case "scene":
            return {phrase: kind.name for kind in taxonomy.scene_kinds for phrase in kind.phrases}
        case _:
            return {}


@lru_cache(maxsize=64)
def _fit_set(taxonomy: Taxonomy, sort: str, nouns: tuple[str, ...]) -> frozenset[str]:
    things = [taxonomy.noun[name] for name in nouns if name in taxonomy.noun]
    if sort == "attribute":
        pairs = taxonomy.kind_of_value.items()
        return frozenset(value for value, kind in pairs if all(taxonomy.fits(thing, kind, value) for thing in things))
    if sort == "relation" and len(things) == 2:
        source, target = things
        return frozenset(
            word.phrase
            for word in taxonomy.relation_words
            if taxonomy.accepts(word.subjects, source.kind) and taxonomy.accepts(word.objects, target.kind)
        )
    return frozenset()


def _fitting(taxonomy: Taxonomy, sort: str, nouns: Sequence[str]) -> frozenset[str]:
    return _fit_set(taxonomy, sort, tuple(nouns)) if nouns else frozenset()


def small(taxonomy: Taxonomy) -> dict[str, list[tuple[str, str]]]:
    """All words by their sort, of a world that has few; of others nothing, they are asked for while typing."""
    if len(taxonomy.nouns) >= MOST_OPTIONS or len(taxonomy.relation_words) >= MOST_OPTIONS:
        return {}
    found = {sort: offer(sort, "", taxonomy) for sort in SORTS}
    return found if sum(map(len, found.values())) < MOST_OPTIONS else {}


def answer(asked: object, graph: SceneGraph, taxonomy: Taxonomy) -> dict[str, Any] | None:
    """What the canvas gets for the text typed so far; `whole` says that the list is complete for this sort of word.

    None for anything that is not a question: a browser can send what it likes.
    """
    if not isinstance(asked, Mapping):
        return None
    sort, typed, number = asked.get("sort"), asked.get("text"), asked.get("n")
    if sort not in SORTS or not isinstance(typed, str) or type(number) is not int:
        return None
    words = offer(sort, typed, taxonomy, nouns=_named(asked.get("about"), graph))
    return {"n": number, "options": words, "whole": not typed.strip() and len(words) < MOST_OPTIONS}


def _named(about: object, graph: SceneGraph) -> list[str]:
    """The names of the objects among some element ids; an attribute stands for its object."""
    if not isinstance(about, list):
        return []
    owner = {attribute_element(mark): mark.object for mark in graph.attributes}
    ids: Iterable[object] = (owner.get(id, id) if isinstance(id, str) else id for id in about[:50])
    names = {object_element(id): name for id, name in graph.names.items()} | graph.names
    return [names[id] for id in ids if isinstance(id, str) and id in names]
