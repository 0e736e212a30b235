"""The export job, with a real store and real files: the same bytes as the command's, cancelled, refused, killed and gone on.

Run it: `pytest tests/models/test_export_task.py`.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from engine.errors import JobError, ScenewrightError
from engine.export import check, export, receipt, sweep
from engine.export_job import Order, alone, exports
from engine.graph import Object, SceneGraph
from engine.png import Origin, write_png
from engine.store import Job, Member, Store, open_store
from models.tasks.export import Export
from models.worker import Worker

ROOT = Path(__file__).parents[2]
NOUNS = ("dog", "cat", "owl", "tree", "car")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "home") as store:
        yield store


def fill(store: Store, count: int, *, session: str | None = None, side: int = 48) -> list[str]:
    """Pictures of noise, each of its own bytes."""
    found = []
    for seed in range(count):
        graph = SceneGraph((Object("a", NOUNS[seed % 5]),))
        noise = np.random.default_rng(seed).integers(0, 256, (side, side, 3), dtype=np.uint8)
        text = f"There is a {NOUNS[seed % 5]}."
        origin = Origin(graph=graph, caption=text, seed=seed, generator="painter")
        sha256, path = store.save_image(write_png(Image.fromarray(noise), origin))
        found.append(
            store.add_picture(
                sha256=sha256, path=path, width=side, height=side, generator="painter", caption=text, seed=seed,
                session=session, graph=json.dumps(graph.to_dict()),
            ).id
        )  # fmt: skip
    return found


def set_of(store: Store, count: int, **more: Any) -> Order:
    one = store.save_set("all", [Member(id) for id in fill(store, count, **more)], owner="ada")
    return Order("all-of-them", set=one.id, test_share=0.2)


def enqueue(store: Store, order: Order) -> str:
    return store.enqueue("export", order.to_json(), owner="ada")


def drain(store: Store, id: str) -> Job:
    Worker(store, "cpu").run(drain=True)
    return store.get_job(id)


def until(true: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.001)


def content(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def left(store: Store) -> list[str]:
    """What lies in the folder of exports and is neither an export nor a lock."""
    return [file.name for file in exports(store.home).iterdir() if file.suffix in (".partial", ".old")]


def test_the_job_makes_what_the_command_makes(store: Store, tmp_path: Path) -> None:
    order = set_of(store, 12)
    job = drain(store, enqueue(store, order))
    assert job.status == "done", job.error
    assert "12 pictures of 5 scenes" in job.message and job.message.endswith("read back without a fault.")
    export(store.set_rows("all"), tmp_path / "own", "imagefolder", test_share=0.2, title="all", chosen={})
    assert content(order.path(store.home)) == content(tmp_path / "own")
    assert receipt(order.path(store.home)) == check(order.path(store.home))


def test_a_second_time_replaces_the_first(store: Store) -> None:
    order = set_of(store, 6)
    drain(store, enqueue(store, order))
    store.remove_from_set("all", [store.members("all")[0].picture])
    assert drain(store, enqueue(store, order)).status == "done"
    assert sum(receipt(order.path(store.home)).splits.values()) == 5 and not left(store)


def test_a_session_becomes_one_zip(store: Store) -> None:
    graph = SceneGraph((Object("a", "dog"),))
    session = store.create_session(
        owner="ada", name="Dog", graph=json.dumps(graph.to_dict()), caption="There is a dog."
    )
    fill(store, 3, session=session.id)
    order = Order("dog.zip", session=session.id)
    job = drain(store, enqueue(store, order))
    assert job.status == "done", job.error
    first = order.path(store.home).read_bytes()
    with zipfile.ZipFile(order.path(store.home)) as archive:
        assert archive.testzip() is None
        assert sum(name.startswith("pictures/") for name in archive.namelist()) == 3
        assert json.loads(archive.read("graph.json")) == json.loads(json.dumps(graph.to_dict()))
    drain(store, enqueue(store, order))
    assert order.path(store.home).read_bytes() == first and not left(store)


@pytest.mark.parametrize(
    ("payload", "sentence"),
    [
        ("{}", "nothing usable"),
        ("[]", "nothing usable"),
        ('{"place": "../x", "set": "a"}', "no name of a folder"),
        ('{"place": ".x", "set": "a"}', "no name of a folder"),
        ('{"place": "x"}', "a set or a session"),
        ('{"place": "x", "set": "a", "session": "b"}', "a set or a session"),
        ('{"place": "x", "set": "nowhere"}', "There is no set"),
        ('{"place": "x", "session": "nowhere"}', "There is no session"),
        ('{"place": "x", "set": "a", "test_share": "many"}', "nothing usable"),
    ],
)
def test_what_cannot_be_exported_is_said(store: Store, payload: str, sentence: str) -> None:
    job = drain(store, store.enqueue("export", payload, owner="ada"))
    assert job.status == "failed" and sentence in (job.error or "")


def test_another_format_that_nobody_knows(store: Store) -> None:
    one = set_of(store, 2)
    job = drain(store, enqueue(store, Order("x", set=one.set, format="tar")))
    assert job.status == "failed" and "There is no format" in (job.error or "") and not left(store)


def test_a_viewer_may_not(store: Store) -> None:
    with pytest.raises(ScenewrightError, match="not enough to export"):
        store.enqueue("export", Order("x", set="y").to_json(), owner="eve", role="viewer")


def test_a_cancelled_export_leaves_nothing(store: Store) -> None:
    id = enqueue(store, set_of(store, 400))
    worker = threading.Thread(target=Worker(store, "cpu").run, kwargs={"drain": True})
    worker.start()
    until(lambda: store.get_job(id).progress > 0.1)
    assert "pictures" in store.get_job(id).message
    store.cancel(id, by="ada")
    worker.join(60)
    assert store.get_job(id).status == "cancelled"
    assert not left(store) and not (exports(store.home) / "all-of-them").exists()


def test_two_do_not_write_the_same_export(store: Store) -> None:
    order = set_of(store, 2)
    id = enqueue(store, order)
    with alone(order.path(store.home)):
        job = drain(store, id)
    assert job.status == "failed" and "being written by another worker" in (job.error or "")
    with pytest.raises(JobError), alone(order.path(store.home)), alone(order.path(store.home)):
        pass


def test_a_killed_export_is_never_taken_for_a_whole_one(store: Store, tmp_path: Path) -> None:
    """Killed while it writes; by then there is no export, and the retry makes the bytes that an undisturbed one makes."""
    order = set_of(store, 300)
    place = order.path(store.home)
    id = enqueue(store, order)
    command = [sys.executable, "-m", "models.worker", "--home", str(store.home), "--drain"]
    child = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE)
    until(lambda: any(place.parent.glob(".all-of-them-*.partial/train/images/*.png")))
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert not place.exists() and left(store) and store.get_job(id).status == "running"
    job = drain(store, id)
    assert (job.status, job.attempts) == ("done", 2), job.error
    export(store.set_rows("all"), tmp_path / "own", "imagefolder", test_share=0.2, title="all", chosen={})
    assert content(place) == content(tmp_path / "own") and not left(store)


def test_a_set_that_was_about_to_be_replaced_gets_its_name_back(store: Store) -> None:
    order = set_of(store, 3)
    drain(store, enqueue(store, order))
    place = order.path(store.home)
    before = content(place)
    place.rename(place.parent / ".all-of-them-abc.old")
    (place.parent / ".all-of-them-abc.partial").mkdir()
    sweep(place)
    assert content(place) == before and not left(store)


def test_progress_says_how_much_time_is_left(store: Store) -> None:
    id = enqueue(store, set_of(store, 1))
    job = store.claim("cpu", "me")
    assert job is not None and job.id == id
    task = Export(store, job)
    task.began -= 10
    task.say("Writing", 1, 2)
    assert store.get_job(id).message == "Writing: 1 of 2 pictures · about 14 s left"
