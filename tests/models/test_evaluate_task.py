"""The evaluate job, with a real store and the shipped weights: done, cancelled, refused, resumed, and indexed once.

Run it: `pytest tests/models/test_evaluate_task.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from engine.evaluation import by_complexity, estimates, gather
from engine.evaluation.order import Order, Sampled, keep_scenes, read_record
from engine.run import Run
from engine.scene import describe
from engine.store import Job, Store, open_store
from engine.store.pictures import run_picture_id
from engine.taxonomy import load
from models.tasks.evaluate import Clock, Evaluation
from models.worker import Worker
from tests.engine.judged_runs import lines


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "home") as store:
        yield store


def order(**change: Any) -> Order:
    plain = {"folder": "one", "title": "One", "generators": ("painter",), "judges": ("pocket",), "images": 2}
    return Order(**{**plain, "size": 64, "sample": Sampled(10, (2, 6)), **change})


def enqueue(store: Store, order: Order) -> str:
    return store.enqueue("evaluate", json.dumps(order.to_dict()), owner="ada")


def drain(store: Store, id: str) -> Job:
    Worker(store, "cpu").run(drain=True)
    return store.get_job(id)


def test_an_evaluation_from_end_to_end(store: Store) -> None:
    asked = order(generators=("painter", "pocket"))
    job = drain(store, enqueue(store, asked))
    assert job.status == "done" and job.message == "10 scenes drawn by 2 generators and judged.", job.error
    assert {run.name for run in store.runs()} == {"One · painter", "One · pocket"}
    evidence = gather({name: asked.run(store.home, name) for name in asked.generators})
    curve = estimates(by_complexity(evidence, judge="pocket"))
    assert {(one.model, one.row, one.pictures) for one in curve} == {
        (name, str(level), 4) for name in asked.generators for level in range(2, 7)
    }
    record = read_record(asked.path(store.home))
    assert record.finished and {"draw:painter", "draw:pocket", "judge:pocket"} == record.speed.keys()
    rows = store.pictures(run=str(asked.run(store.home, "pocket").resolve()))
    assert len(rows) == 20 and all(row.judgement and row.judgement.judge == "pocket" for row in rows)
    scores = json.loads(rows[0].judgement.scores)  # type: ignore[union-attr]
    assert scores["judge"]["gated"] == rows[0].judgement.score and scores["oracle"]  # type: ignore[union-attr]
    assert store.image_path(rows[0].path, run=rows[0].run).is_file()


def test_a_second_time_draws_and_indexes_nothing_twice(store: Store) -> None:
    asked = order()
    drain(store, enqueue(store, asked))
    run = asked.run(store.home, "painter")
    before = {file: file.stat().st_mtime_ns for file in run.glob("images/*.png")}
    lines_before = (run / "judgements.jsonl").read_bytes()
    assert drain(store, enqueue(store, asked)).status == "done"
    assert {file: file.stat().st_mtime_ns for file in run.glob("images/*.png")} == before
    assert (run / "judgements.jsonl").read_bytes() == lines_before
    assert store.index_pictures(run) == 0
    pictures = store.pictures(run=str(run.resolve()))
    assert len(pictures) == 20 and all(len(store.judgements(picture.id)) == 1 for picture in pictures)


def test_it_goes_on_where_it_was_stopped(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = order(generators=("painter", "pocket"), images=4)  # 40 pictures each: three batches
    id = enqueue(store, asked)
    said = store.progress

    def cancel_soon(*args: Any, **kwargs: Any) -> bool:
        if "Drawing with painter: 16" in str(args[3]):
            store.cancel(id, by="ada")
        return said(*args, **kwargs)

    monkeypatch.setattr(store, "progress", cancel_soon)
    job = drain(store, id)
    assert job.status == "cancelled"
    run = Run.open(asked.run(store.home, "painter"))
    assert len(run.drawn) == 16 and not asked.run(store.home, "pocket").exists()
    assert len(store.pictures(run=str(run.path.resolve()))) == 16  # what there is, is in the lists
    kept = (run.path / "images").stat().st_mtime_ns, sorted((run.path / "images").glob("*"))[0].stat().st_mtime_ns
    store.retry(id, by="ada")
    assert drain(store, id).status == "done"
    assert len(Run.open(run.path).drawn) == 40
    assert sorted((run.path / "images").glob("*"))[0].stat().st_mtime_ns == kept[1]


def test_scenes_that_a_generator_cannot_read_are_refused_alone(store: Store) -> None:
    full = load("full")
    from engine.graph import Object, SceneGraph

    strange = describe(SceneGraph((Object("a", "abbey"),)), full, id="strange")
    asked = order(sample=None, generators=("pocket",), images=1)
    keep_scenes(asked.path(store.home), [*lines(3), strange])
    job = drain(store, enqueue(store, asked))
    assert job.status == "done" and "1 scenes were refused" in job.message, job.error
    assert "abbey" in read_record(asked.path(store.home)).refused["pocket"]["strange"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"generators": ["nobody"]}, "no generator “nobody”"),
        ({"judges": ["nobody"]}, "no judge “nobody”"),
        ({"folder": "../../etc"}, "no name of an evaluation"),
        ({"sample": {"count": 4, "complexity": [90, 99]}}, ""),
        ({"images": None}, "nothing usable"),
    ],
)
def test_what_cannot_be_done_ends_in_a_sentence(store: Store, change: dict[str, Any], says: str) -> None:
    id = store.enqueue("evaluate", json.dumps({**order().to_dict(), **change}), owner="ada")
    job = drain(store, id)
    assert job.status == "failed" and says in (job.error or "") and "worker.log" not in (job.error or "")


def test_the_clock_learns() -> None:
    clock = Clock({"draw:a": 100, "judge:b": 100}, {})
    clock.tick("draw:a", 10, 10.0)
    assert clock.seconds == pytest.approx(90 * 1.0 + 100 * 0.05) and 0 < clock.part < 0.2
    before = clock.part
    clock.tick("draw:a", 10, 30.0)
    assert clock.part >= before
    clock.tick("draw:a", 80, 0)
    clock.tick("judge:b", 100, 1.0)
    assert clock.seconds == 0 and clock.part == 0.99


def test_ids_of_run_pictures_are_the_same_everywhere(store: Store, tmp_path: Path) -> None:
    drain(store, enqueue(store, order()))
    run = order().run(store.home, "painter")
    first = next(Run.open(run).pictures())
    row = store.get_picture(run_picture_id(run, first.id))
    assert row.seed == first.seed and row.caption == first.caption
    assert orjson.loads(row.record) == first.record
    assert Evaluation  # the class is what the worker runs
