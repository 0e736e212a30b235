"""Render: a caption's pictures drawn, judged and saved one by one, as one job of the worker.

What was saved before a crash is not drawn again. Try it: `python -m pytest tests/models/test_worker.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any

import orjson

from engine.errors import JobError, ModelError, show
from engine.graph import SceneGraph
from engine.questions import Question
from engine.store import Job, Picture, Store
from models.generators.options import Options
from models.standing import timed

if TYPE_CHECKING:
    from PIL import Image

    from models.generators import Drawing, Generator
    from models.judges import Judge
    from models.marking import Marks

PREVIEW_EVERY = 3
"""Steps between two previews."""
TILE = 256


@dataclass(frozen=True, slots=True)
class Order:
    """The payload of a `render` job, checked; the first of its judges gives the score that lists show."""

    caption: str
    graph: SceneGraph
    questions: tuple[Question, ...]
    generator: str
    judges: tuple[str, ...]
    seeds: tuple[int, ...]
    steps: int | None
    guidance: float | None
    size: int | None
    taxonomy: str = "pocket"
    taxonomy_version: str = ""
    options: Options = field(default_factory=Options)

    @classmethod
    def read(cls, payload: str) -> Order:
        """Raises `JobError` for what is missing and `FormatError`, `GraphError` or `ModelError` for what is wrong."""
        try:
            data = orjson.loads(payload)
            order = cls(
                caption=str(data["caption"]),
                graph=SceneGraph.from_dict(data["graph"]),
                questions=tuple(Question.from_dict(row) for row in data["questions"]),
                generator=str(data["generator"]),
                judges=tuple(dict.fromkeys(map(str, data.get("judges") or [data["judge"]]))),
                seeds=tuple(int(seed) for seed in data["seeds"]),
                steps=None if data.get("steps") is None else int(data["steps"]),
                guidance=None if data.get("guidance") is None else float(data["guidance"]),
                size=int(data["size"]) if data.get("size") else own_size(str(data["generator"])),
                taxonomy=str(data.get("taxonomy") or "pocket"),
                taxonomy_version=str(data.get("taxonomy_version") or ""),
                options=Options.read(data),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise JobError(f"The job says nothing usable for {show(error)}. Render again from the page.") from error
        order._check()
        return order

    def _check(self) -> None:
        for what, values, (low, high) in (
            ("number of pictures", [len(self.seeds)], (1, 256)),
            ("number of judges", [len(self.judges)], (1, 8)),
            ("seed", self.seeds, (0, 2**63 - 1)),
            ("number of steps", [self.steps or 1], (1, 200)),
            ("guidance", [self.guidance or 0], (0, 50)),
            ("size", [self.size or 512], (32, 2048)),
        ):
            for value in values:
                if not low <= value <= high:
                    raise JobError(f"The {what} {value} is not within {low} and {high}. Choose another.")

    @property
    def settings(self) -> dict[str, Any]:
        """What a person needs to make the picture again, beside caption and seed."""
        asked = {"steps": self.steps, "guidance": self.guidance, "size": self.size, "judge": self.judges[0]}
        return asked | self.options.to_dict()


class Render:
    """One `render` job at work in the store."""

    def __init__(self, store: Store, job: Job, order: Order | None = None) -> None:
        self.store, self.job, self.order = store, job, order or Order.read(job.payload)
        self.before = 0  # pictures of this job that are saved already
        self.tiles: list[Image.Image] = []

    @property
    def token(self) -> str:
        """What proves that the job is still ours."""
        return self.job.token or ""

    def run(self) -> str:
        """Draw, judge and save what this job has not saved yet; returns the sentence to end with.

        Raises `Stopped` when the job is cancelled, `ModelError`, `StoreError` and their kinds otherwise.
        """
        from models import generators, judges

        self.report(0.0, "Loading the models…")
        generator = generators.load(self.order.generator, self.order.options)
        panel = [judges.load(name) for name in self.order.judges]
        done = self.done()
        for picture in done:  # a worker may have died between a picture and its judges
            heard = {judgement.judge for judgement in picture.judgements}
            drawing = reopened(self.store, picture)
            self.judge(picture, drawing, [judge for judge in panel if judge.name not in heard])
            self.tiles.append(drawing.image.resize((TILE, TILE)))
        seeds = [seed for seed in self.order.seeds if seed not in {picture.seed for picture in done}]
        for part in parts(seeds, generator):
            self.part(generator, part, panel)
        count = len(self.order.seeds)
        return f"{count} picture{'s' if count != 1 else ''} drawn and judged."

    def done(self) -> tuple[Picture, ...]:
        """What this job has saved already."""
        return self.store.pictures(job=self.job.id)

    def report(self, part: float, text: str, **more: Any) -> bool:
        """Progress into the job's row; returns whether its owner wants it to stop."""
        return self.store.progress(self.job.id, self.token, part, text, **more)

    def part(self, generator: Generator, seeds: Sequence[int], panel: Sequence[Judge]) -> None:
        """Draw, judge and save some pictures, so that a kill costs no more than these."""
        self.before = len(self.done())
        drawings = self.draw(generator, seeds)
        self.at(0.9, seeds, "Asking the judge…" if len(panel) == 1 else "Asking the judges…")
        for i, drawing in enumerate(drawings, start=1):
            self.keep(drawing, panel)
            self.at(0.9 + 0.1 * i / len(drawings), seeds, f"Judged {self.before + i} of {len(self.order.seeds)}.")

    def at(self, part: float, seeds: Sequence[int], text: str, **more: Any) -> bool:
        """Progress, being at `part` (0..1) of the work on these seeds; returns whether its owner wants it to stop."""
        return self.report((self.before + part * len(seeds)) / len(self.order.seeds), text, **more)

    def draw(self, generator: Generator, seeds: Sequence[int]) -> list[Drawing]:
        """The pictures of these seeds, with progress and previews in the job's row."""
        order, count = self.order, f"{len(seeds)} picture{'s' if len(seeds) != 1 else ''}"
        if self.before:
            count = f"{self.before + 1}–{self.before + len(seeds)} of {len(order.seeds)} pictures"

        def on_step(step: int, steps: int, previews: Any) -> bool:
            shown = None
            if step % PREVIEW_EVERY == 0 or step == steps:
                tiles = [*self.tiles[: self.before], *previews()]
                shown = self.store.save_preview(self.job.id, sheet(tiles), suffix=".jpg")
            text = f"Drawing {count}: step {step} of {steps}"
            return not self.at(0.9 * step / steps, seeds, text, preview=shown, step=step, steps=steps)

        with timed("generator", order.generator, len(seeds), size=order.size or 0):
            drawings = generator.draw(
                [order.caption] * len(seeds), seeds, steps=order.steps, guidance=order.guidance, on_step=on_step,
                **({"size": order.size} if order.size else {}),
            )  # fmt: skip
        self.tiles += [drawing.image.resize((TILE, TILE)) for drawing in drawings]
        return drawings

    def keep(self, drawing: Drawing, panel: Sequence[Judge]) -> None:
        """Judge one picture and save file, row and judgements, in this order."""
        order = self.order
        found = {judge.name: self.marks(drawing, judge) for judge in panel}
        sha256, path = self.store.save_image(signed(order, drawing, found))
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
            session=self.job.session,
            job=self.job.id,
        )
        for name in reversed(order.judges):  # the first named is the newest, whose score lists show
            save_marks(self.store, picture.id, name, found[name])

    def judge(self, picture: Picture, drawing: Drawing, panel: Sequence[Judge]) -> None:
        """Save what these judges see in a picture that has a row."""
        for judge in reversed(panel):
            save_marks(self.store, picture.id, judge.name, self.marks(drawing, judge))

    def marks(self, drawing: Drawing, judge: Judge) -> Marks:
        """What judge and oracle say to the questions of the order."""
        from models.judges.frames import usual
        from models.marking import mark

        return mark(
            judge, [drawing.image], [self.order.questions], [drawing.contents], films=[drawing.frames],
            looking=usual(self.order.generator),
        )[0]  # fmt: skip


def parts(seeds: Sequence[int], generator: Generator) -> list[Sequence[int]]:
    """The seeds in parts of as many as the generator draws in one call; all at once where it does not say."""
    size = getattr(generator, "at_once", 0) or max(1, len(seeds))
    return [seeds[start : start + size] for start in range(0, len(seeds), size)]


def own_size(generator: str) -> int | None:
    """The edge in pixels of the generator's card; None where only its weights know it, 768 where it is not known here."""
    from models.generators import card_of

    try:
        return card_of(generator).size or None
    except ModelError:
        return 768


def render(store: Store, job: Job) -> str:
    """Do a `render` job; see `Render.run`."""
    return Render(store, job).run()


def save_marks(store: Store, picture: str, judge: str, marks: Marks) -> None:
    """Add one judge's marks of one picture to the store; lists show the score that counts failed parents."""
    answers = dumped([{"question": m.question, "answer": m.reply.answer} for m in marks.judge.marks])
    store.add_judgement(picture, judge=judge, answers=answers, scores=dumped(marks.to_dict()), score=marks.judge.gated)


def reopened(store: Store, picture: Picture) -> Drawing:
    """A picture of the store as it was drawn."""
    from engine.png import read_frames, read_png
    from models.generators import Drawing

    data = store.image_path(picture.path).read_bytes()
    image, frames = read_png(data)[0].convert("RGB"), read_frames(data)
    return Drawing(image, picture.caption, picture.seed, orjson.loads(picture.record), frames)


def signed(order: Order, drawing: Drawing, found: Mapping[str, Marks]) -> bytes:
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
        taxonomy=order.taxonomy,
        taxonomy_version=order.taxonomy_version,
        judgements=tuple(
            {"judge": name, "scores": marks.judge.to_dict(), "oracle": marks.to_dict()["oracle"]}
            for name, marks in found.items()
        ),
    )
    return write_png(drawing.image, origin, frames=drawing.frames)


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
