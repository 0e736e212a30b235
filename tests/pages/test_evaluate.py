"""The Evaluate page: empty, starting, at work, and with two models of one set to compare.

Run it: `pytest tests/pages/test_evaluate.py`.
"""

from __future__ import annotations

import csv
import json
import shutil
import time
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from engine.evaluation import gather
from engine.evaluation.order import Order, Record, Sampled
from engine.run import Run
from engine.scene import describe
from engine.store import Store
from engine.taxonomy import load
from pages.parts.evaluating import seen, taking
from pages.parts.evaluating.order import brought, folder_name
from tests.engine.judged_runs import make_run
from tests.pages.conftest import errors

EVIL = "=cmd|' /C calc'!A0 <script>alert(1)</script> [x](javascript:alert(1))"
ORDER = Order("two", "Two models", ("pocket", "painter"), ("pocket",), 2, 3, 64, Sampled(12, (2, 7)))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two judged runs of one set."""
    folder = tmp_path_factory.mktemp("runs")
    for name, images in (("pocket", 3), ("painter", 2)):
        make_run(folder / name, count=12, images=images)
    return folder


@pytest.fixture
def fill(store: Store, made: Path) -> Callable[..., None]:
    return lambda order=ORDER: lay(store, made, order)


def lay(store: Store, made: Path, order: Order) -> None:
    """An evaluation as the worker leaves it, with runs that tests made."""
    Record(order, {"draw:pocket": 0.5, "draw:painter": 0.1, "judge:pocket": 0.1}).done().write(store.home)
    for name in order.generators:
        run = Run.open(shutil.copytree(made / name, order.run(store.home, name)))
        store.index_run(run.path, name=f"{order.title} · {name}")
        store.index_pictures(run.path)


@pytest.fixture
def page(app: AppTest, fill: Callable[..., None]) -> AppTest:
    fill()
    return app.run().switch_page("pages/evaluate.py").run()


def markdown(at: AppTest) -> str:
    return " ".join(m.value for m in at.markdown).replace("\\", "")


def view(at: AppTest, name: str) -> AppTest:
    at.segmented_control(key="ev-view").set_value(name).run()
    assert not errors(at)
    return at


def test_nothing_yet_says_what_to_do_and_starts_the_ready_made_one(app: AppTest, store: Store) -> None:
    app.run().switch_page("pages/evaluate.py").run()
    assert "How far do models follow a scene as it grows?" in markdown(app)
    app.button(key="quick").click().run()
    assert not errors(app)
    (job,) = store.jobs()
    order = Order.from_dict(json.loads(job.payload))
    assert job.kind == "evaluate" and order.sample and order.sample.count == 30 and len(order.generators) == 2
    assert app.query_params["evaluation"] in (order.folder, [order.folder])
    assert any("Waiting for the worker" in p.text for p in app.get("progress")) or "Two minutes" in markdown(app)


def test_cancel_is_its_owners(app: AppTest, store: Store) -> None:
    id = store.enqueue("evaluate", json.dumps(ORDER.to_dict()), owner="ada")
    app.run().switch_page("pages/evaluate.py").run()
    assert app.button(key="cancel-evaluation").disabled
    store.cancel(id, by="ada")
    app.run()
    assert app.button(key="retry-evaluation").disabled


def test_a_form_becomes_an_order(app: AppTest, store: Store) -> None:
    app.run().switch_page("pages/evaluate.py").run()
    app.slider(key="ev-complexity").set_value((3, 5))
    app.number_input(key="ev-count").set_value(9)
    app.number_input(key="ev-images").set_value(1)
    app.text_input(key="ev-title").set_value("../Äpfel & <b>pears</b>")
    app.run()
    assert "**9 scenes** · **18 pictures**" in markdown(app)
    app.button(key="ev-start").click().run()
    assert not errors(app)
    order = Order.from_dict(json.loads(store.jobs()[0].payload))
    assert order.sample == Sampled(9, (3, 5)) and order.images == 1 and ".." not in order.folder
    assert order.title == "../Äpfel & <b>pears</b>"


def test_the_curve_says_who_is_ahead(page: AppTest) -> None:
    assert not errors(page)
    assert {metric.label for metric in page.metric} == {"pocket", "painter"}
    assert " > " in markdown(page) or "no significant difference" in markdown(page)
    assert page.get("arrow_vega_lite_chart") or page.get("vega_lite_chart")


def test_the_skill_table_has_every_kind_and_the_oracle_beside(page: AppTest) -> None:
    view(page, "skills")
    table = page.dataframe[0].value
    assert {"Existence", "Attribute", "   colour (attribute)", "Relation", "Count", "Open"} <= set(table[""])
    assert {"pocket", "painter", "pocket oracle", "painter oracle", "Verdict", "Difference"} <= set(table.columns)
    assert all(said == "=" or ">" in said for said in table["Verdict"])
    page.segmented_control(key="ev-rows").set_value("word").run()
    assert any(str(row).startswith("   dog") or "(object)" in str(row) for row in page.dataframe[0].value[""])
    assert not errors(page)


def test_failures_are_a_click_from_their_pictures(page: AppTest, store: Store) -> None:
    view(page, "failures")
    table = page.dataframe[0].value
    assert len(table) and {"Sub-graph", "Fails", "95%", "Lift", "Scenes", "Pictures"} <= set(table.columns)
    assert "fails in" in markdown(page)
    known = store.picture_ids(store.home / "runs" / "two" / "pocket")
    links = [link for link in page.get("page_link") if "picture=" in link.proto.query_string]
    if (Path(__file__).parents[2] / "pages" / "inspect_scene.py").is_file():
        assert links and all(link.proto.query_string.split("picture=")[1] in known.values() for link in links)
    page.number_input(key="ev-least").set_value(90).run()
    assert any("fails nothing" in said.value for said in page.success)


def test_judges_stand_side_by_side(page: AppTest) -> None:
    view(page, "judges")
    table = page.dataframe[0].value
    assert list(table["Judge"]) == ["pocket", "oracle (exact truth)"]
    assert table["pocket: agrees"][0].endswith("%")
    switch = next(s for s in page.segmented_control if s.label == "Judge")
    switch.set_value("oracle").run()
    assert not errors(page)


def test_the_plan_fills_the_form(page: AppTest) -> None:
    view(page, "plan")
    scenes = int(page.metric[2].value.replace(",", ""))
    assert scenes >= 2 and "sees differences from" in markdown(page)
    page.slider(key="ev-wished").set_value(20.0).run()
    fewer = int(page.metric[2].value.replace(",", ""))
    assert fewer < scenes
    page.button(key="ev-use").click().run()
    assert not errors(page)
    assert page.number_input(key="ev-count").value == fewer


def test_every_figure_and_judge_works(page: AppTest) -> None:
    for figure in ("mean", "geometric", "open"):
        page.selectbox(key="ev-figure").set_value(figure).run()
        assert not errors(page)


def test_runs_side_by_side_by_address(page: AppTest, store: Store) -> None:
    page.query_params["runs"] = ",".join(run.id for run in store.runs())
    page.run()
    assert not errors(page)
    assert {metric.label for metric in page.metric} == {"Two models · pocket", "Two models · painter"}
    page.query_params["runs"] = "nobody,../../etc"
    page.run()
    assert "not here any more" in errors(page)[0]


def test_names_from_outside_are_text(app: AppTest, store: Store, fill: Callable[..., None]) -> None:
    order = Order("evil", EVIL[:60], ("pocket", "painter"), ("pocket",), 2, 3, 64, Sampled(12, (2, 7)))
    fill(order)
    run = Run.open(order.run(store.home, "pocket"))
    first = next(run.pictures())
    run.add_judgement(first.id, judge=EVIL, scores=run.newest()[first.id].scores)
    app.run().switch_page("pages/evaluate.py").run()
    assert not errors(app)
    assert "](javascript" not in " ".join(m.value for m in app.markdown)


def test_a_damaged_folder_is_one_sentence(app: AppTest, store: Store, fill: Callable[..., None]) -> None:
    fill()
    (store.home / "runs" / "other").mkdir()
    (store.home / "runs" / "other" / "evaluation.json").write_text("{}")
    with (store.home / "runs" / "two" / "pocket" / "judgements.jsonl").open("a") as lines:
        lines.write('{"judge": 1}\n')
    app.run().switch_page("pages/evaluate.py").run()
    assert len(errors(app)) == 1 and "cannot be read" in errors(app)[0]


def test_a_viewer_may_look_but_not_start(page: AppTest, store: Store) -> None:
    store.person("eve", role="viewer")
    page.session_state["who"] = "eve"
    page.run()
    assert page.button(key="ev-start").disabled


# --- parts ------------------------------------------------------------------------------------------------------------


def test_csv_and_json_say_where_they_come_from(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", count=3)
    from pages.parts.evaluating.shelf import Shown

    about = taking.provenance(Shown("k", "K", (("a", str(run.path)),)), gather({"a": run.path}), judge="pocket")
    rows = [{"row": EVIL, "mean": 0.5, "shown": ("a", "b")}, {"row": "x", "mean": None}]
    table = list(csv.DictReader(StringIO(taking.as_csv(rows, about).decode())))
    assert table[0]["row"] == "'" + EVIL and table[0]["judge"] == "pocket" and table[1]["mean"] == ""
    data = json.loads(taking.as_json(rows, about))
    assert data["rows"][0]["mean"] == 0.5 and data["provenance"]["runs"]["a"]["taxonomy"] == "pocket"
    assert "bootstrap" in data["provenance"]["intervals"]


def test_a_file_of_scenes_is_read_and_what_is_unknown_is_left_out(tmp_path: Path) -> None:
    from engine.graph import Object, SceneGraph
    from tests.engine.judged_runs import lines

    strange = describe(SceneGraph((Object("a", "abbey"),)), load("full"), id="strange")
    data = b"".join(json.dumps(line.to_dict()).encode() + b"\n" for line in [*lines(4), strange])
    found, left = brought("scenes.jsonl", data)
    assert [line.graph.hash for line in found] == [line.graph.hash for line in lines(4)]
    assert sum(left.values()) == 1 and "abbey" in next(iter(left))


@pytest.mark.parametrize("title", ["", "../..", "A" * 300, "日本", EVIL])
def test_a_folder_name_is_safe(title: str) -> None:
    Order(folder_name(title), title, ("painter",), ("pocket",), sample=Sampled(1, (2, 3)))


def test_a_second_look_is_fast(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", count=20, images=4)
    key = seen.key_of((("a", str(run.path)), ("b", str(run.path))))
    for name in seen.VIEWS:
        seen.compared(key, name, "pocket")
    start = time.perf_counter()
    for name in seen.VIEWS:
        seen.compared(key, name, "pocket")
    assert time.perf_counter() - start < 0.5
    first = next(run.pictures())
    run.add_judgement(first.id, judge="pocket", scores=run.newest()[first.id].scores)
    assert seen.key_of((("a", str(run.path)), ("b", str(run.path)))) != key
