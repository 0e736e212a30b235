"""RunIndex: where each scene, picture and answer of a run folder lies, so that one scene of many is read alone.

Scenes are found by words of their captions and listed by the page. Try it:
`python -c "from engine.run_index import RunIndex; print(RunIndex.open('runs/a').find('red dog').scenes)"`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from engine.disk import MAX_LINE, from_json
from engine.errors import FormatError, show
from engine.judgement import Judgement
from engine.run import JUDGEMENTS, PICTURES, SCENES, Manifest, Picture, picture_from, read_manifest
from engine.scene import SceneLine

PAGE = 200
"""Scenes in one list."""
TEXT = rb'("(?:[^"\\]|\\.)*")'
BEGINNINGS = {
    SCENES: (re.compile(rb'\{"id":' + TEXT + rb',"hash":' + TEXT + rb',"caption":' + TEXT), ("id", "hash", "caption")),
    PICTURES: (re.compile(rb'\{"id":' + TEXT + rb',"scene":' + TEXT), ("id", "scene")),
    JUDGEMENTS: (re.compile(rb'\{"picture":' + TEXT + rb',"judge":' + TEXT), ("picture", "judge")),
}
"""How our own lines begin; a line that begins otherwise is read whole."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A scene in the list: its id, its caption, and the byte at which its line begins."""

    id: str
    caption: str
    offset: int


@dataclass(frozen=True, slots=True)
class Found:
    """One page of scenes: how many there are in all, how many come before, and these."""

    total: int
    offset: int
    scenes: tuple[Entry, ...]


@dataclass(frozen=True)
class RunIndex:
    """A run folder by places; reading raises `FormatError` with the file that cannot be read."""

    path: Path
    manifest: Manifest
    scenes: dict[str, Entry]
    pictures_at: dict[str, list[int]]
    said_at: dict[str, dict[str, int]]
    judges: tuple[str, ...]

    @classmethod
    def open(cls, path: Path | str) -> RunIndex:
        """Look through a run; raises `FormatError` where there is none, or naming the line that is not JSON."""
        path = Path(path)
        manifest = read_manifest(path)
        scenes = {id: Entry(id, caption, at) for at, (id, _, caption) in _beginnings(path, SCENES)}
        pictures: dict[str, list[int]] = defaultdict(list)
        for at, (_, scene) in _beginnings(path, PICTURES):
            pictures[scene].append(at)
        said: dict[str, dict[str, int]] = defaultdict(dict)
        spoke: dict[str, int] = {}
        for at, (picture, judge) in _beginnings(path, JUDGEMENTS):
            said[picture][judge] = spoke[judge] = at
        last = tuple(sorted(spoke, key=lambda judge: -spoke[judge]))
        return cls(path, manifest, scenes, dict(pictures), dict(said), last)

    def find(self, words: str = "", *, offset: int = 0, limit: int = PAGE) -> Found:
        """The scenes whose id and caption hold all these words, in the order of the run, a page of at most `limit`."""
        asked = words.casefold().split()
        found = [one for one in self.scenes.values() if all(w in f"{one.id} {one.caption}".casefold() for w in asked)]
        offset = max(0, min(offset, len(found) - 1))
        return Found(len(found), offset, tuple(found[offset : offset + limit]))

    def page_of(self, scene: str, *, limit: int = PAGE) -> int:
        """Where the page begins that shows this scene when nothing is searched."""
        return list(self.scenes).index(scene) // limit * limit if scene in self.scenes else 0

    def scene(self, id: str) -> SceneLine:
        """The scene of that id; raises `FormatError` for one that is not there or cannot be read."""
        if id not in self.scenes:
            raise FormatError(
                f"There is no scene {show(id)} in the run {show(self.path.name)}. Choose one of the list."
            )
        return SceneLine.from_dict(self._row(SCENES, self.scenes[id].offset))

    def pictures(self, scene: str) -> list[Picture]:
        """The pictures of a scene, in the order they were drawn."""
        rows = (self._row(PICTURES, at) for at in self.pictures_at.get(scene, ()))
        return [picture_from(row, f"A line of {self.path / PICTURES}") for row in rows]

    def judgements(self, pictures: Sequence[str]) -> Iterator[Judgement]:
        """The newest word of every judge about these pictures (ids), that of the judge who spoke last in the run last."""
        for judge in reversed(self.judges):
            for picture in pictures:
                if (at := self.said_at.get(picture, {}).get(judge)) is not None:
                    yield Judgement.from_dict(self._row(JUDGEMENTS, at))

    def _row(self, file: str, offset: int) -> dict[str, Any]:
        with (self.path / file).open("rb") as lines:
            lines.seek(offset)
            return from_json(lines.readline(MAX_LINE + 1), what=f"A line of {self.path / file}")


def _beginnings(path: Path, file: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """(byte, values) of each whole line; a file that is not there has none, an unterminated last line is left out."""
    pattern, names = BEGINNINGS[file]
    if not (path / file).exists():
        return
    with (path / file).open("rb") as lines:
        at = number = 0
        while line := lines.readline(MAX_LINE + 1):
            number += 1
            if len(line) > MAX_LINE:
                raise FormatError(f"Line {number} of {path / file} has more than {MAX_LINE} bytes. Remove it.")
            if line.endswith(b"\n") and line.strip():
                begins = pattern.match(line)
                texts = begins.groups() if begins else _read(line, names, f"Line {number} of {path / file}")
                yield at, tuple(str(orjson.loads(text)) for text in texts)
            at += len(line)


def _read(line: bytes, names: Sequence[str], what: str) -> tuple[bytes, ...]:
    """The same values of a line that was written otherwise."""
    row = from_json(line, what=what)
    for name in names:
        if not isinstance(row.get(name), str):
            raise FormatError(f"{what} has no {show(name)}. Remove the line.")
    return tuple(orjson.dumps(row[name]) for name in names)
