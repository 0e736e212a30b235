"""Ratings made elsewhere: CSV, JSON or JSON Lines, one answer a row; every refusal names the row.

A row says what was rated (`item` id, or `text`, `picture`, or texts `a` and `b`), by whom (`person`), and the answers.
Try it: `python cli.py ratings import PROJECT ratings.csv`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from engine.errors import FormatError, ScenewrightError, show
from engine.graph import SceneGraph
from engine.rating.export import FORMULA
from engine.store import Store
from engine.store.people import good_person
from engine.store.rating_answers import ASKED, SCALES, good_answers
from engine.store.rating_values import PAIRS, Brought, NewItem, Project, StoredItem

MAX_FILE = 50_000_000
MAX_ROWS = 200_000
SOMEBODY = "imported"
OURS = ("plausibility", "real", "shows", "preference", "left", "comment")
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: rows read, answers kept, items that were new, rows that say nothing (skipped, undone)."""

    rows: int
    kept: int
    new_items: int
    empty: int


def read_rows(source: Path | bytes, *, name: str = "the file") -> list[dict[str, Any]]:
    """The rows of a CSV, a JSON list (or `{"ratings": [...]}`), or JSON Lines.

    Raises `FormatError` for a file that is missing, larger than 50 MB, not UTF-8, or in none of these formats.
    """
    data, name = (source, name) if isinstance(source, bytes) else (_read(source), source.name)
    if len(data) > MAX_FILE:
        raise FormatError(f"{show(name)} has {len(data):,} bytes; ratings of up to {MAX_FILE:,} are read. Split it.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FormatError(f"{show(name)} is not UTF-8 at byte {error.start}. Save it as UTF-8.") from error
    rows = _json_rows(text, name) if text.lstrip()[:1] in ("[", "{") else _csv_rows(text, name)
    if not rows:
        raise FormatError(f"{show(name)} holds no ratings. It needs one a row, with the names of the columns first.")
    if len(rows) > MAX_ROWS:
        raise FormatError(f"{show(name)} has {len(rows):,} rows; up to {MAX_ROWS:,} are read. Split it.")
    return rows


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_FILE:
            raise FormatError(f"{show(path.name)} is larger than {MAX_FILE:,} bytes. Split it.")
        return path.read_bytes()
    except OSError as error:
        raise FormatError(f"{show(path)} cannot be read: {error.strerror}. Name another file.") from error


def _csv_rows(text: str, name: str) -> list[dict[str, Any]]:
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        rows = [dict(row) for row in reader]
    except csv.Error as error:
        raise FormatError(f"{show(name)} is no CSV ({error}). Save it as CSV with commas.") from error
    for number, row in enumerate(rows, 2):
        if None in row:
            raise FormatError(
                f"Row {number} of {show(name)} has more cells than columns. Put texts with commas in quotes."
            )
    return [{key.strip(): _unquoted(value) for key, value in row.items() if value not in (None, "")} for row in rows]


def _unquoted(cell: str) -> str:
    """Text as it was before an export made it harmless to spreadsheets."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in FORMULA else cell


def _json_rows(text: str, name: str) -> list[dict[str, Any]]:
    try:
        value = orjson.loads(text)
        rows = value.get("ratings", [value]) if isinstance(value, dict) else value
    except orjson.JSONDecodeError:
        rows = [_json_line(line, number, name) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not isinstance(rows, list):
        raise FormatError(f"{show(name)} holds no list of ratings. Write [{{“text”: ..., “plausibility”: 4}}].")
    wrong = next((number for number, row in enumerate(rows, 1) if not isinstance(row, dict)), None)
    if wrong is not None:
        raise FormatError(
            f"Row {wrong} of {show(name)} is no object with names. Write {{“text”: ..., “plausibility”: 4}}."
        )
    return [_opened(row) for row in rows]


def _json_line(line: str, number: int, name: str) -> Any:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise FormatError(f"Line {number} of {show(name)} is no JSON ({error}). Correct it.") from error


def _opened(row: dict[str, Any]) -> dict[str, Any]:
    """The row with its `answers`, if they stand in a field of their own, among the others."""
    answers = row.get("answers")
    return {**row, **answers} if isinstance(answers, dict) else row


# Into a project ------------------------------------------------------------------------------------------------


def import_ratings(store: Store, project: str, source: Path | bytes, *, name: str = "the file") -> Imported:
    """Add the answers of a file to a project; what is not there yet, and complete, becomes an item.

    The same file again adds nothing. All rows are kept, or none where one is wrong. Raises `FormatError` with the row,
    and what `read_rows` raises.
    """
    whole = store.project(project)
    rows = read_rows(source, name=name)
    label = name if isinstance(source, bytes) else source.name
    known = _Known(store.items(whole.id), whole)
    answers = []
    for number, row in enumerate(rows, 1):
        try:
            found = _answer(row, whole, known)
        except ScenewrightError as error:
            raise FormatError(f"Row {number} of {show(label)}: {error} Nothing was imported.") from error
        if found is not None:
            answers.append(found)
    ids = [item.id for item in store.add_items(whole.id, known.fresh)] if known.fresh else []
    places = [one._replace(item=ids[place] if isinstance(place, int) else place) for place, one in answers]
    kept = store.import_ratings(whole.id, places)
    return Imported(len(rows), kept, len(ids), len(rows) - len(answers))


class _Known:
    """The items of a project by id and by what they show; `fresh` collects those that a file adds."""

    def __init__(self, items: Sequence[StoredItem], project: Project) -> None:
        self.kind = project.kind
        self.ids = {item.id for item in items}
        self.by_look: dict[Any, str | int] = {_look(item.content): item.id for item in items if item.role == "item"}
        self.fresh: list[NewItem] = []

    def place(self, row: Row) -> str | int:
        """The id of the item that a row is about, or its place among the fresh ones."""
        id = row.get("item")
        if isinstance(id, str) and id in self.ids:
            return id
        content = _content(row, self.kind)
        look = _look(content)
        if look not in self.by_look:
            self.by_look[look] = len(self.fresh)
            self.fresh.append(NewItem(content))
        return self.by_look[look]


def _answer(row: Row, project: Project, known: _Known) -> tuple[str | int, Brought] | None:
    """(place, answer) of a row; None for one that was skipped, undone, or is no answer of a rater."""
    if row.get("status", "rated") != "rated" or row.get("origin") == "adjudication":
        return None
    said: dict[str, Any] = {name: _number(row[name]) for name in OURS if row.get(name) not in (None, "")}
    scale = next((name for name in ASKED[project.kind] if name in SCALES), None)
    if scale is not None and row.get("rating") not in (None, ""):
        said.setdefault(scale, _number(row["rating"]))
    if row.get("elements"):
        said["elements"] = _parsed(row["elements"], "elements")
    answers = good_answers(project.kind, said)
    if answers.get("preference") in ("left", "right"):
        raise FormatError("a preference made elsewhere is a, b or tie, since left and right differ by person.")
    person, surplus = good_person(str(row.get("person") or SOMEBODY)), str(row.get("surplus", "")).lower() == "true"
    return known.place(row), Brought("", person, answers, surplus)


def _content(row: Row, kind: str) -> dict[str, Any]:
    """What a new item shows, from a row."""
    hidden = {"hidden": {"source": "imported"}}
    if kind in PAIRS:
        field = "text" if kind == "caption-pair" else "picture"
        sides = {side: {field: _needed(row, side)} for side in "ab"}
        return {**sides, **hidden, **({"caption": str(row["text"])} if row.get("text") else {})}
    if kind == "picture":
        return {
            "picture": _needed(row, "picture"),
            "caption": str(row.get("caption") or row.get("text") or ""),
            **hidden,
        }
    text = row.get("text") or row.get("caption")
    graph = _parsed(row["scene_graph"], "scene_graph") if row.get("scene_graph") else None
    if graph is not None:
        graph = SceneGraph.from_dict(graph).to_dict()
    return {"text": str(text) if text else _needed(row, "text"), **({"graph": graph} if graph else {}), **hidden}


def _look(content: Mapping[str, Any]) -> tuple[Any, ...]:
    if "a" in content and "b" in content:
        sides = (content[side] for side in "ab")
        return tuple(side.get("text") or side.get("picture") for side in sides)
    return (content.get("text"), content.get("picture"))


def _needed(row: Row, name: str) -> str:
    value = row.get(name)
    if not isinstance(value, str) or not value.strip():
        raise FormatError(f"It names no item of this project and has no “{name}” to make one of.")
    return value


def _number(value: Any) -> Any:
    """Cells of a CSV are text: “4” and “4.0” are 4."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    text = value.strip() if isinstance(value, str) else value
    if isinstance(text, str) and text.removesuffix(".0").isdecimal() and len(text) < 6:
        return int(text.removesuffix(".0"))
    return text


def _parsed(value: Any, what: str) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError as error:
        raise FormatError(f"{show(what)} is no JSON ({error}).") from error
