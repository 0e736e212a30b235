"""Evaluate: every scene of a set drawn by several generators and judged by several judges, as one job of the worker.

Pictures go into run folders, so what was drawn before a crash or a cancel is not drawn again.
Try it: `python -m pytest tests/models/test_evaluate_task.py`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import orjson

from engine.errors import JobError, show
from engine.evaluation.kept import keep
from engine.evaluation.order import FILE, Order, Record, read_record
from engine.run import Run
from engine.scene import SceneLine
from engine.store import Job, Store
from engine.taxonomy import load as taxonomy
from engine.wording import counted

GUESS = {"draw": 0.2, "judge": 0.05}
"""Seconds per picture until the first batch is measured."""


class Clock:
    """How far the job is and how long it takes yet, from what each step took for a picture so far."""

    def __init__(self, work: Mapping[str, int], speed: Mapping[str, float]) -> None:
        self.left = dict(work)
        self.done = dict.fromkeys(work, 0)
        self.speed = {step: speed.get(step, GUESS[step.split(":")[0]]) for step in work}
        self.measured: set[str] = set()
        self.highest = 0.0

    def tick(self, step: str, pictures: int, seconds: float) -> None:
        """So many more pictures of a step are done, in so many seconds (0 for those found done)."""
        self.left[step] = max(0, self.left[step] - pictures)
        self.done[step] += pictures
        if pictures and seconds > 0:
            now = seconds / pictures
            self.speed[step] = (self.speed[step] + now) / 2 if step in self.measured else now
            self.measured.add(step)

    @property
    def seconds(self) -> float:
        """Left, about."""
        return sum(number * self.speed[step] for step, number in self.left.items())

    @property
    def part(self) -> float:
        """0..1; never goes back."""
        done = sum(number * self.speed[step] for step, number in self.done.items())
        self.highest = max(self.highest, min(0.99, done / max(1e-9, done + self.seconds)))
        return self.highest


class Evaluation:
    """One `evaluate` job at work."""

    def __init__(self, store: Store, job: Job) -> None:
        self.store, self.job = store, job
        self.order = read_order(job.payload)
        self.home = store.home
        self.record = self._record()
        self.said = f"evaluation {self.order.folder}"  # what a command line is to other runs

    def _record(self) -> Record:
        there = (self.order.path(self.home) / FILE).is_file()
        return replace(read_record(self.order.path(self.home)), finished=None) if there else Record(self.order)

    def run(self) -> str:
        """Draw, judge and index what is missing; returns the sentence to end with.

        Raises `Stopped` when the job is cancelled, `ModelError`, `StoreError`, `FormatError` and their kinds otherwise.
        """
        self.clock = Clock({}, {})
        self._say("Preparing the scenes…")
        self.record.write(self.home)
        lines = self.order.scenes(self.home)
        number = len(lines) * self.order.images
        steps = [f"draw:{name}" for name in self.order.generators]
        steps += [f"judge:{judge}" for judge in self.order.judges]
        work = {step: number * (1 if step.startswith("draw") else len(self.order.generators)) for step in steps}
        self.clock = Clock(work, self.record.speed)
        for name in self.order.generators:
            self._one(name, lines)
        self.record.done().write(self.home)
        refused = sum(map(len, self.record.refused.values()))
        left = f" {refused} scenes were refused; the page says why." if refused else ""
        return f"{len(lines)} scenes drawn by {_several(len(self.order.generators), 'generator')} and judged.{left}"

    def _one(self, name: str, lines: list[SceneLine]) -> None:
        """Everything for one generator; whatever happens, what there is by then is in the lists."""
        run = self._opened(name, lines)
        try:
            self._draw(run, name, lines)
            for judge in reversed(self.order.judges):  # the first speaks last, so that its scores are the run's
                self._judge(run, judge, name)
        finally:
            self._index(run, name)

    def _opened(self, name: str, lines: list[SceneLine]) -> Run:
        order = self.order
        settings = {"images": order.images, "steps": None, "guidance": None, "size": order.size}
        words = taxonomy(lines[0].taxonomy)
        path = order.run(self.home, name)
        run = Run.create(path, generator=name, taxonomy=words, settings=settings, seed=order.seed, resume=True)
        for line in lines:
            run.add_scene(line)
        return run

    def _draw(self, run: Run, name: str, lines: list[SceneLine]) -> None:
        from models import batch, generators
        from models.catalog.revision import revision

        self._say(f"Loading {name}…")
        generator = generators.load(name)
        done = batch.render(
            run, lines, generator, images=self.order.images, seed=self.order.seed, size=self.order.size,
            progress=self._progress(f"draw:{name}", f"Drawing with {name}", len(run.drawn)),
        )  # fmt: skip
        if done.drawn:
            run.note("generator", name, revision=revision(generators.card_of(name)), done=done.drawn, command=self.said)
        self._settle(f"draw:{name}")
        refused = {**self.record.refused, name: dict(done.refused)}
        self.record = replace(self.record, refused={k: v for k, v in refused.items() if v})
        self.record.write(self.home)

    def _judge(self, run: Run, judge: str, name: str) -> None:
        from models import batch, judges
        from models.catalog import card
        from models.catalog.revision import revision

        self._say(f"Loading the judge {judge}…")
        seen = len({row.picture for row in run.judgements(judge)})
        step, drawn = f"judge:{judge}", len(run.drawn)
        self.clock.tick(step, self.order.images * len(self.order.scenes(self.home)) - drawn + seen, 0)
        looked = batch.judge(run, judges.load(judge), progress=self._progress(step, f"{judge} judges {name}", 0))
        if looked:
            run.note("judge", judge, revision=revision(card(judge, "judge")), done=looked, command=self.said)
        self._settle(None)
        run.finish(judge=judge)

    def _progress(self, step: str, what: str, before: int) -> Callable[[int, int], None]:
        """What to tell `models.batch` to call: says how far it is, and stops the job when its owner wishes so."""
        last = [before, time.monotonic()]
        self.clock.tick(step, before, 0)

        def on_batch(done: int, total: int) -> None:
            now = time.monotonic()
            self.clock.tick(step, int(done - last[0]), now - last[1])
            last[:] = [done, now]
            self._say(f"{what}: {done} of {total}", step=done, steps=total)

        return on_batch

    def _settle(self, step: str | None) -> None:
        """Remember how fast it was; a step that is over has nothing left, even if scenes were refused."""
        if step is not None:
            self.clock.left[step] = 0
        for name in self.clock.measured:
            self.record = self.record.with_speed(name, self.clock.speed[name])

    def _index(self, run: Run, name: str) -> None:
        manifest = run.finish()
        keep(run.path)
        data = orjson.dumps({"evaluation": self.order.folder, "generator": name, "pictures": manifest.pictures})
        self.store.index_run(run.path, name=f"{self.order.title} · {name}"[:120], manifest=data.decode())
        self.store.index_pictures(run.path)

    def _say(self, text: str, *, step: int | None = None, steps: int | None = None) -> None:
        from models.generators import Stopped

        left = self.clock.seconds
        said = f"{text} · about {spoken(left)} left" if self.clock.measured and left > 1 else text
        token = self.job.token or ""
        if self.store.progress(self.job.id, token, self.clock.part, said, step=step, steps=steps):
            raise Stopped


def read_order(payload: str) -> Order:
    """The order that a job's payload holds; raises `JobError` for anything else."""
    try:
        data: Any = orjson.loads(payload)
    except ValueError as error:
        raise JobError(f"The job says nothing usable ({show(payload)}). Start the evaluation again.") from error
    return Order.from_dict(data)


def evaluate(store: Store, job: Job) -> str:
    """Do an `evaluate` job; see `Evaluation.run`."""
    return Evaluation(store, job).run()


def spoken(seconds: float) -> str:
    """`40 s`, `3 min`."""
    return f"{max(1, round(seconds))} s" if seconds < 90 else f"{round(seconds / 60)} min"


def _several(number: int, what: str) -> str:
    return counted(number, what)
