"""The worker: one child process per device that takes jobs from the store, renders and judges, and saves as it goes.

The app starts it; by hand: `python -m models.worker` (`--drain` stops when the queue is empty).
"""

from __future__ import annotations

import argparse
import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from engine.errors import JobError, ScenewrightError, show
from engine.graph import SceneGraph
from engine.questions import Question
from engine.store import Job, Picture, Store, device_lock, open_store

if TYPE_CHECKING:
    from PIL import Image

    from models.generators import Drawing, Generator
    from models.judges import Judge
    from models.marking import Marks

LOG = logging.getLogger(__name__)
KINDS = ("render",)
CHILDREN: dict[tuple[Path, str], subprocess.Popen[bytes]] = {}
"""Workers that this process started, by home and device."""
IDLE = 0.15
"""Seconds between two looks at an empty queue."""
PREVIEW_EVERY = 3
"""Steps between two previews."""
TILE = 256


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


@dataclass(frozen=True, slots=True)
class Order:
    """The payload of a `render` job, checked."""

    caption: str
    graph: SceneGraph
    questions: tuple[Question, ...]
    generator: str
    judge: str
    seeds: tuple[int, ...]
    steps: int | None
    guidance: float | None
    size: int

    @classmethod
    def read(cls, payload: str) -> Order:
        """Raises `JobError` for what is missing and `FormatError` or `GraphError` for what is wrong."""
        try:
            data = orjson.loads(payload)
            order = cls(
                caption=str(data["caption"]),
                graph=SceneGraph.from_dict(data["graph"]),
                questions=tuple(Question.from_dict(row) for row in data["questions"]),
                generator=str(data["generator"]),
                judge=str(data["judge"]),
                seeds=tuple(int(seed) for seed in data["seeds"]),
                steps=None if data.get("steps") is None else int(data["steps"]),
                guidance=None if data.get("guidance") is None else float(data["guidance"]),
                size=int(data.get("size", 768)),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise JobError(f"The job says nothing usable for {show(error)}. Render again from the page.") from error
        order._check()
        return order

    def _check(self) -> None:
        for what, values, (low, high) in (
            ("number of pictures", [len(self.seeds)], (1, 256)),
            ("seed", self.seeds, (0, 2**63 - 1)),
            ("number of steps", [self.steps or 1], (1, 200)),
            ("guidance", [self.guidance or 0], (0, 50)),
            ("size", [self.size], (64, 2048)),
        ):
            for value in values:
                if not low <= value <= high:
                    raise JobError(f"The {what} {value} is not within {low} and {high}. Choose another.")

    @property
    def settings(self) -> dict[str, Any]:
        """What a person needs to make the picture again, beside caption and seed."""
        return {"steps": self.steps, "guidance": self.guidance, "size": self.size, "judge": self.judge}


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
            while parent is None or os.getppid() == parent:
                job = self.store.claim(self.device, self.name, kinds=KINDS)
                if job is not None:
                    self.work(job)
                elif drain:
                    return
                else:
                    time.sleep(IDLE)

    def work(self, job: Job) -> None:
        """Do one job; whatever goes wrong ends as a sentence in its row."""
        from models.generators import Stopped

        token = job.token or ""
        try:
            count = self.render(job, Order.read(job.payload))
            self.store.finish(job.id, token, f"{count} picture{'s' if count != 1 else ''} drawn and judged.")
        except Stopped:
            self._end(self.store.stop, job, "Cancelled.")
        except ScenewrightError as error:
            self._end(self.store.fail, job, str(error))
        except MemoryError:
            self._end(self.store.fail, job, "This machine ran out of memory. Ask for fewer or smaller pictures.")
        except Exception as error:  # the last line of defence: the page must hear of it, and the queue go on
            LOG.exception("job %s", job.id)
            says = f"Rendering failed ({type(error).__name__}). See worker.log, or try again."
            self._end(self.store.fail, job, says)

    def _end(self, end: Callable[[str, str, str], Job], job: Job, says: str) -> None:
        """End a job that did not come out, unless it was taken away in the meantime (deleted, say)."""
        try:
            end(job.id, job.token or "", says)
        except JobError as error:
            LOG.warning("job %s: %s", job.id, error)

    def render(self, job: Job, order: Order) -> int:
        """Draw, judge and save what this job has not saved yet; returns the number of pictures it has in all."""
        from models import generators, judges

        token = job.token or ""
        self.store.progress(job.id, token, 0.0, "Loading the models…")
        generator, judge = generators.load(order.generator), judges.load(order.judge)
        done = self.store.pictures(job=job.id)
        for picture in done:
            if picture.judgement is None:  # a worker died between the two
                self.judge(picture, order, self.reopened(picture), judge)
        seeds = [seed for seed in order.seeds if seed not in {picture.seed for picture in done}]
        drawings = self.draw(job, order, generator, seeds)
        self.store.progress(job.id, token, 0.9, "Asking the judge…")
        for i, drawing in enumerate(drawings, start=1):
            self.keep(job, order, drawing, judge)
            self.store.progress(job.id, token, 0.9 + 0.1 * i / len(drawings), f"Judged {i} of {len(drawings)}.")
        return len(order.seeds)

    def draw(self, job: Job, order: Order, generator: Generator, seeds: Sequence[int]) -> list[Drawing]:
        """The pictures of these seeds, with progress and previews in the job's row."""
        token = job.token or ""

        def on_step(step: int, steps: int, previews: Any) -> bool:
            shown = None
            if step % PREVIEW_EVERY == 0 or step == steps:
                shown = self.store.save_preview(job.id, sheet(previews()), suffix=".jpg")
            part = 0.9 * step / steps
            text = f"Drawing {len(seeds)} picture{'s' if len(seeds) != 1 else ''}: step {step} of {steps}"
            return not self.store.progress(job.id, token, part, text, preview=shown, step=step, steps=steps)

        if not seeds:
            return []
        return generator.draw(
            [order.caption] * len(seeds), seeds, steps=order.steps, guidance=order.guidance, size=order.size,
            on_step=on_step,
        )  # fmt: skip

    def keep(self, job: Job, order: Order, drawing: Drawing, judge: Judge) -> None:
        """Judge one picture and save file, row and judgement, in this order."""
        marks = self.marks(order, drawing, judge)
        sha256, path = self.store.save_image(signed(order, drawing, marks))
        picture = self.store.add_picture(
            sha256=sha256,
            path=path,
            width=drawing.image.width,
            height=drawing.image.height,
            generator=order.generator,
            caption=order.caption,
            graph=dumped(order.graph.to_dict()),
            seed=drawing.seed,
            settings=dumped(order.settings),
            record=dumped(drawing.record),
            session=job.session,
            job=job.id,
        )
        self.judge(picture, order, drawing, judge, marks)

    def judge(self, picture: Picture, order: Order, drawing: Drawing, judge: Judge, marks: Marks | None = None) -> None:
        """Save the judgement of a picture that has a row."""
        marks = marks or self.marks(order, drawing, judge)
        answers = dumped([{"question": m.question, "answer": m.reply.answer} for m in marks.judge.marks])
        scores = dumped(marks.to_dict())
        self.store.add_judgement(picture.id, judge=order.judge, answers=answers, scores=scores, score=marks.judge.gated)

    def marks(self, order: Order, drawing: Drawing, judge: Judge) -> Marks:
        """What judge and oracle say to the questions of the order."""
        from models.marking import mark

        return mark(judge, [drawing.image], [order.questions], [drawing.contents])[0]

    def reopened(self, picture: Picture) -> Drawing:
        """A picture of this job that was saved before, as it was drawn."""
        from PIL import Image

        from models.generators import Drawing

        with Image.open(self.store.image_path(picture.path)) as image:
            return Drawing(image.convert("RGB"), picture.caption, picture.seed, orjson.loads(picture.record))


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


def signed(order: Order, drawing: Drawing, marks: Marks) -> bytes:
    """The PNG with graph, caption, questions, seed, settings and answers inside."""
    from engine.png import Origin, write_png

    origin = Origin(
        graph=order.graph,
        caption=order.caption,
        seed=drawing.seed,
        generator=order.generator,
        settings=order.settings,
        record=drawing.record,
        questions=order.questions,
        judgements=({"judge": order.judge, "scores": marks.judge.to_dict(), "oracle": marks.to_dict()["oracle"]},),
    )
    return write_png(drawing.image, origin)


def sheet(pictures: Sequence[Image.Image]) -> bytes:
    """All forming pictures side by side, four to a row, as JPEG."""
    from PIL import Image

    columns = min(4, max(1, len(pictures)))
    rows = -(-len(pictures) // columns)
    page = Image.new("RGB", (columns * TILE, rows * TILE), "white")
    for i, picture in enumerate(pictures):
        page.paste(picture.resize((TILE, TILE)), (i % columns * TILE, i // columns * TILE))
    data = BytesIO()
    page.save(data, "JPEG", quality=85)
    return data.getvalue()


def dumped(value: object) -> str:
    """JSON text."""
    return orjson.dumps(value).decode()


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
