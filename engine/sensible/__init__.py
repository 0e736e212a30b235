"""Fills a structure with words so that the scene is plausible: a theme, its things, what they do and what they are like.

Constructive, not filtered: what is drawn makes sense to begin with; `engine.plausibility` says how far it does.
Try it: `python -m bench.plausible --scenes 5`.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from engine.errors import ConstraintError
from engine.graph import Attribute, Object, Relation, SceneGraph
from engine.sensible.cast import cast
from engine.sensible.links import link
from engine.sensible.looks import looks
from engine.sensible.plain import plain
from engine.sensible.stage import Stage, stages
from engine.structure import Structure
from engine.taxonomy import Noun, RelationWord, Taxonomy

__all__ = ["fill", "stages"]

TRIES = 8


def fill(structure: Structure, taxonomy: Taxonomy, rng: random.Random) -> SceneGraph:
    """A plausible scene of that structure, without scene attributes; the same for the same state of `rng`.

    Taxonomies whose words have no kinds are drawn from uniformly. Raises `ConstraintError` when an object of the
    structure has more attributes than anything can carry.
    """
    known = stages(taxonomy)
    for _ in range(TRIES if known else 0):
        try:
            return _played(known[int(rng.random() * len(known))], structure, taxonomy, rng)
        except ConstraintError:
            continue
    nouns, words, marks = plain(structure, taxonomy, rng)
    return _graph(structure, nouns, words, marks)


def _played(stage: Stage, structure: Structure, taxonomy: Taxonomy, rng: random.Random) -> SceneGraph:
    players = cast(stage, structure, rng)
    words = link(stage, players, structure, taxonomy, rng)
    doing: list[list[str]] = [[] for _ in players]
    for (source, target), word in zip(structure.arcs, words, strict=True):
        doing[source].append(word.phrase)
        doing[target].append(">" + word.phrase)
    marks = [
        looks(stage.groups[place], noun, need, doing[i], taxonomy, rng) if need else []
        for i, ((place, noun), need) in enumerate(zip(players, structure.attributes, strict=True))
    ]
    return _graph(structure, [noun for _, noun in players], words, marks)


def _graph(
    structure: Structure,
    nouns: Sequence[Noun],
    words: Sequence[RelationWord],
    marks: Sequence[Sequence[tuple[str, str]]],
) -> SceneGraph:
    return SceneGraph(
        objects=tuple(Object(f"o{i}", noun.name, noun.sense) for i, noun in enumerate(nouns, start=1)),
        attributes=tuple(
            Attribute(f"o{i}", kind, value) for i, pairs in enumerate(marks, start=1) for kind, value in pairs
        ),
        relations=tuple(
            Relation(f"o{s + 1}", f"o{t + 1}", word.kind, word.phrase)
            for (s, t), word in zip(structure.arcs, words, strict=True)
        ),
    )
