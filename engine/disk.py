"""What a folder on disk needs: whole files, JSON Lines that survive a kill, and a sentence when there is no room.

Imports nothing heavy, so that headless commands start fast.
Try it: `python -c "import sys, pathlib; from engine.disk import *; print(*read_lines(pathlib.Path(sys.argv[1])))" runs/a/pictures.jsonl`.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, BinaryIO, cast

import orjson

from engine.errors import DiskFull, FormatError, StoreError, show

MAX_LINE = 8_000_000
"""Bytes of a line of JSON; longer ones are not ours."""
BLOCK = 1 << 16


def write_whole(path: Path, data: bytes) -> None:
    """The data as a file, all of it or nothing; raises what `whole` raises."""
    with whole(path) as file:
        file.write(data)


@contextmanager
def whole(path: Path, *, prefix: str = ".") -> Iterator[BinaryIO]:
    """Written beside the target under a name that begins with `prefix`, forced to the disk, then given its own name.

    A reader sees all of it or nothing. Raises `DiskFull`, or `StoreError` where the folder cannot be written; where
    anything is raised inside, nothing partial is left.
    """
    with writing(path), NamedTemporaryFile(dir=path.parent, prefix=prefix, suffix=".partial", delete=False) as partial:
        try:
            yield cast(BinaryIO, partial)
            partial.flush()
            os.fsync(partial.fileno())
            os.chmod(partial.fileno(), 0o644)  # temporary files are private, a run is as open as its folder
            os.replace(partial.name, path)
        except BaseException:
            with suppress(OSError):
                os.unlink(partial.name)
            raise


def append_line(path: Path, value: object) -> None:
    """Add one line of JSON. What a killed writer left of a line is cut off first; so is our own on a full disk.

    Raises what `write_whole` raises, and `FormatError` for a value that is not JSON.
    """
    line = to_json(value) + b"\n"
    with writing(path):
        file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            start = _mended_size(file)
            try:
                _write_all(file, line)
            except OSError:
                with suppress(OSError):
                    os.ftruncate(file, start)
                raise
        finally:
            os.close(file)


def read_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """(line number from 1, JSON object) of each line; an unterminated last line (a killed writer) is left out.

    A file that is not there has no lines. Raises `FormatError` with the line number for anything else.
    """
    if not path.exists():
        return
    with path.open("rb") as lines:
        number = 0
        while line := lines.readline(MAX_LINE + 1):
            number += 1
            if len(line) > MAX_LINE:
                raise FormatError(f"Line {number} of {path.name} has more than {MAX_LINE} bytes. Remove it.")
            if line.endswith(b"\n") and line.strip():
                yield number, from_json(line, what=f"Line {number} of {path.name}")


def to_json(value: object) -> bytes:
    """JSON in one line; raises `FormatError` naming what JSON cannot hold."""
    try:
        return orjson.dumps(value)
    except orjson.JSONEncodeError as error:
        raise FormatError(
            f"This cannot be kept as JSON ({error}): {show(value)}. Use plain text and numbers."
        ) from error


def from_json(data: bytes, *, what: str) -> dict[str, Any]:
    """A JSON object; anything else raises `FormatError` that begins with `what`."""
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise FormatError(f"{what} is not JSON ({error}). Restore it from a copy, or remove it.") from error
    if not isinstance(value, dict):
        raise FormatError(f"{what} is not a JSON object but {show(value)}. Restore it from a copy, or remove it.")
    return value


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """What the disk says inside, as `DiskFull` or `StoreError` about the folder of `path`."""
    try:
        yield
    except OSError as error:
        raise refusal(error, path.parent) from error


def refusal(error: OSError, folder: Path) -> StoreError:
    """Why nothing can be written in `folder`, and what to do."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(
            f"The disk that holds {folder} is full. Make room and run the same again, or choose a folder on another "
            "disk; what was written before is kept."
        )
    return StoreError(
        f"Cannot write in {folder} ({error.strerror or error}). Make it writable, or choose another folder."
    )


def _mended_size(file: int) -> int:
    """The size of the file after whatever follows its last line end was cut off."""
    size = end = os.fstat(file).st_size
    while end > 0:
        begin = max(0, end - BLOCK)
        found = os.pread(file, end - begin, begin).rfind(b"\n")
        if found >= 0:
            end = begin + found + 1
            break
        end = begin
    if end < size:
        os.ftruncate(file, end)
    return end


def _write_all(file: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(file, left) :]
