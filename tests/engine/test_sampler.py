"""Drawing scenes: constraints are met, a scene depends on its seed alone, and shapes are uniform.

Run it: `pytest tests/engine/test_sampler.py`.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from engine.errors import ConstraintError
from engine.graph import SceneGraph
from engine.sampler import Constraints, exactly, sample, scene_rng, scenes
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
    with pytest.raises(ConstraintError, match="No object of the pocket taxonomy has 4 attributes. Ask for fewer"):
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
