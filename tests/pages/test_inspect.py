"""The Inspect page: what is looked at, answers corrected, judges asked, pictures compared, grids, full recall.

Try it: `python -m pytest tests/pages/test_inspect.py`.
"""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from PIL import Image
from sqlmodel import SQLModel

from engine.corrections import standing
from engine.graph import SceneGraph
from engine.judgement import Judgement
from engine.parse import parse
from engine.png import Origin, read_png, write_png
from engine.questions import questions
from engine.run import Run
from engine.scene import describe
from engine.scoring import WRONG, Reply, Scores, score
from engine.store import Correction, Store
from engine.store.pictures import run_picture_id
from engine.taxonomy import load
from pages.parts.desk import fields
from pages.parts.inspecting.answers import in_order, table
from pages.parts.inspecting.grids import cells
from pages.parts.inspecting.recall import settings_for
from pages.parts.inspecting.scores import rows
from pages.parts.inspecting.sight import sight
from pages.parts.inspecting.slider import differences
from tests.pages.conftest import errors

WORDS = load("pocket")
GRAPH = parse("A red dog is above a cat. The scene is at night.", WORDS)
LINE = describe(GRAPH, WORDS, id="")
ASKED = questions(GRAPH, WORDS)
DOG = next(q for q in ASKED if q.kind == "existence" and "dog" in q.text and q.counterfactual_of is None)
EVIL = "<img src=x onerror=alert(1)>"


def judged(*no: str) -> Scores:
    """What a judge said who was right but for these questions."""
    replies = []
    for q in ASKED:
        if q.open:
            replies.append(Reply(q.answer, 0.9))
        else:
            yes = (q.answer == "yes") != (q.id in no)
            replies.append(Reply("yes" if yes else "no", 0.9, 0.9 if yes else 0.1, 0.1 if yes else 0.9))
    return score(ASKED, replies)


def add(
    store: Store, session: str | None, *no: str, seed: int = 1, judge: str = "pocket", graph: SceneGraph = GRAPH
) -> str:
    """A picture in the store that a judge looked at, its file whole."""
    line = describe(graph, WORDS, id="")
    origin = Origin(graph, line.caption, seed, "pocket", {"steps": 4, "guidance": 2.0, "size": 64}, {}, line.questions)
    sha256, path = store.save_image(write_png(Image.new("RGB", (64, 64), (seed, 40, 90)), origin))
    settings = {"steps": 4, "guidance": 2.0, "size": 64, "judge": judge}
    picture = store.add_picture(
        sha256=sha256, path=path, width=64, height=64, generator="pocket", caption=line.caption, seed=seed,
        graph=orjson.dumps(graph.to_dict()).decode(), settings=orjson.dumps(settings).decode(), session=session,
    ).id  # fmt: skip
    look(store, picture, *no, judge=judge)
    return picture


def look(store: Store, picture: str, *no: str, judge: str) -> None:
    scores = judged(*no)
    text = orjson.dumps({"judge": scores.to_dict(), "oracle": None}).decode()
    store.add_judgement(picture, judge=judge, answers="[]", scores=text, score=scores.gated)


@pytest.fixture
def session(store: Store) -> str:
    return store.create_session(owner="me", **{**fields(GRAPH, WORDS), "name": f"Dog {EVIL}"}).id


@pytest.fixture
def inspect(app, session):
    """The app on Inspect, at the session."""
    app.run()
    app.query_params["session"] = session
    return app.switch_page("pages/inspect_scene.py")


def corrected_to(store: Store, picture: str) -> dict[str, str | None]:
    return {q: one.answer for q, one in standing(store.corrections(picture)).items()}


# --- what is looked at ------------------------------------------------------------------------------------------------


def test_an_empty_home_says_what_to_do(app, store) -> None:
    app.switch_page("pages/inspect_scene.py").run()
    assert not errors(app)
    assert any("Nothing to inspect yet" in one.value for one in app.markdown)


def test_a_scene_without_pictures_says_what_to_do(inspect) -> None:
    inspect.run()
    assert not errors(inspect)
    assert any("No pictures of this scene yet" in one.value for one in inspect.markdown)


def test_the_address_chooses_the_picture(inspect, store, session) -> None:
    one, two = (add(store, session, seed=seed) for seed in (1, 2))
    inspect.query_params["picture"] = two
    inspect.run()
    assert not errors(inspect)
    assert any("seed 2" in text.value for text in inspect.caption)
    inspect.query_params["picture"] = one
    inspect.run()
    assert any("seed 1" in text.value for text in inspect.caption)


@pytest.mark.parametrize("name", ["picture", "session", "run"])
def test_an_address_that_leads_nowhere_has_a_way_on(inspect, store, session, name) -> None:
    add(store, session)
    inspect.query_params[name] = EVIL
    inspect.run()
    assert ["There is no" in text for text in errors(inspect)] == [True]
    inspect.button(key="inspect-onwards").click().run()
    assert not errors(inspect)
    assert any("seed 1" in text.value for text in inspect.caption)


def test_choose_another_scene_from_the_list(inspect, store, session) -> None:
    add(store, session)
    other = store.create_session(owner="me", **{**fields(GRAPH, WORDS), "name": "Other"}).id
    inspect.run()
    inspect.selectbox[0].set_value(f"session:{other}").run()
    assert not errors(inspect) and inspect.query_params["session"] == other


def test_a_picture_of_an_earlier_scene_brings_its_own_graph(inspect, store, session) -> None:
    graph = parse("There is a blue owl.", WORDS)
    old = add(store, session, graph=graph)
    inspect.query_params["picture"] = old
    inspect.run()
    assert not errors(inspect)
    inspect.button(key="question-next").click().run()
    assert any("owl" in one.value for one in inspect.markdown)


def test_a_run_of_the_command_line_is_found_and_corrected(inspect, store, session) -> None:
    run = Run.create(store.home / "runs" / "a", generator="painter", taxonomy=WORDS)
    line = describe(GRAPH, WORDS, id="scene-1")
    picture = run.add_picture(Image.new("RGB", (32, 32)), line, 3)
    run.add_judgement(picture.id, judge="pocket", scores=judged(DOG.id))
    inspect.run()
    options = inspect.selectbox[0].options
    assert any("Run a" in option for option in options)
    id = store.runs()[0].id
    inspect.selectbox[0].set_value(f"run:{id}").run()
    assert not errors(inspect)
    (kept,) = store.pictures(run=str(run.path))
    assert (kept.seed, kept.judgement.judge) == (3, "pocket")
    inspect.button(key="question-next").click().run()
    inspect.button(key="say:no").click().run()
    assert not errors(inspect) and corrected_to(store, kept.id)
    assert len(store.pictures(run=str(run.path))) == 1
    assert Judgement.from_dict(next(iter(run.judgements())).to_dict()).judge == "pocket"


def rows_of(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """Everything in the tables."""
    with store.reading() as transaction:
        return {
            name: [tuple(row) for row in transaction.connection().execute(table.select())]
            for name, table in SQLModel.metadata.tables.items()
        }


def as_viewer(inspect, store: Store) -> None:
    store.person("guest", role="viewer")
    inspect.query_params["who"] = "guest"
    inspect.session_state["who"] = "guest"


def small_run(store: Store, folder: str = "a") -> tuple[Run, str]:
    run = Run.create(store.home / "runs" / folder, generator="painter", taxonomy=WORDS)
    picture = run.add_picture(Image.new("RGB", (32, 32)), describe(GRAPH, WORDS, id="scene-1"), 3)
    run.add_judgement(picture.id, judge="pocket-b", scores=judged(DOG.id))
    run.add_judgement(picture.id, judge="pocket", scores=judged(DOG.id))
    return run, picture.id


def test_a_viewer_sees_a_run_and_writes_no_row(inspect, store, session) -> None:
    run, _ = small_run(store)
    as_viewer(inspect, store)
    before = rows_of(store)
    inspect.run()
    inspect.selectbox[0].set_value("run:at-a").run()
    assert not errors(inspect)
    assert any("seed 3" in one.value for one in inspect.caption)
    inspect.button(key="question-next").click().run()
    assert not errors(inspect) and inspect.button(key="say:yes").disabled
    assert rows_of(store) == before
    address = dict(inspect.query_params)
    inspect.session_state["who"] = inspect.query_params["who"] = "me"
    inspect.run()
    assert not errors(inspect) and inspect.query_params["run"] == address["run"]
    (kept,) = store.pictures(run=str(run.path))
    assert [one.judge for one in kept.judgements] == ["pocket", "pocket-b"]


def test_a_picture_of_a_run_has_one_address_for_all(inspect, store, session) -> None:
    run, picture = small_run(store)
    as_viewer(inspect, store)
    inspect.query_params["run"] = "at-a"
    inspect.query_params["picture"] = run_picture_id(run.path, picture)
    inspect.run()
    assert not errors(inspect) and any("seed 3" in one.value for one in inspect.caption)


def test_scenes_by_the_thousand_are_searched_and_paged(inspect, store, session) -> None:
    run, _ = small_run(store)
    row = orjson.loads((run.path / "scenes.jsonl").read_bytes())
    rows = [row, *({**row, "id": f"s-{i:05d}", "caption": f"There is a dog number {i}."} for i in range(3000))]
    (run.path / "scenes.jsonl").write_bytes(b"".join(orjson.dumps(one) + b"\n" for one in rows))
    inspect.query_params["run"] = "at-a"
    inspect.run()
    scenes = inspect.selectbox[1]
    assert not errors(inspect) and len(scenes.options) == 200 and "scene-1" in scenes.options[0]
    inspect.button(key="scenes-on").click().run()
    assert len(inspect.selectbox[1].options) == 201 and "s-00199" in inspect.selectbox[1].options[1]
    id = inspect.query_params["run"]
    find = next(one for one in inspect.text_input if one.label == "Find a scene")
    find.set_value("number 2987").run()
    assert not errors(inspect) and [text[:7] for text in inspect.selectbox[1].options] == ["scene-1", "s-02987"]
    inspect.button(key="scenes-first").click().run()
    assert not errors(inspect) and inspect.query_params["scene"] == "s-02987" and inspect.query_params["run"] == id
    next(one for one in inspect.text_input if one.label == "Find a scene").set_value("zebra").run()
    assert not errors(inspect) and any("None found" in one.value for one in inspect.caption)


# --- answers ----------------------------------------------------------------------------------------------------------


def test_one_key_answers_in_the_place_of_the_judge_and_another_takes_it_back(inspect, store, session) -> None:
    picture = add(store, session, DOG.id)
    inspect.run()
    while not any(DOG.text in one.value.replace("\\", "") for one in inspect.markdown):
        inspect.button(key="question-next").click().run()
    shortcuts = {inspect.button(key=key).proto.shortcut.lower() for key in ("say:yes", "say:no", "say-nothing")}
    assert shortcuts == {"y", "n", "u"}
    inspect.button(key="say:yes").click().run()
    assert not errors(inspect) and corrected_to(store, picture) == {DOG.id: "yes"}
    assert any("1 answer by me" in text.value for text in inspect.caption)
    assert store.corrections(picture)[0].judge == "pocket"
    inspect.button(key="say-nothing").click().run()
    assert corrected_to(store, picture) == {} and len(store.corrections(picture)) == 2


def test_a_sight_holds_both_scores(store) -> None:
    picture = store.get_picture(add(store, None, DOG.id))
    said = [Correction("1", picture.id, "pocket", DOG.id, "yes", "ada", "2026-01-01T00:00:00+00:00")]
    found = sight(picture, ASKED, said)
    assert found.automatic.elements[DOG.elements[0]] == WRONG
    assert found.corrected.scores.gated == 1.0 > found.automatic.scores.gated
    lines = rows(found.automatic.scores, found.corrected.scores)
    assert lines[0]["main"] and lines[0]["changed"] and lines[0]["values"][1] == "1.00"
    assert len(lines[0]["values"]) == 2
    nonsense = [Correction("1", picture.id, "pocket", DOG.id, EVIL, "ada", "2026-01-01T00:00:00+00:00")]
    assert sight(picture, ASKED, nonsense).corrected == found.automatic


def test_every_question_has_a_row_and_twists_follow(store) -> None:
    picture = store.get_picture(add(store, None, DOG.id))
    said = [Correction("1", picture.id, "pocket", DOG.id, "yes", "ada", "2026-01-01T00:00:00+00:00")]
    found = [row for group in table(ASKED, sight(picture, ASKED, said)) for row in group["rows"]]
    assert [row["id"] for row in found] == [q.id for q in in_order(ASKED)]
    assert {row["id"] for row in found} == {q.id for q in ASKED}
    row = next(row for row in found if row["id"] == DOG.id)
    assert (row["status"], row["now"], row["reply"], row["said"]["answer"]) == ("wrong", "right", "no", "yes")
    assert row["said"]["by"].startswith("ada, ")


def test_a_viewer_cannot_correct(inspect, store, session) -> None:
    picture = add(store, session)
    store.person("guest", role="viewer")
    inspect.query_params["who"] = "guest"
    inspect.session_state["who"] = "guest"
    inspect.run()
    inspect.button(key="question-next").click().run()
    assert inspect.button(key="say:yes").disabled
    assert store.corrections(picture) == ()


# --- judges, comparing ------------------------------------------------------------------------------------------------


def test_another_judge_that_looked_can_be_shown(inspect, store, session) -> None:
    picture = add(store, session)
    look(store, picture, DOG.id, judge="other")
    inspect.run()
    bar = next(one for one in inspect.segmented_control if one.label == "Judge")
    assert list(bar.options) == ["other", "pocket"] and bar.value == "other"
    bar.set_value("pocket").run()
    assert not errors(inspect) and inspect.session_state["inspect-judge"] == "pocket"


def test_a_judge_is_asked_as_a_job(inspect, store, session) -> None:
    picture = add(store, session, judge="somebody")
    inspect.run()
    inspect.button(key="ask:pocket").click().run()
    assert not errors(inspect)
    (job,) = store.jobs(session=session)
    said = orjson.loads(job.payload)
    assert (job.kind, said["pictures"], said["judges"]) == ("judge", [picture], ["pocket"])
    inspect.button(key="stop-work").click().run()
    assert store.get_job(job.id).status == "cancelled"


def test_compare_says_where_two_pictures_differ(inspect, store, session) -> None:
    one, two = add(store, session, DOG.id), add(store, session, seed=2)
    left, right = (sight(store.get_picture(id), ASKED, ()) for id in (one, two))
    found = differences(ASKED, left, right)
    assert (DOG, "wrong", "right") in found and differences(ASKED, left, left) == []
    inspect.query_params["picture"] = one
    inspect.run()
    assert not errors(inspect)
    assert any("Where they differ" in text.value for text in inspect.markdown)


# --- grids ------------------------------------------------------------------------------------------------------------


def test_a_grid_of_generators_is_queued(inspect, store, session) -> None:
    add(store, session)
    inspect.run()
    inspect.multiselect(key="grid-generators").set_value(["painter", "pocket"])
    inspect.number_input(key="grid-count").set_value(2)
    inspect.run()
    inspect.button(key="grid-draw").click().run()
    assert not errors(inspect)
    (job,) = store.jobs(session=session)
    rows_ = orjson.loads(job.payload)["rows"]
    assert [(row["generator"], row["seeds"]) for row in rows_] == [("painter", [1, 2]), ("pocket", [1, 2])]
    data = cells(job, (), "")
    assert data["columns"] == ["seed 1", "seed 2"] and [row["cells"] for row in data["rows"]] == [[None, None]] * 2


def test_a_grid_of_a_swapped_word_is_queued_and_nonsense_is_refused(inspect, store, session) -> None:
    add(store, session)
    inspect.run()
    next(one for one in inspect.segmented_control if one.key == "grid-kind").set_value("A word swapped").run()
    box = next(one for one in inspect.multiselect if (one.key or "").startswith("swap-new"))
    box.set_value(["owl"]).run()
    inspect.button(key="grid-draw").click().run()
    assert not errors(inspect)
    (job,) = store.jobs(session=session)
    said = orjson.loads(job.payload)
    assert said["apart"] and [row["label"] for row in said["rows"]] == ["dog", "owl"]
    assert "owl" in said["rows"][1]["caption"] and "dog" not in said["rows"][1]["caption"]


# --- recall -----------------------------------------------------------------------------------------------------------


def test_full_recall_again_and_open_in_compose(inspect, store, session) -> None:
    picture = add(store, session, seed=7)
    inspect.run()
    inspect.button(key="again-picture").click().run()
    assert not errors(inspect)
    job = next(job for job in store.jobs(session=session) if job.kind == "again")
    assert orjson.loads(job.payload)["picture"] == picture
    claimed = store.claim("cpu", "test")
    store.finish(claimed.id, claimed.token, "The same pixels, bit for bit (sha256 abc…).")
    inspect.run()
    assert any("same pixels" in one.value.replace("\\", "") for one in inspect.success)
    inspect.button(key="recall-compose").click().run()
    assert not errors(inspect)
    new = store.list_sessions(owner="me", limit=1)[0]
    assert new.id != session
    kept = orjson.loads(store.get_session(new.id).settings)
    assert (kept["generator"], kept["seed"], kept["steps"], kept["size"], kept["judge"]) == (
        "pocket",
        7,
        4,
        64,
        "pocket",
    )
    assert SceneGraph.from_dict(orjson.loads(store.get_session(new.id).graph)) == GRAPH


def test_settings_leave_out_what_the_generator_did_not_use(store) -> None:
    picture = store.get_picture(add(store, None))
    assert settings_for(picture)["guidance"] == 2.0
    assert read_png(store.image_path(picture.path).read_bytes())[1].seed == 1


def test_a_file_that_is_gone_is_one_sentence(inspect, store, session) -> None:
    picture = store.get_picture(add(store, session))
    Path(store.image_path(picture.path)).unlink()
    inspect.run()
    assert [text.startswith("The file of this picture is gone") for text in errors(inspect)] == [True]
