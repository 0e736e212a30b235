"""Painter and oracle: what is arranged is read as the graph, every time, and only what can be seen counts.

Run it: `pytest tests/pocket/test_oracle.py`; five thousand graphs: `python -m bench.painter`.
"""

from __future__ import annotations

import random

import numpy as np
import pytest

from engine.errors import FormatError, GraphError, UnknownWord
from engine.graph import Object, SceneGraph
from engine.programs import (
    Exactly,
    Exists,
    HowMany,
    Is,
    Related,
    Scene,
    Thing,
    WhatAttribute,
    WhatRelated,
    WhatScene,
    WhatTarget,
    WhichObject,
)
from engine.questions import YES_OR_NO, Question, questions
from engine.sampler import Constraints, sample, scene_rng
from engine.scoring import score
from models import judges
from models.marking import mark
from models.pocket.layout import arrange
from models.pocket.oracle import holds, knows, replies, truth, visible, visible_share
from models.pocket.painter import paint
from models.pocket.scene import COLOURS, GRID, MARGIN, NAMES, SETTINGS, SIZES, STYLES, TAXONOMY, WEATHERS, Item
from models.pocket.scene import PocketScene as Scenery
from tests.pocket_graphs import random_graph

DOG = Item("dog", "red", "large", 32, 32)


def at(x: int, y: int, name: str = "cat", size: str = "medium", colour: str = "blue") -> Item:
    return Item(name, colour, size, x, y)


# --- painted right by construction ------------------------------------------------------------------------------------


@pytest.mark.parametrize("block", range(4))
def test_every_question_about_an_arranged_graph_is_answered_as_expected(block: int) -> None:
    for seed in range(block * 80, block * 80 + 80):
        rng = random.Random(f"oracle/{seed}")
        graph = random_graph(rng)
        scene = arrange(graph, rng)
        asked = questions(graph, TAXONOMY)
        for question, reply in zip(asked, replies(asked, scene), strict=True):
            assert reply.answer == question.answer, (seed, question.text)


def test_sampled_scenes_score_one() -> None:
    constraints = Constraints(complexity=(2, 11), scene_attributes=(0, 3), mode="imaginative")
    for index in range(60):
        graph = sample(constraints, TAXONOMY, scene_rng(3, index))
        asked = questions(graph, TAXONOMY)
        found = score(asked, replies(asked, arrange(graph, scene_rng(3, index))))
        assert (found.mean, found.gated, found.soft, found.open) == (1.0, 1.0, 1.0, 1.0 if found.open else None)


def test_a_graph_keeps_its_order_and_words() -> None:
    rng = random.Random(5)
    graph = random_graph(rng)
    scene = arrange(graph, rng)
    assert [item.name for item in scene.items] == [item.name for item in graph.objects]
    assert arrange(graph, random.Random(8)) == arrange(graph, random.Random(8))
    assert arrange(SceneGraph(()), rng) == Scenery()


def test_what_no_picture_can_show_is_refused() -> None:
    with pytest.raises(GraphError, match="at most 6 objects"):
        arrange(SceneGraph(tuple(Object(f"o{i}", "dog") for i in range(7))), random.Random(1))
    with pytest.raises(UnknownWord, match="zebra"):
        arrange(SceneGraph((Object("a", "zebra"),)), random.Random(1))


# --- what counts ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phrase", "dx", "dy"),
    [("to the left of", 1, 0), ("to the right of", -1, 0), ("above", 0, 1), ("below", 0, -1)],
)
def test_relations_need_their_margin(phrase: str, dx: int, dy: int) -> None:
    """The source stands so to what lies `dx` and `dy` from it, from the margin on."""
    for far, true in ((0, False), (MARGIN - 1, False), (MARGIN, True), (20, True), (-20, False)):
        assert holds(phrase, DOG, at(DOG.x + dx * far, DOG.y + dy * far)) is true
        if dx:
            assert holds(phrase, DOG, at(DOG.x + dx * far, DOG.y + 25)) is true


def test_what_is_covered_is_absent() -> None:
    behind, before = at(32, 32, "cat", "small"), at(32, 32, "house", "large")
    scene = Scenery((behind, before))
    assert visible(scene) == (before,)
    assert truth(Exists(Thing("cat")), visible(scene), scene) == "no"
    turned = Scenery((before, behind))
    assert visible(turned) == (before, behind)


def test_what_is_off_the_canvas_is_absent() -> None:
    assert visible_share([at(2, 2, "house", "large")])[0] < 0.5
    assert visible(Scenery((at(2, 2, "house", "large"), at(40, 40)))) == (at(40, 40),)
    assert visible_share([at(32, 32, "house", "large")]) == (1.0,)
    assert visible_share([at(-200, 500)]) == (0.0,)
    assert visible_share([]) == ()


def test_truth_of_each_program() -> None:
    scene = Scenery((at(10, 32, "dog", colour="red"), at(30, 32, "dog", "small", "red"), at(52, 12)), "night")
    items = visible(scene)
    asked = {
        Exists(Thing("dog"), 2): "yes",
        Exists(Thing("dog"), 3): "no",
        Exactly(Thing("dog", (("size", "small"),)), 1): "yes",
        Is(Thing("cat"), "colour", "blue"): "yes",
        Is(Thing("owl"), "colour", "blue"): "no",
        Scene("setting", "night"): "yes",
        Scene("weather", "rain"): "no",
        HowMany(Thing("dog")): "two",
        HowMany(Thing("owl")): "zero",
        WhichObject((("colour", "blue"),)): "cat",
        WhichObject((("colour", "red"),)): None,
        WhatRelated("above", Thing("dog")): None,
        WhatRelated("to the right of", Thing("dog", (("size", "small"),), True)): "cat",
        WhatTarget(Thing("dog"), "to the left of"): None,
        WhatTarget(Thing("dog", (("size", "small"),), True), "to the left of"): "cat",
        Related(Thing("dog"), "to the left of", Thing("cat"), 2): "yes",
        Related(Thing("dog"), "to the left of", Thing("cat"), 3): "no",
        Related(Thing("cat", (), True), "above", Thing("dog"), 2): "yes",
        Related(Thing("dog"), "to the left of", Thing("dog")): "yes",
    }
    assert {program: truth(program, items, scene) for program in asked} == asked


def test_what_has_no_one_answer_is_unclear() -> None:
    graph = SceneGraph((Object("a", "dog"),))
    asked = [question for question in questions(graph, TAXONOMY) if question.open]
    answers = [reply.answer for reply in replies(asked, Scenery((at(10, 10), at(50, 50))))]
    assert answers == ["unclear", "zero"]


# --- painting ---------------------------------------------------------------------------------------------------------


def random_scenery(seed: int) -> Scenery:
    rng = random.Random(seed)
    items = tuple(
        Item(rng.choice(NAMES), rng.choice(COLOURS), rng.choice(list(SIZES)), rng.randint(8, 56), rng.randint(8, 56))
        for _ in range(4)
    )
    return Scenery(items, rng.choice(SETTINGS), rng.choice((None, *WEATHERS)), rng.choice((None, *STYLES)))


@pytest.mark.parametrize("size", [64, 65, 256])
def test_painting_is_deterministic(size: int) -> None:
    for seed in range(4):
        first, again = paint(random_scenery(seed), size=size), paint(random_scenery(seed), size=size)
        assert first.tobytes() == again.tobytes()
        assert (first.size, first.mode) == ((size, size), "RGB")


def test_large_and_small_pictures_show_the_same() -> None:
    """The mean difference of a channel, 0..255, between a picture painted at 64 px and one scaled down to it."""
    for seed in range(3):
        scene = random_scenery(seed)
        small = np.asarray(paint(scene, size=GRID), dtype=float)
        large = np.asarray(paint(scene, size=768).resize((GRID, GRID), 4), dtype=float)
        assert np.abs(small - large).mean() < 3.0


def test_every_word_looks_different() -> None:
    for pages in (
        [Scenery((at(32, 32, name, "large"),)) for name in NAMES],
        [Scenery((at(32, 32, colour=colour),)) for colour in COLOURS],
        [Scenery((at(32, 32, size=size),)) for size in SIZES],
        [Scenery(setting=setting) for setting in (None, *SETTINGS)],
        [Scenery(weather=weather) for weather in (None, *WEATHERS)],
        [Scenery(style=style) for style in (None, *STYLES)],
    ):
        pictures = [np.asarray(paint(page), dtype=float) for page in pages]
        assert min(np.abs(a - b).mean() for i, a in enumerate(pictures) for b in pictures[:i]) > 0.4


# --- contents as JSON -------------------------------------------------------------------------------------------------


def test_contents_survive_json() -> None:
    scene = random_scenery(3)
    assert Scenery.from_dict(scene.to_dict()) == scene


@pytest.mark.parametrize(
    "change",
    [
        {"items": [{"name": "zebra", "colour": "red", "size": "small", "x": 3, "y": 3}]},
        {"items": [{"name": "dog", "colour": "red", "size": "small", "x": "3", "y": 3}]},
        {"items": [{"name": "dog"}]},
        {"items": [DOG.__class__("dog", "red", "small", 9, 9)] * 2},
        {"items": [{"name": "dog", "colour": "red", "size": "small", "x": 3, "y": 3}] * 7},
        {"items": None},
        {"setting": "moon"},
    ],
)
def test_contents_that_nobody_could_paint_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(FormatError, match="These are not the contents of a pocket picture"):
        Scenery.from_dict({"items": [], "setting": None, "weather": None, "style": None} | change)


# --- questions of other people ----------------------------------------------------------------------------------------


def test_what_no_contents_can_answer_is_known() -> None:
    dog = Thing("dog")
    answered = (Exists(dog), Is(dog, "colour", "red"), Related(dog, "above", Thing("cat")), Scene("setting", "night"))
    assert all(knows(program) for program in answered)
    foreign = (
        Is(dog, "material", "wooden"), Related(dog, "riding", Thing("cat")), Scene("prompt", "a dog"), WhatScene("mood"),
        Exists(Thing("dog", (("material", "wooden"),))), WhatAttribute(dog, "shape"), WhatRelated("riding", dog),
        WhatTarget(dog, "riding"), WhichObject((("mood", "happy"),)),
    )  # fmt: skip
    assert not any(knows(program) for program in foreign)


def test_a_picture_with_a_question_beyond_its_contents_gets_no_oracle() -> None:
    """An attribute of a kind that the pocket world lacks once ended as a KeyError."""
    scene = Scenery((DOG,))
    asked = [
        Question(
            "q1", "Is the dog large?", "yes", YES_OR_NO, "attribute", (), (), None, Is(Thing("dog"), "mood", "large")
        )
    ]
    (marks,) = mark(judges.load("pocket"), [paint(scene)], [asked], [scene])
    assert marks.oracle is None and len(marks.judge.marks) == 1
