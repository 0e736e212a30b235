"""Truth: what graphs say to programs by hand, and that all questions about any graph are as true as they claim.

Run it: `pytest tests/engine/test_truth.py`.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import given, settings

from engine.graph import Attribute, Object, SceneGraph
from engine.programs import (
    Exactly,
    Exists,
    HowMany,
    Is,
    Program,
    Related,
    Scene,
    Thing,
    WhatAttribute,
    WhatRelated,
    WhatScene,
    WhatTarget,
    WhichObject,
)
from engine.questions import questions
from engine.sampler import Constraints, scenes
from engine.taxonomy import Taxonomy, load, names
from engine.truth import holds
from tests.engine.questions_world import WORLD, graphs, relation
from tests.pocket_graphs import POCKET
from tests.pocket_graphs import graphs as pocket_graphs

FEW = settings(deadline=None, derandomize=True, max_examples=120)
PAPER = os.environ.get("SCENEWRIGHT_PAPER_METADATA")
SCENE = SceneGraph(
    (Object("a", "dog"), Object("b", "owl"), Object("c", "water"), Object("d", "dog")),
    (Attribute("a", "colour", "red"), Attribute("b", "colour", "green"), Attribute("d", "mood", "sad")),
    (relation("a", "above", "b"), relation("b", "chases", "c"), relation("d", "riding", "c")),
    (("weather", "rain"),),
)


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        (Exists(Thing("dog"), 2), True),
        (Exists(Thing("dog"), 3), False),
        (Exists(Thing("animal"), 3), True),
        (Exists(Thing("puppy")), None),
        (Exists(Thing("lamp")), False),
        (Exists(Thing("dog", (("colour", "red"),))), True),
        (Exists(Thing("dog", (("colour", "red"),)), 2), None),
        (Exists(Thing("owl", (("colour", "red"),))), False),
        (Is(Thing("owl", (), True), "colour", "green"), True),
        (Is(Thing("owl", (), True), "colour", "blue"), False),
        (Is(Thing("owl", (), True), "mood", "happy"), None),
        (Related(Thing("dog"), "above", Thing("owl", (), True)), True),
        (Related(Thing("dog"), "below", Thing("owl", (), True)), None),
        (Related(Thing("owl", (), True), "chases", Thing("lamp")), False),
        (Related(Thing("owl", (), True), "chases", Thing("dog")), None),
        (Related(Thing("water", (), True), "riding", Thing("dog", (("mood", "sad"),))), None),
        (Exactly(Thing("dog"), 2), True),
        (Exactly(Thing("dog"), 1), False),
        (Exactly(Thing("puppy"), 1), None),
        (HowMany(Thing("dog")), "two"),
        (HowMany(Thing("lamp")), "zero"),
        (Scene("weather", "rain"), True),
        (Scene("weather", "sunshine"), False),
        (Scene("weather", "drizzle"), None),
        (Scene("location", "cave"), None),
        (WhatScene("weather"), "rain"),
        (WhatScene("location"), None),
        (WhichObject((("colour", "green"),)), None),
        (WhatAttribute(Thing("owl", (), True), "colour"), "green"),
        (WhatAttribute(Thing("dog", (), True), "colour"), None),
        (WhatTarget(Thing("owl", (), True), "chases"), None),
        (WhatRelated("chases", Thing("water", (), True)), None),
    ],
)
def test_what_a_graph_says(program: Program, expected: object) -> None:
    assert holds(program, SCENE, WORLD) is expected or holds(program, SCENE, WORLD) == expected != 1


def test_two_things_know_each_other() -> None:
    pair = SceneGraph((Object("a", "dog"), Object("b", "cat")), (), (relation("a", "chases", "b"),))
    assert holds(WhatTarget(Thing("dog", (), True), "chases"), pair, WORLD) == "cat"
    assert holds(WhatRelated("chases", Thing("cat", (), True)), pair, WORLD) == "dog"
    above = SceneGraph((Object("a", "dog"), Object("b", "cat")), (), (relation("a", "above", "b"),))
    assert holds(Related(Thing("dog", (), True), "below", Thing("cat", (), True)), above, WORLD) is False


def untrue(graph: SceneGraph, taxonomy: Taxonomy) -> list[str]:
    """Questions whose answer is not what the graph says."""
    wanted = {"yes": True, "no": False}
    return [
        f"{question.text} -> {question.answer}, the graph says {found}"
        for question in questions(graph, taxonomy)
        if (found := holds(question.program, graph, taxonomy)) != wanted.get(question.answer, question.answer)
    ]


@given(graphs())
@FEW
def test_every_question_is_as_true_as_it_claims(graph: SceneGraph) -> None:
    assert untrue(graph, WORLD) == []


@given(pocket_graphs())
@FEW
def test_every_question_of_the_pocket_world_is_true(graph: SceneGraph) -> None:
    assert untrue(graph, POCKET) == []


@pytest.mark.skipif("full" not in names(), reason="The tables of the full taxonomy are not built.")
def test_every_question_of_the_full_taxonomy_is_true() -> None:
    constraints = Constraints(complexity=(3, 12), attributes=(0, 2), scene_attributes=(0, 3), mode="imaginative")
    full = load("full")
    found = [text for graph in scenes(constraints, full, seed=12, count=150) for text in untrue(graph, full)]
    unsure = [text for text in found if text.startswith("Is the scene") and text.endswith("no, the graph says None")]
    assert found == unsure


@pytest.mark.skipif(not PAPER, reason="SCENEWRIGHT_PAPER_METADATA does not name the authors' metadata folder.")
def test_no_counterfactual_of_the_papers_words_holds() -> None:
    """Untyped words leave some counterfactuals about the scene uncertain; none is true for certain."""
    constraints = Constraints(complexity=(4, 8), scene_attributes=(0, 3), mode="imaginative")
    taxonomy = load(str(PAPER))
    says = [
        holds(question.program, graph, taxonomy)
        for graph in scenes(constraints, taxonomy, seed=12, count=100)
        for question in questions(graph, taxonomy)
        if question.answer == "no"
    ]
    assert True not in says
    assert says.count(False) > 0.85 * len(says)
