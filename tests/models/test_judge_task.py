"""Jobs of Inspect, with a real store and the shipped weights: other judges, grids, and a picture made once more.

Run it: `python -m pytest tests/models/test_judge_task.py`.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from PIL import Image

from engine.caption import caption
from engine.errors import ScenewrightError
from engine.graph import Attribute, Object, SceneGraph
from engine.png import read_png, write_png
from engine.questions import questions
from engine.store import Job, Store, open_store
from engine.swap import Word, swap
from models.catalog import cards
from models.tasks.grid import Rows
from models.tasks.judge import Summons
from models.worker import Worker
from tests.pocket_graphs import POCKET, relation

GRAPH = SceneGraph(
    (Object("a", "dog"), Object("b", "cat")),
    (Attribute("a", "colour", "red"),),
    (relation("a", "b", "above"),),
)


@pytest.fixture(scope="module")
def new_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("store") / "new"
    open_store(home).close()
    return home


@pytest.fixture
def store(new_home: Path, tmp_path: Path) -> Iterator[Store]:
    with open_store(shutil.copytree(new_home, tmp_path / "home")) as store:
        yield store


def order(graph: SceneGraph = GRAPH, **change: Any) -> dict[str, Any]:
    return {
        "caption": caption(graph, POCKET).text, "graph": graph.to_dict(), "generator": "pocket", "judge": "pocket",
        "questions": [q.to_dict() for q in questions(graph, POCKET)], "seeds": [1, 2], "steps": 4, "guidance": 2.0,
        "size": 64,
    } | change  # fmt: skip


def do(store: Store, kind: str, payload: object, session: str | None = None) -> Job:
    id = store.enqueue(kind, orjson.dumps(payload).decode(), owner="ada", session=session)
    Worker(store, "cpu").run(drain=True)
    return store.get_job(id)


@pytest.fixture
def picture(store: Store) -> str:
    job = do(store, "render", order(seeds=[7]))
    return store.pictures(job=job.id)[0].id


# --- other judges -----------------------------------------------------------------------------------------------------


def test_a_judge_who_has_looked_is_not_asked_again(store: Store, picture: str) -> None:
    job = do(store, "judge", {"pictures": [picture], "judges": ["pocket"]})
    assert (job.status, job.message) == ("done", "pocket looked 0 times.")
    assert len(store.judgements(picture)) == 1


def test_every_judge_that_is_here_can_look(store: Store) -> None:
    made = store.save_image(write_png(Image.new("RGB", (64, 64), "red"), _origin(store)))
    bare = store.add_picture(
        sha256=made[0], path=made[1], width=64, height=64, generator="elsewhere", caption="",
        graph=orjson.dumps(GRAPH.to_dict()).decode(), seed=0,
    ).id  # fmt: skip
    names = [card.name for card in cards("judge") if card.ready]
    job = do(store, "judge", {"pictures": [bare], "judges": names})
    assert job.status == "done", job.error
    found = store.get_picture(bare).judgements
    assert {one.judge for one in found} == set(names)
    scores = orjson.loads(found[0].scores)
    assert len(scores["judge"]["marks"]) == len(questions(GRAPH, POCKET)) and scores["oracle"] is None


def _origin(store: Store) -> Any:
    job = do(store, "render", order(seeds=[1], generator="painter"))
    return read_png(store.image_path(store.pictures(job=job.id)[0].path).read_bytes())[1]


@pytest.mark.parametrize(
    "payload", ["{}", "[]", '{"pictures": [], "judges": ["pocket"]}', '{"pictures": 3, "judges": 1}']
)
def test_nonsense_is_one_sentence(store: Store, payload: str) -> None:
    with pytest.raises(ScenewrightError):
        Summons.read(payload)
    with pytest.raises(ScenewrightError):
        Rows.read(payload)
    for kind in ("judge", "grid", "again"):
        job = do(store, kind, orjson.loads(payload))
        assert job.status == "failed" and job.error and "Traceback" not in job.error and job.error.endswith(".")


def test_a_picture_whose_file_is_gone_says_so(store: Store, picture: str) -> None:
    store.image_path(store.get_picture(picture).path).unlink()
    for kind, payload in (("judge", {"pictures": [picture], "judges": ["nobody"]}), ("again", {"picture": picture})):
        job = do(store, kind, payload)
        assert job.status == "failed" and ("is gone" in job.error or "There is no judge" in job.error)


# --- grids ------------------------------------------------------------------------------------------------------------


def test_a_grid_of_generators_and_seeds(store: Store) -> None:
    session = store.create_session(owner="ada", name="x").id
    rows = [{"label": name, **order(generator=name)} for name in ("pocket", "painter")]
    job = do(store, "grid", {"rows": rows}, session)
    assert (job.status, job.message, job.progress) == ("done", "2 of 2 rows drawn.", 1.0)
    found = store.pictures(session)
    assert {(p.generator, p.seed) for p in found} == {(g, s) for g in ("pocket", "painter") for s in (1, 2)}
    assert all(p.judgement is not None and p.job == job.id for p in found)


def test_a_grid_of_a_swapped_word_stays_out_of_the_session(store: Store) -> None:
    session = store.create_session(owner="ada", name="x").id
    graphs = [GRAPH, swap(GRAPH, Word("object", "dog"), "owl", POCKET)]
    rows = [{"label": name, **order(graph)} for name, graph in zip(("dog", "owl"), graphs, strict=True)]
    job = do(store, "grid", {"rows": rows, "apart": True}, session)
    assert job.status == "done", job.error
    assert store.pictures(session) == ()
    assert {p.caption for p in store.pictures(job=job.id)} == {"A red dog is above a cat.", "A red owl is above a cat."}


def test_a_row_that_cannot_be_drawn_does_not_stop_the_others(store: Store) -> None:
    rows = [{"label": "bad", **order(generator="nobody")}, {"label": "good", **order(generator="painter")}]
    job = do(store, "grid", {"rows": rows})
    assert job.status == "done" and job.message.startswith("1 of 2 rows drawn. bad: There is no generator")
    assert len(store.pictures(job=job.id)) == 2
    assert do(store, "grid", {"rows": rows[:1]}).status == "failed"


# --- again ------------------------------------------------------------------------------------------------------------


def test_again_makes_the_same_bytes_and_keeps_nothing(store: Store, picture: str) -> None:
    job = do(store, "again", {"picture": picture})
    assert job.status == "done", job.error
    assert "The same pixels, bit for bit" in job.message and "and the same file" in job.message
    assert store.get_picture(picture).sha256[:12] in job.message
    assert store.pictures(job=job.id) == ()


def test_again_says_when_the_pixels_are_others(store: Store, picture: str) -> None:
    kept = store.get_picture(picture)
    image, origin = read_png(store.image_path(kept.path).read_bytes())
    image.putpixel((3, 3), (1, 2, 3))
    made = store.save_image(write_png(image, origin))
    forged = store.add_picture(
        sha256=made[0], path=made[1], width=64, height=64, generator=kept.generator, caption=kept.caption,
        graph=kept.graph, seed=kept.seed, settings=kept.settings, record=kept.record,
    )  # fmt: skip
    job = do(store, "again", {"picture": forged.id})
    assert job.status == "done" and job.message.startswith("Different pixels")
    (new,) = store.pictures(job=job.id)
    assert new.id in job.message
    first = read_png(store.image_path(kept.path).read_bytes())[0].tobytes()
    assert read_png(store.image_path(new.path).read_bytes())[0].tobytes() == first
