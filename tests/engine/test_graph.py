"""SceneGraph: the same hash under every renaming, round trips, and one clear sentence for whatever is not a graph.

Run it: `pytest tests/engine/test_graph.py`.
"""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import FormatError, GraphError
from engine.graph import MAX_OBJECTS, MAX_PARTS, MAX_TEXT, Attribute, Object, Relation, SceneGraph
from tests.pocket_graphs import graphs, random_graph

GOLDEN = Path(__file__).parent / "golden" / "hashes.json"
DOG, CAT = Object("a", "dog"), Object("b", "cat")
RED = Attribute("a", "colour", "red")
ABOVE = Relation("a", "b", "spatial", "above")
SMALL = SceneGraph((DOG, CAT), (RED,), (ABOVE,), (("setting", "night"),))


def shuffled(graph: SceneGraph, rng: random.Random) -> SceneGraph:
    """The same graph with new ids and everything in another order."""
    new = dict(zip(graph.names, rng.sample([f"x{i}" for i in range(99)], len(graph.names)), strict=True))
    parts = (
        [replace(item, id=new[item.id]) for item in graph.objects],
        [replace(mark, object=new[mark.object]) for mark in graph.attributes],
        [replace(link, source=new[link.source], target=new[link.target]) for link in graph.relations],
        list(graph.scene_attributes),
    )
    for part in parts:
        rng.shuffle(part)
    return SceneGraph(*map(tuple, parts))


# --- the hash ---------------------------------------------------------------------------------------------------------


@given(graphs(), st.randoms(use_true_random=False))
@settings(deadline=None, derandomize=True, max_examples=150)
def test_hash_is_the_same_under_renaming_and_reordering(graph: SceneGraph, rng: random.Random) -> None:
    assert shuffled(graph, rng).hash == graph.hash


@given(graphs(), st.data())
@settings(deadline=None, derandomize=True, max_examples=150)
def test_any_other_spelling_has_another_hash(graph: SceneGraph, data: st.DataObject) -> None:
    part = data.draw(st.sampled_from(["objects", "attributes", "relations", "scene_attributes"]))
    values = list(getattr(graph, part))
    if not values:
        return
    i = data.draw(st.integers(0, len(values) - 1))
    field = {"objects": "name", "attributes": "value", "relations": "phrase"}.get(part)
    values[i] = replace(values[i], **{field: "unheard-of"}) if field else (values[i][0], "unheard-of")
    assert replace(graph, **{part: tuple(values)}).hash != graph.hash


@pytest.mark.parametrize(
    "other",
    [
        SceneGraph((DOG, CAT), (RED,), (Relation("b", "a", "spatial", "above"),), (("setting", "night"),)),
        SceneGraph((DOG, CAT), (replace(RED, object="b"),), (ABOVE,), (("setting", "night"),)),
        SceneGraph((DOG, CAT), (RED,), (), (("setting", "night"),)),
        SceneGraph((DOG, CAT), (RED,), (ABOVE,)),
        SceneGraph((DOG, CAT), (RED,), (ABOVE,), (("weather", "night"),)),
    ],
)
def test_another_shape_has_another_hash(other: SceneGraph) -> None:
    assert other.hash != SMALL.hash


def test_hash_ignores_senses_and_kinds() -> None:
    plain = SceneGraph((Object("a", "bat"), CAT), (RED,), (ABOVE,))
    meant = SceneGraph(
        (Object("a", "bat", "animal"), CAT), (replace(RED, kind="hue"),), (replace(ABOVE, kind="place"),)
    )
    assert meant.hash == plain.hash


def test_one_hash_for_each_different_graph() -> None:
    found: dict[str, SceneGraph] = {}
    for seed in range(300):
        graph = random_graph(random.Random(seed))
        other = found.setdefault(graph.hash, graph)
        assert sorted(other.names.values()) == sorted(graph.names.values())


def test_hashes_stay_what_they_were() -> None:
    """Recorded work is found by hash: when this fails, the version before the colon has to change."""
    rows = json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert len(rows) >= 10
    for row in rows:
        assert SceneGraph.from_dict(row["graph"]).hash == row["hash"]


# --- figures ----------------------------------------------------------------------------------------------------------


def test_figures_of_a_graph() -> None:
    assert SMALL.complexity == 4
    assert SMALL.mean_degree == 1.0
    assert SMALL.components == 1
    assert SMALL.acyclic
    assert not replace(SMALL, relations=(ABOVE, Relation("b", "a", "spatial", "below"))).acyclic
    assert SMALL.elements() == ("o:a", "o:b", "a:a:colour:red", "r:a:above:b", "s:setting")
    assert SMALL.attributes_of == {"a": (RED,), "b": ()}


def test_an_empty_graph_is_a_graph() -> None:
    empty = SceneGraph(())
    assert (empty.complexity, empty.mean_degree, empty.components, empty.acyclic) == (0, 0.0, 0, True)
    assert empty.elements() == ()
    assert empty.hash == SceneGraph.from_dict({}).hash


# --- round trips ------------------------------------------------------------------------------------------------------


@given(graphs())
@settings(deadline=None, derandomize=True, max_examples=100)
def test_round_trips(graph: SceneGraph) -> None:
    assert SceneGraph.from_dict(json.loads(json.dumps(graph.to_dict()))) == graph
    again = SceneGraph.from_networkx(graph.to_networkx())
    assert again.hash == graph.hash
    assert set(again.elements()) == set(graph.elements())
    assert SceneGraph.from_networkx(again.to_networkx()) == again


def test_senses_survive() -> None:
    graph = SceneGraph((Object("a", "bat", "animal"),))
    assert SceneGraph.from_dict(graph.to_dict()) == graph == SceneGraph.from_networkx(graph.to_networkx())
    assert "sense" not in SMALL.to_dict()["objects"][0]


# --- refusals ---------------------------------------------------------------------------------------------------------

many = tuple(Object(f"o{i}", "dog") for i in range(MAX_OBJECTS + 1))
full = tuple(Attribute("a", "word", f"w{i}") for i in range(MAX_PARTS + 1))
REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"objects": (DOG, Object("a", "cat"))}, "Two objects have the id “a”. Give each object an id of its own."),
    ({"relations": (replace(ABOVE, target="a"),)}, "“dog” cannot be “above” itself. Choose another object."),
    ({"relations": (replace(ABOVE, target="z"),)}, "The relation “above” refers to “z”, and no object has that id."),
    ({"relations": (replace(ABOVE, source="z"),)}, "The relation “above” refers to “z”, and no object has that id."),
    ({"attributes": (replace(RED, object="z"),)}, "The attribute “red” belongs to “z”, and no object has that id."),
    ({"attributes": (RED, replace(RED, kind="hue"))}, "“dog” is “red” twice. Remove one of the two."),
    ({"relations": (ABOVE, ABOVE)}, "“dog” is “above” “cat” twice. Remove one of the two."),
    ({"scene_attributes": (("setting", "a"), ("setting", "b"))}, "The scene has two values for “setting”. Keep one."),
    ({"objects": many}, f"A scene holds at most {MAX_OBJECTS} objects, this one {MAX_OBJECTS + 1}. Remove some."),
    ({"attributes": full}, f"A scene holds at most {MAX_PARTS} attributes and relations"),
    ({"objects": (DOG, Object("b", "x" * (MAX_TEXT + 1)))}, f"has {MAX_TEXT + 1} characters; at most {MAX_TEXT} fit."),
    ({"objects": (DOG, Object("b", "cat\x00"))}, "is empty or has stray spaces or control characters. Type it again."),
    ({"objects": (DOG, Object("b", "cat\u202e"))}, "control characters"),
    ({"objects": (DOG, Object("b", " cat"))}, "The object name “cat” is empty or has stray spaces"),
    ({"objects": (DOG, CAT, Object("", "cat"))}, "The object id “” is empty"),
    ({"attributes": (replace(RED, value=""),)}, "The attribute “” is empty"),
    ({"relations": (replace(ABOVE, phrase="on\n"),)}, "The relation “on” is empty or has stray spaces"),
    ({"scene_attributes": (("setting", "\t"),)}, "The scene attribute “” is empty"),
]


@pytest.mark.parametrize(("change", "sentence"), REFUSED)
def test_what_contradicts_itself_is_refused(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(GraphError) as refusal:
        replace(SMALL, **change)
    assert sentence in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ([], "Expected a scene graph as a JSON object with named fields, got list"),
        ("graph", "got str “graph”"),
        (None, "got NoneType"),
        ({"schema": 2}, "This scene graph has schema “2”; this program reads schema 1. Update it."),
        ({"objects": {"id": "a"}}, "“objects” has to be a list, got dict"),
        ({"objects": ["dog"]}, "Expected each entry of “objects” as a JSON object"),
        ({"objects": [{"id": 1, "name": "dog"}]}, "“id” has to be text, got int “1”"),
        ({"objects": [{"id": "a"}]}, "“name” has to be text, got NoneType"),
        ({"objects": [{"id": "a", "name": "dog", "sense": 3}]}, "“sense” has to be text, got int"),
        ({"objects": [{"id": "a", "name": "dog"}] * (MAX_PARTS + 1)}, f"at most {MAX_PARTS} are read."),
        ({"scene_attributes": ["night"]}, "Expected scene_attributes as a JSON object"),
        ({"scene_attributes": {"setting": 4}}, "“setting” has to be text, got int"),
        ({"relations": [{"source": "a"}]}, "“target” has to be text"),
    ],
)
def test_what_is_no_graph_is_refused(data: object, sentence: str) -> None:
    with pytest.raises(FormatError) as refusal:
        SceneGraph.from_dict(data)
    assert sentence in str(refusal.value)
    assert len(str(refusal.value)) < 400


def test_a_long_value_is_cut_in_the_message() -> None:
    with pytest.raises(FormatError) as refusal:
        SceneGraph.from_dict({"objects": [{"id": "a", "name": ["x"] * 10_000}]})
    assert len(str(refusal.value)) < 300
