"""Round trips: every format gives back what it can hold, and lists the rest.

Run it: `pytest tests/engine/interchange/test_round_trips.py`.
"""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from hypothesis import given, settings

from engine.graph import SceneGraph
from engine.interchange import FORMATS, SceneRecord, read, write
from engine.interchange.geneval import POSITIONS
from engine.scene import describe
from tests.pocket_graphs import POCKET, graphs


def scene(graph: SceneGraph, id: str = "7") -> SceneRecord:
    return SceneRecord.of(describe(graph, POCKET, id=id, seed=3))


def through(format: str, *scenes: SceneRecord) -> tuple[list[SceneRecord], dict[str, int]]:
    """The scenes written and read again, and what was lost on the way out."""
    out = io.BytesIO()
    lost = write(scenes, format, out, taxonomy=POCKET)
    found = read(out.getvalue(), taxonomy=POCKET)
    assert found.format == format, "the format is found by content"
    return list(found), {loss.field: loss.count for loss in lost}


def bare(graph: SceneGraph, *, scenery: bool = False) -> SceneGraph:
    """The graph with at most one relation for each ordered pair, and without scene attributes."""
    single = {(link.source, link.target): link for link in reversed(graph.relations)}
    kept = tuple(link for link in graph.relations if single[link.source, link.target] is link)
    return replace(graph, relations=kept, scene_attributes=graph.scene_attributes if scenery else ())


@given(graphs())
def test_our_own_lines_hold_everything(graph: SceneGraph) -> None:
    original = scene(graph)
    assert through("scenewright", original) == ([original], {})


@given(graphs())
def test_the_paper_holds_one_relation_for_each_pair_and_the_caption(graph: SceneGraph) -> None:
    (found,), lost = through("paper", scene(graph))
    assert found.graph.hash == bare(graph, scenery=True).hash
    assert (found.id, found.caption) == ("7", scene(graph).caption)
    assert lost.get("second relations between two objects", 0) == len(graph.relations) - len(bare(graph).relations)
    assert lost["questions"] == len(scene(graph).questions)


@given(graphs())
def test_visual_genome_holds_the_graph(graph: SceneGraph) -> None:
    (found,), lost = through("visual-genome", scene(graph))
    assert found.graph.hash == replace(graph, scene_attributes=()).hash
    assert found.id == "7" and lost.get("scene attributes", 0) == len(graph.scene_attributes)


@given(graphs())
def test_gqa_holds_the_graph_and_the_weather(graph: SceneGraph) -> None:
    (found,), lost = through("gqa", scene(graph))
    kept = tuple(pair for pair in graph.scene_attributes if pair[0] in ("weather", "location"))
    assert found.graph.hash == replace(graph, scene_attributes=kept).hash
    assert lost.get("scene attributes", 0) == len(graph.scene_attributes) - len(kept)


@given(graphs())
@settings(max_examples=60)
def test_dsg_holds_the_graph_and_what_questions_depend_on(graph: SceneGraph) -> None:
    original = scene(graph)
    (found,), _ = through("dsg", original)
    assert found.graph.hash == graph.hash and found.caption == original.caption
    known = {question.id: question.text for question in found.questions}
    depends = {question.text: {known[parent] for parent in question.parents} for question in found.questions}
    ours = {question.id: question for question in original.questions}
    for question in found.questions:
        assert all(parent in known for parent in question.parents)
        same = [q for q in original.questions if q.text == question.text and q.counterfactual_of is None]
        if len(same) == 1 and same[0].kind in ("attribute", "relation"):
            assert depends[question.text] >= {ours[parent].text for parent in same[0].parents}


@given(graphs())
@settings(max_examples=60)
def test_tifa_gives_the_graph_back_through_a_caption_of_ours(graph: SceneGraph) -> None:
    original = scene(graph)
    (found,), _ = through("tifa", original)
    assert found.graph.hash == graph.hash and found.caption == original.caption


@given(graphs())
@settings(max_examples=60)
def test_geneval_holds_counts_one_colour_and_one_position(graph: SceneGraph) -> None:
    colours = tuple(mark for mark in graph.attributes if mark.kind == "colour")
    first = {link.source: link for link in reversed(graph.relations)}
    chain = tuple(link for link in graph.relations if first[link.source] is link)
    kept = replace(graph, attributes=colours, relations=chain, scene_attributes=())
    if not kept.acyclic:
        kept = replace(kept, relations=())
    (found,), lost = through("geneval", scene(kept))
    assert found.graph.hash == kept.hash
    assert "second positions of an object" not in lost and set(POSITIONS.values()) >= {r.phrase for r in chain}


@pytest.mark.parametrize("format", FORMATS)
def test_many_scenes_stay_apart_and_in_order(format: str) -> None:
    names = ("dog", "cat", "owl", "apple")
    graphs_ = [SceneGraph.from_dict({"objects": [{"id": "a", "name": name}]}) for name in names]
    found, _ = through(format, *(scene(graph, str(i)) for i, graph in enumerate(graphs_)))
    assert [item.graph.objects[0].name for item in found] == list(names)
    assert [item.id for item in found] == ["0", "1", "2", "3"]


@pytest.mark.parametrize("format", ["paper", "gqa"])
def test_an_id_that_comes_twice_loses_no_scene(format: str) -> None:
    graph = SceneGraph.from_dict({"objects": [{"id": "a", "name": "dog"}]})
    assert len(through(format, scene(graph), scene(graph))[0]) == 2


@given(graphs())
@settings(max_examples=30)
def test_nothing_is_lost_in_silence(graph: SceneGraph) -> None:
    """Whatever part of a graph does not come back was listed."""
    for format in FORMATS:
        (found,), lost = through(format, scene(graph))
        if found.graph.hash != graph.hash:
            assert lost, format
        if not found.questions and format != "tifa":
            assert lost["questions"] == len(scene(graph).questions)
