"""Kept: the digest of a run as a small file beside it, so that a report need not read a hundred megabytes of answers again.

It holds size and time of the files it was made from; where they differ it is stale, and the run is read anew. It may be
deleted at any time. Try it: `python -c "from engine.evaluation.kept import keep; keep('runs/a')"`.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson

from engine.disk import write_whole
from engine.errors import StoreError
from engine.evaluation.reading import FIGURES, LETTERS, UNMARKED, Digest, Heard, read, share
from engine.run import JUDGEMENTS, PICTURES, SCENES

FILE = "digest.json"
SCHEMA = 1
WORTH = 1_000_000
"""Bytes of answers from which on a digest is kept without being asked; fewer are read at once."""
Stamp = list[list[int]]


def digest(path: Path | str) -> Digest:
    """The run in short, from the file beside it where that is fresh, else from its lines, which are then kept if many.

    Raises `FormatError` naming the line that cannot be read. A folder that cannot be written is no fault here.
    """
    path = Path(path)
    stamp = _stamp(path)
    known = _kept(path, stamp)
    if known is not None:
        return known
    found = read(path)
    if stamp[-1] and stamp[-1][0] >= WORTH:
        with suppress(StoreError):
            _write(path, stamp, found)
    return found


def keep(path: Path | str) -> Digest:
    """Read a run and leave its digest beside it; raises `FormatError`, and `DiskFull` or `StoreError` from the disk."""
    path = Path(path)
    stamp = _stamp(path)  # before reading: what is added meanwhile makes it stale
    found = read(path)
    _write(path, stamp, found)
    return found


def _stamp(path: Path) -> Stamp:
    """Size and time of scenes, pictures and judgements; an empty list for a file that is not there."""
    found: Stamp = []
    for name in (SCENES, PICTURES, JUDGEMENTS):
        try:
            about = (path / name).stat()
            found.append([about.st_size, about.st_mtime_ns])
        except OSError:
            found.append([])
    return found


def _terms(stamp: Stamp) -> dict[str, Any]:
    """What has to be the same for a digest to be of use."""
    return {"schema": SCHEMA, "stamp": stamp, "figures": list(FIGURES), "letters": LETTERS}


def _write(path: Path, stamp: Stamp, found: Digest) -> None:
    write_whole(path / FILE, orjson.dumps({**_terms(stamp), "digest": found}))


def _kept(path: Path, stamp: Stamp) -> Digest | None:
    """The digest beside the run if it is fresh and whole; whatever is wrong with it, the run itself is read."""
    try:
        data = orjson.loads((path / FILE).read_bytes())
        if {name: data.get(name) for name in _terms(stamp)} != _terms(stamp):
            return None
        plain = data["digest"]
        looks = {judge: Heard(**heard) for judge, heard in plain["looks"].items()}
        scenes = {id: (str(hash), int(number), str(text)) for id, (hash, number, text) in plain["scenes"].items()}
        found = Digest(scenes, [tuple(row) for row in plain["pictures"]], looks)
        return found if _sound(found) else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError):
        return None


def _sound(found: Digest) -> bool:
    """Whether every place, figure and letter is one; the file may have been made by anybody."""
    letters = {*LETTERS.values(), UNMARKED}
    asked = [found.scenes[scene][1] for _, scene, *_ in found.pictures]
    for heard in found.looks.values():
        if not len(heard.pictures) == len(heard.figures) == len(heard.codes):
            return False
        if any(len(codes) != asked[i] or i < 0 for i, codes in zip(heard.pictures, heard.codes, strict=True)):
            return False
        if set("".join(heard.codes)) - letters or {len(row) for row in heard.figures} - {len(FIGURES)}:
            return False
        for row in heard.figures:
            for value in row:
                share(value)
    return all(isinstance(text, str) for row in found.pictures for text in row[:4])
