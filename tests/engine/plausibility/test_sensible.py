"""Plausible filling: the structure is kept, words fit, nothing contradicts itself; in every taxonomy, to any size.

Run it: `pytest tests/engine/plausibility/test_sensible.py`.
"""

from __future__ import annotations

import random
import time
from collections import Counter

import networkx as nx
import pytest

from engine import sensible
from engine.errors import ConstraintError
from engine.graph import SceneGraph
from engine.plausibility import RulesLayer, StatisticsLayer
from engine.sensible import tables
from engine.sensible.members import members
from engine.sensible.stage import book
from engine.structure import Structure, StructureQuery, canonical, drawer
from engine.taxonomy import AttributeKind, Choice, Noun, RelationWord, Taxonomy, load
from engine.taxonomy.topics import under

FULL, POCKET = load("full"), load("pocket")


def scenes(taxonomy: Taxonomy, count: int, complexity: int, *, most: int | None = None) -> list[SceneGraph]:
    shapes = drawer(
        StructureQuery(complexity=complexity, objects=(1, most) if most else None, max_attributes_per_object=most and 2)
    )
    found = []
    for seed in range(count):
        rng = random.Random(seed)
        found.append(sensible.fill(shapes(rng), taxonomy, rng))
    return found


def shape_of(graph: SceneGraph) -> Structure:
    place = {item.id: i for i, item in enumerate(graph.objects)}
    marks = [len(graph.attributes_of[item.id]) for item in graph.objects]
    return canonical(marks, [(place[link.source], place[link.target]) for link in graph.relations])


@pytest.mark.parametrize("complexity", [1, 4, 8, 14, 20])
def test_the_structure_is_kept(complexity: int) -> None:
    shapes = drawer(StructureQuery(complexity=complexity))
    for seed in range(30):
        structure = shapes(random.Random(seed))
        graph = sensible.fill(structure, FULL, random.Random(seed))
        assert shape_of(graph) == canonical(list(structure.attributes), list(structure.arcs))


@pytest.mark.parametrize("complexity", [6, 18])
def test_scenes_are_sound_and_in_order(complexity: int) -> None:
    for graph in scenes(FULL, 200, complexity):
        FULL.check(graph)
        kinds = {item.id: [mark.kind for mark in graph.attributes_of[item.id]] for item in graph.objects}
        for id, said in kinds.items():
            noun = FULL.noun[graph.names[id]]
            assert all(FULL.fits(noun, mark.kind, mark.value) for mark in graph.attributes_of[id])
            assert not any(other in FULL.attribute_kind[kind].clashes for kind in said for other in said)
            assert said == sorted(said, key=FULL.attribute_place.__getitem__)
        assert nx.is_directed_acyclic_graph(nx.DiGraph((link.source, link.target) for link in graph.relations))


def test_nearly_all_pass_the_rules_and_the_statistics() -> None:
    graphs = scenes(FULL, 400, 7)
    rules = [RulesLayer().score(graph, FULL).score for graph in graphs]
    habits = [StatisticsLayer().score(graph, FULL).score for graph in graphs]
    assert sum(score == 1.0 for score in rules) / len(rules) > 0.97
    assert sum(score == 1.0 for score in habits) / len(habits) > 0.93


def test_the_same_state_gives_the_same_scene() -> None:
    assert [g.hash for g in scenes(FULL, 20, 8)] == [g.hash for g in scenes(FULL, 20, 8)]


def test_the_vocabulary_stays_wide() -> None:
    graphs = scenes(FULL, 1500, 7)
    assert len({item.name for graph in graphs for item in graph.objects}) > 700
    assert len({link.phrase for graph in graphs for link in graph.relations}) > 90
    assert max(Counter(item.name for graph in graphs for item in graph.objects).values()) < 150


def test_one_thing_is_in_one_place() -> None:
    for graph in scenes(FULL, 300, 12):
        for reason in RulesLayer().score(graph, FULL).reasons:
            assert reason.sort not in ("circle", "size"), reason.text


def test_topics_and_words_left_out_are_heeded() -> None:
    animals = FULL.choose(Choice(topics=("animal",), without=frozenset({"dog", "cat", "near"})))
    graphs = scenes(animals, 60, 6)
    names = {item.name for graph in graphs for item in graph.objects}
    assert len(names) > 20 and names <= under(FULL, ("animal",))
    assert not names & {"dog", "cat"}
    assert all(link.phrase != "near" for graph in graphs for link in graph.relations)


def test_a_topic_that_no_theme_has_is_drawn_plainly() -> None:
    rare = FULL.choose(
        Choice(
            topics=("weapon",), without=frozenset(noun.name for group in members(FULL).values() for noun, _ in group)
        )
    )
    for graph in scenes(rare, 20, 5):
        assert {item.name for item in graph.objects} <= under(FULL, ("weapon",))


def test_the_pocket_world_keeps_to_three_kinds() -> None:
    for graph in scenes(POCKET, 200, 8, most=6):
        POCKET.check(graph)
        assert len({POCKET.noun[item.name].kind for item in graph.objects}) <= 3


def test_words_without_kinds_are_drawn_uniformly() -> None:
    nouns = tuple(Noun(name, name + "s", "") for name in ("a", "b", "c", "d"))
    mark = AttributeKind("any", ("x", "y", "z"), False, "?")
    words = tuple(RelationWord(phrase, "any") for phrase in ("by", "at"))
    flat = Taxonomy("flat", "1", nouns, (mark,), words, ())
    graphs = scenes(flat, 600, 4, most=3)
    counts = Counter(item.name for graph in graphs for item in graph.objects)
    assert set(counts) == {"a", "b", "c", "d"} and max(counts.values()) < 1.3 * min(counts.values())


def test_more_attributes_than_anything_carries_are_refused() -> None:
    with pytest.raises(ConstraintError, match="has no 40 attributes. Ask for fewer"):
        sensible.fill(Structure((40,), ()), FULL, random.Random(1))


def test_a_scene_takes_less_than_a_millisecond() -> None:
    shapes = drawer(StructureQuery(complexity=6))
    structures = [shapes(random.Random(i)) for i in range(300)]
    for i, structure in enumerate(structures):
        sensible.fill(structure, FULL, random.Random(i))
    began = time.process_time()
    for i, structure in enumerate(structures):
        sensible.fill(structure, FULL, random.Random(i))
    assert (time.process_time() - began) / len(structures) < 1e-3


# --- the tables -------------------------------------------------------------------------------------------------------


def test_tables_name_only_what_is_there() -> None:
    assert len(tables.themes()) > 50 and len(tables.habits()) > 250
    for look in tables.looks():
        assert look.kind in FULL.attribute_kind
        unknown = {value for value, _ in look.values} - set(FULL.attribute_kind[look.kind].values)
        assert not unknown, f"{look.things} {look.kind}: {unknown}"


def test_a_tilde_takes_what_is_below_a_word() -> None:
    dogs = {noun.name: weight for noun, weight in members(FULL)["dogs"]}
    (dog,) = (noun for noun, _ in members(FULL)["dogs"] if noun.name == "dog")
    assert {"beagle", "mastiff"} <= set(dogs) and dogs["dog"] > dogs["beagle"] > dogs["mastiff"]
    listed = {word for group in tables.things() if group.name == "dogs" for word, _ in group.words}
    for name in set(dogs) - listed:
        assert dog.synset in FULL.line_of(FULL.noun[name])


def test_every_theme_can_be_played() -> None:
    played = {stage.theme: stage for stage in book(FULL).stages}
    assert set(played) == set(tables.themes())
    for theme, stage in played.items():
        assert len(stage.groups) >= 4, theme
        assert max(map(max, stage.pull)) > 0, theme


def test_most_words_and_phrases_are_known() -> None:
    words = [word.lstrip("~") for group in tables.things() for word, _ in group.words]
    assert sum(word in FULL.noun for word in words) / len(words) > 0.8
    phrases = {phrase for habit in tables.habits() for phrase in habit.phrases}
    known = {p for p in phrases if p in FULL.relation and FULL.is_on(FULL.relation[p].switch)}
    assert len(known) / len(phrases) > 0.95, phrases - known
