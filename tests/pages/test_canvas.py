"""The canvas on the side of Python: what a browser sends is checked, one reducer acts, a refusal changes nothing.

Try it: `python -m pytest tests/pages/test_canvas.py`.
"""

from __future__ import annotations

import json
import math
import random
import types
from itertools import combinations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates

from engine.edits import apply_all
from engine.errors import FormatError, GraphError, ScenewrightError, UnknownWord
from engine.graph import SceneGraph
from engine.parse import parse
from engine.sampler import Constraints, sample
from engine.taxonomy import load
from pages.parts.canvas import drawing
from pages.parts.geometry import card_box, overlap, word_box
from pages.parts.gestures import READERS, gesture_from, operation_from
from pages.parts.positions import kept, standing
from pages.parts.tools import MOST_OPTIONS, SORTS, answer, offer, small
from tests.pages.conftest import errors

WORDS, FULL = load("pocket"), load("full")
SCENE = "A red dog is above a cat. The scene is at night."
DOG = parse(SCENE, WORDS)
D, C = DOG.objects[0].id, DOG.objects[1].id
EVIL = "<img src=x onerror=alert(1)>"


def after(payload: object, graph: SceneGraph = DOG) -> SceneGraph:
    return apply_all(graph, operation_from(payload, graph, WORDS), WORDS)


@pytest.mark.parametrize(
    ("payload", "caption"),
    [
        ({"op": "add", "name": "tree"}, "A red dog is above a cat. There is a tree. The scene is at night."),
        ({"op": "rename", "id": D, "name": " owl "}, "A red owl is above a cat. The scene is at night."),
        (
            {"op": "connect", "source": D, "target": C, "phrase": "to the left of"},
            "A red dog is above a cat and to the left of the cat. The scene is at night.",
        ),
        (
            {"op": "retype", "element": f"r:{D}:above:{C}", "phrase": "below"},
            "A red dog is below a cat. The scene is at night.",
        ),
        (
            {"op": "retype", "element": f"r:{D}:above:{C}", "phrase": "above", "turned": True},
            "A cat is above a red dog. The scene is at night.",
        ),
        ({"op": "mark", "ids": [C], "value": "blue"}, "A red dog is above a blue cat. The scene is at night."),
        (
            {"op": "mark", "element": f"a:{D}:colour:red", "value": "large"},
            "A large dog is above a cat. The scene is at night.",
        ),
        ({"op": "mark", "element": f"a:{D}:colour:red", "value": "red"}, SCENE),
        ({"op": "scene", "value": "snow"}, "A red dog is above a cat. The scene is in the snow."),
        ({"op": "delete", "elements": [f"r:{D}:above:{C}"]}, "There is a red dog and a cat. The scene is at night."),
        (
            {"op": "delete", "elements": [f"a:{D}:colour:red", f"o:{D}", f"r:{D}:above:{C}", "s:setting", f"o:{D}"]},
            "There is a cat.",
        ),
        ({"op": "clone", "ids": [C]}, None),
    ],
)
def test_a_gesture_says_operations(payload, caption) -> None:
    graph = after(payload)
    if caption is None:
        assert list(graph.names.values()) == ["dog", "cat", "cat"]
    else:
        assert graph.hash == parse(caption, WORDS).hash


def test_gestures_that_are_not_edits_of_the_graph() -> None:
    assert gesture_from({"op": "undo"}, DOG, WORDS).step == "back"
    assert gesture_from({"op": "redo"}, DOG, WORDS).step == "forth"
    assert gesture_from({"op": "tidy"}, DOG, WORDS).tidy
    assert gesture_from({"op": "move", "at": {D: [1, 2.5]}}, DOG, WORDS).places == {D: (1.0, 2.5)}
    added = gesture_from({"op": "add", "name": "tree", "at": [4, 5]}, DOG, WORDS)
    assert added.places == {"o1": (4.0, 5.0)} and added.operations[0].id == "o1"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("payload", "error", "words"),
    [
        (None, FormatError, "record"),
        ([1], FormatError, "record"),
        ({}, FormatError, "no edit"),
        ({"op": EVIL}, FormatError, EVIL),
        ({"op": ["add"]}, FormatError, "no edit"),
        ({"op": "__class__"}, FormatError, "no edit"),
        ({"op": "add"}, FormatError, "“name” has to be text"),
        ({"op": "add", "name": 7}, FormatError, "int"),
        ({"op": "add", "name": "  "}, FormatError, "No word"),
        ({"op": "add", "name": "x" * 5000}, FormatError, "Shorten"),
        ({"op": "add", "name": EVIL}, UnknownWord, EVIL),
        ({"op": "add", "name": "dgo"}, UnknownWord, "“dog”"),
        ({"op": "add", "name": "dog", "at": "here"}, FormatError, "two numbers"),
        ({"op": "add", "name": "dog", "at": [math.nan, 0]}, FormatError, "two numbers"),
        ({"op": "add", "name": "dog", "at": [1e9, 0]}, FormatError, "two numbers"),
        ({"op": "add", "name": "dog", "at": [True, 0]}, FormatError, "two numbers"),
        ({"op": "add", "name": "dog", "at": [10**400, 0]}, FormatError, "two numbers"),
        ({"op": "rename", "id": "o9", "name": "dog"}, GraphError, "no object “o9”"),
        ({"op": "rename", "id": {"a": 1}, "name": "dog"}, FormatError, "has to be text"),
        ({"op": "connect", "source": D, "target": D, "phrase": "above"}, GraphError, "itself"),
        ({"op": "connect", "source": C, "target": D, "phrase": "above"}, GraphError, "circle"),
        ({"op": "connect", "source": D, "target": C, "phrase": "near"}, UnknownWord, "not a relation"),
        ({"op": "retype", "element": f"o:{D}", "phrase": "above"}, GraphError, "not a relation of this scene"),
        ({"op": "retype", "element": f"r:{D}:above:{C}", "phrase": "near"}, UnknownWord, "not a relation"),
        ({"op": "mark", "ids": [D], "value": "shiny"}, UnknownWord, "not an attribute"),
        ({"op": "mark", "ids": D, "value": "red"}, FormatError, "list"),
        ({"op": "mark", "ids": [3], "value": "red"}, FormatError, "text"),
        ({"op": "mark", "element": f"o:{D}", "value": "red"}, GraphError, "not an attribute of this scene"),
        ({"op": "scene", "value": "moon"}, UnknownWord, "not a scene attribute"),
        ({"op": "delete", "elements": []}, GraphError, "Nothing was selected"),
        ({"op": "delete", "elements": ["o:nobody"]}, GraphError, "any more"),
        ({"op": "delete", "elements": ["x"] * 500}, FormatError, "at most"),
        ({"op": "clone", "ids": []}, GraphError, "No object was chosen"),
        ({"op": "clone", "ids": ["o9"]}, GraphError, "no object “o9”"),
        ({"op": "move", "at": [1]}, FormatError, "where each object goes"),
        ({"op": "move", "at": {"o9": [1, 2]}}, GraphError, "no object “o9”"),
        ({"op": "move", "at": {D: [1]}}, FormatError, "two numbers"),
    ],
)  # fmt: skip
def test_a_hostile_gesture_is_one_sentence_and_changes_nothing(payload, error, words) -> None:
    before = DOG.to_dict()
    with pytest.raises(error) as refused:
        after(payload)
    assert words in str(refused.value) and "\n" not in str(refused.value)
    assert DOG.to_dict() == before


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from([D, C, f"o:{D}", "red", "dog"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4) | st.sampled_from([D, C]), inner, max_size=3)
    ),
    max_leaves=6,
)
FIELDS = ("name", "id", "ids", "at", "element", "elements", "source", "target", "phrase", "value", "kind", "turned")


@given(st.sampled_from(sorted(READERS)), st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=6))
def test_any_record_is_a_gesture_or_one_sentence(op, fields) -> None:
    try:
        graph = after({"op": op, **fields})
    except ScenewrightError as error:
        assert "\n" not in str(error)
    else:
        WORDS.check(graph)


# --- places -----------------------------------------------------------------------------------------------------------


def test_places_that_make_no_sense_are_not_there() -> None:
    saved = {"a": [1, 2], "b": [1], "c": "x", "d": [math.inf, 0], "g": [10**400, 0], "e": [True, 1], "f": None}
    assert kept({"positions": saved}) == {"a": (1.0, 2.0)}
    assert kept({"positions": [1]}) == {} == kept({})


def test_placed_objects_stay_and_a_new_one_finds_room() -> None:
    at = standing(DOG, WORDS, {D: (0.0, 0.0), C: (10.0, 300.0)})
    more = after({"op": "add", "name": "tree"})
    there = standing(more, WORDS, at)
    assert {id: there[id] for id in at} == at
    for one, other in combinations(there, 2):
        assert not overlap(there[one], card_box(more, one), there[other], card_box(more, other), 0)


@pytest.mark.parametrize("seed", range(12))
def test_satellites_are_placed_apart_and_carry_every_attribute(seed: int) -> None:
    graph = sample(Constraints(complexity=(6, 12)), WORDS, random.Random(seed))
    drawn = drawing(graph, WORDS, {}, satellites=True)
    orjson.dumps(drawn)
    ids = (
        {node["id"] for node in drawn["nodes"]}
        | {edge["id"] for edge in drawn["edges"]}
        | {s["id"] for s in drawn["scene"]}
    )
    assert ids == set(graph.elements())
    boxes = [((n["x"], n["y"]), word_box(n["label"], large="of" not in n)) for n in drawn["nodes"]]
    assert not any(overlap(*one, *other, 0) for one, other in combinations(boxes, 2))
    assert len(drawn["ties"]) == len(graph.attributes)


# --- words ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("typed", ["", "a", "re", "zzzzqq", "  Do ", EVIL, "x" * 3000])
def test_at_most_two_hundred_words_are_offered(sort, typed) -> None:
    for world in (WORDS, FULL):
        found = offer(sort, typed, world)
        assert len(found) <= MOST_OPTIONS and len(dict(found)) == len(found)


def test_what_is_typed_comes_first_and_any_word_of_the_taxonomy_can_be_reached() -> None:
    assert next(word for word, _ in offer("object", "dog", FULL)) == "dog"
    rng = random.Random(5)
    for noun in rng.sample(sorted(FULL.noun), 40):
        assert noun in dict(offer("object", noun, FULL))
    for phrase in rng.sample(sorted(FULL.relation), 40):
        assert phrase in dict(offer("relation", phrase, FULL))
    assert "dog" in dict(offer("object", "dgo", WORDS))


def test_words_that_fit_come_before_those_that_do_not() -> None:
    words = [word for word, _ in offer("attribute", "wood", FULL, nouns=("water",))]
    assert not FULL.fits(FULL.noun["water"], FULL.kind_of_value["wooden"], "wooden")
    assert "wooden" not in words or words.index("wooden") == len(words) - 1 or words[0] != "wooden"


def test_a_question_for_words_is_checked() -> None:
    good = answer({"sort": "attribute", "text": "re", "n": 4, "about": [f"o:{D}", f"a:{D}:colour:red", 7]}, DOG, WORDS)
    assert good and good["n"] == 4 and ("red", "colour") in good["options"] and not good["whole"]
    for bad in (None, [], "x", {}, {"sort": EVIL, "text": "", "n": 1}, {"sort": "object", "text": 3, "n": 1},
                {"sort": "object", "text": "", "n": "1"}, {"sort": ["object"], "text": "", "n": 1}):  # fmt: skip
        assert answer(bad, DOG, WORDS) is None
    assert set(small(WORDS)) == set(SORTS) and small(FULL) == {}


# --- on the page ------------------------------------------------------------------------------------------------------


@pytest.fixture
def scene(app, store):
    """The app on a scene that we know, with the number of the last deed."""
    app.run()
    app.text_area[0].set_value(SCENE)
    next(b for b in app.button if b.label == "Read the caption").click().run()
    assert not errors(app)
    return app


def found(at, name: str = "scenewright_canvas"):
    return next(e.proto for e in at.get("bidi_component") if e.proto.component_name == name)


def data(at):
    return json.loads(found(at).json)


def do(at, payload: object, event: str = "edit"):
    """Send what the canvas would send."""
    states, id = at._tree.get_widget_states, _make_trigger_id(found(at).id, "events")

    def with_deed(tree: object) -> WidgetStates:
        all_ = states()
        all_.widgets.append(WidgetState(id=id, json_trigger_value=json.dumps([{"event": event, "value": payload}])))
        return all_

    at._tree.get_widget_states = types.MethodType(with_deed, at._tree)
    at.run()
    assert not at.exception
    return at


def deed(at, /, **payload):
    return do(at, {**payload, "seq": data(at)["ack"] + 1, "rev": data(at)["rev"]})


def session(store, at):
    return store.get_session(at.query_params["session"])


def test_deeds_change_the_saved_scene_and_can_be_undone(scene, store) -> None:
    ids = SceneGraph.from_dict(orjson.loads(session(store, scene).graph)).names
    dog = next(id for id, name in ids.items() if name == "dog")
    deed(scene, op="add", name="tree", at=[300, 40])
    assert "tree" in session(store, scene).caption and data(scene)["undo"]
    assert "Is there a tree?" in session(store, scene).questions
    place = orjson.loads(session(store, scene).settings)["positions"]
    assert [300.0, 40.0] in place.values()
    deed(scene, op="move", at={dog: [-200, -90]})
    node = next(n for n in data(scene)["nodes"] if n["id"] == f"o:{dog}")
    assert (node["x"], node["y"]) == (-200.0, -90.0)
    deed(scene, op="undo")
    assert session(store, scene).caption == SCENE and data(scene)["redo"]
    deed(scene, op="redo")
    assert "tree" in session(store, scene).caption
    deed(scene, op="tidy")
    assert "positions" not in orjson.loads(session(store, scene).settings)
    assert data(scene)["ack"] == 5 == data(scene)["rev"]


def test_what_undo_brings_back_stands_where_it_stood(scene) -> None:
    before = {node["id"]: (node["x"], node["y"]) for node in data(scene)["nodes"]}
    deed(scene, op="delete", elements=[next(iter(before))])
    deed(scene, op="undo")
    assert {node["id"]: (node["x"], node["y"]) for node in data(scene)["nodes"]} == before


def test_a_refused_deed_says_why_and_the_truth_is_sent_again(scene, store) -> None:
    before, rev = session(store, scene).graph, data(scene)["rev"]
    deed(scene, op="add", name=EVIL)
    assert EVIL in data(scene)["refused"] and data(scene)["rev"] == rev + 1
    assert session(store, scene).graph == before
    deed(scene, op="add", name="tree")
    assert data(scene)["refused"] == "" and "tree" in session(store, scene).caption


@pytest.mark.parametrize("payload", [None, 7, "x", [], {}, {"op": "add", "name": "tree"}, {"op": "undo", "seq": "1"},
                                     {"op": "undo", "seq": True}, {"op": "undo", "seq": -3}, {"op": "undo", "seq": 10**9}])  # fmt: skip
def test_what_has_no_number_is_not_a_deed(scene, store, payload) -> None:
    before = session(store, scene).graph
    do(scene, payload)
    do(scene, payload, event="look")
    do(scene, payload, event="picked")
    assert session(store, scene).graph == before and data(scene)["ack"] == 0 and not errors(scene)


def test_a_deed_that_comes_twice_is_done_once(scene, store) -> None:
    for _ in range(2):
        do(scene, {"op": "add", "name": "tree", "seq": 1, "rev": 0})
    assert session(store, scene).graph.count('"tree"') == 1


def test_tables_and_canvas_are_in_step(scene, store) -> None:
    deed(scene, op="add", name="tree")
    keys = [element.key for element in scene.data_editor]
    assert any("tree" in str(frame.value) for frame in scene.data_editor) and len(keys) == 4
    deed(scene, op="delete", elements=[data(scene)["nodes"][-1]["id"]])
    assert not any("tree" in str(frame.value) for frame in scene.data_editor)


def test_another_scene_does_not_stand_where_the_last_one_did(scene, store) -> None:
    dog = data(scene)["nodes"][0]["id"][2:]
    deed(scene, op="move", at={dog: [900, 900]})
    scene.text_area[0].set_value("A blue snail is below a cactus.")
    next(b for b in scene.button if b.label == "Read the caption").click().run()
    assert "positions" not in orjson.loads(session(store, scene).settings)


def test_attributes_become_satellites_and_chips_again(scene) -> None:
    do(scene, {"satellites": True}, event="look")
    assert len(data(scene)["ties"]) == 1 and len(data(scene)["nodes"]) == 3
    do(scene, {"satellites": False}, event="look")
    assert data(scene)["ties"] == [] and len(data(scene)["nodes"]) == 2
