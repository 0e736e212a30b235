"""Words that collide: what is awkward is said so that it is still read back, and what is not is a mere pattern.

Run it: `pytest tests/engine/test_caption_awkward.py`.
"""

from __future__ import annotations

import random

import pytest

from engine.caption import Style, awkward, caption
from engine.graph import Attribute, Object, Relation, SceneGraph
from engine.parse import parse
from engine.taxonomy import Taxonomy
from tests.full_graphs import NASTY, full, random_graph_of
from tests.pocket_graphs import POCKET, random_graph


def scene(
    *objects: str, marks: tuple[tuple[int, str, str], ...] = (), links: tuple[tuple[int, str, int], ...] = ()
) -> SceneGraph:
    return SceneGraph(
        tuple(Object(str(i), name) for i, name in enumerate(objects)),
        tuple(Attribute(str(i), kind, value) for i, kind, value in marks),
        tuple(Relation(str(a), str(b), "any", phrase) for a, phrase, b in links),
    )


BLACK = (0, "colour", "black")


@pytest.mark.parametrize(
    ("graph", "text"),
    [
        (scene("bear", marks=(BLACK,)), "There is a bear that is black."),
        (scene("black bear"), "There is a black bear."),
        (scene("bear", "black bear", marks=(BLACK,), links=((0, "next to", 1),)),
         "There is a bear that is black. The bear is next to a black bear."),
        (scene("shark", marks=((0, "colour", "great white"),)), "There is a shark that is great white."),
        (scene("white shark", marks=((0, "size", "great"),)), "There is a white shark that is great."),
        (scene("bird of prey", "prey", links=((0, "above", 1),)), "A bird of prey is above a prey."),
        (scene("box", "glass", marks=((1, "size", "left"),), links=((0, "next to", 1),)),
         "A box is next to a left glass."),
        (scene("dog", "walk", links=((0, "walks", 1),)), "A dog walks a walk."),
        (scene("scissors", "glasses", links=((0, "chases", 1), (1, "next to", 0))),
         "Some scissors chase some glasses. The glasses are next to the scissors."),
        (scene("water", "water", "orange", marks=((2, "colour", "orange"),), links=((0, "in", 2),)),
         "A first portion of water is in an orange that is orange. There is a second portion of water."),
        (scene("sheep", "sheep", "fish"), "There are two sheep and a fish."),
        (scene("water", "water"), "There are two portions of water."),
        (scene("X-ray", "MRI scanner", "8-sided die", "St. Bernard"),
         "There is an X-ray, an MRI scanner, an 8-sided die and a St. Bernard."),
        (scene("turkey", "Turkey", links=((0, "above", 1),)), "A turkey is above a Turkey."),
    ],
)  # fmt: skip
def test_what_is_said_of_words_that_collide(graph: SceneGraph, text: str) -> None:
    said = caption(graph, NASTY).text
    assert parse(said, NASTY).hash == graph.hash
    if "orange that" not in text:
        assert said == text


def test_a_word_that_no_sentence_can_hold_gets_quotation_marks() -> None:
    from tests.full_graphs import HOSTILE

    graph = scene("dog and a cat", "dog", "cat")
    said = caption(graph, HOSTILE).text
    assert parse(said, HOSTILE).hash == graph.hash
    alone = scene("dog", "cat")
    assert parse(caption(alone, HOSTILE).text, HOSTILE).hash == alone.hash


def test_the_pocket_world_has_no_awkward_scenes() -> None:
    assert not any(awkward(random_graph(random.Random(seed)), POCKET) for seed in range(300))


def test_few_random_scenes_of_the_full_taxonomy_are_awkward() -> None:
    taxonomy = full()
    found = [awkward(random_graph_of(taxonomy, random.Random(seed), crowd=0), taxonomy) for seed in range(300)]
    assert sum(found) < 60


@pytest.mark.parametrize("length", ["terse", "plain", "rich"])
def test_what_is_not_awkward_is_a_pattern_into_which_words_are_put(length: str) -> None:
    """Other words of the same kind give the same caption, word for word."""
    one = _world("dog", "red", "above", "chases", "chase")
    other = _world("lamp", "blue", "below", "guards", "guard")
    swap = {"dog": "lamp", "dogs": "lamps", "red": "blue", "above": "below", "chases": "guards", "chase": "guard"}
    for phrasing in range(8):
        texts = [caption(_pair(world), world, Style(length, phrasing)).text for world in (one, other)]
        for before, after in swap.items():
            texts[0] = texts[0].replace(before, after).replace(before.capitalize(), after.capitalize())
        assert texts[0] == texts[1]


def _world(noun: str, value: str, phrase: str, verb: str, plural: str) -> Taxonomy:
    from engine.taxonomy import AttributeKind, Noun, RelationWord

    return Taxonomy(
        name="small", version="1", nouns=(Noun(noun, noun + "s", "thing"), Noun("cat", "cats", "thing")),
        attribute_kinds=(AttributeKind("colour", (value,), True, "What colour is {the}?"),),
        relation_words=(RelationWord(phrase, "a"), RelationWord(verb, "b", form="clause", plural=plural, base=plural)),
        scene_kinds=(),
    )  # fmt: skip


def _pair(world: Taxonomy) -> SceneGraph:
    noun, value = world.nouns[0].name, world.attribute_kinds[0].values[0]
    phrase, verb = (word.phrase for word in world.relation_words)
    return scene(noun, "cat", noun, marks=((0, "colour", value),), links=((0, phrase, 1), (1, verb, 2), (0, verb, 2)))
