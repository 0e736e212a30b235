"""Questions: ids, parents, counterfactuals and choices hold for every graph, and every word can be read by the judge.

Run it: `pytest tests/engine/test_questions.py`. Whether the answers are true: `tests/pocket/test_oracle.py`.
"""

from __future__ import annotations

import hashlib
import json
import random
from pathlib import Path

import pytest
from hypothesis import given, settings

from engine.errors import FormatError
from engine.graph import Attribute, Object, SceneGraph
from engine.programs import Exists, Thing, from_dict, say, to_dict
from engine.questions import KINDS, YES_OR_NO, Question, is_yes_no, questions
from engine.sampler import Constraints, scenes
from models.pocket.words import tokens
from tests.pocket_graphs import POCKET, graphs, random_graph, relation

GOLDEN = Path(__file__).parent / "golden" / "questions.json"
FEW = settings(deadline=None, derandomize=True, max_examples=80)
DOGS = SceneGraph(
    (Object("a", "dog"), Object("b", "dog"), Object("c", "cat")),
    (Attribute("a", "colour", "red"), Attribute("b", "colour", "blue"), Attribute("c", "size", "small")),
    (relation("a", "c", "above"),),
    (("setting", "night"),),
)


def true_ones(asked: tuple[Question, ...]) -> list[Question]:
    return [question for question in asked if not question.open and question.counterfactual_of is None]


@given(graphs())
@FEW
def test_what_holds_for_the_questions_of_every_graph(graph: SceneGraph) -> None:
    asked = questions(graph, POCKET)
    assert len({question.id for question in asked}) == len(asked)
    assert len({question.text for question in asked}) == len(asked)
    known: set[str] = set()
    for question in asked:
        assert set(question.parents) <= known
        assert question.elements and set(question.elements) <= set(graph.elements())
        assert question.kind in KINDS
        assert question.answer in question.choices
        assert question.open == (question.choices != YES_OR_NO) == (not is_yes_no(question.program))
        assert question.text == say(question.program, POCKET)
        known.add(question.id)


@given(graphs())
@FEW
def test_as_many_counterfactuals_as_true_questions(graph: SceneGraph) -> None:
    asked = questions(graph, POCKET)
    true = {question.id: question for question in true_ones(asked)}
    twists = [question for question in asked if question.counterfactual_of is not None]
    assert [twist.counterfactual_of for twist in twists] == list(true)
    assert all(question.answer == "yes" for question in true.values())
    for twist in twists:
        right = true[str(twist.counterfactual_of)]
        assert twist.answer == "no"
        assert (twist.kind, twist.elements, twist.parents) == (right.kind, right.elements, right.parents)


@given(graphs())
@FEW
def test_every_element_has_a_true_question(graph: SceneGraph) -> None:
    told = {element for question in true_ones(questions(graph, POCKET)) for element in question.elements}
    assert told == set(graph.elements())


@given(graphs())
@FEW
def test_the_judge_can_read_every_question(graph: SceneGraph) -> None:
    for question in questions(graph, POCKET):
        assert len(tokens(question.text, 28)) == 28


@given(graphs())
@FEW
def test_round_trip(graph: SceneGraph) -> None:
    for question in questions(graph, POCKET):
        assert Question.from_dict(json.loads(json.dumps(question.to_dict()))) == question


def test_the_judges_are_asked_what_they_were_trained_on() -> None:
    """Kinds, texts and answers of the yes/no questions about 200 pocket graphs, one digest each; weights read them."""
    golden = json.loads(GOLDEN.read_text())
    assert len(golden) == 200
    for seed, expected in enumerate(golden):
        asked = questions(random_graph(random.Random(f"golden/{seed}")), POCKET)
        rows = sorted([question.kind, question.text, question.answer] for question in asked if not question.open)
        assert hashlib.blake2b(json.dumps(rows).encode(), digest_size=6).hexdigest() == expected, f"seed {seed}"


@given(graphs())
@FEW
def test_open_questions_have_choices_of_which_one_is_right(graph: SceneGraph) -> None:
    for question in questions(graph, POCKET):
        if question.open:
            assert 2 <= len(question.choices) <= 4
            assert len(set(question.choices)) == len(question.choices)


def test_the_right_choice_takes_every_place() -> None:
    constraints = Constraints(complexity=(2, 9), scene_attributes=(0, 3), mode="imaginative")
    places = [0, 0, 0, 0]
    for graph in scenes(constraints, POCKET, seed=8, count=200):
        for question in questions(graph, POCKET):
            if question.open and len(question.choices) == 4:
                places[question.choices.index(question.answer)] += 1
    assert min(places) > 0.2 * sum(places)


def test_sampled_scenes_have_all_kinds_both_ways() -> None:
    constraints = Constraints(complexity=(6, 9), relations=(1, 3), attributes=(1, 3), scene_attributes=(1, 3))
    closed, opened = set(), set()
    for graph in scenes(constraints, POCKET, seed=5, count=120):
        for question in questions(graph, POCKET):
            (opened if question.open else closed).add(question.kind)
    assert closed == opened == set(KINDS)


def test_the_questions_of_one_graph() -> None:
    asked = {question.id: question for question in questions(DOGS, POCKET)}
    texts = {id: question.text for id, question in asked.items()}
    assert texts["existence-1"] == "Is there a dog?"
    assert texts["existence-2"] == "Are there at least two dogs?"
    assert texts["existence-2-not"] == "Are there at least three dogs?"
    assert texts["attribute-1"] == "Is there a red dog?"
    assert texts["attribute-3"] == "Is the cat small?"
    assert texts["relation-1"] == "Is the red dog above the cat?"
    assert texts["relation-1-not"] == "Is the red dog below the cat?"
    assert texts["scene-1"] == "Is the scene at night?"
    assert texts["count-1"] == "Are there exactly two dogs?"
    assert asked["existence-2"].parents == ("existence-1",)
    assert asked["relation-1"].parents == ("existence-1", "existence-3")
    found = {question.text: question.answer for question in asked.values() if question.open}
    assert found == {
        "What size is the cat?": "small",
        "What is the setting?": "night",
        "How many dogs are there?": "two",
        "How many cats are there?": "one",
    }


def test_things_that_words_cannot_tell_apart_are_asked_for_with_a() -> None:
    graph = SceneGraph((Object("a", "dog"), Object("b", "dog"), Object("c", "cat")), (), (relation("a", "c", "above"),))
    asked = {question.id: question for question in questions(graph, POCKET)}
    assert asked["relation-1"].text == "Is there a dog above the cat?"
    assert asked["relation-1-not"].text == "Are there at least three dogs above the cat?"


def test_an_empty_graph_has_no_questions() -> None:
    assert questions(SceneGraph(()), POCKET) == ()


def test_the_same_graph_has_the_same_questions() -> None:
    assert questions(DOGS, POCKET) == questions(SceneGraph.from_dict(DOGS.to_dict()), POCKET)


@pytest.mark.parametrize(
    "change",
    [{"program": {"op": "shout"}}, {"program": {"op": "is"}}, {"program": 3}, {"choices": None}, {"elements": 4}],
)
def test_what_is_no_question_is_refused(change: dict[str, object]) -> None:
    good = questions(DOGS, POCKET)[0].to_dict()
    with pytest.raises(FormatError):
        Question.from_dict(good | change)
    with pytest.raises(FormatError):
        Question.from_dict({key: good[key] for key in good if key not in change})


def test_programs_survive_json() -> None:
    program = Exists(Thing("dog", (("colour", "red"),)), 2)
    assert from_dict(json.loads(json.dumps(to_dict(program)))) == program
