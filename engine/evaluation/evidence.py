"""Evidence: what every judge and the oracle saw in the pictures of several runs, scene by scene, small and quick to ask.

Runs are matched by the hash of the graph, so runs of one set are paired whatever their scene ids.
Try it: `python -c "from engine.evaluation import gather; print(gather({'a': 'runs/a'}).looks)"`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path

import numpy as np
import orjson
from numpy.typing import NDArray

from engine.errors import FormatError
from engine.evaluation.kept import digest
from engine.evaluation.reading import CODES, FIGURES, ORACLE, UNMARKED, Digest, Heard, Shape
from engine.graph import SceneGraph
from engine.run import Manifest, read_manifest

__all__ = ["CODES", "FIGURES", "NOTHING", "ORACLE", "Asked", "Evidence", "Look", "Scene", "gather"]

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
    """Read run folders, each under the name of its model, by the digests beside them where those are fresh.

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
        manifests[model] = read_manifest(path)
        found = digest(path)
        try:
            places = _places(found, scenes)
        except (ValueError, TypeError, AttributeError) as error:
            raise FormatError(f"A scene of {path} cannot be read ({error}). Restore scenes.jsonl.") from error
        looks |= {(model, look.judge): look for look in _looks(model, found, places)}
        files |= {(model, id): file for id, _, file, _, _ in found.pictures}
        captions |= {(model, id): (caption, seed) for id, _, _, caption, seed in found.pictures}
    return Evidence(
        tuple(scene for _, scene in scenes.values()),
        looks,
        {model: Path(path) for model, path in runs.items()},
        manifests,
        files,
        captions,
    )


def _places(found: Digest, known: dict[str, tuple[int, Scene]]) -> list[int]:
    """The place of each picture's scene among those of all runs, which new ones join."""
    for shape in found.scenes.values():
        if shape[0] not in known:
            known[shape[0]] = len(known), _scene(shape)
    place = {id: known[shape[0]][0] for id, shape in found.scenes.items()}
    return [place[scene] for _, scene, *_ in found.pictures]


def _scene(shape: Shape) -> Scene:
    plain, questions = orjson.loads(shape[2])
    graph = SceneGraph.from_dict(plain)
    asked = tuple(Asked(kind, is_open, twist, tuple(elements)) for kind, is_open, twist, elements in questions)
    return Scene(shape[0], graph, graph.complexity, asked)


def _looks(model: str, found: Digest, places: list[int]) -> Iterator[Look]:
    ids = [picture[0] for picture in found.pictures]
    for judge, heard in found.looks.items():
        figures = np.array(heard.figures, dtype=float).reshape(len(heard.pictures), len(FIGURES))  # None becomes NaN
        yield Look(
            model,
            judge,
            tuple(ids[i] for i in heard.pictures),
            np.array([places[i] for i in heard.pictures], dtype=np.int64),
            {name: figures[:, i] for i, name in enumerate(FIGURES)},
            tuple(_codes(heard)),
        )


def _codes(heard: Heard) -> Iterator[Codes]:
    """The letters of each picture as codes, translated in one go."""
    whole = np.frombuffer("".join(heard.codes).encode(), dtype=np.uint8)
    codes = np.where(whole == ord(UNMARKED), NOTHING, whole - ord("0")).astype(np.uint8)
    ends = accumulate(map(len, heard.codes), initial=0)
    return (codes[start:end] for start, end in pairwise(ends))
