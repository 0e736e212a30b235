"""A project as a zip or a folder: ratings, items, guideline versions, the protocol in words, agreement with intervals.

Spreadsheet formulas are made harmless in the CSV; the JSON Lines hold every text as it was.
Try it: `python cli.py ratings export PROJECT --out ratings.zip`.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson

from engine.disk import write_whole
from engine.errors import FormatError, show
from engine.rating.agreeing import agreements
from engine.rating.protocol import protocol
from engine.scene import VERSION
from engine.store import Store
from engine.store.rating_answers import ASKED
from engine.store.rating_values import Rating, Sheet, StoredItem

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula (OWASP, "CSV Injection")."""
MOMENT = (1980, 1, 1, 0, 0, 0)  # of every file in a zip: the same project, the same bytes


def export_project(store: Store, project: str, out: Path, *, pseudonyms: bool = False) -> tuple[str, ...]:
    """Write the project to `out`, a new folder or, where it ends in .zip, a zip; returns the names of its files.

    With `pseudonyms` people are P1, P2, ... in the order of their names. Raises `FormatError` for a folder that is not
    empty, `StoreError` or `DiskFull` where it cannot be written.
    """
    files = contents(store, project, pseudonyms=pseudonyms)
    if out.suffix.lower() == ".zip":
        write_whole(_roomy(out), _zipped(files))
    else:
        _check_folder(out)
        for name, data in files.items():
            write_whole(_roomy(out / name), data)
    return tuple(files)


def packed(store: Store, project: str, *, pseudonyms: bool = False) -> bytes:
    """The same as the bytes of a zip, for a download."""
    return _zipped(contents(store, project, pseudonyms=pseudonyms))


def contents(store: Store, project: str, *, pseudonyms: bool) -> dict[str, bytes]:
    """File name -> bytes."""
    sheet, log = store.sheet(project), store.log(project)
    names = _pseudonyms(log) if pseudonyms else {}
    items = {item.id: item for item in sheet.items}
    found = agreements(_real(sheet), sheet.project.kind)
    files = {
        "protocol.md": protocol(sheet, found).encode(),
        "project.json": _json({**asdict(sheet.project), "program": VERSION} | _owner(names, sheet)),
        "agreement.json": _json({question: asdict(value) for question, value in found.items()}),
        "ratings.csv": _table(_flat(one, items[one.item], names) for one in (*sheet.ratings, *sheet.verdicts)),
        "ratings.jsonl": _lines(_plain(one, names) for one in (*sheet.ratings, *sheet.verdicts)),
        "log.jsonl": _lines(_plain(one, names) for one in log),
        "items.jsonl": _lines(asdict(item) for item in sheet.items),
        "checks.csv": _table({**asdict(one), "person": names.get(one.person, one.person)} for one in sheet.standings),
    }
    for one in sheet.guidelines:
        files[f"guidelines/{one.version}.md"] = f"{one.text}\n".encode()
        files[f"guidelines/{one.version}.examples.json"] = _json(list(one.examples))
    return files


def _real(sheet: Sheet) -> list[Rating]:
    real = {item.id for item in sheet.items if item.role == "item"}
    return [one for one in sheet.ratings if one.item in real]


# Rows ----------------------------------------------------------------------------------------------------------


def _flat(rating: Rating, item: StoredItem, names: Mapping[str, str]) -> dict[str, Any]:
    """A row of the table: what was rated, what was said, by whom and when."""
    content = item.content
    sides = {side: content[side].get("text") or content[side].get("picture") for side in "ab" if side in content}
    asked = {name: rating.answers.get(name) for kind in ASKED.values() for name in kind}
    elements = rating.answers.get("elements")
    return {
        "item": rating.item,
        "place": item.place,
        "role": item.role,
        "text": content.get("text") or content.get("caption"),
        "picture": content.get("picture"),
        **{side: sides.get(side) for side in "ab"},
        "person": names.get(rating.person, rating.person),
        "status": rating.status,
        "origin": rating.origin,
        "surplus": rating.surplus,
        **asked,
        "left": rating.answers.get("left"),
        "elements": orjson.dumps(elements).decode() if elements else None,
        "comment": rating.answers.get("comment"),
        "guideline": rating.guideline,
        "shown": rating.shown,
        "created": rating.created,
        "id": rating.id,
    }


def _plain(rating: Rating, names: Mapping[str, str]) -> dict[str, Any]:
    return {**asdict(rating), "person": names.get(rating.person, rating.person)}


def _pseudonyms(log: Iterable[Rating]) -> dict[str, str]:
    return {name: f"P{number}" for number, name in enumerate(sorted({one.person for one in log}), 1)}


def _owner(names: Mapping[str, str], sheet: Sheet) -> dict[str, str]:
    return {"owner": names.get(sheet.project.owner, "the owner")} if names else {}


# Bytes ---------------------------------------------------------------------------------------------------------


def harmless(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula: such text gets an apostrophe before it."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def _table(rows: Iterable[Mapping[str, Any]]) -> bytes:
    listed = list(rows)
    text = io.StringIO()
    if listed:
        writer = csv.DictWriter(text, list(listed[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: harmless(value) for name, value in row.items()} for row in listed)
    return text.getvalue().encode()


def _lines(rows: Iterable[Any]) -> bytes:
    return b"".join(orjson.dumps(row) + b"\n" for row in rows)


def _json(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2) + b"\n"


def _zipped(files: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, MOMENT), data, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _check_folder(out: Path) -> None:
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise FormatError(f"{show(out)} is there already. Choose a new folder, or a name that ends in .zip.")


def _roomy(path: Path) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FormatError(f"{show(path.parent)} cannot be made: {error.strerror}. Choose another place.") from error
    return path
