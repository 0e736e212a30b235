"""Typed rules: each names what it is about, in words, and ordinary scenes break none.

Run it: `pytest tests/engine/plausibility/test_rules.py`.
"""

from __future__ import annotations

import random

import pytest

from engine import sensible
from engine.graph import Attribute, Object, Relation, SceneGraph
from engine.plausibility import RulesLayer
from engine.structure import StructureQuery, drawer
from engine.taxonomy import AttributeKind, Kind, Noun, RelationWord, SceneKind, Taxonomy, load


def world(*, kinds: bool = True) -> Taxonomy:
    tree = [
        Kind("thing"), Kind("living", "thing"), Kind("person", "living", 3), Kind("artifact", "thing"),
        Kind("table", "artifact", 3), Kind("spoon", "artifact", 1), Kind("house", "artifact", 5), Kind("abstract", "thing"),
        Kind("room", "thing", 5), Kind("landform", "thing", 6), Kind("water", "thing", 6),
    ]  # fmt: skip
    words = [
        ("woman", "person"), ("table", "table"), ("spoon", "spoon"), ("house", "house"), ("idea", "abstract"),
        ("kitchen", "room"), ("bedroom", "room"), ("mountain", "landform"), ("lake", "water"), ("sun", "landform"),
    ]  # fmt: skip
    sizes = {kind.name: kind.size for kind in tree}
    nouns = tuple(Noun(name, name + "s", kind, size=sizes[kind]) for name, kind in words)
    material = AttributeKind("material", ("wooden",), True, "Of what is {the}?", applies=("artifact",))
    links = (
        RelationWord("carrying", "contact", subjects=("living",)),
        RelationWord("on", "support", fit="smaller"),
        RelationWord("inside", "containment", fit="smaller"),
        RelationWord("near", "spatial"),
    )
    named = {kind.name: kind for kind in tree} if kinds else {}
    scene: tuple[SceneKind, ...] = ()
    return Taxonomy("toy", "1", nouns, (material,), links, scene, kinds=named)


def scene(names: str, *links: str, marks: str = "") -> SceneGraph:
    """`scene("woman spoon", "0 carrying 1", marks="1:wooden")`."""
    relations = []
    for link in links:
        source, phrase, target = link.split()
        relations.append(Relation(source, target, WORLD.relation[phrase].kind, phrase))
    attributes = [Attribute(mark.split(":")[0], "material", mark.split(":")[1]) for mark in marks.split()]
    objects = tuple(Object(str(i), name) for i, name in enumerate(names.split()))
    return SceneGraph(objects, tuple(attributes), tuple(relations))


WORLD = world()


def sorts(graph: SceneGraph) -> dict[str, tuple[str, ...]]:
    return {reason.sort: reason.elements for reason in RulesLayer().score(graph, WORLD).reasons}


def test_an_ordinary_scene_has_nothing_against_it() -> None:
    opinion = RulesLayer().score(scene("woman spoon table", "0 carrying 1", "0 near 2", marks="1:wooden"), WORLD)
    assert (opinion.score, opinion.reasons) == (1.0, ())


@pytest.mark.parametrize(
    ("graph", "sort", "elements", "words"),
    [
        (scene("spoon house", "0 carrying 1"), "source of a relation", ("r:0:carrying:1", "o:0", "o:1"), "cannot do"),
        (scene("woman house", "0 carrying 1"), "size", ("r:0:carrying:1", "o:0", "o:1"), "far smaller than the target"),
        (scene("house table", "0 on 1"), "size", ("r:0:on:1", "o:0", "o:1"), "larger than the target"),
        (scene("lake", marks="0:wooden"), "attribute", ("o:0", "a:0:material:wooden"), "wooden lake"),
        (scene("idea"), "not a thing to draw", ("o:0",), "an idea"),
        (scene("kitchen bedroom"), "several places", ("o:0", "o:1"), "kitchen, bedroom"),
        (scene("kitchen mountain"), "inside and outside", ("o:0", "o:1"), "inside and outside"),
        (scene("sun sun"), "repeats", ("o:0", "o:1"), "2 times a sun"),
        (scene("spoon table table", "0 on 1", "0 on 2"), "two places", ("o:0", "r:0:on:1", "r:0:on:2"), "at once"),
        (scene("spoon spoon", "0 inside 1", "1 inside 0"), "circle", ("r:0:inside:1", "r:1:inside:0"), "hold each other"),
    ],
)  # fmt: skip
def test_each_rule_says_what_is_wrong_with_what(
    graph: SceneGraph, sort: str, elements: tuple[str, ...], words: str
) -> None:
    opinion = RulesLayer().score(graph, WORLD)
    found = {reason.sort: reason for reason in opinion.reasons}
    assert opinion.score is not None and opinion.score < 1
    assert found[sort].elements == elements
    assert words in found[sort].text


def test_more_wrong_costs_more_and_the_worst_comes_first() -> None:
    one = RulesLayer().score(scene("woman house", "0 carrying 1"), WORLD)
    two = RulesLayer().score(scene("spoon house", "0 carrying 1"), WORLD)
    assert one.score is not None and two.score is not None and two.score < one.score
    assert two.reasons[0].sort == "size"  # a spoon is four sizes smaller, which costs more than being no living thing


def test_three_equal_things_are_fine_and_four_are_many() -> None:
    assert sorts(scene("table table table")) == {}
    assert list(sorts(scene("table table table table"))) == ["repeats"]


def test_without_kinds_nobody_knows() -> None:
    assert RulesLayer().score(scene("spoon house", "0 carrying 1"), world(kinds=False)).score is None


def test_words_that_the_taxonomy_lacks_are_left_to_others() -> None:
    strange = SceneGraph((Object("a", "flumph"),), (Attribute("a", "aura", "grim"),), ())
    assert RulesLayer().score(strange, WORLD).score == 1.0


def test_reasons_name_elements_of_the_graph() -> None:
    full, shapes = load("full"), drawer(StructureQuery(complexity=7))
    for seed in range(60):
        rng = random.Random(seed)
        graph = sensible.fill(shapes(rng), full, rng)
        for reason in RulesLayer().score(graph, full).reasons:
            assert set(reason.elements) <= set(graph.elements())
