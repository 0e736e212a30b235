"""A picture of a run: its line in `pictures.jsonl`, its file, and how files are named after scenes.

Try it: `python -c "from engine.run import file_stem; print(file_stem('A dog!'))"`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from engine.errors import FormatError, show

SAFE = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture of a run: `file` is relative to the run, `scene` the id of its scene, sizes are in pixels."""

    id: str
    scene: str
    file: str
    seed: int
    generator: str
    caption: str
    settings: Mapping[str, Any]
    record: Mapping[str, Any]
    sha256: str
    width: int
    height: int


def image_path(folder: Path, picture: Picture) -> Path:
    """Where the file of a picture of the run in `folder` is; a path out of the run raises `FormatError`."""
    path = (folder / picture.file).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise FormatError(f"The picture {show(picture.id)} leads out of {folder}: {show(picture.file)}. Remove it.")
    return path


def file_stem(id: str) -> str:
    """A file name for an id, the same on every system and for no other id: odd characters become a hash."""
    if SAFE.fullmatch(id):
        return id
    stem = re.sub(r"[^a-z0-9]+", "-", id.lower()).strip("-")[:60] or "scene"
    return f"{stem}-{hashlib.sha256(id.encode()).hexdigest()[:8]}"


def picture_from(row: Mapping[str, Any], place: str) -> Picture:
    """A line of `pictures.jsonl`; raises `FormatError` that begins with `place`."""
    missing = [one.name for one in fields(Picture) if one.name not in row]
    if missing:
        raise FormatError(f"{place} has no {show(missing[0])}. Remove the line.")
    values = {one.name: row[one.name] for one in fields(Picture)}
    for one in fields(Picture):
        if not isinstance(values[one.name], {"int": int, "str": str}.get(str(one.type), dict)):
            raise FormatError(f"{place}: {show(one.name)} is {show(values[one.name])}. Remove the line.")
    return Picture(**values)
