"""Ladders: each rung one contradiction further from the drawn graph, whatever the graph is.

Run it: `pytest tests/engine/test_ladder.py`.
"""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.graph import Object, SceneGraph
from engine.ladder import ladder
from engine.questions import questions
from engine.sampler import Constraints, sample, scene_rng
from engine.scoring import score
from engine.taxonomy import Taxonomy, load
from models.pocket.layout import arrange
from models.pocket.oracle import replies


def drawn(seed: int, taxonomy: Taxonomy) -> SceneGraph:
    constraints = Constraints(complexity=(2, 9), scene_attributes=(0, 2), mode="imaginative")
    return sample(constraints, taxonomy, scene_rng(seed, 0))


@pytest.mark.parametrize("name", ["pocket", "full"])
@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), rungs=st.integers(1, 4))
def test_each_rung_is_one_valid_edit_further(name: str, seed: int, rungs: int) -> None:
    taxonomy = load(name)
    graph = drawn(seed, taxonomy)
    found = ladder(graph, taxonomy, random.Random(seed), rungs=rungs)
    assert found[0].graph == graph and found[0].edits == ()
    assert [rung.distance for rung in found] == list(range(len(found))) and len(found) <= rungs + 1
    for rung in found:
        taxonomy.check(rung.graph)
        assert len(rung.edits) == rung.distance
        assert len(rung.graph.objects) == len(graph.objects)
    assert len({rung.graph.hash for rung in found}) == len(found)
    assert found == ladder(graph, taxonomy, random.Random(seed), rungs=rungs)


def test_the_oracle_sees_every_ladder_fall() -> None:
    taxonomy, falls = load("pocket"), []
    for seed in range(60):
        graph = drawn(seed, taxonomy)
        scene = arrange(graph, scene_rng(seed, 1))
        asked = [questions(rung.graph, taxonomy) for rung in ladder(graph, taxonomy, random.Random(seed))]
        closed = [[q for q in group if not q.open] for group in asked]
        soft = [score(group, replies(group, scene)).soft for group in closed]
        assert soft[0] == 1.0
        falls += [after < before for before, after in pairwise(soft)]
    assert sum(falls) / len(falls) > 0.95


def test_a_graph_with_one_word_has_one_rung() -> None:
    lone = SceneGraph((Object("a", "dog"),))
    assert len(ladder(lone, load("pocket"), random.Random(0))) == 2
