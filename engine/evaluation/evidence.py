"""Evidence: what every judge and the oracle saw in the pictures of several runs, scene by scene, small and quick to ask.

Runs are matched by the hash of the graph, so runs of one set are paired whatever their scene ids.
Try it: `python -c "from engine.evaluation import gather; print(gather({'a': 'runs/a'}).looks)"`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.disk import read_lines
from engine.errors import FormatError, show
from engine.graph import SceneGraph
from engine.run import JUDGEMENTS, PICTURES, SCENES, Manifest, Run
from engine.scoring import RIGHT, UNASKED, WRONG

ORACLE = "oracle"
FIGURES = ("gated", "mean", "half", "geometric", "soft", "open")
CODES = {RIGHT: 0, UNASKED: 1, WRONG: 2}
"""Of two statuses of one element the larger one counts, as in `engine.scoring`."""
NOTHING = 255
Floats = NDArray[np.float64]
Codes = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of a scene, as far as reports need it; `twist` is true for a counterfactual."""

    kind: str
    open: bool
    twist: bool
    elements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scene:
    """A scene of the set: its graph, the hash that pairs it, and its questions."""

    hash: str
    graph: SceneGraph
    complexity: int
    questions: tuple[Asked, ...]


@dataclass(frozen=True)
class Look:
    """What one judge saw in the pictures of one model.

    Picture i is `pictures[i]`, drawn for scene `scene[i]` of the evidence; `figures[name][i]` is 0..1 or NaN;
    `statuses[i]` holds a code of `CODES` for each question of its scene, `NOTHING` where it was not marked.
    """

    model: str
    judge: str
    pictures: tuple[str, ...]
    scene: NDArray[np.int64]
    figures: Mapping[str, Floats]
    statuses: tuple[Codes, ...]


@dataclass(frozen=True)
class Evidence:
    """All looks at one set of scenes; `runs` are the folders and `manifests` what they say, by model."""

    scenes: tuple[Scene, ...]
    looks: Mapping[tuple[str, str], Look]
    runs: Mapping[str, Path]
    manifests: Mapping[str, Manifest]
    files: Mapping[tuple[str, str], str]
    captions: Mapping[tuple[str, str], tuple[str, int]]

    @property
    def models(self) -> tuple[str, ...]:
        """The models in the order they were given."""
        return tuple(self.runs)

    @property
    def judges(self) -> tuple[str, ...]:
        """Everyone who looked at pictures of every model first, the runs' own judge ahead; never the oracle."""
        own = [manifest.judge for manifest in self.manifests.values()]
        spoke = [judge for _, judge in self.looks]
        names = dict.fromkeys(judge for judge in (*own, *spoke) if judge in spoke and judge != ORACLE)
        return tuple(sorted(names, key=lambda name: -sum((model, name) in self.looks for model in self.runs)))

    def of(self, judge: str) -> list[Look]:
        """The looks of one judge, in the order of the models; models that it has not seen are left out."""
        return [self.looks[model, judge] for model in self.runs if (model, judge) in self.looks]


def gather(runs: Mapping[str, Path | str]) -> Evidence:
    """Read run folders, each under the name of its model.

    Raises `FormatError` for a folder that is no run, for a line that cannot be read, and for no runs at all.
    """
    if not runs:
        raise FormatError("There is no run to evaluate. Choose one, or start an evaluation.")
    scenes: dict[str, tuple[int, Scene]] = {}
    looks: dict[tuple[str, str], Look] = {}
    files: dict[tuple[str, str], str] = {}
    captions: dict[tuple[str, str], tuple[str, int]] = {}
    manifests: dict[str, Manifest] = {}
    for model, path in runs.items():
        run = _Reader(model, Path(path), scenes)
        manifests[model] = run.manifest
        looks |= {(model, judge): look for judge, look in run.looks()}
        files |= {(model, id): row["file"] for id, row in run.pictures.items()}
        captions |= {(model, id): (row["caption"], row["seed"]) for id, row in run.pictures.items()}
    return Evidence(
        tuple(scene for _, scene in scenes.values()),
        looks,
        {model: Path(path) for model, path in runs.items()},
        manifests,
        files,
        captions,
    )


class _Reader:
    """One run folder, read once from its lines; scenes are shared between runs."""

    def __init__(self, model: str, path: Path, scenes: dict[str, tuple[int, Scene]]) -> None:
        self.model, self.path, self.known = model, path, scenes
        self.manifest = Run.open(path).manifest
        self.questions: dict[str, dict[str, int]] = {}
        self.hashes: dict[str, str] = {}
        for number, row in read_lines(path / SCENES):
            self._scene(number, row)
        self.pictures = {str(row["id"]): row for row in self._pictures()}

    def _scene(self, number: int, row: Mapping[str, Any]) -> None:
        try:
            id, hash = str(row["id"]), str(row["hash"])
            self.questions[id] = {str(q["id"]): i for i, q in enumerate(row["questions"])}
            self.hashes[id] = hash
            if hash not in self.known:
                graph = SceneGraph.from_dict(row["scene_graph"])
                self.known[hash] = len(self.known), Scene(hash, graph, graph.complexity, tuple(_asked(row)))
        except (KeyError, TypeError, AttributeError) as error:
            raise self._bad(SCENES, number, error) from error

    def _pictures(self) -> Iterator[dict[str, Any]]:
        for number, row in read_lines(self.path / PICTURES):
            if not all(isinstance(row.get(name), str) for name in ("id", "scene", "file", "caption")):
                raise self._bad(PICTURES, number, "id, scene, file or caption")
            if row["scene"] not in self.hashes:
                raise FormatError(f"The scene {show(row['scene'])} is missing in {self.path}. Restore scenes.jsonl.")
            yield row

    def looks(self) -> Iterator[tuple[str, Look]]:
        """The newest word of every judge about each picture, and the oracle's."""
        said: dict[str, dict[str, tuple[list[float], Codes]]] = {}
        for number, row in read_lines(self.path / JUDGEMENTS):
            judge, id = row.get("judge"), row.get("picture")
            if not isinstance(judge, str) or not isinstance(id, str):
                raise self._bad(JUDGEMENTS, number, "judge or picture")
            if id in self.pictures:  # kept small at once: whole rows of thousands of pictures are slow to hold
                said.setdefault(judge, {})[id] = self._seen(id, number, row.get("scores"))
                if row.get("oracle") is not None:
                    said.setdefault(ORACLE, {})[id] = self._seen(id, number, row["oracle"])
        for judge, found in said.items():
            yield judge, self._look(judge, found)

    def _seen(self, id: str, number: int, scores: Any) -> tuple[list[float], Codes]:
        try:
            return [_share(scores.get(name)) for name in FIGURES], self._codes(id, number, scores)
        except (TypeError, ValueError, AttributeError) as error:
            raise self._bad(JUDGEMENTS, number, error) from error

    def _look(self, judge: str, found: Mapping[str, tuple[list[float], Codes]]) -> Look:
        ids = [id for id in self.pictures if id in found]
        figures = np.array([found[id][0] for id in ids], dtype=float).reshape(len(ids), len(FIGURES))
        return Look(
            self.model,
            judge,
            tuple(ids),
            np.array([self.known[self.hashes[self.pictures[id]["scene"]]][0] for id in ids], dtype=np.int64),
            {name: figures[:, i] for i, name in enumerate(FIGURES)},
            tuple(found[id][1] for id in ids),
        )

    def _codes(self, id: str, number: int, scores: Mapping[str, Any]) -> Codes:
        place = self.questions[self.pictures[id]["scene"]]
        codes = np.full(len(place), NOTHING, dtype=np.uint8)
        try:
            for mark in scores["marks"]:
                if (i := place.get(mark["question"])) is not None:
                    codes[i] = CODES[mark["status"]]
        except (KeyError, TypeError) as error:
            raise self._bad(JUDGEMENTS, number, error) from error
        return codes

    def _bad(self, file: str, number: int, what: object) -> FormatError:
        return FormatError(f"Line {number} of {self.path / file} cannot be read ({what}). Remove the line.")


def _asked(row: Mapping[str, Any]) -> Iterator[Asked]:
    for question in row["questions"]:
        yield Asked(
            str(question["kind"]),
            question["choices"] != ["yes", "no"],
            question["counterfactual_of"] is not None,
            tuple(map(str, question["elements"])),
        )


def _share(value: Any) -> float:
    if value is None:
        return float("nan")
    number = float(value)
    if not -0.001 <= number <= 1.001:
        raise ValueError(f"{show(value)} is no share")
    return number
