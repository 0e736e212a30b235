"""The queue: claimed once, cancelled by its owner only, and found again after a kill -9, with real processes.

Run it: `pytest tests/engine/test_store_jobs.py`.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.errors import JobError, StoreError
from engine.store import Job, Store, device_lock, open_store

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def new_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home as it is made; each test gets a copy, which is quicker than making it."""
    home = tmp_path_factory.mktemp("store") / "new"
    open_store(home).close()
    return home


@pytest.fixture
def store(new_home: Path, tmp_path: Path) -> Iterator[Store]:
    with open_store(shutil.copytree(new_home, tmp_path / "home")) as store:
        yield store


def process(code: str, home: Path) -> subprocess.Popen[str]:
    """Another Python that runs `code` with an open `store`."""
    start = "import sys; from pathlib import Path; from engine.store import *; store = open_store(Path(sys.argv[1]))\n"
    command = [sys.executable, "-c", start + code, str(home)]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def claim(store: Store, device: str = "cpu") -> tuple[Job, str]:
    job = store.claim(device, "worker")
    assert job is not None and job.token is not None
    return job, job.token


# The life of a job ---------------------------------------------------------------------------------------------


def test_a_job_from_the_queue_to_its_end(store: Store) -> None:
    session = store.create_session(owner="ada").id
    id = store.enqueue("render", '{"images": 4}', session=session, owner="ada")
    assert [(job.id, job.status) for job in store.jobs(session=session, active=True)] == [(id, "queued")]
    job, token = claim(store)
    assert (job.id, job.status, job.device, job.worker, job.attempts) == (id, "running", "cpu", "worker", 1)
    preview = store.save_preview(id, b"blurred")
    assert not store.progress(id, token, 0.25, "Picture 1 of 4", preview=preview, step=5, steps=20)
    assert not store.progress(id, token, 0.5)
    seen = store.get_job(id)
    assert (seen.progress, seen.message, seen.preview, seen.step) == (0.5, "Picture 1 of 4", preview, 5)
    done = store.finish(id, token, "4 pictures")
    assert (done.status, done.progress, done.message, done.token, done.preview) == (
        "done",
        1.0,
        "4 pictures",
        None,
        None,
    )
    assert not store.image_path(preview).exists()
    assert store.jobs(active=True) == () and store.jobs(active=False) == (done,)


def test_the_queue_goes_by_priority_then_age(store: Store) -> None:
    ids = [store.enqueue("render", owner="ada", priority=priority) for priority in (0, 5, 0, 5)]
    order = [claim(store)[0].id for _ in ids]
    assert order == [ids[1], ids[3], ids[0], ids[2]]
    assert store.claim("cpu", "worker") is None


def test_a_worker_may_choose_kinds(store: Store) -> None:
    store.enqueue("train", owner="ada")
    assert store.claim("cpu", "worker", kinds=["render", "judge"]) is None
    assert store.claim("cpu", "worker", kinds=["train"]) is not None


def test_only_the_holder_of_the_token_may_write(store: Store) -> None:
    id = store.enqueue("render", owner="ada")
    _, token = claim(store)
    for write in (store.finish, store.fail, store.stop):
        with pytest.raises(JobError, match="no longer yours"):
            write(id, "stolen", "Ha.")
    with pytest.raises(JobError, match="no longer yours"):
        store.progress(id, "stolen", 0.9)
    assert store.fail(id, token, "The generator does not know the word “axolotl”.").status == "failed"
    with pytest.raises(JobError, match="is failed"):
        store.finish(id, token)


def test_what_cannot_be_queued(store: Store) -> None:
    with pytest.raises(StoreError, match="payload"):
        store.enqueue("render", "{", owner="ada")
    with pytest.raises(StoreError, match="no session"):
        store.enqueue("render", owner="ada", session="lost")
    with pytest.raises(JobError, match="There is no job “lost”"):
        store.get_job("lost")
    assert store.jobs() == ()


# Cancel and retry ----------------------------------------------------------------------------------------------


def test_a_queued_job_is_cancelled_at_once(store: Store) -> None:
    id = store.enqueue("render", owner="ada")
    assert store.cancel(id, by="ada").status == "cancelled"
    assert store.cancel(id, by="ada").status == "cancelled"
    assert store.claim("cpu", "worker") is None


def test_a_running_job_is_asked_to_stop(store: Store) -> None:
    id = store.enqueue("render", owner="ada")
    _, token = claim(store)
    asked = store.cancel(id, by="ada")
    assert (asked.status, asked.cancel_requested) == ("running", True)
    assert store.progress(id, token, 0.5)
    assert store.stop(id, token).status == "cancelled"


def test_nobody_cancels_or_retries_the_job_of_another(store: Store) -> None:
    id = store.enqueue("render", owner="ada")
    for meddle in (store.cancel, store.retry):
        with pytest.raises(JobError, match="belongs to “ada”, so “bob” cannot"):
            meddle(id, by="bob")
    assert store.get_job(id).status == "queued"


def test_a_failed_job_can_be_tried_again(store: Store) -> None:
    id = store.enqueue("render", owner="ada")
    _, token = claim(store)
    store.fail(id, token, "No room.")
    again = store.retry(id, by="ada")
    assert (again.status, again.error, again.attempts, again.finished) == ("queued", None, 0, None)
    with pytest.raises(JobError, match="is queued"):
        store.retry(id, by="ada")
    assert claim(store)[0].id == id


# Workers that die ----------------------------------------------------------------------------------------------


def test_two_processes_claim_no_job_twice(store: Store) -> None:
    ids = {store.enqueue("render", owner="ada") for _ in range(24)}
    code = "print('ready', flush=True); input()\nwhile job := store.claim('cpu', 'w'): print(job.id, job.token)"
    workers = [process(code, store.home) for _ in range(2)]
    for worker in workers:
        assert worker.stdout is not None and worker.stdin is not None
        assert worker.stdout.readline() == "ready\n"
    claimed = [line.split() for worker in workers for line in worker.communicate("go\n")[0].splitlines()]
    assert len(claimed) == 24
    assert {id for id, _ in claimed} == ids
    assert len({token for _, token in claimed}) == 24


DYING = """
from engine.store.tables import JobRow
with device_lock(store.home, "cpu"):
    store.claim("cpu", "worker")
    with store.writing() as transaction:
        transaction.get_one(JobRow, store.jobs()[0].id).status = "running"
        transaction.flush()
        print("ready", flush=True)
        input()
"""


def test_kill_9_leaves_jobs_that_are_found(store: Store) -> None:
    claimed, half_claimed = (store.enqueue("render", owner="ada") for _ in range(2))
    worker = process(DYING, store.home)
    assert worker.stdout is not None and worker.stdout.readline() == "ready\n"
    with pytest.raises(JobError, match=f"process {worker.pid}"), device_lock(store.home, "cpu"):
        pass
    os.kill(worker.pid, signal.SIGKILL)
    worker.communicate()
    assert (store.get_job(claimed).status, store.get_job(half_claimed).status) == ("running", "queued")
    with device_lock(store.home, "cpu"):
        assert [(job.id, job.status) for job in store.interrupt_orphans("cpu")] == [(claimed, "queued")]
        assert claim(store)[0].id == claimed  # it is the older one, so it comes first again


def test_a_job_that_kills_twice_is_interrupted(store: Store) -> None:
    id = store.enqueue("render", owner="ada")
    _, token = claim(store)
    assert [job.status for job in store.interrupt_orphans("cpu")] == ["queued"]
    with pytest.raises(JobError, match="no longer yours"):
        store.progress(id, token, 0.5)
    claim(store)
    (job,) = store.interrupt_orphans("cpu")
    assert (job.status, job.attempts) == ("interrupted", 2)
    assert job.error is not None and "2 times" in job.error
    assert store.retry(id, by="ada").status == "queued"


def test_orphans_of_other_devices_are_left_alone(store: Store) -> None:
    store.enqueue("render", owner="ada")
    job, token = claim(store, "cuda:0")
    assert store.interrupt_orphans("cpu") == ()
    store.finish(job.id, token)


def test_an_orphan_that_was_to_be_cancelled_is(store: Store) -> None:
    id = store.enqueue("render", owner="ada")
    _, token = claim(store)
    preview = store.save_preview(id, b"blurred")
    store.progress(id, token, 0.1, preview=preview)
    store.cancel(id, by="ada")
    assert [job.status for job in store.interrupt_orphans("cpu")] == ["cancelled"]
    assert not store.image_path(preview).exists()


def test_one_lock_per_device_whatever_its_name(store: Store) -> None:
    with (
        device_lock(store.home, "cuda:0/../cpu"),
        device_lock(store.home, "cpu"),
        pytest.raises(JobError, match="already has a worker"),
        device_lock(store.home, "cpu"),
    ):
        pass
    with device_lock(store.home, "cpu"):
        assert {path.parent for path in store.home.rglob("*.lock")} == {store.home / "locks"}


# Roles ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["viewer", "annotator", "king"])
def test_a_role_that_may_not_draw_queues_nothing(store: Store, role: str) -> None:
    with pytest.raises(StoreError, match=f"“eve” is “{role}” here, which is not enough to render"):
        store.enqueue("render", owner="eve", role=role)
    assert store.jobs() == ()


def test_the_table_of_people_lowers_a_role_that_is_only_claimed(store: Store) -> None:
    store.person("eve", role="viewer")
    with pytest.raises(StoreError, match="not enough to render"):
        store.enqueue("render", owner="eve", role="admin")
    with pytest.raises(StoreError, match="not enough to render"):
        store.enqueue("render", owner="eve")
    assert store.jobs() == ()


def test_jobs_keep_the_role_and_kinds_nobody_knows_are_for_the_admin(store: Store) -> None:
    assert store.get_job(store.enqueue("render", owner="ada", role="curator")).role == "curator"
    assert store.get_job(store.enqueue("render", owner="ada")).role == "admin"
    with pytest.raises(StoreError, match="not enough to run other jobs"):
        store.enqueue("sweep", owner="ada", role="curator")


def test_an_admin_may_cancel_and_retry_the_job_of_another(store: Store) -> None:
    store.person("root", role="admin")
    id = store.enqueue("render", owner="ada", role="curator")
    for verb in (store.cancel, store.retry):
        with pytest.raises(JobError, match="belongs to “ada”"):
            verb(id, by="bob", role="curator")
        with pytest.raises(JobError, match="belongs to “ada”"):
            verb(id, by="root", role="viewer")  # the name of the admin, from another machine
    assert store.cancel(id, by="root", role="admin").status == "cancelled"
    assert store.retry(id, by="root").status == "queued"


def test_who_lost_the_role_cannot_try_again(store: Store) -> None:
    store.person("root", role="admin")
    id = store.enqueue("render", owner="ada", role="curator")
    store.cancel(id, by="ada")
    store.set_role("ada", "viewer", by="root")
    with pytest.raises(StoreError, match="not enough to render"):
        store.retry(id, by="ada")
