"""The worker: one child process per device that takes jobs from the store and does them, whatever their kind.

The app starts it; by hand: `python -m models.worker` (`--drain` stops when the queue is empty).
"""

from __future__ import annotations

import argparse
import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from engine.errors import JobError, ScenewrightError
from engine.store import Job, Store, device_lock, open_store
from models.standing import tell
from models.tasks import TASKS

LOG = logging.getLogger(__name__)
CHILDREN: dict[tuple[Path, str], subprocess.Popen[bytes]] = {}
"""Workers that this process started, by home and device."""
IDLE = 0.15
"""Seconds between two looks at an empty queue."""


def ensure(home: Path, *, device: str = "cpu") -> subprocess.Popen[bytes] | None:
    """Start a worker for this home as a child process unless one is alive; it ends when this process does.

    Imports nothing heavy. Returns the child, or None when there is a worker already.
    """
    if alive(home, device=device):
        return None
    command = [sys.executable, "-m", "models.worker", "--home", str(home), "--device", device]
    environment = {**os.environ, "OMP_WAIT_POLICY": "PASSIVE", "HF_HUB_OFFLINE": "1", "PYTHONUNBUFFERED": "1"}
    command += ["--parent", str(os.getpid())]
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

    def run(self, *, drain: bool = False, parent: int | None = None) -> None:
        """Take jobs until the parent is gone or, with `drain`, until none is queued; raises `JobError` if not alone."""
        with held(self.store.home, self.device):
            self.store.interrupt_orphans(self.device)
            if not drain:
                warm()
            tell(self.store.home, self.device)
            while parent is None or os.getppid() == parent:
                job = self.store.claim(self.device, self.name, kinds=tuple(TASKS))
                if job is not None:
                    self.work(job)
                    tell(self.store.home, self.device)
                elif drain:
                    return
                else:
                    time.sleep(IDLE)

    def work(self, job: Job) -> None:
        """Do one job; whatever goes wrong ends as a sentence in its row."""
        from models.generators import Stopped

        try:
            self.store.check_role(job.id)
            said = TASKS[job.kind](self.store, job)
            self.store.finish(job.id, job.token or "", said)
        except Stopped:
            self._end(self.store.stop, job, "Cancelled.")
        except ScenewrightError as error:
            self._end(self.store.fail, job, str(error))
        except MemoryError:
            self._end(self.store.fail, job, "This machine ran out of memory. Ask for fewer or smaller pictures.")
        except Exception as error:  # the last line of defence: the page must hear of it, and the queue go on
            LOG.exception("job %s", job.id)
            says = f"The job failed ({type(error).__name__}). See worker.log, or try again."
            self._end(self.store.fail, job, says)

    def _end(self, end: Callable[[str, str, str], Job], job: Job, says: str) -> None:
        """End a job that did not come out, unless it was taken away in the meantime (deleted, say)."""
        try:
            end(job.id, job.token or "", says)
        except JobError as error:
            LOG.warning("job %s: %s", job.id, error)


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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--parent", type=int)
    parser.add_argument("--drain", action="store_true")
    choice = parser.parse_args()
    try:
        store = open_store(choice.home)
        Worker(store, choice.device).run(drain=choice.drain, parent=choice.parent)
    except ScenewrightError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    main()
