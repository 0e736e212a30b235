"""Judge: pictures that are there already, looked at by other judges, as one job of the worker.

A judge who has looked at a picture is not asked again. Try it: `python -m pytest tests/models/test_judge_task.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson

from engine.errors import FormatError, JobError, show
from engine.graph import SceneGraph
from engine.png import read_frames, read_png
from engine.questions import Question, questions
from engine.store import Job, Picture, Store
from engine.taxonomy import load
from engine.wording import counted
from models.tasks.render import save_marks

if TYPE_CHECKING:
    from PIL import Image

    from models.judges import Judge

MOST_PICTURES, MOST_JUDGES = 1000, 8


@dataclass(frozen=True, slots=True)
class Summons:
    """The payload of a `judge` job, checked: ids of pictures, names of judges."""

    pictures: tuple[str, ...]
    judges: tuple[str, ...]

    @classmethod
    def read(cls, payload: str) -> Summons:
        """Raises `JobError` for what is missing or too much."""
        try:
            data = orjson.loads(payload)
            found = cls(*(tuple(dict.fromkeys(map(str, data[name]))) for name in ("pictures", "judges")))
        except (KeyError, TypeError, ValueError) as error:
            raise JobError(f"The job says nothing usable for {show(error)}. Ask the judges from the page.") from error
        for what, number, most in (
            ("pictures", len(found.pictures), MOST_PICTURES),
            ("judges", len(found.judges), MOST_JUDGES),
        ):
            if not 1 <= number <= most:
                raise JobError(f"The number of {what}, {number}, is not within 1 and {most}. Choose another.")
        return found


def judge(store: Store, job: Job) -> str:
    """Do a `judge` job; returns the sentence to end with.

    Raises `Stopped` when it is cancelled, `ModelError`, `StoreError`, `FormatError` and their kinds otherwise; what
    was judged by then is kept.
    """
    from models import judges
    from models.generators import Stopped

    asked = Summons.read(job.payload)
    store.progress(job.id, job.token or "", 0.0, "Loading the judges…")
    panel = [judges.load(name) for name in asked.judges]
    looks = 0
    for i, id in enumerate(asked.pictures):
        picture = store.get_picture(id)
        heard = {judgement.judge for judgement in picture.judgements}
        looks += look(store, picture, [one for one in panel if one.name not in heard])
        text = f"Looked at {i + 1} of {len(asked.pictures)}."
        if store.progress(job.id, job.token or "", (i + 1) / len(asked.pictures), text):
            raise Stopped
    names = " and ".join(asked.judges) if len(asked.judges) < 3 else f"{len(asked.judges)} judges"
    return f"{names} looked {counted(looks, 'time')}."


def look(store: Store, picture: Picture, panel: Sequence[Judge]) -> int:
    """Let these judges look at one picture and keep what they saw; returns how many did."""
    from models.judges.frames import usual
    from models.marking import mark
    from models.pocket.scene import PocketScene

    if not panel:
        return 0
    image, film, questions = opened(store, picture)
    record = orjson.loads(picture.record)
    contents = PocketScene.from_dict(record["pocket"]) if "pocket" in record else None
    for one in panel:
        marks = mark(one, [image], [questions], [contents], films=[film], looking=usual(picture.generator))[0]
        save_marks(store, picture.id, one.name, marks)
    return len(panel)


def opened(
    store: Store, picture: Picture
) -> tuple[Image.Image, tuple[Image.Image, ...], tuple[Question, ...]]:  # fmt: skip
    """The pixels of a picture, its frames if it is a video, and the questions about it, which travel in its file.

    Raises `FormatError` where the file is gone or is none of ours.
    """
    path = store.image_path(picture.path, run=picture.run)
    try:
        data = path.read_bytes()
        image, origin = read_png(data)
    except OSError as error:
        raise FormatError(
            f"The file of picture {show(picture.id)} is gone. Render it again, with the same seed."
        ) from error
    return image.convert("RGB"), read_frames(data), origin.questions or _asked(picture, origin.taxonomy)


def _asked(picture: Picture, taxonomy: str) -> tuple[Question, ...]:
    """The questions made anew, for a file that had no room for them."""
    return questions(SceneGraph.from_dict(orjson.loads(picture.graph)), load(taxonomy or "pocket"))
