"""The worker: one child process per device that takes jobs from the store and does them, whatever their kind.

The app starts one for each device; by hand: `python cli.py worker --device cuda:1` (`--drain` ends with the queue).
"""

from __future__ import annotations

import argparse
import logging
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from engine.errors import JobError, ScenewrightError
from engine.store import Job, Store, device_lock, open_store
from models import machine
from models.standing import tell
from models.tasks import TASKS

LOG = logging.getLogger(__name__)
CHILDREN: dict[tuple[Path, str], subprocess.Popen[bytes]] = {}
"""Workers that this process started, by home and device."""
IDLE = 0.15
"""Seconds between two looks at an empty queue."""
SWEEP = 2.0
"""Seconds between two looks, while idle, for jobs that dead workers left."""


def ensure_all(home: Path) -> list[subprocess.Popen[bytes]]:
    """Start a worker for each device of this machine that has none; returns the children that had to be started.

    Which devices: `machine.devices` (SCENEWRIGHT_DEVICES, SCENEWRIGHT_WORKERS). Raises `ModelError` for such a setting.
    """
    started = [ensure(home, device=device) for device in machine.devices()]
    return [child for child in started if child is not None]


def ensure(home: Path, *, device: str = "cpu", drain: bool = False) -> subprocess.Popen[bytes] | None:
    """Start a worker for this home as a child process unless one is alive; it ends when this process does.

    Imports nothing heavy. Returns the child, or None when there is a worker already.
    """
    if alive(home, device=device):
        return None
    command = [sys.executable, "-m", "models.worker", "--home", str(home), "--device", device]
    environment = {**os.environ, "OMP_WAIT_POLICY": "PASSIVE", "HF_HUB_OFFLINE": "1", "PYTHONUNBUFFERED": "1"}
    command += ["--parent", str(os.getpid()), *(["--drain"] if drain else [])]
    root = Path(__file__).resolve().parent.parent
    with (home / "worker.log").open("ab") as log:
        child = subprocess.Popen(command, cwd=root, env=environment, stdout=log, stderr=log)
    CHILDREN[home, device] = child
    return child


def alive(home: Path, *, device: str = "cpu") -> bool:
    """True while some worker holds the device of this home, or one that this process started is about to."""
    child = CHILDREN.get((home, device))
    if child is not None and child.poll() is None:
        return True
    try:
        with device_lock(home, device):
            return False
    except JobError:
        return True


class Worker:
    """Works through the queue of one device."""

    def __init__(self, store: Store, device: str) -> None:
        self.store, self.device = store, device
        self.name = f"{device}:{os.getpid()}"
        self.label = label(device)
        self._swept = float("-inf")

    def run(self, *, drain: bool = False, parent: int | None = None) -> None:
        """Take jobs until the parent is gone or, with `drain`, until none is queued; raises `JobError` if not alone."""
        with held(self.store.home, self.device):
            self.store.interrupt_orphans(self.label)
            if not drain:
                warm()
            tell(self.store.home, self.device)
            while parent is None or os.getppid() == parent:
                self.sweep()
                job = self.store.claim(self.label, self.name, kinds=tuple(TASKS))
                if job is not None:
                    self.work(job)
                    tell(self.store.home, self.device)
                elif drain:
                    return
                else:
                    time.sleep(IDLE)

    def sweep(self) -> None:
        """Queue again what dead workers of this home left running on devices that nobody serves any more.

        Only where the home has the tables to itself: another machine's workers hold their locks elsewhere.
        """
        if self._swept + SWEEP > time.monotonic() or shared():
            return
        self._swept = time.monotonic()
        running = {job.device for job in self.store.jobs(active=True) if job.status == "running" and job.device}
        for device in running - {self.device}:
            try:
                with device_lock(self.store.home, device):
                    self.store.interrupt_orphans(device)
            except JobError:
                continue  # its worker is alive

    def work(self, job: Job) -> None:
        """Do one job; whatever goes wrong ends as a sentence in its row."""
        from models import residents
        from models.generators import Stopped

        try:
            self.store.check_role(job.id)
            with residents.in_use():
                said = TASKS[job.kind](self.store, job)
            self.store.finish(job.id, job.token or "", said)
        except Stopped:
            self._end(self.store.stop, job, "Cancelled.")
        except ScenewrightError as error:
            self._end(self.store.fail, job, str(error))
        except Exception as error:  # the last line of defence: the page must hear of it, and the queue go on
            LOG.exception("job %s", job.id)
            self._end(self.store.fail, job, sentence(error, self.device))

    def _end(self, end: Callable[[str, str, str], Job], job: Job, says: str) -> None:
        """End a job that did not come out, unless it was taken away in the meantime (deleted, say)."""
        try:
            end(job.id, job.token or "", says)
        except JobError as error:
            LOG.warning("job %s: %s", job.id, error)


def sentence(error: Exception, device: str) -> str:
    """What a person reads of an error that is none of ours; where memory ran out, the models make room for what comes."""
    from models import residents
    from models.generators.memory import is_shortage

    if not is_shortage(error):
        return f"The job failed ({type(error).__name__}). See worker.log, or try again."
    residents.clear()
    return f"The memory of {device} ran out. Ask for fewer or smaller pictures, or choose a smaller model."


def shared() -> bool:
    """True where the tables are on a server, so that workers of other machines may be at the same queue."""
    address = os.environ.get("DATABASE_URL", "")
    return bool(address) and not address.startswith("sqlite")


def label(device: str) -> str:
    """A worker's device as jobs tell it; where machines share a queue it names the machine too."""
    return f"{socket.gethostname()}/{device}" if shared() else device


@contextmanager
def held(home: Path, device: str) -> Iterator[None]:
    """Hold the device; waits a second for one who only looks whether it is free (`alive`), then raises `JobError`."""
    with ExitStack() as stack:
        for patience in range(10, -1, -1):
            try:
                stack.enter_context(device_lock(home, device))
                break
            except JobError:
                if not patience:
                    raise
                time.sleep(0.1)
        yield


def warm() -> None:
    """Load the default models before anybody asks, so that the first picture comes at once; problems wait for a job."""
    from models import generators, judges

    try:
        generators.load("pocket").draw(["There is a dog."], [0], steps=1, size=64)
        judges.load("pocket")
    except ScenewrightError as error:
        print(error, file=sys.stderr, flush=True)


def serve(home: Path | None, device: str, *, drain: bool = False, parent: int | None = None) -> None:
    """Be the worker of a device (`cpu`, `cuda:1`, `cpu#2`) until the queue is empty or the parent gone.

    Raises `JobError` where it has a worker already, `ModelError` for what is no device.
    """
    from models import devices

    logging.basicConfig(format="%(asctime)s %(process)d %(name)s: %(message)s")
    logging.getLogger("models").setLevel(logging.INFO)
    devices.use(machine.plain(device))
    Worker(open_store(home), device).run(drain=drain, parent=parent)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--parent", type=int)
    parser.add_argument("--drain", action="store_true")
    choice = parser.parse_args()
    try:
        serve(choice.home, choice.device, drain=choice.drain, parent=choice.parent)
    except ScenewrightError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    main()
