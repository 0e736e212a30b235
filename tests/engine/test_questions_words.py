"""Questions in good English for any word, each with a twist that is false for certain, none idle.

Run it: `pytest tests/engine/test_questions_words.py`. Whether the answers are true: `tests/engine/test_truth.py`.
"""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given, settings

from engine.asking import agreed, frame
from engine.graph import Attribute, Object, SceneGraph
from engine.programs import (
    Exists,
    HowMany,
    Related,
    Thing,
    WhatAttribute,
    WhatRelated,
    WhatTarget,
    from_dict,
    say,
    to_dict,
)
from engine.questions import Question, awkward, questions
from engine.taxonomy import load
from engine.taxonomy.families import FAMILIES, SCALES, far
from engine.taxonomy.foils import book
from tests.engine.questions_world import WORLD, graphs, relation

FEW = settings(deadline=None, derandomize=True, max_examples=150)
UNCOUNTED = "water|milk|ink|sand|juice|scissors|jeans|pliers|glasses"


def objects(*names: str) -> tuple[Object, ...]:
    return tuple(Object(id, name) for id, name in zip("abcdef", names, strict=False))


def texts(graph: SceneGraph) -> dict[str, str]:
    return {question.id: question.text for question in questions(graph, WORLD)}


def answers(graph: SceneGraph) -> dict[str, str]:
    return {question.text: question.answer for question in questions(graph, WORLD) if question.open}


# --- for every graph --------------------------------------------------------------------------------------------------


@given(graphs())
@FEW
def test_what_holds_for_every_graph(graph: SceneGraph) -> None:
    asked = questions(graph, WORLD)
    assert len({question.id for question in asked}) == len({question.text for question in asked}) == len(asked)
    true = [question for question in asked if question.answer == "yes"]
    twists = [question for question in asked if question.counterfactual_of]
    assert [twist.counterfactual_of for twist in twists] == [question.id for question in true]
    assert {element for question in true for element in question.elements} == set(graph.elements())
    known: set[str] = set()
    for question in asked:
        assert set(question.parents) <= known
        known.add(question.id)
        assert Question.from_dict(json.loads(json.dumps(question.to_dict()))) == question
        assert question.answer in question.choices and len(set(question.choices)) == len(question.choices)


@given(graphs())
@FEW
def test_no_question_is_idle(graph: SceneGraph) -> None:
    for question in questions(graph, WORLD):
        assert not re.search(rf"\b(exactly|least|many) (\w+ ){{0,2}}({UNCOUNTED})\b", question.text)
        assert question.kind != "count" or not re.search(UNCOUNTED, question.text)
        assert "red red fox" not in question.text and "red fox red" not in question.text
        if question.open and question.kind != "count":
            assert f" {question.answer} " not in f" {question.text[:-1]} "


@given(graphs())
@FEW
def test_what_is_said_to_be_absent_is_neither_there_nor_above_nor_below(graph: SceneGraph) -> None:
    there = set(graph.names.values())
    for question in questions(graph, WORLD):
        program = question.program
        if (
            question.id.endswith("-not")
            and isinstance(program, Exists)
            and question.kind == "existence"
            and program.n == 1
        ):
            assert not any(book(WORLD).in_line(program.thing.name, name) for name in there)


@given(graphs())
@FEW
def test_articles_and_numbers_agree(graph: SceneGraph) -> None:
    for question in questions(graph, WORLD):
        assert not re.search(rf"\b(a|an) ({UNCOUNTED})\b", question.text)
        assert not re.search(
            r"\b(Is|Does|is|does) (the|there any) (\w+ )?(scissors|jeans|pliers|glasses)\b", question.text
        )
        assert not re.search(r"\ba (owl|orange|umbrella|animal)|\ban (dog|cat|huge|tiny|navy)", question.text)


# --- by hand ----------------------------------------------------------------------------------------------------------


def test_scissors_and_water_and_verbs() -> None:
    graph = SceneGraph(
        objects("scissors", "horse", "water"),
        (Attribute("a", "condition", "rusty"), Attribute("c", "colour", "green")),
        (relation("a", "belongs to", "b"), relation("b", "next to", "c")),
        (("location", "park"),),
    )
    said = texts(graph)
    assert said["existence-1"] == "Are there any scissors?"
    assert said["existence-3"] == "Is there any water?"
    assert said["attribute-1"] == "Are the scissors rusty?"
    assert said["attribute-1-not"] in ("Are the scissors intact?", "Are the scissors pristine?")
    assert said["relation-1"] == "Do the scissors belong to the horse?"
    assert re.fullmatch(r"Do the scissors belong to an? \w+\?", said["relation-1-not"])
    assert said["relation-2"] == "Is the horse next to the water?"
    assert re.fullmatch(r"Is there an? [\w ]+ next to the water\?", said["relation-2-not"])
    assert said["scene-1-not"] == "Is the scene set in a cave?"
    assert [text for id, text in said.items() if id.startswith("count")] == [
        "Is there exactly one horse?", "Are there exactly two horses?", "How many horses are there?"
    ]  # fmt: skip
    assert answers(graph)["What condition do the scissors show?"] == "rusty"
    assert answers(graph)["What colour is the water?"] == "green"


def test_open_questions_about_relations() -> None:
    graph = SceneGraph(objects("dog", "cat"), (), (relation("a", "chases", "b"),))
    assert answers(graph)["Which object chases the cat?"] == "dog"
    assert answers(graph)["What does the dog chase?"] == "cat"
    graph = SceneGraph(objects("scissors", "cat"), (), (relation("a", "above", "b"),))
    assert answers(graph)["What is above the cat?"] == "scissors"
    assert answers(graph)["What are the scissors above?"] == "cat"
    crowd = SceneGraph(objects("dog", "cat", "owl"), (), (relation("a", "chases", "b"),))
    assert not any("chase" in text for text in answers(crowd))


def test_twists_of_relations() -> None:
    def twist(phrase: str) -> str:
        return texts(SceneGraph(objects("dog", "horse"), (), (relation("a", phrase, "b"),)))["relation-1-not"]

    assert twist("above") == "Is the dog below the horse?"
    assert twist("loves") == "Does the dog hate the horse?"
    assert twist("riding") == "Is the horse riding the dog?"
    assert re.fullmatch(r"Does the dog chase an? [\w ]+\?", twist("chases"))


def test_a_value_of_another_object_is_the_first_choice() -> None:
    graph = SceneGraph(
        objects("dog", "lamp", "cat"),
        (Attribute("a", "colour", "red"), Attribute("b", "colour", "blue"), Attribute("c", "colour", "crimson")),
    )
    said = texts(graph)
    assert said["attribute-1-not"] == "Is the dog blue?"
    assert said["attribute-2-not"] == "Is the lamp red?"
    assert said["attribute-3-not"] == "Is the cat blue?"
    assert "Which object is blue?" in answers(graph) and "Which object is red?" not in answers(graph)


def test_what_two_values_can_both_be_is_not_swapped() -> None:
    graph = SceneGraph(objects("dog", "water"), (Attribute("a", "trait", "striped"), Attribute("b", "trait", "famous")))
    said = texts(graph)
    assert said["attribute-1-not"] == "Are there at least two striped dogs?"
    assert (
        re.fullmatch(r"Is there any famous \w+\?", said["attribute-2-not"]) and "water" not in said["attribute-2-not"]
    )


def test_a_word_above_another_may_mean_the_same_thing() -> None:
    graph = SceneGraph(objects("animal", "dog"), (Attribute("a", "colour", "red"),))
    said = texts(graph)
    assert said["attribute-1"] == "Is there a red animal?"
    assert not any("exactly" in text or "How many" in text for text in said.values())


def test_water_is_asked_for_together() -> None:
    graph = SceneGraph(
        objects("water", "water", "owl"),
        (Attribute("a", "colour", "green"), Attribute("b", "colour", "green")),
        (relation("a", "next to", "c"),),
    )
    asked = {question.id: question for question in questions(graph, WORLD)}
    assert asked["existence-1"].elements == ("o:a", "o:b")
    assert asked["attribute-1"].text == "Is there any green water?"
    assert asked["attribute-1"].elements == ("a:a:colour:green", "a:b:colour:green")
    assert asked["relation-1"].text == "Is there any green water next to the owl?"


def test_what_a_name_says_is_not_asked() -> None:
    graph = SceneGraph(
        objects("red fox", "orange"), (Attribute("a", "colour", "red"), Attribute("b", "colour", "orange"))
    )
    asked = questions(graph, WORLD)
    assert not any(question.kind == "attribute" for question in asked)
    assert asked[0].elements == ("o:a", "a:a:colour:red")
    assert "Which object is orange?" not in answers(graph)


def test_programs_say_more_than_questions_need() -> None:
    scissors, dog = Thing("scissors", (("condition", "rusty"),)), Thing("dog")
    said = {
        Exists(scissors): "Are there any rusty scissors?",
        Related(dog, "chases", Thing("cat", (), True), 2): "Are there at least two dogs that chase the cat?",
        Related(dog, "chases", Thing("cat", (), True)): "Is there a dog that chases the cat?",
        Related(Thing("dog", (), True), "chases", Thing("cat"), 2): "Does the dog chase at least two cats?",
        Related(scissors, "belongs to", Thing("water")): "Are there any rusty scissors that belong to any water?",
        WhatRelated("belongs to", Thing("dog")): "Which object belongs to the dog?",
        WhatTarget(Thing("water", (), True), "loves"): "What does the water love?",
        WhatAttribute(Thing("scissors", (), True), "mood"): "In what mood are the scissors?",
        HowMany(dog): "How many dogs are there?",
    }
    assert {program: say(program, WORLD) for program in said} == said
    for program in said:
        assert from_dict(json.loads(json.dumps(to_dict(program)))) == program


@pytest.mark.parametrize(
    ("question", "cut", "plural"),
    [
        ("What colour is {the}?", ("What colour ", "is", "?"), "What colour are the jars?"),
        (
            "What impression does {the} make?",
            ("What impression ", "does", " make?"),
            "What impression do the jars make?",
        ),
        ("Is {the} open or closed?", ("", "Is", " open or closed?"), "Are the jars open or closed?"),
        ("What finish has {the}?", ("What finish ", "has", "?"), "What finish have the jars?"),
        ("What covers {the}?", ("What covers ", "", "?"), "What covers the jars?"),
        (
            "What is the coat of {the} like?",
            ("What is the coat of ", "", " like?"),
            "What is the coat of the jars like?",
        ),
    ],
)
def test_verbs_agree_with_the_thing(question: str, cut: tuple[str, str, str], plural: str) -> None:
    assert frame(question) == cut
    assert agreed(question, "the jars", True) == plural
    assert agreed(question, "the jar", False) == question.format(the="the jar")


# --- which graphs are awkward -----------------------------------------------------------------------------------------


def test_awkward_graphs() -> None:
    plain = SceneGraph(objects("lamp", "milk"), (), (relation("a", "above", "b"),), (("aperture", "f/4"),))
    assert not awkward(plain, WORLD)
    assert awkward(SceneGraph(objects("dog", "dog")), WORLD)
    assert awkward(SceneGraph(objects("dog", "puppy")), WORLD)
    assert awkward(SceneGraph(objects("red fox"), (Attribute("a", "colour", "red"),)), WORLD)
    rides = SceneGraph(objects("lamp", "milk"), (), (relation("a", "riding", "b"),))
    assert awkward(rides, WORLD) and not awkward(rides, WORLD, shaped=True)
    assert awkward(plain, load("pocket"))


# --- far apart --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "a", "b", "expected"),
    [
        ("colour", "crimson", "red", False), ("colour", "crimson", "green", True), ("colour", "dark blue", "navy", False),
        ("colour", "teal", "blue", False), ("colour", "teal", "green", False), ("colour", "unheard-of", "red", False),
        ("size", "tiny", "small", False), ("size", "tiny", "gigantic", True), ("mood", "happy", "cheerful", False),
        ("mood", "happy", "sad", True), ("material", "oak", "wooden", False), ("material", "oak", "marble", True),
        ("nonsense", "a", "b", False),
    ],
)  # fmt: skip
def test_far(kind: str, a: str, b: str, expected: bool) -> None:
    assert far(kind, a, b) is far(kind, b, a) is expected


def test_nothing_is_far_from_itself_and_every_scale_has_two_ends() -> None:
    for kind, scales in SCALES.items():
        assert kind not in FAMILIES
        for scale in scales:
            ends = [[value.strip() for value in end.split(",")] for end in scale.split("|")]
            assert len(ends) >= 2 and all(value for end in ends for value in end)
            for value in (value for end in ends for value in end):
                assert not far(kind, value, value), (kind, value)
