"""Drawing scenes: constraints are met, a scene depends on its seed alone, and shapes are uniform.

Run it: `pytest tests/engine/test_sampler.py`.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest

from engine.errors import ConstraintError, ScenewrightError
from engine.graph import Object, Relation, SceneGraph
from engine.parse import parse
from engine.sampler import Constraints, Plan, exactly, sample, scene_rng, scenes
from engine.structure import StructureQuery, count
from tests.pocket_graphs import POCKET

UNBOUNDED = replace(POCKET, max_objects=None)


def degree(graph: SceneGraph) -> int:
    ends = Counter(end for link in graph.relations for end in (link.source, link.target))
    return max(ends.values(), default=0)


@pytest.mark.parametrize(
    "constraints",
    [
        Constraints(),
        Constraints(complexity=(1, 3), scene_attributes=(3, 3)),
        Constraints(complexity=(9, 11), mode="imaginative"),
        Constraints(complexity=None, objects=(3, 3), attributes=(2, 4), relations=(2, 3)),
        Constraints(complexity=(8, 8), components=(1, 1), max_degree=2),
        Constraints(complexity=(6, 8), mean_degree=(1.0, 1.5), objects=(2, 4)),
        Constraints(complexity=(4, 4), objects=(2, 2), relations=(0, 0), scene_attributes=(0, 0)),
    ],
)
def test_constraints_are_met(constraints: Constraints) -> None:
    for graph in scenes(constraints, POCKET, seed=11, count=25):
        POCKET.check(graph)
        assert graph.acyclic
        assert len({(link.source, link.target) for link in graph.relations}) == len(graph.relations)
        for name, value in (
            ("complexity", graph.complexity), ("objects", len(graph.objects)), ("attributes", len(graph.attributes)),
            ("relations", len(graph.relations)), ("components", graph.components), ("mean_degree", graph.mean_degree),
            ("scene_attributes", len(graph.scene_attributes)),
        ):  # fmt: skip
            limits = getattr(constraints, name)
            assert limits is None or limits[0] <= value <= limits[1], name
        assert constraints.max_degree is None or degree(graph) <= constraints.max_degree


def test_a_plausible_scene_keeps_to_three_kinds_of_things() -> None:
    for graph in scenes(Constraints(complexity=(6, 6), objects=(6, 6)), POCKET, seed=2, count=20):
        assert len({POCKET.noun[item.name].kind for item in graph.objects}) <= 3


def test_a_scene_depends_on_its_seed_and_place_alone() -> None:
    constraints = Constraints(complexity=(3, 9))
    all_of_them = list(scenes(constraints, POCKET, seed=4, count=12))
    random.seed(99)
    assert [sample(constraints, POCKET, scene_rng(4, i)) for i in (7, 2, 11)] == [all_of_them[i] for i in (7, 2, 11)]
    assert list(scenes(constraints, POCKET, seed=4, count=3)) == all_of_them[:3]
    assert sample(constraints, POCKET, scene_rng(5, 7)) != all_of_them[7]
    assert len({graph.hash for graph in all_of_them}) == 12


def test_shapes_are_uniform() -> None:
    """Chi-square over the 17 structures of complexity 5: 39.25 is exceeded once in a thousand with 16 degrees of freedom."""
    query = StructureQuery(complexity=5)
    assert count(query) == 17
    constraints = Constraints(complexity=(5, 5), scene_attributes=(0, 0), mode="imaginative")
    free = replace(UNBOUNDED, attribute_kinds=tuple(replace(kind, exclusive=False) for kind in POCKET.attribute_kinds))
    drawn = Counter(shape(sample(constraints, free, scene_rng(20, i))) for i in range(3400))
    assert len(drawn) == 17
    assert sum((n - 200) ** 2 / 200 for n in drawn.values()) < 39.25


def shape(graph: SceneGraph) -> str:
    """The graph without words."""
    plain = SceneGraph(
        objects=tuple(replace(item, name="x") for item in graph.objects),
        attributes=tuple(
            replace(mark, kind=str(i), value=str(i))
            for marks in graph.attributes_of.values()
            for i, mark in enumerate(marks)
        ),
        relations=tuple(replace(link, phrase="r") for link in graph.relations),
    )
    return plain.hash


def test_an_object_without_words_left_is_refused() -> None:
    poor = replace(POCKET, attribute_kinds=(replace(POCKET.attribute_kind["size"], exclusive=False),))
    with pytest.raises(ConstraintError, match="pocket taxonomy has no 4 attributes. Ask for fewer"):
        sample(Constraints(complexity=(5, 5), objects=(1, 1)), poor, random.Random(1))


def test_words_are_spread() -> None:
    graphs = list(scenes(Constraints(complexity=(6, 8), mode="imaginative"), POCKET, seed=1, count=250))
    assert {item.name for graph in graphs for item in graph.objects} == set(POCKET.noun)
    assert {mark.value for graph in graphs for mark in graph.attributes} == set(POCKET.kind_of_value)
    assert {link.phrase for graph in graphs for link in graph.relations} == set(POCKET.relation)
    phrases = {(kind, value) for graph in graphs for kind, value in graph.scene_attributes}
    assert phrases == {(kind.name, value) for kind in POCKET.scene_kinds for value in kind.phrases}


def test_exact_numbers() -> None:
    constraints = exactly(Constraints(), objects=3, attributes=1, relations=2)
    assert constraints.complexity is None
    graph = sample(constraints, POCKET, random.Random(1))
    assert (len(graph.objects), len(graph.attributes), len(graph.relations)) == (3, 1, 2)
    assert exactly(Constraints(), objects=3).complexity == (4, 6)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"mode": "wild"}, "“wild” is not a mode. Choose plausible or imaginative."),
        ({"complexity": (6, 4)}, "Complexity 6-4 is not a range. Put the smaller first."),
        ({"objects": (-1, 4)}, "Objects -1-4 is not a range."),
        ({"scene_attributes": (4, 5)}, "has 3 kinds of scene attributes, 4 were asked for. Ask for 3 or fewer."),
        ({"objects": (7, 9)}, "This taxonomy draws at most 6 objects, 7 were asked for. Ask for 6."),
        ({"complexity": (3, 3), "objects": (5, 5)}, "5"),
        ({"complexity": None, "objects": (1, 1), "relations": (1, 1), "attributes": (0, 0)}, "relation"),
        ({"complexity": None, "objects": (2, 2), "relations": (0, 0), "attributes": (9, 9)}, "attributes"),
        ({"complexity": (5, 5), "components": (6, 6)}, "components"),
    ],
)
def test_what_no_scene_can_meet_is_said(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ConstraintError) as refusal:
        sample(replace(Constraints(), **change), POCKET, random.Random(1))
    assert sentence in str(refusal.value)
    assert "\n" not in str(refusal.value)


# --- seed graphs ------------------------------------------------------------------------------------------------------

SEED = parse("A red dog is to the left of a tree. The tree is above a cat.", POCKET)


@pytest.mark.parametrize("mode", ["plausible", "imaginative"])
@pytest.mark.parametrize("complexity", [6, 9, 13])
def test_a_seed_graph_is_kept_whole(mode: str, complexity: int) -> None:
    constraints = Constraints(complexity=(complexity, complexity), mode=mode, seed_graph=SEED)
    sizes = Counter[int]()
    for graph in scenes(constraints, POCKET, seed=21, count=40):
        POCKET.check(graph)
        assert graph.complexity == complexity
        assert any(holds_seed(graph, *where) for where in permutations(graph.objects, 3))
        sizes[len(graph.objects)] += 1
    assert complexity == 6 or len(sizes) > 1


def holds_seed(graph: SceneGraph, dog: Object, tree: Object, cat: Object) -> bool:
    """Whether these three are the seed."""
    links = {(link.source, link.phrase, link.target) for link in graph.relations}
    return (
        (dog.name, tree.name, cat.name) == ("dog", "tree", "cat")
        and "red" in {mark.value for mark in graph.attributes_of[dog.id]}
        and {(dog.id, "to the left of", tree.id), (tree.id, "above", cat.id)} <= links
    )


def test_a_seed_graph_keeps_its_scene_attributes() -> None:
    seed = replace(SEED, scene_attributes=(("setting", "night"),))
    for graph in scenes(
        Constraints(complexity=(7, 8), scene_attributes=(1, 2), seed_graph=seed), POCKET, seed=1, count=20
    ):
        assert dict(graph.scene_attributes)["setting"] == "night"
        assert 1 <= len(graph.scene_attributes) <= 2


@pytest.mark.parametrize(
    ("seed", "complexity", "sentence"),
    [
        (SEED, 5, "seed"),
        (replace(SEED, relations=(*SEED.relations, Relation("cat3", "dog1", "spatial", "above"))), 9, "circle"),
        (SceneGraph(()), 5, "no objects"),
        (SceneGraph((Object("a", "unicorn"),)), 5, "unicorn"),
    ],
)  # fmt: skip
def test_a_seed_that_cannot_be_placed_is_refused(seed: SceneGraph, complexity: int, sentence: str) -> None:
    with pytest.raises(ScenewrightError, match=sentence):
        sample(Constraints(complexity=(complexity, complexity), seed_graph=seed), POCKET, scene_rng(0, 0))


# --- plans ------------------------------------------------------------------------------------------------------------


def test_strata_have_equal_cells() -> None:
    plan = Plan(Constraints(complexity=(4, 7)), POCKET, strata="complexity")
    sizes = Counter(plan.structure(i, scene_rng(3, i)).complexity for i in range(80))
    assert sizes == {4: 20, 5: 20, 6: 20, 7: 20}
    profiles = Plan(Constraints(complexity=(5, 5)), POCKET, strata="profile")
    cells = Counter(
        (shape.objects, shape.relations, shape.attribute_count)
        for shape in (profiles.structure(i, scene_rng(3, i)) for i in range(5 * len(profiles.queries)))
    )
    assert set(cells.values()) == {5}


def test_each_structure_comes_in_its_turn() -> None:
    plan = Plan(Constraints(complexity=(5, 6)), UNBOUNDED, each=True)
    found = [plan.structure(i, scene_rng(0, i)) for i in range(plan.total)]
    assert len(set(found)) == plan.total == plan.census().value
    assert plan.structure(plan.total, scene_rng(0, 0)) == found[0]


def test_another_stratum_is_refused() -> None:
    with pytest.raises(ConstraintError, match="Choose complexity or profile"):
        Plan(Constraints(), POCKET, strata="mood")
