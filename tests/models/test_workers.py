"""Several workers on one queue, as processes of their own: no job is done twice, and a dead one's work goes to the others.

Run it: `pytest tests/models/test_workers.py`.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.errors import ModelError
from engine.store import Store, device_lock, open_store
from models import devices, worker
from models.worker import Worker, ensure_all, label
from tests.models.test_worker import ROOT, child, enqueue, until

Call = Callable[..., tuple[int, str, str]]
JOBS = 12


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "home")


def painted(store: Store, seed: int, **more: object) -> str:
    return enqueue(store, generator="painter", seeds=[seed], steps=None, guidance=None, **more)


def test_two_workers_never_take_the_same_job(store: Store) -> None:
    ids = [painted(store, i) for i in range(JOBS)]
    ready = [child(store.home, "--device", device, "--drain") for device in ("cpu", "cpu#2")]
    assert [one.wait(120) for one in ready] == [0, 0]
    jobs = [store.get_job(id) for id in ids]
    assert {(job.status, job.attempts) for job in jobs} == {("done", 1)}
    assert Counter(picture.job for id in ids for picture in store.pictures(job=id)) == dict.fromkeys(ids, 1)
    assert {job.worker and job.worker.split(":")[0] for job in jobs} <= {"cpu", "cpu#2"}


def test_claims_at_the_same_moment_give_each_job_once(store: Store) -> None:
    """Eight processes that do nothing but claim."""
    ids = {painted(store, i) for i in range(40)}
    code = (
        "import sys; from pathlib import Path; from engine.store import open_store\n"
        "store = open_store(Path(sys.argv[1])); sys.stdin.readline()\n"
        "while (job := store.claim(sys.argv[2], sys.argv[2])) is not None: print(job.id)"
    )
    claimers = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(store.home), f"cpu#{i}"], cwd=ROOT, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True,
        )
        for i in range(4)
    ]  # fmt: skip
    taken = Counter(id for one in claimers for id in one.communicate("go\n", timeout=60)[0].split())
    assert taken == dict.fromkeys(ids, 1)


def test_higher_priority_is_done_first(store: Store) -> None:
    low = painted(store, 1)
    payload = store.get_job(low).payload
    high = store.enqueue("render", payload, owner="ada", priority=5)
    Worker(store, "cpu").run(drain=True)
    assert (store.get_job(high).finished or "") < (store.get_job(low).finished or "")


def test_the_work_of_a_dead_worker_goes_to_another_device(store: Store) -> None:
    """`cpu#2` is killed in the middle and never comes back; what it had drawn is not drawn again."""
    id = enqueue(store, seeds=list(range(8)), size=768)
    second = child(store.home, "--device", "cpu#2")
    until(lambda: len(store.pictures(job=id)) >= 1)
    second.send_signal(signal.SIGKILL)
    second.wait()
    had = {picture.id for picture in store.pictures(job=id)}
    assert store.get_job(id).device == "cpu#2"
    Worker(store, "cpu").run(drain=True)
    job, pictures = store.get_job(id), store.pictures(job=id)
    assert (job.status, job.attempts, job.device) == ("done", 2, "cpu")
    assert had <= {picture.id for picture in pictures} and len(pictures) == 8


def test_the_work_of_a_living_worker_is_left_alone(store: Store) -> None:
    id = painted(store, 1)
    job = store.claim("cpu#2", "cpu#2:1")
    assert job is not None
    with device_lock(store.home, "cpu#2"):
        Worker(store, "cpu").run(drain=True)
    assert store.get_job(id).status == "running"


def test_where_machines_share_a_queue_a_device_names_its_machine(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    assert label("cpu") == "cpu"
    monkeypatch.setenv("DATABASE_URL", "postgresql://x@host/name")
    assert label("cpu").endswith("/cpu") and label("cpu") != "/cpu"
    id = painted(store, 1)
    assert store.claim("other/cpu", "x") is not None
    Worker(store, "cpu").sweep()
    assert store.get_job(id).status == "running"


def test_the_app_starts_one_worker_for_each_device(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCENEWRIGHT_DEVICES", "cpu,cpu")
    children = ensure_all(store.home)
    try:
        assert len(children) == 2 and ensure_all(store.home) == []
        monkeypatch.setenv("SCENEWRIGHT_WORKERS", "0")
        assert ensure_all(store.home) == []
        monkeypatch.setenv("SCENEWRIGHT_DEVICES", "abacus")
        with pytest.raises(ModelError, match="SCENEWRIGHT_DEVICES has “abacus”"):
            ensure_all(store.home)
    finally:
        for one in children:
            one.kill()
            one.wait()
        worker.CHILDREN.clear()


def test_the_command_drains_the_queue(store: Store, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker for each device: this process is one, the other is its child."""
    monkeypatch.setattr(devices, "_CHOSEN", [])
    monkeypatch.setenv("SCENEWRIGHT_DEVICES", "cpu,cpu")
    ids = [painted(store, i) for i in range(2)]
    assert call("worker", "--drain", "--home", store.home)[:2] == (0, "")
    assert {store.get_job(id).status for id in ids} == {"done"}
    code, _, said = call("worker", "--device", "abacus", "--home", store.home)
    assert code == 2 and said.startswith("“abacus” is no device. Write cpu")


def test_memory_that_runs_out_is_a_sentence() -> None:
    says = worker.sentence(RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried"), "cpu")
    assert says == "The memory of cpu ran out. Ask for fewer or smaller pictures, or choose a smaller model."
    assert "See worker.log" in worker.sentence(RuntimeError("other"), "cpu")
