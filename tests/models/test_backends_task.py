"""Jobs about models, done by a real worker in a real store: load, unload, examine, refuse; and what a worker tells.

Run it: `pytest tests/models/test_backends_task.py`.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.certificate import find
from engine.store import Job, Store, open_store
from models import residents
from models.standing import Speed, read, standings, tell, timed
from models.worker import Worker


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "home") as store:
        yield store


def done(store: Store, kind: str, **payload: Any) -> Job:
    id = store.enqueue(kind, json.dumps(payload), owner="ada")
    Worker(store, "cpu").run(drain=True)
    return store.get_job(id)


def test_a_model_is_loaded_told_of_and_sent_away(store: Store) -> None:
    residents.send_away("judge", "pocket-b")
    job = done(store, "load", job="judge", name="pocket-b")
    assert (job.status, job.message) == ("done", "pocket-b is loaded.")
    (told,) = standings(store.home)
    assert told.device == "cpu" and "judge/pocket-b" in told.held and told.memory > 0.1 and "cpu" in told.reason
    assert done(store, "unload", job="judge", name="pocket-b").message == "pocket-b was sent away."
    assert "judge/pocket-b" not in standings(store.home)[0].held
    assert done(store, "unload", job="judge", name="pocket-b").message == "pocket-b was not loaded here."


@pytest.mark.parametrize(
    ("kind", "payload", "sentence"),
    [
        ("load", {"job": "judge", "name": "vilt"}, "python cli.py models fetch vilt"),
        ("load", {"job": "dog", "name": "pocket"}, "“dog” is nothing that can be loaded"),
        ("load", {}, "The job names no model"),
        ("unload", {"name": 3}, "The job names no model"),
        ("fetch", {"job": "judge", "name": "pocket"}, "nothing to fetch"),
        ("probe", {"url": "javascript:alert(1)"}, "is no address of a server"),
        ("examine", {"name": "pocket", "pictures": 10**9}, "is no number of pictures"),
        ("examine", {"name": "stranger"}, "There is no judge “stranger”"),
    ],
)
def test_what_cannot_be_is_one_sentence(store: Store, kind: str, payload: dict[str, Any], sentence: str) -> None:
    job = done(store, kind, **payload)
    assert job.status == "failed" and sentence in str(job.error), job.error


def test_a_server_that_is_not_there_is_one_sentence(store: Store) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    job = done(store, "probe", url=f"http://127.0.0.1:{port}/v1")
    assert job.status == "failed" and f"127.0.0.1:{port}" in str(job.error)


def test_an_examination_earns_a_certificate_or_says_why_not(store: Store) -> None:
    job = done(store, "examine", name="pocket", pictures=20, ladders=4)
    assert job.message == "No certificate: too few pictures." and not (store.home / "judges").exists()
    job = done(store, "examine", name="pocket", pictures=100, ladders=4)
    assert job.status == "done"
    found = find("pocket", store.home)
    assert found is not None and job.message == f"{found}." and found.report["ladder"]["ladders"] == 4


def test_speeds_are_kept_from_one_worker_to_the_next(tmp_path: Path) -> None:
    with timed("generator", "a-toy", 4, size=64):
        pass
    with pytest.raises(ValueError, match="stop"), timed("generator", "never", 4):
        raise ValueError("stop")
    tell(tmp_path, "cuda:0")
    (told,) = standings(tmp_path)
    speed = told.speeds["generator/a-toy"]
    assert (speed.pictures, speed.size) == (4, 64) and speed.seconds >= 0 and "generator/never" not in told.speeds
    path = tmp_path / "standing" / "cuda-0.json"
    path.write_text(path.read_text().replace("generator/a-toy", "judge/of-yesterday"))
    tell(tmp_path, "cuda:0")
    assert isinstance(standings(tmp_path)[0].speeds["judge/of-yesterday"], Speed)


@pytest.mark.parametrize("text", ["", "[]", '{"device": 1}', '{"speeds": {"a": 1}, "held": []}'])
def test_what_is_no_standing_is_passed_over(tmp_path: Path, text: str) -> None:
    path = tmp_path / "standing" / "cpu.json"
    path.parent.mkdir()
    path.write_text(text)
    assert read(path) is None and standings(tmp_path) == ()
