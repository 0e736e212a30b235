"""Runs without a browser: renders scenes into a run folder and judges what is in it, resuming where it stopped.

Try it: `python cli.py render scenes.jsonl --generator pocket --images 4 --out runs/a`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from typing import Any, TypeVar

from PIL import Image

from engine.errors import WordsNotKnown
from engine.png import read_frames
from engine.run import Picture, Run
from engine.scene import SceneLine
from models.generators import Generator
from models.judges import Judge
from models.judges.frames import Looking, usual
from models.marking import mark
from models.pocket.scene import PocketScene

DRAWN_AT_ONCE = 16
JUDGED_AT_ONCE = 16
T = TypeVar("T")
Progress = Callable[[int, int], None]


def picture_seed(run_seed: int, scene: int, image: int) -> int:
    """The seed of picture `image` of scene `scene` in a run."""
    return run_seed + 1000 * scene + image


@dataclass(frozen=True, slots=True)
class Rendered:
    """How many pictures were drawn, and the scenes that this generator cannot read, each with the reason."""

    drawn: int
    refused: Mapping[str, str]


def render(
    run: Run, scenes: Sequence[SceneLine], generator: Generator, *, images: int, seed: int, steps: int | None = None,
    guidance: float | None = None, size: int | None = None, progress: Progress | None = None,
) -> Rendered:  # fmt: skip
    """Draw `images` pictures of each scene into `run`, leaving out those that are there; `size` None is the generator's.

    A caption with words that the generator does not know, or too many, is refused alone; the others are drawn.
    """
    wanted = [(scene, picture_seed(seed, i, k)) for i, scene in enumerate(scenes) for k in range(images)]
    there = run.drawn
    missing = [(scene, one) for scene, one in wanted if (scene.id, one) not in there]
    done, drawn = len(wanted) - len(missing), 0
    refused: dict[str, str] = {}
    sized: dict[str, Any] = {"size": size} if size else {}

    def draw(part: Sequence[tuple[SceneLine, int]]) -> None:
        nonlocal drawn
        try:
            drawings = generator.draw(
                [scene.caption for scene, _ in part],
                [one for _, one in part],
                steps=steps,
                guidance=guidance,
                **sized,
            )
        except WordsNotKnown as error:
            if len(part) == 1:
                refused[part[0][0].id] = str(error)
                return
            for pair in part:
                draw([pair])
            return
        for (scene, one), drawing in zip(part, drawings, strict=True):
            run.add_picture(drawing.image, scene, one, record=drawing.record, frames=drawing.frames)
        drawn += len(part)

    for part in _chunks(missing, DRAWN_AT_ONCE):
        draw(part)
        done += len(part)
        if progress:
            progress(done, len(wanted))
    return Rendered(drawn, refused)


def judge(run: Run, judge: Judge, *, looking: Looking | None = None, progress: Progress | None = None) -> int:
    """Judge every picture of `run` that this judge has not seen; returns how many it looked at.

    `looking` says how a judge is shown videos and turntables; without it as usual for what drew them.
    """
    scenes = {scene.id: scene for scene in run.scenes()}
    seen = {row.picture for row in run.judgements(judge.name)}
    left = [picture for picture in run.pictures() if picture.id not in seen]
    done = 0
    for part in _chunks(left, JUDGED_AT_ONCE):
        opened = [_open(run, picture) for picture in part]
        asked = [scenes[picture.scene].questions for picture in part]
        contents = [PocketScene.from_dict(p.record["pocket"]) if "pocket" in p.record else None for p in part]
        images, films = [image for image, _ in opened], [film for _, film in opened]
        shown = looking or usual(run.manifest.generator)
        found = mark(judge, images, asked, contents, films=films, looking=shown)
        for picture, marks in zip(part, found, strict=True):
            run.add_judgement(picture.id, judge=judge.name, scores=marks.judge, oracle=marks.oracle)
        done += len(part)
        if progress:
            progress(done, len(left))
    return len(left)


def _open(run: Run, picture: Picture) -> tuple[Image.Image, tuple[Image.Image, ...]]:
    """The picture, and its frames if it is a video."""
    data = run.image_path(picture).read_bytes()
    with Image.open(BytesIO(data)) as image:
        return image.convert("RGB"), read_frames(data)


def _chunks(values: Sequence[T], size: int) -> Iterator[list[T]]:
    ahead = iter(values)
    while part := list(islice(ahead, size)):
        yield part
