"""Run: scenes, their pictures and what judges saw in them, as a folder that is complete by itself.

A picture's file is whole before its line is written, and lines are only ever added, so a killed render goes on where it
stopped. Try it: `python -c "from engine.run import Run; print(Run.open('runs/a').manifest)"`.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from itertools import count
from pathlib import Path
from typing import Any

import orjson
from PIL import Image

from engine.disk import append_line, read_lines, to_json, write_whole, writing
from engine.errors import FormatError, show
from engine.judgement import Judgement
from engine.measurement import Measurement
from engine.png import Origin, write_png
from engine.run.manifest import MANIFEST, Manifest, now, read_manifest, terms
from engine.run.picture import SAFE, Picture, file_stem, image_path, picture_from
from engine.scene import VERSION, SceneLine, read_scenes
from engine.scoring import Scores
from engine.taxonomy import Taxonomy

__all__ = [
    "HISTORY",
    "JUDGEMENTS",
    "MANIFEST",
    "METRICS",
    "PICTURES",
    "SAFE",
    "SCENES",
    "Manifest",
    "Picture",
    "Run",
    "file_stem",
    "image_path",
    "picture_from",
    "read_manifest",
]

SCENES, PICTURES, JUDGEMENTS = "scenes.jsonl", "pictures.jsonl", "judgements.jsonl"
METRICS, HISTORY = "metrics.jsonl", "history.jsonl"


class Run:
    """A run folder: `manifest.json`, `scenes.jsonl`, `pictures.jsonl`, `judgements.jsonl`, `metrics.jsonl`, `history.jsonl`, `images/`.

    One program at a time writes; any number may read meanwhile. Writing raises `DiskFull` or `StoreError`, reading
    `FormatError` with the file and line that cannot be read.
    """

    def __init__(self, path: Path, manifest: Manifest) -> None:
        self.path = path
        self.manifest = manifest
        self._scenes = {row["id"]: row["hash"] for _, row in self._rows(SCENES, "id", "hash")}
        self._seeds: dict[str, dict[int, str]] = defaultdict(dict)
        for picture in self.pictures():
            self._seeds[picture.scene][picture.seed] = picture.id

    @classmethod
    def create(
        cls, path: Path | str, *, generator: str, taxonomy: Taxonomy, settings: Mapping[str, Any] | None = None,
        seed: int | None = None, kind: str = "render", resume: bool = False,
    ) -> Run:  # fmt: skip
        """A new run in a folder that is missing or empty; with `resume`, also one that was begun just so before.

        Raises `FormatError` for a folder that holds something else.
        """
        path = Path(path)
        wanted = Manifest(kind, generator, dict(settings or {}), seed, taxonomy.name, taxonomy.version, created=now())
        if resume and (path / MANIFEST).is_file():
            return cls._resumed(path, wanted)
        _check_free(path)
        with writing(path):
            path.mkdir(parents=True, exist_ok=True)
        run = cls(path, wanted)
        run._write_manifest()
        return run

    @classmethod
    def open(cls, path: Path | str) -> Run:
        """The run in a folder; raises `FormatError` when there is none or a newer program made it."""
        return cls(Path(path), read_manifest(path))

    @classmethod
    def _resumed(cls, path: Path, wanted: Manifest) -> Run:
        run = cls.open(path)
        there, asked = terms(run.manifest), terms(wanted)
        for name in there | asked:
            if there.get(name) != asked.get(name):
                raise FormatError(
                    f"The run in {path} was begun with {name.replace('_', ' ')} {show(there.get(name, 'unset'))}, not "
                    f"{show(asked.get(name, 'unset'))}. Go on with the same, or choose another folder."
                )
        return run

    # -- writing

    def add_scene(self, scene: SceneLine) -> None:
        """Keep a scene; one that is there already is left alone, another graph under the same id is refused."""
        there = self._scenes.get(scene.id)
        if there is None:
            append_line(self.path / SCENES, scene.to_dict())
            self._scenes[scene.id] = scene.graph.hash
        elif there != scene.graph.hash:
            raise FormatError(f"The run in {self.path} has another scene {show(scene.id)}. Choose another folder.")

    def add_picture(
        self, image: Image.Image, scene: SceneLine, seed: int, *, record: Mapping[str, Any] | None = None,
        caption: str | None = None, frames: Sequence[Image.Image] = (),
    ) -> Picture:  # fmt: skip
        """Keep a picture of `scene` (added with it); one of the same seed that is there already is returned as it is.

        A video has `frames`, the first of which is the picture.
        """
        self.add_scene(scene)
        said = scene.caption if caption is None else caption
        there = self._seeds[scene.id].get(seed)
        if there is not None:
            return next(picture for picture in self.pictures() if picture.id == there)
        data = write_png(image, self._origin(scene, seed, said, record or {}), frames=frames)
        taken = set(self._seeds[scene.id].values())
        k = next(k for k in count() if f"{scene.id}-{k}" not in taken)
        file = f"images/{file_stem(scene.id)}-{k}.png"
        with writing(self.path / file):
            (self.path / "images").mkdir(exist_ok=True)
        write_whole(self.path / file, data)
        picture = Picture(
            id=f"{scene.id}-{k}",
            scene=scene.id,
            file=file,
            seed=seed,
            generator=self.manifest.generator,
            caption=said,
            settings=self.manifest.settings,
            record=dict(record or {}),
            sha256=hashlib.sha256(data).hexdigest(),
            width=image.width,
            height=image.height,
        )
        append_line(self.path / PICTURES, picture)
        self._seeds[scene.id][seed] = picture.id
        return picture

    def add_judgement(self, picture: str, *, judge: str, scores: Scores, oracle: Scores | None = None) -> Judgement:
        """Keep what `judge` saw in the picture of that id; a later word of the same judge supersedes."""
        judgement = Judgement(picture, judge, scores, oracle)
        append_line(self.path / JUDGEMENTS, judgement)
        return judgement

    def add_measurement(self, measured: Measurement) -> Measurement:
        """Keep a metric's number for a picture, with this program's version and the time; a later one supersedes."""
        measured = replace(measured, program=VERSION, created=now())
        append_line(self.path / METRICS, measured)
        return measured

    def note(self, what: str, name: str, *, revision: str, done: int, command: str = "") -> None:
        """Keep who worked here: `what` was done (judge, metric), by which model and weights, to how many pictures."""
        row = {"what": what, "name": name, "revision": revision, "done": done, "command": command}
        append_line(self.path / HISTORY, {**row, "program": VERSION, "created": now()})

    def finish(self, *, judge: str | None = None) -> Manifest:
        """Write the counts, the time and, after judging, the judge into the manifest."""
        self.manifest = replace(
            self.manifest,
            judge=judge or self.manifest.judge,
            finished=now(),
            scenes=len(self._scenes),
            pictures=sum(map(len, self._seeds.values())),
        )
        self._write_manifest()
        return self.manifest

    # -- reading

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.path.resolve().name

    @property
    def hashes(self) -> Mapping[str, str]:
        """Scene id -> hash of its graph."""
        return self._scenes

    @property
    def drawn(self) -> frozenset[tuple[str, int]]:
        """(scene id, seed) of every picture that is there."""
        return frozenset((scene, seed) for scene, seeds in self._seeds.items() for seed in seeds)

    def scenes(self) -> Iterator[SceneLine]:
        """The scenes in the order they were added."""
        return read_scenes(self.path / SCENES) if (self.path / SCENES).exists() else iter(())

    def pictures(self) -> Iterator[Picture]:
        """The pictures in the order they were drawn."""
        for number, row in self._rows(PICTURES, *(f.name for f in fields(Picture))):
            yield picture_from(row, f"Line {number} of {self.path / PICTURES}")

    def judgements(self, judge: str | None = None) -> Iterator[Judgement]:
        """All that was ever said, oldest first, by one judge or by all."""
        for number, row in self._rows(JUDGEMENTS):
            try:
                said = Judgement.from_dict(row)
            except FormatError as error:
                raise FormatError(f"Line {number} of {self.path / JUDGEMENTS}: {error}") from error
            if judge in (None, said.judge):
                yield said

    def judges(self) -> tuple[str, ...]:
        """Everyone who judged here, the one who spoke last first."""
        order = [str(row.get("judge")) for _, row in self._rows(JUDGEMENTS)]
        return tuple(dict.fromkeys(reversed(order)))

    def newest(self, judge: str | None = None) -> dict[str, Judgement]:
        """Picture id -> the last word of a judge: of the manifest's unless named, else of whoever spoke last."""
        said = self.judges()
        if judge is None and said:
            judge = self.manifest.judge if self.manifest.judge in said else said[0]
        return {judgement.picture: judgement for judgement in self.judgements(judge)} if judge else {}

    def measured(self) -> dict[str, dict[str, Measurement]]:
        """Metric -> picture id -> its newest number, the metric that spoke first in front."""
        found: dict[str, dict[str, Measurement]] = defaultdict(dict)
        for number, row in self._rows(METRICS):
            try:
                said = Measurement.from_dict(row)
            except FormatError as error:
                raise FormatError(f"Line {number} of {self.path / METRICS}: {error}") from error
            found[said.metric][said.picture] = said
        return dict(found)

    def history(self, what: str, name: str) -> list[dict[str, Any]]:
        """What `note` kept of a model's work, oldest first; empty for runs that older versions made."""
        rows = (row for _, row in self._rows(HISTORY, "what", "name"))
        return [row for row in rows if (row["what"], row["name"]) == (what, name)]

    def image_path(self, picture: Picture) -> Path:
        """Where the file of a picture is; a path out of the run raises `FormatError`."""
        return image_path(self.path, picture)

    def read_image(self, picture: Picture) -> bytes:
        """The PNG file of a picture; raises `FormatError` when it is gone or was changed."""
        path = self.image_path(picture)
        if not path.is_file():
            raise FormatError(f"The file {picture.file} of {self.path} is missing. Restore it, or render it again.")
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != picture.sha256:
            raise FormatError(f"The file {picture.file} of {self.path} was changed. Restore it, or render it again.")
        return data

    # -- inside

    def _origin(self, scene: SceneLine, seed: int, caption: str, record: Mapping[str, Any]) -> Origin:
        return Origin(
            graph=scene.graph,
            caption=caption,
            seed=seed,
            generator=self.manifest.generator,
            settings=self.manifest.settings,
            record=record,
            questions=scene.questions,
            taxonomy=self.manifest.taxonomy,
            taxonomy_version=self.manifest.taxonomy_version,
        )

    def _rows(self, file: str, *needed: str) -> Iterator[tuple[int, dict[str, Any]]]:
        for number, row in read_lines(self.path / file):
            for name in needed:
                if name not in row:
                    raise FormatError(f"Line {number} of {self.path / file} has no {show(name)}. Remove the line.")
            yield number, row

    def _write_manifest(self) -> None:
        write_whole(
            self.path / MANIFEST, orjson.dumps(orjson.loads(to_json(self.manifest)), option=orjson.OPT_INDENT_2)
        )


def _check_free(path: Path) -> None:
    if path.exists() and not path.is_dir():
        raise FormatError(f"{path} is a file; a run needs a folder. Choose another name.")
    if (path / MANIFEST).exists():
        raise FormatError(f"There is a run in {path} already. Go on with it, or choose another folder.")
    if path.is_dir() and any(not file.name.endswith(".partial") for file in path.iterdir()):
        raise FormatError(f"The folder {path} is not empty and holds no run. Choose another folder.")
