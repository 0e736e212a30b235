"""Order: which scenes, generators and judges an evaluation is about, and the folder that holds all it makes.

The folder has `evaluation.json`, `scenes.jsonl` and one run for each generator, so it is complete without the database.
Try it: `python -c "from engine.evaluation.order import Order; help(Order)"`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from engine.corpus.order import Order as Corpus
from engine.disk import from_json, write_whole, writing
from engine.errors import FormatError, JobError, show
from engine.run import SAFE
from engine.sampler import Constraints
from engine.scene import VERSION, SceneLine, read_scenes

FILE, SCENES = "evaluation.json", "scenes.jsonl"
SCHEMA = 1
MOST_SCENES, MOST_IMAGES, MOST_PICTURES = 5_000, 64, 100_000
NAMES = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")


@dataclass(frozen=True, slots=True)
class Sampled:
    """Scenes to be drawn: so many, equally many of each complexity of the range; the same seed draws the same."""

    count: int
    complexity: tuple[int, int]
    scene_attributes: tuple[int, int] = (0, 2)
    mode: str = "plausible"
    taxonomy: str = "pocket"

    def lines(self, seed: int) -> Iterator[SceneLine]:
        """The scenes; raises `ConstraintError` or `TaxonomyError` where there can be none."""
        constraints = Constraints(complexity=self.complexity, scene_attributes=self.scene_attributes, mode=self.mode)
        corpus = Corpus(self.count, seed, self.taxonomy, constraints, strata="complexity")
        for i in range(self.count):
            yield SceneLine.from_dict(orjson.loads(corpus.lines.json(corpus.lines.row(i))))


@dataclass(frozen=True, slots=True)
class Order:
    """One evaluation: `folder` is its name under `home/runs`; without `sample` the scenes are those in the folder.

    `images` pictures of each scene by each generator; the first of the judges gives the score that lists show.
    """

    folder: str
    title: str
    generators: tuple[str, ...]
    judges: tuple[str, ...]
    images: int = 1
    seed: int = 0
    size: int = 512
    sample: Sampled | None = None
    created: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))

    def __post_init__(self) -> None:
        if not SAFE.fullmatch(self.folder):
            raise JobError(f"{show(self.folder)} is no name of an evaluation. Use small letters, digits and dashes.")
        for what, names in (("generator", self.generators), ("judge", self.judges)):
            if not 1 <= len(names) <= 8 or len(set(names)) < len(names):
                raise JobError(f"An evaluation needs 1 to 8 different {what}s, got {len(names)}. Choose others.")
            for name in names:
                if not NAMES.fullmatch(name):
                    raise JobError(f"{show(name)} is no name of a {what}. Choose one of `python cli.py models`.")
        for what, value, (low, high) in (
            ("number of pictures per scene", self.images, (1, MOST_IMAGES)),
            ("seed", self.seed, (0, 2**40)),
            ("size", self.size, (64, 2048)),
            ("number of scenes", self.sample.count if self.sample else 1, (1, MOST_SCENES)),
        ):
            if not low <= value <= high:
                raise JobError(f"The {what} {value} is not within {low} and {high}. Choose another.")

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Any) -> Order:
        """Read what `to_dict` wrote, also by way of JSON; raises `JobError` for anything else."""
        try:
            sample = data.get("sample")
            order = {
                **{name: str(data[name]) for name in ("folder", "title")},
                **{name: tuple(map(str, data[name])) for name in ("generators", "judges")},
                **{name: int(data[name]) for name in ("images", "seed", "size")},
                "sample": None if sample is None else _sampled(sample),
            }
            return cls(**order, **({"created": str(data["created"])} if data.get("created") else {}))  # type: ignore[arg-type]
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise JobError(
                f"The job says nothing usable for {show(error)}. Start the evaluation again from the page."
            ) from error

    # -- the folder

    def path(self, home: Path) -> Path:
        """Where the evaluation is kept."""
        return home / "runs" / self.folder

    def run(self, home: Path, generator: str) -> Path:
        """The run folder of a generator."""
        return self.path(home) / generator

    def scenes(self, home: Path) -> list[SceneLine]:
        """The scenes, drawn and written down the first time; raises `FormatError` where they are gone."""
        file = self.path(home) / SCENES
        if not file.exists() and self.sample is not None:
            keep_scenes(self.path(home), self.sample.lines(self.seed))
        found = list(read_scenes(file))
        if not found:
            raise FormatError(f"There are no scenes in {file}. Choose others.")
        return found


@dataclass(frozen=True)
class Record:
    """What `evaluation.json` says: the order, seconds per picture as measured, and scenes that were refused and why."""

    order: Order
    speed: Mapping[str, float] = field(default_factory=dict)
    refused: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    finished: str | None = None

    def write(self, home: Path) -> None:
        """Keep it in the folder of the evaluation, which is made; raises `DiskFull` or `StoreError`."""
        path = self.order.path(home)
        with writing(path):
            path.mkdir(parents=True, exist_ok=True)
        data = {**asdict(self), "order": self.order.to_dict(), "program": VERSION, "schema": SCHEMA}
        write_whole(path / FILE, orjson.dumps(data, option=orjson.OPT_INDENT_2))

    def with_speed(self, what: str, seconds: float) -> Record:
        """The same with one more measured speed."""
        return replace(self, speed={**self.speed, what: seconds})

    def done(self) -> Record:
        """The same, finished now."""
        return replace(self, finished=datetime.now(UTC).isoformat(timespec="seconds"))


def read_record(path: Path) -> Record:
    """The record in the folder of an evaluation; raises `FormatError` for one that is not there or not ours."""
    file = path / FILE
    if not file.is_file():
        raise FormatError(f"There is no evaluation in {path}. Start one from the page Evaluate.")
    data = from_json(file.read_bytes(), what=f"The file {file}")
    try:
        speed = {str(k): float(v) for k, v in dict(data.get("speed") or {}).items()}
        refused = {str(k): {str(a): str(b) for a, b in v.items()} for k, v in dict(data.get("refused") or {}).items()}
        order = replace(Order.from_dict(data["order"]), folder=path.name)
    except (KeyError, TypeError, ValueError, AttributeError, JobError) as error:
        raise FormatError(
            f"The file {file} is not of an evaluation of ours. Restore it, or remove the folder."
        ) from error
    finite = {name: value for name, value in speed.items() if math.isfinite(value) and value > 0}
    return Record(order, finite, refused, None if data.get("finished") is None else str(data["finished"]))


def keep_scenes(path: Path, lines: Iterable[SceneLine]) -> int:
    """Write the scenes of an evaluation into its folder, all or nothing; returns how many.

    Raises `FormatError` for none, for too many, and for two different scenes of one id.
    """
    found: dict[str, SceneLine] = {}
    for line in lines:
        there = found.setdefault(line.id, line)
        if there.graph.hash != line.graph.hash:
            raise FormatError(f"Two scenes are called {show(line.id)}. Give each an id of its own.")
        if len(found) > MOST_SCENES:
            raise FormatError(f"There are over {MOST_SCENES:,} scenes. Choose fewer.")
    if not found:
        raise FormatError("There is no scene in it. Use a file with at least one.")
    with writing(path):
        path.mkdir(parents=True, exist_ok=True)
    write_whole(path / SCENES, b"".join(orjson.dumps(line.to_dict()) + b"\n" for line in found.values()))
    return len(found)


def _sampled(data: Mapping[str, Any]) -> Sampled:
    low, high = data["complexity"]
    least, most = data.get("scene_attributes", (0, 2))
    return Sampled(
        int(data["count"]), (int(low), int(high)), (int(least), int(most)),
        str(data.get("mode", "plausible")), str(data.get("taxonomy", "pocket")),
    )  # fmt: skip
