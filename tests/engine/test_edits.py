"""Every edit a person can make, and every refusal with its sentence.

Try it: `python -m pytest tests/engine/test_edits.py`.
"""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.edits import (
    AddObject,
    AddRelation,
    ChangeRelation,
    CloneObjects,
    RemoveAttribute,
    RemoveObject,
    RemoveRelation,
    RemoveSceneAttribute,
    RenameObject,
    ReplaceGraph,
    SetAttribute,
    SetSceneAttribute,
    apply,
    apply_all,
    clone_ids,
    from_tables,
)
from engine.errors import GraphError, UnknownWord
from engine.graph import Attribute, Relation, SceneGraph
from engine.parse import parse
from engine.sampler import Constraints, sample
from engine.taxonomy import load

WORDS = load("pocket")
FULL = load("full")
EMPTY = SceneGraph(())
DOG = parse("A red dog is above a cat. The scene is at night.", WORDS)
D, C = DOG.objects[0].id, DOG.objects[1].id


def test_a_scene_is_built_from_nothing() -> None:
    graph = apply_all(
        EMPTY,
        [
            AddObject("dog"),
            AddObject("tree"),
            SetAttribute("o1", "colour", "red"),
            AddRelation("o1", "to the left of", "o2"),
            SetSceneAttribute("setting", "night"),
        ],
        WORDS,
    )
    assert graph.hash == parse("A red dog is to the left of a tree. The scene is at night.", WORDS).hash


@pytest.mark.parametrize(
    ("operation", "caption"),
    [
        (RenameObject(D, "owl"), "A red owl is above a cat. The scene is at night."),
        (RemoveObject(D), "There is a cat. The scene is at night."),
        (SetAttribute(D, "colour", "blue"), "A blue dog is above a cat. The scene is at night."),
        (SetAttribute(C, "size", "large"), "A red dog is above a large cat. The scene is at night."),
        (RemoveAttribute(D, "colour", "red"), "A dog is above a cat. The scene is at night."),
        (
            AddRelation(D, "to the left of", C),
            "A red dog is above a cat and to the left of the cat. The scene is at night.",
        ),
        (RemoveRelation(D, "above", C), "There is a red dog and a cat. The scene is at night."),
        (
            ChangeRelation(AddRelation(D, "above", C), AddRelation(C, "below", D)),
            "A cat is below a red dog. The scene is at night.",
        ),
        (SetSceneAttribute("setting", "snow"), "A red dog is above a cat. The scene is in the snow."),
        (RemoveSceneAttribute("setting"), "A red dog is above a cat."),
        (ReplaceGraph(EMPTY), ""),
    ],
)
def test_one_edit(operation, caption) -> None:
    assert apply(DOG, operation, WORDS).hash == parse(caption, WORDS).hash


@pytest.mark.parametrize(
    ("operation", "error", "words"),
    [
        (AddObject("dgo"), UnknownWord, "“dog”"),
        (AddObject("<script>"), UnknownWord, "not an object"),
        (AddObject("dog", D), GraphError, "id of its own"),
        (RenameObject("o9", "dog"), GraphError, "no object “o9”"),
        (RemoveObject("o9"), GraphError, "no object “o9”"),
        (SetAttribute(D, "mood", "happy"), UnknownWord, "kind of attribute"),
        (SetAttribute(D, "colour", "rde"), UnknownWord, "“red”"),
        (SetAttribute("o9", "colour", "red"), GraphError, "no object “o9”"),
        (RemoveAttribute(D, "colour", "blue"), GraphError, "is not “blue”"),
        (AddRelation(D, "above", D), GraphError, "itself"),
        (AddRelation(D, "above", C), GraphError, "twice"),
        (AddRelation(C, "above", D), GraphError, "circle"),
        (AddRelation(D, "beside", C), UnknownWord, "not a relation"),
        (AddRelation(D, "above", "o9"), GraphError, "“o9”"),
        (RemoveRelation(C, "above", D), GraphError, "no relation"),
        (SetSceneAttribute("setting", "moon"), UnknownWord, "not a setting"),
        (RemoveSceneAttribute("weather"), GraphError, "no “weather”"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(operation, error, words) -> None:
    before = DOG.to_dict()
    with pytest.raises(error) as refused:
        apply(DOG, operation, WORDS)
    assert words in str(refused.value)
    assert DOG.to_dict() == before


def test_a_part_is_cloned_with_what_is_inside_it_and_nothing_else() -> None:
    three = apply_all(DOG, [AddObject("tree"), AddRelation("o1", "to the left of", C)], WORDS)
    graph = apply(three, CloneObjects((C, D)), WORDS)
    assert graph.objects[:3] == three.objects
    new = clone_ids(three, (C, D))
    assert [new[D], new[C]] == ["o2", "o3"] and graph.names["o2"] == "dog"
    assert graph.attributes == (*three.attributes, Attribute("o2", "colour", "red"))
    kind = three.relations[0].kind
    assert graph.relations == (*three.relations, Relation("o2", "o3", kind, "above"))


@pytest.mark.parametrize(("ids", "words"), [((), "No object was chosen"), (("o9", D), "no object “o9”")])
def test_what_is_not_there_is_not_cloned(ids, words) -> None:
    with pytest.raises(GraphError, match=words):
        apply(DOG, CloneObjects(ids), WORDS)


def test_clones_stop_at_what_the_world_holds() -> None:
    four = apply(DOG, CloneObjects((D, C)), WORDS)
    with pytest.raises(GraphError, match="at most 6"):
        apply(four, CloneObjects(tuple(four.names)), WORDS)


@given(st.integers(0, 10_000))
def test_a_clone_of_everything_doubles_the_graph(seed: int) -> None:
    graph = sample(Constraints(complexity=(1, 8)), FULL, random.Random(seed))
    twice = apply(graph, CloneObjects(tuple(graph.names)), FULL)
    sizes = [(len(g.objects), len(g.attributes), len(g.relations)) for g in (graph, twice)]
    assert sizes[1] == tuple(2 * n for n in sizes[0])
    undone = apply_all(twice, [RemoveObject(id) for id in clone_ids(graph, graph.names).values()], FULL)
    assert undone == graph


def test_too_many_objects_for_the_pocket_world() -> None:
    with pytest.raises(GraphError, match="at most 6"):
        apply_all(EMPTY, [AddObject("dog")] * 7, WORDS)


def test_tables_change_what_they_say_and_nothing_else() -> None:
    graph = from_tables(DOG, WORDS, objects=[{"id": D, "name": "owl"}, {"id": C, "name": "cat"}, {"name": "tree"}])
    assert graph.names == {D: "owl", C: "cat", "o1": "tree"}
    assert graph.relations == DOG.relations
    assert from_tables(graph, WORDS, scene_attributes=[{"value": "rain"}]).scene_attributes == (("weather", "rain"),)


def test_attributes_can_change_places() -> None:
    both = apply(DOG, SetAttribute(C, "colour", "blue"), WORDS)
    graph = from_tables(both, WORDS, attributes=[{"object": D, "value": "blue"}, {"object": C, "value": "red"}])
    assert set(graph.attributes) == {Attribute(D, "colour", "blue"), Attribute(C, "colour", "red")}


def test_a_relation_can_be_turned() -> None:
    graph = from_tables(DOG, WORDS, relations=[{"source": C, "phrase": "above", "target": D}])
    assert [(r.source, r.phrase, r.target) for r in graph.relations] == [(C, "above", D)]


def test_removing_an_object_in_its_table_takes_what_hangs_on_it() -> None:
    graph = from_tables(DOG, WORDS, objects=[{"id": C, "name": "cat"}])
    assert (graph.attributes, graph.relations) == ((), ())


def test_unfinished_rows_are_not_there_yet() -> None:
    rows = [{"object": D, "value": "red"}, {"object": C, "value": None}, {}]
    assert from_tables(DOG, WORDS, attributes=rows, relations=[{"source": D}]).attributes == DOG.attributes


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        ({"attributes": [{"object": D, "value": "red"}, {"object": D, "value": "blue"}]}, "more than one colour"),
        ({"attributes": [{"object": D, "value": "red"}, {"object": D, "value": "red"}]}, "twice"),
        ({"attributes": [{"object": D, "value": "shiny"}]}, "“shiny”"),
        ({"relations": [{"source": D, "phrase": "above", "target": D}]}, "itself"),
        (
            {
                "relations": [
                    {"source": D, "phrase": "above", "target": C},
                    {"source": C, "phrase": "above", "target": D},
                ]
            },
            "circle",
        ),
        ({"scene_attributes": [{"value": "night"}, {"value": "snow"}]}, "two values for “setting”"),
        ({"scene_attributes": [{"value": "moon"}]}, "“moon”"),
        ({"objects": [{"id": D, "name": "dgo"}, {"id": C, "name": "cat"}]}, "Did you mean “dog”"),
    ],
)
def test_tables_that_contradict_themselves(tables, words) -> None:
    with pytest.raises((GraphError, UnknownWord), match=words):
        from_tables(DOG, WORDS, **tables)


@given(st.integers(0, 10_000))
def test_tables_of_any_scene_give_the_scene_again(seed: int) -> None:
    graph = sample(Constraints(complexity=(1, 10)), WORDS, random.Random(seed))
    again = from_tables(
        graph,
        WORDS,
        objects=[{"id": o.id, "name": o.name} for o in graph.objects],
        attributes=[{"object": a.object, "value": a.value} for a in graph.attributes],
        relations=[{"source": r.source, "phrase": r.phrase, "target": r.target} for r in graph.relations],
        scene_attributes=[{"kind": kind, "value": value} for kind, value in graph.scene_attributes],
    )
    assert again == graph
