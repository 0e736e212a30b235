"""Runs metrics over the pictures of a run: only what is not measured yet, or was by other weights.

Try it: `python cli.py judge runs/a --metric pocket-clip`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from PIL import Image

from engine.errors import WordsNotKnown
from engine.measurement import Measurement
from engine.png import read_frames
from engine.run import Picture, Run
from models.batch import Progress
from models.metrics.measuring import Metric, Spread
from models.standing import timed

AT_ONCE = 16
FRAMES = 8
"""A video is measured at so many of its frames, spread evenly, and gets their mean; diversity looks at the picture shown."""
Group: TypeAlias = Sequence[Picture]


@dataclass(frozen=True, slots=True)
class Measured:
    """How many pictures were measured, and why others were not: picture id -> reason."""

    done: int
    refused: Mapping[str, str] = field(default_factory=dict)


def measure(run: Run, metric: Metric | Spread, *, revision: str = "", progress: Progress | None = None) -> Measured:
    """Measure what `metric` has not measured in `run` with the weights of that `revision`.

    A caption that it cannot read is refused alone. Raises `ModelError`, `DiskFull` or `StoreError`; what was measured by
    then is kept.
    """
    known = {id: (one.revision, one.among) for id, one in run.measured().get(metric.name, {}).items()}
    groups = list(_together(run) if isinstance(metric, Spread) else _parts(run, known, revision))
    left = [group for group in groups if any(known.get(one.id) != (revision, _among(metric, group)) for one in group)]
    total, done, refused = sum(map(len, left)), 0, dict[str, str]()
    for group in left:
        values = _alone_too(run, metric, group, refused)
        for picture in group:
            if picture.id in values:
                run.add_measurement(_measurement(metric, picture, values[picture.id], revision, _among(metric, group)))
        done += len(group)
        if progress:
            progress(done, total)
    return Measured(total - len(refused), refused)


def _together(run: Run) -> Iterator[Group]:
    """The pictures of each scene that has more than one."""
    found: dict[str, list[Picture]] = defaultdict(list)
    for picture in run.pictures():
        found[picture.scene].append(picture)
    return (group for group in found.values() if len(group) > 1)


def _parts(run: Run, known: Mapping[str, tuple[str, int]], revision: str) -> Iterator[Group]:
    left = [picture for picture in run.pictures() if known.get(picture.id) != (revision, 1)]
    return (left[i : i + AT_ONCE] for i in range(0, len(left), AT_ONCE))


def _among(metric: Metric | Spread, group: Group) -> int:
    return len(group) if isinstance(metric, Spread) else 1


def _alone_too(
    run: Run, metric: Metric | Spread, group: Group, refused: dict[str, str]
) -> dict[str, tuple[float, int]]:
    """Picture id -> number and frames; where a caption cannot be read the others of the group are measured without it."""
    try:
        return _values(run, metric, group)
    except WordsNotKnown as error:
        if len(group) == 1:
            refused[group[0].id] = str(error)
            return {}
    found: dict[str, tuple[float, int]] = {}
    for picture in group:
        found |= _alone_too(run, metric, [picture], refused)
    return found


def _values(run: Run, metric: Metric | Spread, group: Group) -> dict[str, tuple[float, int]]:
    shown = [_frames(run, picture, 1 if isinstance(metric, Spread) else FRAMES) for picture in group]
    captions = [picture.caption for picture, frames in zip(group, shown, strict=True) for _ in frames]
    with timed("metric", metric.name, len(captions)):
        numbers = iter(metric.score([frame for frames in shown for frame in frames], captions))
    return {
        picture.id: (sum(next(numbers) for _ in frames) / len(frames), len(frames))
        for picture, frames in zip(group, shown, strict=True)
    }


def _frames(run: Run, picture: Picture, most: int) -> list[Image.Image]:
    """The picture, or up to `most` frames of it where it moves."""
    path = run.image_path(picture)
    frames = read_frames(path.read_bytes()) if most > 1 else ()
    if frames:
        number = min(most, len(frames))
        return [frames[round(i * (len(frames) - 1) / max(1, number - 1))] for i in range(number)]
    with Image.open(path) as image:
        return [image.convert("RGB")]


def _measurement(
    metric: Metric | Spread, picture: Picture, found: tuple[float, int], revision: str, among: int
) -> Measurement:
    unread = getattr(metric, "unread", None)  # only metrics whose text encoders end early have it
    return Measurement(
        picture=picture.id, metric=metric.name, value=round(found[0], 6), measure=metric.measure, revision=revision,
        among=among, frames=found[1], unread=unread(picture.caption) if unread else 0,
    )  # fmt: skip
