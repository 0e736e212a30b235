"""Export: a named set as a folder to train on, or a session as a zip, as one job of the worker.

The folder or file has its name only when it is whole; what a killed worker left is cleared away, and a retry makes the
same bytes. Try it: `python -m pytest tests/models/test_export_task.py`.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

import orjson

from engine.disk import whole
from engine.export_job import Order, alone
from engine.graph import SceneGraph
from engine.questions import Question
from engine.store import Job, Store
from engine.wording import counted
from models.tasks.evaluate import spoken

SAID_EVERY = 0.2
"""Seconds between two words about how far it is; each is a write into the store."""
PARTS = {"Reading": (0.0, 0.25), "Writing": (0.25, 0.6), "Reading back": (0.6, 1.0)}
"""Which part of the whole each phase is, about."""
One = TypeVar("One")


class Export:
    """One `export` job at work."""

    def __init__(self, store: Store, job: Job) -> None:
        self.store, self.job, self.order = store, job, Order.read(job.payload)
        self.out = self.order.path(store.home)
        self.began, self.last = time.monotonic(), 0.0

    def run(self) -> str:
        """Write what was asked for; returns the sentence to end with.

        Raises `Stopped` when the job is cancelled, and then nothing is left; `JobError` where another worker writes the
        same, `StoreError` and `FormatError` for what cannot be read or written.
        """
        from engine.export import sweep

        with alone(self.out):
            sweep(self.out)
            return self._set() if self.order.set else self._session()

    def _set(self) -> str:
        from engine.export import export

        found, order = self.store.get_set(self.order.set), self.order
        receipt = export(
            self._read(self.store.set_rows(found.id), found.size), self.out, order.format, test_share=order.test_share,
            licence=order.licence, title=found.name, chosen=orjson.loads(found.selection), overwrite=True,
            on_step=lambda done, of: self.say("Writing", done, of),
            on_read=lambda done, of: self.say("Reading back", done, of),
        )  # fmt: skip
        number, scenes = counted(sum(receipt.splits.values()), "picture"), counted(receipt.scenes, "scene")
        return f"{number} of {scenes}, {receipt.size / 1e6:.1f} MB, read back without a fault."

    def _session(self) -> str:
        from engine.export.session import write_session
        from engine.export.stored import rows_of_session

        scene = self.store.get_session(self.order.session)
        rows = rows_of_session(self.store, scene.id)
        questions = tuple(Question.from_dict(row) for row in orjson.loads(scene.questions))
        graph = SceneGraph.from_dict(orjson.loads(scene.graph))
        with whole(self.out, prefix=f".{self.out.name}-") as file:
            write_session(
                file, graph=graph, caption=scene.caption, questions=questions, pictures=rows,
                on_step=lambda done, of: self.say("Writing", done, of),
            )  # fmt: skip
        return f"{counted(len(rows), 'picture')}, {self.out.stat().st_size / 1e6:.1f} MB."

    def _read(self, rows: Iterable[One], of: int) -> Iterator[One]:
        for done, row in enumerate(rows, start=1):
            yield row
            self.say("Reading", done, of)

    def say(self, phase: str, done: int, of: int) -> None:
        """How far it is, now and then; raises `Stopped` when its owner wishes so."""
        from models.generators import Stopped

        now = time.monotonic()
        if now - self.last < SAID_EVERY and done < of:
            return
        self.last = now
        low, high = PARTS[phase]
        part = low + (high - low) * done / max(1, of)
        text = f"{phase}: {done:,} of {of:,} pictures{_left(now - self.began, part)}"
        if self.store.progress(self.job.id, self.job.token or "", min(part, 0.99), text, step=done, steps=of):
            raise Stopped


def _left(seconds: float, part: float) -> str:
    """How long it takes yet, once there is something to go by."""
    left = seconds * (1 - part) / part if seconds > 1 and part > 0.02 else 0.0
    return f" · about {spoken(left)} left" if left > 1 else ""


def export(store: Store, job: Job) -> str:
    """Do an `export` job; see `Export.run`."""
    return Export(store, job).run()
