"""Workers killed with -9 in the middle of a job: the next one finishes it and does nothing twice, and loses nothing.

Export has its own in `test_export_task.py`. Run it: `pytest tests/models/test_resume.py`.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.store import Store, open_store
from models.worker import Worker
from tests.models.test_worker import payload

ROOT = Path(__file__).parents[2]
TOLD = """
import sys, time
from models import worker
{spy}
sys.argv = ["worker", "--drain", "--home", {home!r}]
worker.main()
"""
DRAWN = """
from models.generators.pocket import PocketGenerator
PocketGenerator.at_once, draw = 2, PocketGenerator.draw
def told(self, captions, seeds, **more):
    found = draw(self, captions, seeds, **more)
    with open({log!r}, "a") as file: print(*seeds, file=file)
    return found
PocketGenerator.draw = told
"""
LOOKED = """
judge = sys.modules["models.tasks.judge"]  # the package has a function of that name
look = judge.look
def told(store, picture, panel):
    time.sleep(0.05)
    with open({log!r}, "a") as file: print(*[picture.id for one in panel], file=file)
    return look(store, picture, panel)
judge.look = told
"""
"""The real worker, which also writes down what it does: in parts of two pictures, as a generator of large ones would."""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "home") as store:
        yield store


def worker(store: Store, spy: str, log: Path) -> subprocess.Popen[bytes]:
    code = TOLD.format(spy=spy.format(log=str(log)), home=str(store.home))
    return subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stderr=subprocess.PIPE)


def killed_when(child: subprocess.Popen[bytes], true: Callable[[], bool]) -> None:
    end = time.monotonic() + 240
    while not true():
        assert child.poll() is None and time.monotonic() < end, child.communicate()[1].decode()
        time.sleep(0.005)
    child.send_signal(signal.SIGKILL)
    child.wait()


def words(log: Path) -> list[str]:
    return log.read_text().split()


def test_a_killed_render_of_eight_draws_the_saved_ones_no_second_time(store: Store, tmp_path: Path) -> None:
    seeds = list(range(8))
    id = store.enqueue("render", json.dumps(payload(seeds=seeds, size=512)), owner="ada")
    first, second = tmp_path / "first", tmp_path / "second"
    killed_when(worker(store, DRAWN, first), lambda: len(store.pictures(job=id)) >= 3)
    had = {picture.id: picture for picture in store.pictures(job=id)}
    assert store.get_job(id).status == "running" and 3 <= len(had) < 8
    assert worker(store, DRAWN, second).wait(240) == 0
    job, pictures = store.get_job(id), {picture.id: picture for picture in store.pictures(job=id)}
    assert (job.status, job.attempts, job.message) == ("done", 2, "8 pictures drawn and judged."), job.error
    assert sorted(picture.seed for picture in pictures.values()) == seeds
    assert all(pictures[id].sha256 == one.sha256 for id, one in had.items())
    assert all(picture.judgement is not None for picture in pictures.values())
    assert {int(seed) for seed in words(second)} == set(seeds) - {one.seed for one in had.values()}


def test_a_killed_judge_is_not_asked_again_about_what_it_saw(store: Store, tmp_path: Path) -> None:
    made = store.enqueue("render", json.dumps(payload(generator="painter", seeds=list(range(12)))), owner="ada")
    Worker(store, "cpu").run(drain=True)
    pictures = [picture.id for picture in store.pictures(job=made)]
    id = store.enqueue("judge", json.dumps({"pictures": pictures, "judges": ["pocket-b"]}), owner="ada")

    def seen() -> set[str]:
        return {one.picture for picture in pictures for one in store.judgements(picture) if one.judge == "pocket-b"}

    first, second = tmp_path / "first", tmp_path / "second"
    killed_when(worker(store, LOOKED, first), lambda: len(seen()) >= 3)
    had = seen()
    assert store.get_job(id).status == "running" and 3 <= len(had) < 12
    assert worker(store, LOOKED, second).wait(240) == 0
    assert store.get_job(id).status == "done" and seen() == set(pictures)
    assert set(words(second)) == set(pictures) - had
    assert all(len([one for one in store.judgements(p) if one.judge == "pocket-b"]) == 1 for p in pictures)
