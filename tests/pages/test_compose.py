"""The Compose page: first visit, composing, editing, bringing scenes in, rendering, and every refusal in words.

Try it: `python -m pytest tests/pages/test_compose.py`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

import orjson
import pytest

from engine.graph import SceneGraph
from engine.parse import parse
from engine.scene import describe
from engine.store import open_store
from engine.taxonomy import load
from tests.pages.conftest import ROOT, errors, type_into

WORDS = load("pocket")
CAPTION = "A red dog is above a cat. The scene is at night."


def saved(store, at):
    return store.get_session(at.query_params["session"])


def read(at, text: str = CAPTION):
    at.text_area[0].set_value(text)
    return next(b for b in at.button if b.label == "Read the caption").click().run()


@pytest.fixture
def scene(app, store):
    """The app on a scene that we know."""
    read(app.run())
    assert not errors(app)
    return app


def test_a_first_visit_is_not_an_empty_page(app, store) -> None:
    app.run()
    assert not errors(app)
    session = saved(store, app)
    assert session.caption and orjson.loads(session.questions)
    pictures = store.pictures(session.id)
    assert len(pictures) == len(list((ROOT / "assets" / "welcome").glob("*.png")))
    assert all(picture.judgement is not None for picture in pictures)


def test_the_page_never_imports_torch(home) -> None:
    code = (
        "import sys; from streamlit.testing.v1 import AppTest\n"
        f"at = AppTest.from_file({str(ROOT / 'app.py')!r}, default_timeout=120).run()\n"
        "assert not at.exception, at.exception\n"
        "sys.exit('torch was imported' if 'torch' in sys.modules else 0)"
    )
    environment = {**os.environ, "SCENEWRIGHT_HOME": str(home)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=240
    )
    assert done.returncode == 0, done.stderr[-2000:]


def test_surprise_me_keeps_the_scene_before_with_its_pictures(app, store) -> None:
    before = saved(store, app.run())
    app.button(key="surprise").click().run()
    assert not errors(app)
    after = saved(store, app)
    assert after.seed != before.seed and after.graph
    if store.pictures(before.id):
        assert after.id != before.id
        assert store.get_session(before.id).graph == before.graph


def test_the_same_seed_composes_the_same_scene(scene, store) -> None:
    found = []
    for _ in range(2):
        scene.button(key="compose").click().run()
        found.append(saved(store, scene).caption)
    assert found[0] == found[1] and not errors(scene)


def test_reload_and_another_browser_find_the_scene(scene, store, app) -> None:
    from streamlit.testing.v1 import AppTest

    other = AppTest.from_file(ROOT / "app.py", default_timeout=60)
    other.query_params["session"] = scene.query_params["session"]
    other.run()
    assert not errors(other)
    assert saved(store, other).caption == CAPTION


def test_an_address_that_leads_nowhere_has_a_way_on(scene, store) -> None:
    good = scene.query_params["session"]
    scene.query_params["session"] = "<img src=x onerror=alert(1)>"
    scene.run()
    assert ["There is no session" in text for text in errors(scene)] == [True]
    scene.button(key="onwards").click().run()
    assert not errors(scene) and scene.query_params["session"] == good


def test_an_edit_in_a_table_changes_graph_caption_and_questions(scene, store) -> None:
    type_into(scene, "objects", edited_rows={"0": {"name": "owl"}})
    assert not errors(scene)
    assert saved(store, scene).caption == "A red owl is above a cat. The scene is at night."
    type_into(scene, "attributes", added_rows=[{"object": "cat", "value": "large"}])
    assert saved(store, scene).caption == "A red owl is above a large cat. The scene is at night."
    assert "Is the cat large?" in saved(store, scene).questions
    type_into(scene, "scene_attributes", deleted_rows=[0])
    type_into(scene, "relations", deleted_rows=[0])
    assert saved(store, scene).caption == "There is a red owl and a large cat."


def test_undo_and_redo(scene, store) -> None:
    type_into(scene, "objects", edited_rows={"0": {"name": "owl"}})
    scene.button(key="undo").click().run()
    assert saved(store, scene).caption == CAPTION
    scene.button(key="redo").click().run()
    assert "owl" in saved(store, scene).caption and not errors(scene)


@pytest.mark.parametrize(
    ("table", "change", "words"),
    [
        ("relations", {"added_rows": [{"source": "cat", "phrase": "above", "target": "dog"}]}, "circle"),
        ("relations", {"added_rows": [{"source": "cat", "phrase": "above", "target": "cat"}]}, "itself"),
        ("attributes", {"added_rows": [{"object": "dog", "value": "blue"}]}, "more than one colour"),
        ("objects", {"edited_rows": {"0": {"name": "<script>alert(1)</script>"}}}, "<script>alert(1)</script>"),
        ("objects", {"added_rows": [{"name": "dog"}] * 5}, "at most 6"),
    ],
)
def test_a_refused_edit_says_why_and_changes_nothing(scene, store, table, change, words) -> None:
    type_into(scene, table, **change)
    assert len(errors(scene)) == 1 and words in errors(scene)[0]
    assert saved(store, scene).caption == CAPTION
    scene.run()
    assert not errors(scene)


def test_a_row_that_is_being_typed_is_left_alone(scene, store) -> None:
    type_into(scene, "relations", added_rows=[{"source": "cat"}])
    assert not errors(scene) and saved(store, scene).caption == CAPTION


def test_two_windows_do_not_overwrite_each_other(scene, store) -> None:
    session = saved(store, scene)
    store.save_session(session.id, caption="There is a snail.", graph=session.graph)
    type_into(scene, "objects", edited_rows={"0": {"name": "owl"}})
    assert "another window" in errors(scene)[0]
    assert saved(store, scene).caption == "There is a snail."


def test_a_caption_that_cannot_be_read_says_where(scene, store) -> None:
    read(scene, "A red dgo is above a cat.")
    assert "dgo" in errors(scene)[0] and "“dog”" in errors(scene)[0]
    read(scene, "")
    assert "no caption" in errors(scene)[0]
    assert saved(store, scene).caption == CAPTION


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("x.json", b"{", "not JSON"),
        ("x.json", b"", "empty"),
        ("x.json", b"[" * 500 + b"]" * 500, "nested deeper"),
        ("x.json", b'{"objects": [{"id": "a", "name": "dog"}, {"id": "a", "name": "cat"}]}', "id of its own"),
        ("x.json", b'{"objects": [{"id": "a", "name": "unicrrn"}]}', "unicrrn"),
        ("x.json", b'{"objects": "dog"}', "has to be a list"),
        ("x.json", b" " + b"1" * 2_000_001, "bytes"),
        ("x.png", b"GIF89a", "not a PNG"),
        ("x.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "picture"),
    ],
)
def test_a_bad_file_is_refused_in_one_sentence(scene, store, name, data, words) -> None:
    scene.file_uploader[0].set_value((name, data, "application/octet-stream")).run()
    assert len(errors(scene)) == 1 and words in errors(scene)[0]
    assert saved(store, scene).caption == CAPTION


def test_a_graph_file_and_a_scene_line_become_the_scene(scene, store) -> None:
    graph = parse("There is a blue snail.", WORDS)
    for name, data in (
        ("g.json", orjson.dumps(graph.to_dict())),
        ("s.jsonl", orjson.dumps(describe(graph, WORDS, id="a").to_dict()) + b"\n{not read}\n"),
    ):
        read(scene)
        scene.file_uploader[0].set_value((name, data, "application/json")).run()
        assert not errors(scene) and saved(store, scene).caption == "There is a blue snail."


def test_a_picture_of_ours_comes_back_with_its_answers(scene, store) -> None:
    files = sorted((ROOT / "assets" / "welcome").glob("*.png"))
    if not files:
        pytest.skip("no welcome pictures are shipped yet")
    scene.file_uploader[0].set_value((files[0].name, files[0].read_bytes(), "image/png")).run()
    assert not errors(scene)
    picture = store.pictures(scene.query_params["session"])[0]
    assert store.image_path(picture.path).read_bytes() == files[0].read_bytes()
    assert picture.judgement is not None


def test_everything_in_one_zip(app, store) -> None:
    import io
    import zipfile

    from pages.parts.desk import Desk
    from pages.parts.everything import everything

    session = saved(store, app.run())
    graph = SceneGraph.from_dict(orjson.loads(session.graph))
    desk = Desk(session, graph, describe(graph, WORDS, id="a"), WORDS, store.pictures(session.id))
    names = zipfile.ZipFile(io.BytesIO(everything(desk))).namelist()
    assert {"graph.json", "caption.txt", "questions.json", "scores.json"} <= set(names)
    assert sum(name.endswith(".png") for name in names) == len(desk.pictures)


def test_everything_of_many_pictures_is_a_job(app, store, monkeypatch) -> None:
    from models.worker import Worker
    from pages.parts import everything

    monkeypatch.setattr(everything, "AT_ONCE", -1)
    at = app.run()
    at.button(key="make-all").click().run()
    assert not errors(at) and not at.button(key=f"export-stop:{at.query_params['session']}").disabled
    Worker(store, "elsewhere").run(drain=True)
    at.run()
    assert not errors(at)
    (made,) = (store.home / "exports").glob("*.zip")
    assert made.stat().st_size > 100 and at.button(key="make-all")


def test_a_deleted_scene_can_be_had_back(scene, store) -> None:
    store.delete_session(scene.query_params["session"])
    scene.run()
    scene.button(key="restore").click().run()
    assert not errors(scene) and saved(store, scene).deleted is None


def test_a_saved_scene_with_unknown_words_is_one_sentence(scene, store) -> None:
    bad = store.create_session(owner="me", name="Bad", graph='{"objects": [{"id": "a", "name": "<b>unicorn</b>"}]}')
    scene.query_params["session"] = bad.id
    scene.run()
    assert len(errors(scene)) == 1 and "<b>unicorn</b>" in errors(scene)[0]
    scene.button(key="onwards").click().run()
    assert not errors(scene) and saved(store, scene).caption == CAPTION


def test_render_queues_a_job_that_another_browser_sees(scene, store) -> None:
    from streamlit.testing.v1 import AppTest

    next(s for s in scene.selectbox if s.label == "Generator").set_value("painter").run()
    scene.button(key="render").click().run()
    assert not errors(scene)
    (job,) = store.jobs(active=True)
    payload = json.loads(job.payload)
    assert payload["caption"] == CAPTION and payload["generator"] == "painter" and payload["seeds"] == [1, 2, 3, 4]
    assert payload["questions"] and payload["graph"]["schema"] == 1
    other = AppTest.from_file(ROOT / "app.py", default_timeout=60)
    other.query_params["session"] = scene.query_params["session"]
    other.run()
    other.button(key="cancel").click().run()
    assert store.get_job(job.id).status == "cancelled"
    assert not errors(other)


def test_a_failed_job_says_why_and_can_be_tried_again(scene, store) -> None:
    scene.button(key="render").click().run()
    job = store.claim("cpu", "test")
    store.fail(job.id, job.token, "The weights are <b>gone</b>. Run `make pocket`.")
    scene.run()
    assert errors(scene) == ["The weights are <b>gone</b>. Run `make pocket`."]
    scene.button(key="retry").click().run()
    assert store.get_job(job.id).status == "queued"


def test_impossible_constraints_say_which(scene, store) -> None:
    next(s for s in scene.segmented_control if s.label == "Size by").set_value("exact").run()
    number = {n.label: n for n in scene.number_input}
    number["Objects"].set_value(2)
    number["Relations"].set_value(9).run()
    assert any("relations" in w.value for w in scene.warning)
    scene.button(key="compose").click().run()
    assert "relations" in errors(scene)[0]
    assert saved(store, scene).caption == CAPTION


def test_sizes_beyond_the_table_are_counted_but_not_stepped_through(scene) -> None:
    next(s for s in scene.slider if s.label == "Complexity").set_value((4, 16)).run()
    assert not scene.warning and not errors(scene)
    for _ in range(60):  # it counts in the background, and a busy machine is slow
        if any("meet these" in c.value for c in scene.caption):
            break
        time.sleep(0.5)
        scene.run()
    assert "255,185" in next(c.value for c in scene.caption if "meet these" in c.value)
    assert not any(n.label.startswith("Structure") for n in scene.number_input)


def test_a_locked_and_a_newer_database_are_one_sentence(app, home) -> None:
    import sqlite3

    store = open_store(home)
    store.close()
    with sqlite3.connect(home / "scenewright.db") as base:
        base.execute("UPDATE alembic_version SET version_num = 'r9999'")
    app.run()
    assert len(errors(app)) == 1 and "newer" in errors(app)[0]


def test_names_are_kept_and_shown_as_text(scene, store) -> None:
    name = "<script>alert(1)</script> ![x](http://evil.example/x.png)"
    next(t for t in scene.text_input if t.label == "Name of the scene").set_value(name).run()
    assert not errors(scene) and saved(store, scene).name == name


def test_an_empty_scene_has_nothing_to_render(scene, store) -> None:
    type_into(scene, "objects", deleted_rows=[0, 1])
    assert not errors(scene)
    assert saved(store, scene).caption == "The scene is at night."
    assert scene.button(key="render").disabled
