"""Gives a taxonomy the words that imported graphs use, so that captions and questions of them work.

Pure: the given taxonomy stays as it is. Try it: `python -m pytest tests/engine/interchange/test_extend.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from engine.graph import SceneGraph
from engine.taxonomy import Taxonomy, forms
from engine.taxonomy.scenery import phrase as scene_phrase
from engine.taxonomy.words import AttributeKind, Noun, RelationWord, SceneKind

PLAIN = Taxonomy("imported", "imported-1", (), (), (), ())
"""A taxonomy without words, to extend."""
_SINGLE = frozenset(("colour", "size", "shape", "material", "texture"))
"""Attribute kinds of which an object has one."""


def extended(taxonomy: Taxonomy, graphs: Iterable[SceneGraph]) -> Taxonomy:
    """The taxonomy and the words of the graphs that it does not know, as plain rows; itself when it knows all.

    Nouns get a guessed plural and the kind `thing`, relations a guessed form; unknown words go with everything.
    """
    graphs = tuple(graphs)
    nouns = dict.fromkeys(o.name for g in graphs for o in g.objects if o.name not in taxonomy.noun)
    marks = _missing_values(taxonomy, graphs)
    links = dict.fromkeys((r.phrase, r.kind) for g in graphs for r in g.relations if r.phrase not in taxonomy.relation)
    scene = _missing_scenery(taxonomy, graphs)
    most = max((len(g.objects) for g in graphs), default=0)
    crowded = taxonomy.max_objects is not None and most > taxonomy.max_objects
    if not (nouns or marks or links or scene or crowded):
        return taxonomy
    words = {phrase: _relation(phrase, kind) for phrase, kind in links}
    return replace(
        taxonomy,
        version=taxonomy.version if taxonomy.version.endswith("+") else taxonomy.version + "+",
        nouns=(*taxonomy.nouns, *(_noun(taxonomy, name) for name in nouns)),
        attribute_kinds=_attribute_kinds(taxonomy, marks),
        relation_words=(*taxonomy.relation_words, *words.values()),
        scene_kinds=_scene_kinds(taxonomy, scene),
        max_objects=None if crowded else taxonomy.max_objects,
    )


def _noun(taxonomy: Taxonomy, name: str) -> Noun:
    if name in taxonomy.singular or forms.looks_plural(name):
        return Noun(name, name, "thing", "plural")
    return Noun(name, forms.plural(name), "thing", forms.number(name))


def _relation(phrase: str, kind: str) -> RelationWord:
    """The form is guessed, the spelling kept: the graph says this phrase and no other."""
    word = forms.relation(phrase, kind)
    if word.form == "clause" and word.phrase == f"{phrase} for":
        return replace(word, phrase=phrase, plural=word.plural[: -len(" for")], base=word.base[: -len(" for")])
    return word if word.phrase == phrase and not word.switch else RelationWord(phrase, kind)


def _missing_values(taxonomy: Taxonomy, graphs: tuple[SceneGraph, ...]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for mark in (mark for graph in graphs for mark in graph.attributes):
        known = taxonomy.attribute_kind.get(mark.kind)
        if known is None or (mark.value not in known.values):
            values = found.setdefault(mark.kind, [])
            if mark.value not in values:
                values.append(mark.value)
    return found


def _attribute_kinds(taxonomy: Taxonomy, missing: dict[str, list[str]]) -> tuple[AttributeKind, ...]:
    old = tuple(replace(kind, values=(*kind.values, *missing.get(kind.name, ()))) for kind in taxonomy.attribute_kinds)
    new = (
        AttributeKind(name, tuple(values), name in _SINGLE, _question(name))
        for name, values in missing.items()
        if name not in taxonomy.attribute_kind
    )
    return (*old, *new)


def _question(kind: str) -> str:
    return f"What {kind} is {{the}}?" if kind in _SINGLE else "What is {the} like?"


def _missing_scenery(taxonomy: Taxonomy, graphs: tuple[SceneGraph, ...]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for kind, value in (pair for graph in graphs for pair in graph.scene_attributes):
        known = taxonomy.scene_kind.get(kind)
        if known is None or value not in known.phrases:
            found.setdefault(kind, {})[value] = scene_phrase(kind, value)
    return found


def _scene_kinds(taxonomy: Taxonomy, missing: dict[str, dict[str, str]]) -> tuple[SceneKind, ...]:
    old = tuple(replace(kind, phrases={**kind.phrases, **missing.get(kind.name, {})}) for kind in taxonomy.scene_kinds)
    new = (
        SceneKind(name, phrases, f"What is the {name}?")
        for name, phrases in missing.items()
        if name not in taxonomy.scene_kind
    )
    return (*old, *new)
