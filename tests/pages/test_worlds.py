"""Compose beyond the pocket world: everything there are words for, structures one by one, lengths and phrasings.

Try it: `python -m pytest tests/pages/test_worlds.py`.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time

import orjson
import pytest
from PIL import Image

from engine.caption import Style, caption
from engine.graph import SceneGraph
from engine.interchange import FORMATS, SceneRecord, write
from engine.parse import parse
from engine.png import Origin, write_png
from engine.sampler import Constraints, sample, scene_rng
from engine.scene import describe
from engine.structure import canonical
from engine.taxonomy import load
from engine.taxonomy.wordfile import under
from pages.parts.desk import fields
from tests.pages.conftest import ROOT, errors, type_into

POCKET, FULL = load("pocket"), load("full")
GRAPH = sample(Constraints(complexity=(7, 7), scene_attributes=(1, 1), mode="imaginative"), FULL, scene_rng(3, 0))
CAPTION = "A red dog is above a cat. The scene is at night."


def saved(store, at):
    return store.get_session(at.query_params["session"])


def graph_of(store, at) -> SceneGraph:
    return SceneGraph.from_dict(orjson.loads(saved(store, at).graph))


def control(at, label: str):
    return next(s for s in at.segmented_control if s.label == label)


def structure(at):
    return next((n for n in at.number_input if n.label.startswith("Structure")), None)


def counted(at) -> str:
    """What the side bar says of the number of structures, waiting for the counter as the browser does."""
    for _ in range(60):
        found = [c.value for c in at.caption if "meet these constraints" in c.value or "meets these" in c.value]
        if found:
            return found[0]
        time.sleep(0.5)
        at.run()
    raise AssertionError([c.value for c in at.caption])


def make(store, graph: SceneGraph, words=FULL, **more) -> str:
    return store.create_session(owner="me", **{**fields(graph, words), "name": "A scene", **more}).id


@pytest.fixture
def everything(app, store):
    """The app on a scene of the full taxonomy."""
    app.query_params["session"] = make(store, GRAPH)
    app.run()
    assert not errors(app)
    return app


def test_the_first_page_does_not_read_the_full_taxonomy(home) -> None:
    code = (
        "import sys; from streamlit.testing.v1 import AppTest\n"
        "from engine import taxonomy; asked = []\n"
        "from engine.taxonomy import tables; whole = tables.from_folder\n"
        "tables.from_folder = lambda folder: asked.append(folder) or whole(folder)\n"
        f"at = AppTest.from_file({str(ROOT / 'app.py')!r}, default_timeout=120).run()\n"
        "assert not at.exception, at.exception\n"
        "sys.exit(f'{asked} was read' if asked else 0)"
    )
    environment = {**os.environ, "SCENEWRIGHT_HOME": str(home)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=240
    )
    assert done.returncode == 0, done.stderr[-2000:]


def test_from_the_pocket_world_to_everything_and_back(app, store) -> None:
    control(app.run(), "Words").set_value("full").run()
    control(app, "For").set_value("video").run()
    control(app, "Mode").set_value("imaginative").run()
    app.button(key="surprise").click().run()
    assert not errors(app)
    session = saved(store, app)
    assert session.taxonomy == "full" and json.loads(session.settings)["modality"] == "video"
    FULL.check(graph_of(store, app))
    assert app.button(key="render").disabled
    control(app, "Words").set_value("pocket").run()
    app.button(key="compose").click().run()
    assert not errors(app) and saved(store, app).taxonomy == "pocket"
    POCKET.check(graph_of(store, app))
    assert not app.button(key="render").disabled
    app.button(key="undo").click().run()
    assert not errors(app) and saved(store, app).taxonomy == "full"
    FULL.check(graph_of(store, app))


def test_topics_keep_a_scene_to_their_kinds(everything, store) -> None:
    everything.multiselect[0].set_value(["mammal"]).run()
    control(everything, "Mode").set_value("imaginative").run()
    everything.button(key="surprise").click().run()
    assert not errors(everything)
    assert {item.name for item in graph_of(store, everything).objects} <= under(FULL, ["mammal"])


def test_topics_that_nobody_knows_are_one_sentence(app, store) -> None:
    form = {"taxonomy": "full", "topics": ["dragonfruits of mars"]}
    app.query_params["session"] = make(store, GRAPH, constraints=json.dumps(form))
    app.run()
    for _ in range(20):
        if app.warning:
            break
        time.sleep(0.3)
        app.run()
    assert not errors(app) and len(app.warning) == 1
    assert "dragonfruits of mars" in app.warning[0].value and "not a topic" in app.warning[0].value
    app.button(key="compose").click().run()
    assert len(errors(app)) == 1 and "not a topic" in errors(app)[0]


def test_a_saved_form_that_makes_no_sense_is_one_sentence(app, store) -> None:
    form = {"taxonomy": "mars", "complexity": "many", "structure": -4, "modality": "smell"}
    app.query_params["session"] = make(store, parse(CAPTION, POCKET), POCKET, constraints=json.dumps(form))
    app.run()
    assert not errors(app)
    assert len([w for w in app.warning if "mars" in w.value]) == 1
    app.button(key="compose").click().run()
    assert not errors(app) and saved(store, app).taxonomy == "pocket"


def test_a_taxonomy_that_is_not_there_has_a_way_on(app, store) -> None:
    app.query_params["session"] = make(store, GRAPH, taxonomy="mars")
    app.run()
    assert len(errors(app)) == 1 and "There is no taxonomy “mars”" in errors(app)[0]
    app.button(key="onwards").click().run()
    assert not errors(app)


def test_structures_are_stepped_through_one_by_one(everything, store) -> None:
    next(s for s in everything.slider if s.label == "Complexity").set_value((4, 4)).run()
    control(everything, "Mode").set_value("imaginative").run()
    assert "structures meet" in counted(everything)
    last = structure(everything).max
    seen = set()
    for place in range(1, int(last) + 1):
        structure(everything).set_value(place).run()
        assert not errors(everything)
        graph = graph_of(store, everything)
        spot = {item.id: i for i, item in enumerate(graph.objects)}
        arcs = [(spot[link.source], spot[link.target]) for link in graph.relations]
        seen.add(canonical([len(graph.attributes_of[item.id]) for item in graph.objects], arcs))
    assert len(seen) == last


def test_a_structure_beyond_the_list_is_one_sentence(app, store) -> None:
    form = {"complexity": [3, 3], "structure": 4000}
    app.query_params["session"] = make(store, parse(CAPTION, POCKET), POCKET, constraints=json.dumps(form))
    app.run()
    counted(app)
    assert not errors(app) and structure(app).value == 0
    assert any("no structure 4,000" in c.value for c in app.caption)
    app.button(key="compose").click().run()
    assert not errors(app) and json.loads(saved(store, app).constraints)["structure"] == 0


def test_a_large_count_never_holds_up_the_page(everything) -> None:
    next(n for n in everything.number_input if n.label == "Most relations at one object").set_value(3).run()
    began = time.perf_counter()
    next(s for s in everything.slider if s.label == "Complexity").set_value((4, 30)).run()
    assert time.perf_counter() - began < 4
    assert any("Counting" in c.value for c in everything.caption)
    assert "estimate" in counted(everything) and not errors(everything)


def test_a_scene_of_complexity_thirty(everything, store) -> None:
    next(s for s in everything.slider if s.label == "Complexity").set_value((30, 30)).run()
    control(everything, "Mode").set_value("imaginative").run()
    everything.button(key="surprise").click().run()
    assert not errors(everything) and graph_of(store, everything).complexity == 30


def test_length_and_phrasing_are_shown_saved_and_kept(everything, store) -> None:
    control(everything, "Length").set_value("rich").run()
    assert saved(store, everything).caption == caption(GRAPH, FULL, Style("rich")).text
    everything.button(key="rephrase").click().run()
    found = saved(store, everything)
    style = Style("rich", json.loads(found.settings)["phrasing"])
    assert (
        style.phrasing > 0
        and found.caption == caption(GRAPH, FULL, style).text != caption(GRAPH, FULL, Style("rich")).text
    )
    everything.run()
    assert control(everything, "Length").value == "rich"
    control(everything, "Mode").set_value("imaginative").run()
    everything.button(key="surprise").click().run()
    assert saved(store, everything).caption == caption(graph_of(store, everything), FULL, style).text
    assert not errors(everything)


def test_a_phrasing_is_no_step_to_undo(everything, store) -> None:
    control(everything, "Length").set_value("terse").run()
    assert everything.button(key="undo").disabled
    from streamlit.testing.v1 import AppTest

    other = AppTest.from_file(ROOT / "app.py", default_timeout=60)
    other.query_params["session"] = everything.query_params["session"]
    assert other.run().button(key="undo").disabled and not errors(other)


def test_the_job_says_the_caption_that_is_shown(app, store) -> None:
    app.query_params["session"] = make(store, parse(CAPTION, POCKET), POCKET)
    control(app.run(), "Length").set_value("terse").run()
    next(s for s in app.selectbox if s.label == "Generator").set_value("painter").run()
    app.button(key="render").click().run()
    assert not errors(app)
    (job,) = store.jobs(active=True)
    assert json.loads(job.payload)["caption"] == saved(store, app).caption != CAPTION
    assert json.loads(saved(store, app).settings)["length"] == "terse"


def test_words_that_the_generator_lacks_are_named_before_a_job_is_queued(everything, store) -> None:
    assert everything.button(key="render").disabled
    told = [c.value.replace("\\", "") for c in everything.caption if "never learned" in c.value]
    assert len(told) == 1 and f"“{GRAPH.objects[0].name}”" in told[0] and "Stable Diffusion" in told[0]
    assert store.jobs() == ()


@pytest.mark.parametrize("style", [Style("terse", 1), Style("plain", 3), Style("rich", 4)])
def test_a_pasted_caption_of_any_style_keeps_its_words(everything, store, style) -> None:
    graph = sample(Constraints(complexity=(6, 6), mode="imaginative"), FULL, scene_rng(11, 0))
    text = caption(graph, FULL, style).text
    everything.text_area[0].set_value(text)
    next(b for b in everything.button if b.label == "Read the caption").click().run()
    assert not errors(everything)
    assert saved(store, everything).caption == text and graph_of(store, everything).hash == graph.hash


def told(at) -> str:
    """The good words on the page."""
    return " ".join(one.value.replace("\\", "") for one in at.toast)


def test_a_caption_beyond_the_pocket_world_is_read_in_the_words_of_everything(app, store) -> None:
    text = caption(GRAPH, FULL).text
    app.query_params["session"] = make(store, parse(CAPTION, POCKET), POCKET)
    app.run().text_area[0].set_value(text)
    next(b for b in app.button if b.label == "Read the caption").click().run()
    assert not errors(app) and saved(store, app).caption == text and saved(store, app).taxonomy == "full"
    assert "so the scene is in those of “full”" in told(app)
    app.text_area[0].set_value("There is a dgo.")
    next(b for b in app.button if b.label == "Read the caption").click().run()
    assert len(errors(app)) == 1 and saved(store, app).caption == text


ZEBRA = SceneGraph.from_dict({"objects": [{"id": "a", "name": "zebra"}]})


@pytest.mark.parametrize("kind", ["graph", "picture", *FORMATS])
def test_a_file_beyond_the_pocket_world_is_opened(app, store, kind) -> None:
    line = describe(ZEBRA, FULL, id="a")
    if kind == "picture":
        origin = Origin(ZEBRA, line.caption, 1, "sd15", {}, {}, line.questions, taxonomy="full")
        data = write_png(Image.new("RGB", (32, 32), "navy"), origin)
    elif kind == "graph":
        data = orjson.dumps(ZEBRA.to_dict())
    else:
        out = io.BytesIO()
        write(iter([SceneRecord.of(line)]), kind, out, taxonomy=FULL)
        data = out.getvalue()
    app.query_params["session"] = make(store, parse(CAPTION, POCKET), POCKET)
    app.run().file_uploader[0].set_value((f"x.{'png' if kind == 'picture' else 'json'}", data, "")).run()
    assert not errors(app), errors(app)
    assert saved(store, app).taxonomy == "full" and graph_of(store, app).hash == ZEBRA.hash
    assert "so the scene is in those of “full”" in told(app)
    app.switch_page("pages/inspect_scene.py").run()
    assert not errors(app)


def test_typed_words_are_checked_with_the_closest(everything, store) -> None:
    type_into(everything, "objects", edited_rows={"0": {"name": "elefant"}})
    assert len(errors(everything)) == 1 and "“elephant”" in errors(everything)[0]
    type_into(everything, "objects", edited_rows={"0": {"name": "elephant"}})
    assert not errors(everything) and graph_of(store, everything).objects[0].name == "elephant"
    type_into(everything, "scene_attributes", added_rows=[{"value": "sumwhere"}])
    assert len(errors(everything)) == 1 and "sumwhere" in errors(everything)[0]


def test_thirty_relations_among_three_objects_are_one_sentence(everything, store) -> None:
    before = saved(store, everything).graph
    control(everything, "Size by").set_value("exact").run()
    number = {n.label: n for n in everything.number_input}
    number["Relations"].set_value(30).run()
    everything.button(key="compose").click().run()
    assert len(errors(everything)) == 1 and "relations" in errors(everything)[0]
    assert saved(store, everything).graph == before
