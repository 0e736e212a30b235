"""Reading: a run folder boiled down to what reports ask, from its lines, each of which is read once and let go.

Answers are long (a hundred megabytes for some thousand pictures); of each only its figures and one letter a question stay.
Try it: `python -c "from engine.evaluation.reading import read; print(read('runs/a').looks.keys())"`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import orjson

from engine.disk import read_lines
from engine.errors import FormatError, show
from engine.run import JUDGEMENTS, PICTURES, SCENES
from engine.scoring import RIGHT, UNASKED, WRONG

ORACLE = "oracle"
FIGURES = ("gated", "mean", "half", "geometric", "soft", "open")
CODES = {RIGHT: 0, UNASKED: 1, WRONG: 2}
"""Of two statuses of one element the larger one counts, as in `engine.scoring`."""
LETTERS = {status: str(code) for status, code in CODES.items()}
UNMARKED = "-"
Shape: TypeAlias = tuple[str, int, str]
"""A scene in short: hash, number of questions, and as JSON text `[graph, questions]`, each question as kind, whether open,
whether a twist, elements. Runs of one set share their scenes, so only the first one's texts are ever read."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What one judge said, picture by picture: `pictures` are places in the digest's, `figures` in the order of `FIGURES`
    (0..1 or None), `codes` one letter for each question of the scene."""

    pictures: list[int]
    figures: list[list[float | None]]
    codes: list[str]


@dataclass(frozen=True, slots=True)
class Digest:
    """A run in short: scenes by id; pictures as id, scene, file, caption and seed, in their order; judges' words by name."""

    scenes: dict[str, Shape]
    pictures: list[tuple[str, str, str, str, int]]
    looks: dict[str, Heard]


def read(path: Path | str) -> Digest:
    """Boil down a run folder; raises `FormatError` for a folder that is no run, and naming the line that cannot be read."""
    reader = _Reader(Path(path))
    return Digest(reader.scenes, reader.pictures, dict(reader.looks()))


class _Reader:
    """One run folder at work."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.scenes: dict[str, Shape] = {}
        self.asked: dict[str, list[str]] = {}
        for number, row in read_lines(path / SCENES):
            self._scene(number, row)
        self.pictures = list(self._pictures())
        self.places = {picture[0]: i for i, picture in enumerate(self.pictures)}

    def _scene(self, number: int, row: Mapping[str, Any]) -> None:
        try:
            id, questions = str(row["id"]), row["questions"]
            text = orjson.dumps([row["scene_graph"], [_asked(q) for q in questions]]).decode()
            self.scenes[id] = str(row["hash"]), len(questions), text
            self.asked[id] = [str(question["id"]) for question in questions]
        except (KeyError, TypeError, AttributeError) as error:
            raise self._bad(SCENES, number, error) from error

    def _pictures(self) -> Iterator[tuple[str, str, str, str, int]]:
        for number, row in read_lines(self.path / PICTURES):
            id, scene, file, caption, seed = (row.get(name) for name in ("id", "scene", "file", "caption", "seed"))
            if not all(isinstance(text, str) for text in (id, scene, file, caption)) or not isinstance(seed, int):
                raise self._bad(PICTURES, number, "id, scene, file, caption or seed")
            if scene not in self.scenes:
                raise FormatError(f"The scene {show(scene)} is missing in {self.path}. Restore scenes.jsonl.")
            yield str(id), str(scene), str(file), str(caption), seed

    def looks(self) -> Iterator[tuple[str, Heard]]:
        """The newest word of every judge about each picture, and the oracle's."""
        said: dict[str, dict[int, tuple[list[float | None], str]]] = {}
        for number, row in read_lines(self.path / JUDGEMENTS):
            judge, id = row.get("judge"), row.get("picture")
            if not isinstance(judge, str) or not isinstance(id, str):
                raise self._bad(JUDGEMENTS, number, "judge or picture")
            if (place := self.places.get(id)) is not None:
                said.setdefault(judge, {})[place] = self._seen(place, number, row.get("scores"))
                if row.get("oracle") is not None:
                    said.setdefault(ORACLE, {})[place] = self._seen(place, number, row["oracle"])
        for judge, found in said.items():
            order = sorted(found)
            yield judge, Heard(order, [found[i][0] for i in order], [found[i][1] for i in order])

    def _seen(self, place: int, number: int, scores: Any) -> tuple[list[float | None], str]:
        try:
            said = {mark["question"]: LETTERS[mark["status"]] for mark in scores["marks"]}
            figures = [share(scores.get(name)) for name in FIGURES]
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise self._bad(JUDGEMENTS, number, error) from error
        return figures, "".join([said.get(id, UNMARKED) for id in self.asked[self.pictures[place][1]]])

    def _bad(self, file: str, number: int, what: object) -> FormatError:
        return FormatError(f"Line {number} of {self.path / file} cannot be read ({what}). Remove the line.")


def _asked(question: Mapping[str, Any]) -> list[Any]:
    is_open, twist = question["choices"] != ["yes", "no"], question["counterfactual_of"] is not None
    return [str(question["kind"]), is_open, twist, list(map(str, question["elements"]))]


def share(value: Any) -> float | None:
    """A figure 0..1 (a thousandth of slack, as they come from float32 sums) or None; raises `ValueError` for another."""
    if value is None:
        return None
    number = float(value)
    if not -0.001 <= number <= 1.001:
        raise ValueError(f"{show(value)} is no share")
    return number
