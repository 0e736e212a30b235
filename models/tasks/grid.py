"""Grid: rows of pictures that differ in one thing, generator or word, over the same seeds, as one job of the worker.

Each row is a render order; a row that cannot be drawn says why and the others go on.
Try it: `python -m pytest tests/models/test_judge_task.py -k grid`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import orjson

from engine.errors import JobError, ModelError, show
from engine.store import Job, Picture, Store
from models.tasks.render import Order, Render

if TYPE_CHECKING:
    from models.generators import Drawing, Generator

MOST_ROWS, MOST_PICTURES = 24, 256


@dataclass(frozen=True, slots=True)
class Rows:
    """The payload of a `grid` job, checked: (label, render order) pairs; `apart` keeps the pictures out of the session.

    Rows that show other scenes are kept apart, so that a session holds pictures of its own scene alone.
    """

    rows: tuple[tuple[str, Order], ...]
    apart: bool

    @classmethod
    def read(cls, payload: str) -> Rows:
        """Raises `JobError` for what is missing or too much, `FormatError` or `GraphError` for what is wrong."""
        try:
            data = orjson.loads(payload)
            rows = tuple((str(row["label"]), Order.read(orjson.dumps(row).decode())) for row in data["rows"])
            found = cls(rows, bool(data.get("apart")))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise JobError(f"The job says nothing usable for {show(error)}. Ask for the grid from the page.") from error
        pictures = sum(len(order.seeds) for _, order in rows)
        for what, number, most in (("rows", len(rows), MOST_ROWS), ("pictures", pictures, MOST_PICTURES)):
            if not 1 <= number <= most:
                raise JobError(f"The number of {what}, {number}, is not within 1 and {most}. Ask for a smaller grid.")
        return found


class Row(Render):
    """One row of a grid at work: a render whose share of the job's progress begins at `begin`."""

    def __init__(self, store: Store, job: Job, order: Order, *, label: str, begin: float, share: float) -> None:
        super().__init__(store, job, order)
        self.label, self.begin, self.share = label, begin, share
        self.before, self.tiles = 0, []

    def done(self) -> tuple[Picture, ...]:
        """What this job has saved of this row."""
        mine = self.order.generator, self.order.caption
        return tuple(p for p in self.store.pictures(job=self.job.id) if (p.generator, p.caption) == mine)

    def report(self, part: float, text: str, **more: Any) -> bool:
        """Progress of the whole grid; returns whether its owner wants it to stop."""
        return super().report(self.begin + self.share * part, f"{self.label}: {text}", **more)

    def draw(self, generator: Generator, seeds: Sequence[int]) -> list[Drawing]:
        """The pictures of these seeds; raises `Stopped` before the first of them if the job was cancelled."""
        from models.generators import Stopped

        if self.at(0.0, seeds, "Begun."):
            raise Stopped
        return super().draw(generator, seeds)


def grid(store: Store, job: Job) -> str:
    """Do a `grid` job; returns the sentence to end with, which says what could not be drawn.

    Raises `Stopped` when it is cancelled, `ModelError` where no row can be drawn, `StoreError` and its kinds.
    """
    asked = Rows.read(job.payload)
    mine = replace(job, session=None) if asked.apart else job
    share, refused = 1 / len(asked.rows), []
    for i, (label, order) in enumerate(asked.rows):
        try:
            Row(store, mine, order, label=label, begin=i * share, share=share).run()
        except ModelError as error:
            refused.append(f"{label}: {error}")
    if len(refused) == len(asked.rows):
        raise ModelError(" ".join(refused[:3]))
    drawn = len(asked.rows) - len(refused)
    return " ".join([f"{drawn} of {len(asked.rows)} rows drawn.", *refused[:3]])
