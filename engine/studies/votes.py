"""Votes: what people said about scenes, from a CSV or JSON Lines file, by the scene's id or hash.

A file has a column `id` or `hash`, one with the vote, and perhaps `rater`; rows whose vote is empty are not votes.
Try it: `python cli.py study coverage --ratings ratings.csv`.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.disk import from_json
from engine.errors import FormatError, show
from engine.graph import SceneGraph

MAX_BYTES = 64_000_000
LOWEST, HIGHEST = 1, 5
YES, NO = frozenset({"yes", "y", "1", "true", "coherent"}), frozenset({"no", "n", "0", "false", "incoherent"})


@dataclass(frozen=True, slots=True)
class Votes:
    """Scene id or hash -> votes; `raters` is how many people voted, 1 where the file names nobody."""

    of: Mapping[str, tuple[float, ...]]
    raters: int
    count: int

    def mean(self, *keys: str) -> float | None:
        """The mean vote on a scene that has these names; None where nobody voted."""
        found = [vote for key in dict.fromkeys(keys) for vote in self.of.get(key, ())]
        return sum(found) / len(found) if found else None


def read_ratings(path: Path) -> Votes:
    """Column `rating`, 1 to 5; raises `FormatError` with the line for anything else."""
    return _votes(path, "rating", _rating, f"a whole number from {LOWEST} to {HIGHEST}")


def read_marks(path: Path) -> Votes:
    """Column `coherent`, yes or no; raises `FormatError` with the line for anything else."""
    return _votes(path, "coherent", _mark, "yes or no")


def _rating(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if LOWEST <= value <= HIGHEST and value == int(value) else None


def _mark(text: str) -> float | None:
    word = text.lower()
    return 1.0 if word in YES else 0.0 if word in NO else None


def _votes(path: Path, field: str, read: Callable[[str], float | None], wanted: str) -> Votes:
    found: dict[str, list[float]] = defaultdict(list)
    raters: set[str] = set()
    for place, row in _rows(path, field):
        text = row.get(field, "")
        if not text:
            continue
        name = row.get("id") or row.get("hash")
        if not name:
            raise FormatError(f"{place} names no scene. Give it an id or a hash.")
        vote = read(text)
        if vote is None:
            raise FormatError(f"{place} has the {field} {show(text)} instead of {wanted}. Mend it.")
        found[name].append(vote)
        raters.add(row.get("rater", ""))
    votes = {name: tuple(values) for name, values in found.items()}
    return Votes(votes, len(raters), sum(map(len, votes.values())))


def _rows(path: Path, field: str) -> Iterator[tuple[str, dict[str, str]]]:
    """(place, column -> cell) of every row."""
    text = _text(path)
    if text.lstrip()[:1] == "{":
        for number, line in enumerate(text.splitlines(), start=1):
            if line.strip():
                place = f"Line {number} of {path.name}"
                yield place, _cells(from_json(line.encode(), what=place))
        return
    table = csv.DictReader(io.StringIO(text), strict=True)
    if field not in (table.fieldnames or ()):
        raise FormatError(
            f"{show(path.name)} has no column {field}. Its first line has to name id or hash, and {field}."
        )
    try:
        for row in table:
            cells = {key: (value or "").strip() for key, value in row.items() if isinstance(key, str)}
            yield f"Line {table.line_num} of {path.name}", cells
    except csv.Error as error:
        raise FormatError(f"{show(path.name)} is not CSV in line {table.line_num} ({error}). Mend it.") from error


def _cells(row: dict[str, Any]) -> dict[str, str]:
    """A JSON row as a table has it; one that names its scene by the graph alone gets the hash of that."""
    cells = {
        str(key): "" if value is None else str(value).strip() for key, value in row.items() if key != "scene_graph"
    }
    if not cells.get("id") and not cells.get("hash") and isinstance(row.get("scene_graph"), dict):
        cells["hash"] = SceneGraph.from_dict(row["scene_graph"]).hash
    return cells


def _text(path: Path) -> str:
    if not path.is_file():
        raise FormatError(f"There is no file {show(path)}. Check its name.")
    if path.stat().st_size > MAX_BYTES:
        raise FormatError(f"{show(path.name)} has {path.stat().st_size:,} bytes; at most {MAX_BYTES:,} are read.")
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FormatError(f"{show(path.name)} is not text in UTF-8. Save it as UTF-8, CSV or JSON Lines.") from error
    if not text.strip():
        raise FormatError(f"{show(path.name)} is empty. It needs a line for each vote.")
    return text
