"""Spread: large sets drawn and judged on Ray Data, by as many processes and machines as the cluster has.

One program writes the run, so what a killed one has kept is not done again. Try it:
`python cli.py render scenes.jsonl --generator pocket --out runs/a --ray local`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any

import orjson
from PIL import Image

from engine.cluster import joined
from engine.errors import ModelError, WordsNotKnown
from engine.judgement import read_scores
from engine.png import plain_png, read_frames
from engine.questions import Question
from engine.run import Run
from engine.scene import SceneLine
from models.batch import Progress, Rendered, picture_seed
from models.catalog import card
from models.generators import Drawing, Options, card_of
from models.judges.frames import Looking, usual

PART = 16
"""Pictures in one batch of one process."""


def render_on_ray(
    run: Run, scenes: Sequence[SceneLine], generator: str, *, images: int, seed: int, address: str,
    steps: int | None = None, guidance: float | None = None, size: int | None = None, options: Options | None = None,
    progress: Progress | None = None,
) -> Rendered:  # fmt: skip
    """As `models.batch.render`, by the generator of that name on the cluster at `address` (`local`: this machine).

    Raises `ModelMissing` for a generator that is not here, `ClusterError` for a cluster that does not answer or fails.
    """
    size = size or card_of(generator).size or 768
    known = {scene.id: scene for scene in scenes}
    wanted = [(scene, picture_seed(seed, i, k)) for i, scene in enumerate(scenes) for k in range(images)]
    missing = [(scene, one) for scene, one in wanted if (scene.id, one) not in run.drawn]
    rows = [{"scene": scene.id, "caption": scene.caption, "seed": one} for scene, one in missing]
    done, drawn = len(wanted) - len(missing), 0
    refused: dict[str, str] = {}
    work = Draws(generator, {"steps": steps, "guidance": guidance, "size": size}, options or Options())
    for row in _through(rows, work, address, what="Pictures could not be drawn"):
        done += 1
        if row["error"]:
            refused[row["scene"]] = row["error"]
        else:
            record, frames = orjson.loads(row["record"]), read_frames(row["png"])
            run.add_picture(_image(row["png"]), known[row["scene"]], row["seed"], record=record, frames=frames)
            drawn += 1
        if progress:
            progress(done, len(wanted))
    return Rendered(drawn, refused)


def judge_on_ray(
    run: Run, judge: str, *, address: str, looking: Looking | None = None, progress: Progress | None = None
) -> int:
    """As `models.batch.judge`, by the judge of that name on the cluster at `address` (`local`: this machine).

    Raises `ModelMissing` for a judge that is not here, `ClusterError` for a cluster that does not answer or fails.
    """
    card(judge, "judge")
    scenes = {scene.id: scene for scene in run.scenes()}
    seen = {row.picture for row in run.judgements(judge)}
    left = [picture for picture in run.pictures() if picture.id not in seen]
    rows = [
        {
            "picture": picture.id,
            "png": run.image_path(picture).read_bytes(),
            "questions": orjson.dumps([question.to_dict() for question in scenes[picture.scene].questions]),
            "record": orjson.dumps(dict(picture.record)),
        }
        for picture in left
    ]
    for i, row in enumerate(
        _through(
            rows, Looks(judge, looking or usual(run.manifest.generator)), address, what="Pictures could not be judged"
        ),
        start=1,
    ):
        said = orjson.loads(row["marks"])
        oracle = read_scores(said["oracle"]) if said["oracle"] else None
        run.add_judgement(row["picture"], judge=judge, scores=read_scores(said["judge"]), oracle=oracle)
        if progress:
            progress(i, len(left))
    return len(left)


class Draws:
    """Draws batches of rows (scene, caption, seed); the generator is loaded once in each process."""

    def __init__(self, generator: str, settings: Mapping[str, Any], options: Options) -> None:
        self.name, self.settings, self.options = generator, dict(settings), options

    def __call__(self, batch: dict[str, Any]) -> dict[str, Any]:
        """Columns in, the same columns and `png`, `record`, `error` out; one of the last is empty."""
        rows = [dict(zip(batch, values, strict=True)) for values in zip(*(batch[k] for k in batch), strict=True)]
        found = self._draw([{**row, "seed": int(row["seed"])} for row in rows])
        return {name: [row[name] for row in found] for name in ("scene", "seed", "png", "record", "error")}

    def _draw(self, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        from models import generators

        try:
            drawn = generators.load(self.name, self.options).draw(
                [str(row["caption"]) for row in rows], [row["seed"] for row in rows], **self.settings
            )
        except WordsNotKnown as error:
            if len(rows) == 1:
                return [{**rows[0], "png": b"", "record": b"", "error": str(error)}]
            return [one for row in rows for one in self._draw([row])]
        return [
            {**row, "png": _png(one), "record": orjson.dumps(one.record), "error": ""}
            for row, one in zip(rows, drawn, strict=True)
        ]


class Looks:
    """Judges batches of rows (picture, png, questions, record); the judge is loaded once in each process."""

    def __init__(self, judge: str, looking: Looking | None = None) -> None:
        self.name, self.looking = judge, looking

    def __call__(self, batch: dict[str, Any]) -> dict[str, Any]:
        """Columns in, `picture` and `marks` (JSON: judge, oracle) out."""
        from models import judges
        from models.marking import mark
        from models.pocket.scene import PocketScene

        images, films = [_image(png) for png in batch["png"]], [read_frames(png) for png in batch["png"]]
        asked = [[Question.from_dict(row) for row in orjson.loads(text)] for text in batch["questions"]]
        records = [orjson.loads(text) for text in batch["record"]]
        contents = [PocketScene.from_dict(row["pocket"]) if "pocket" in row else None for row in records]
        found = mark(judges.load(self.name), images, asked, contents, films=films, looking=self.looking)
        return {"picture": list(batch["picture"]), "marks": [orjson.dumps(marks.to_dict()) for marks in found]}


def _through(rows: Sequence[dict[str, Any]], work: Any, address: str, *, what: str) -> Iterator[dict[str, Any]]:
    """The rows that come out of `work` on the cluster, as they come."""
    if not rows:
        return
    with joined(address, what=what) as ray:
        parts = -(-len(rows) // PART)
        data = ray.data.from_items(list(rows), override_num_blocks=parts)
        yield from data.map_batches(work, batch_size=PART, num_gpus=_gpus(ray)).iter_rows()


def _gpus(ray: Any) -> float | None:
    return 1 if ray.cluster_resources().get("GPU") else None


def _png(drawing: Drawing) -> bytes:
    return plain_png(drawing.image, drawing.frames)


def _image(data: bytes) -> Image.Image:
    try:
        with Image.open(BytesIO(data), formats=("PNG",)) as image:
            return image.convert("RGB")
    except OSError as error:
        raise ModelError("A picture of the run cannot be read. Render it again, with the same seed.") from error
