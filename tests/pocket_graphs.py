"""Pocket graphs for tests: a hypothesis strategy of every kind that somebody could draw, and the same from a seed.

Try it: `python -c "from tests.pocket_graphs import graphs; print(graphs().example())"`.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from hypothesis import strategies as st

from engine.graph import Attribute, Object, Relation, SceneGraph
from engine.taxonomy import load

POCKET = load("pocket")
NAMES = tuple(noun.name for noun in POCKET.nouns)
BEFORE = {axis: next(w.phrase for w in POCKET.relation_words if w.axis == axis and w.before) for axis in "xy"}
AFTER = {axis: next(w.phrase for w in POCKET.relation_words if w.axis == axis and not w.before) for axis in "xy"}
AXES = {word.phrase: word.axis or "" for word in POCKET.relation_words}


def relation(source: str, target: str, phrase: str) -> Relation:
    """A relation of the pocket taxonomy."""
    return Relation(source, target, POCKET.relation[phrase].kind, phrase)


def possible_relations(ranks: dict[str, dict[str, int]], ids: Sequence[str]) -> list[Relation]:
    """Every relation that holds where the objects stand in these orders; any of them go together, in circles too."""
    return [
        relation(a, b, (BEFORE if ranks[axis][a] < ranks[axis][b] else AFTER)[axis])
        for axis in "xy"
        for a in ids
        for b in ids
        if a != b
    ]


@st.composite
def graphs(draw: st.DrawFn, *, most: int = 6) -> SceneGraph:
    """1 to `most` objects with duplicates, attributes, scene attributes, and relations that some picture can meet.

    There may be several relations between two objects, and they may lead around in circles.
    """
    pool = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True))
    objects = tuple(
        Object(f"n{i}", name) for i, name in enumerate(draw(st.lists(st.sampled_from(pool), min_size=1, max_size=most)))
    )
    ids = [item.id for item in objects]
    marks = [
        Attribute(id, kind.name, value)
        for id in ids
        for kind in POCKET.attribute_kinds
        if (value := draw(st.none() | st.sampled_from(kind.values[:4]))) is not None
    ]
    ranks = {axis: dict(zip(ids, draw(st.permutations(range(len(ids)))), strict=True)) for axis in "xy"}
    possible = possible_relations(ranks, ids)
    links = draw(st.lists(st.sampled_from(possible), max_size=7, unique=True)) if possible else []
    scene = [
        (kind.name, value)
        for kind in POCKET.scene_kinds
        if (value := draw(st.none() | st.sampled_from(sorted(kind.phrases)))) is not None
    ]
    return SceneGraph(objects, tuple(marks), tuple(links), tuple(scene))


def random_graph(rng: random.Random, *, most: int = 6) -> SceneGraph:
    """The same kinds of graphs from a seed, without hypothesis."""
    pool = rng.sample(NAMES, rng.choice((1, 2, 3, 6)))
    ids = [f"n{i}" for i in range(rng.randint(1, most))]
    objects = tuple(Object(id, rng.choice(pool)) for id in ids)
    kinds = POCKET.attribute_kinds
    marks = tuple(
        Attribute(id, kind.name, rng.choice(kind.values[: rng.choice((2, 10))]))
        for id in ids
        for kind in kinds
        if rng.random() < 0.5
    )
    ranks = {axis: dict(zip(ids, rng.sample(range(len(ids)), len(ids)), strict=True)) for axis in "xy"}
    possible = possible_relations(ranks, ids)
    links = rng.sample(possible, min(len(possible), rng.choice((0, 1, 2, 3, 5, 8))))
    scene = tuple((kind.name, rng.choice(list(kind.phrases))) for kind in POCKET.scene_kinds if rng.random() < 0.4)
    return SceneGraph(objects, marks, tuple(links), scene)
