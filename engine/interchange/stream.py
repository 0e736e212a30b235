"""Takes a file apart into its scenes without holding it whole: JSON Lines, a JSON list, a JSON object by key, CSV rows.

Size, depth and length are limited before anything is parsed, and every refusal names file and place.
Try it: `python -c "from engine.interchange.stream import *; print(*documents(Source.of(b'[{}, {}]'), 'list'))"`.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from engine.errors import FormatError, show
from engine.interchange.record import Losses

MAX_FILE = 8_000_000_000
MAX_SCENE = 16_000_000
"""Bytes of one scene; the largest of Visual Genome takes about 100,000."""
MAX_DEPTH = 24
MAX_ROWS = 4_000_000
MAX_FIELD = 100_000
HEAD = 1 << 20
_BLOCK = 1 << 18
_BOM = b"\xef\xbb\xbf"
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[\[\]{}"]', re.DOTALL)
_KEY = re.compile(rb'\s*,?\s*("(?:[^"\\]++|\\.)*+")\s*:\s*', re.DOTALL)
_KEY_LESS = re.compile(rb"\s*,?\s*")
SHAPES = ("lines", "list", "map", "record", "table")


@dataclass(frozen=True)
class Source:
    """A file or bytes to read, as often as needed; `name` is what messages call it."""

    name: str
    path: Path | None = None
    data: bytes = b""

    @classmethod
    def of(cls, source: Path | str | bytes, *, name: str | None = None) -> Source:
        """A path or bytes; raises `FormatError` for what is not there, not a file, or too large."""
        if isinstance(source, bytes):
            return cls(name or "the file", data=source)
        path = Path(source)
        if not path.is_file():
            raise FormatError(f"There is no file {show(path)}. Check its name.")
        if path.stat().st_size > MAX_FILE:
            raise FormatError(f"{show(path.name)} has {path.stat().st_size:,} bytes; at most {MAX_FILE:,} are read.")
        return cls(name or path.name, path)

    @property
    def size(self) -> int:
        """Bytes."""
        return self.path.stat().st_size if self.path else len(self.data)

    def open(self) -> BinaryIO:
        """The bytes from the beginning, without a byte order mark; raises `FormatError` where they cannot be read."""
        try:
            stream: BinaryIO = self.path.open("rb") if self.path else io.BytesIO(self.data)
        except OSError as error:
            raise FormatError(f"{show(self.name)} cannot be read ({error.strerror}). Make it readable.") from error
        if stream.read(3) != _BOM:
            stream.seek(0)
        return stream

    def head(self) -> bytes:
        """The first mebibyte, without leading space."""
        with self.open() as stream:
            return stream.read(HEAD).lstrip()


@dataclass(frozen=True, slots=True)
class Document:
    """One JSON object of a file: where it stands, the key in front of it if any, and its fields."""

    place: str
    number: int
    key: str | None
    value: Mapping[str, Any]


def documents(source: Source, shape: str, losses: Losses | None = None) -> Iterator[Document]:
    """The JSON objects of a file of the given shape, one after the other.

    Raises `FormatError` with the place for what is malformed, nested too deeply or too long. An unterminated last
    line that is no JSON (a killed writer) is left out, and noted in `losses`.
    """
    if shape == "lines":
        return _lines(source, losses or Losses())
    if shape == "record":
        return _record(source)
    return _members(source, keyed=shape == "map")


def _lines(source: Source, losses: Losses) -> Iterator[Document]:
    with source.open() as stream:
        number = 0
        while line := stream.readline(MAX_SCENE + 1):
            number += 1
            place = f"Line {number} of {source.name}"
            if len(line) > MAX_SCENE:
                raise FormatError(f"{place} has more than {MAX_SCENE:,} bytes. Take it out.")
            if not line.strip():
                continue
            if number > 1 and not line.endswith(b"\n") and not _whole(line):
                losses.add(str(number), "last line, which ends in the middle")
                return
            yield _document(line, place, number, None)


def _whole(line: bytes) -> bool:
    """Whether a line without an end is JSON all the same."""
    try:
        orjson.loads(line)
    except orjson.JSONDecodeError:
        return False
    return True


def _record(source: Source) -> Iterator[Document]:
    with source.open() as stream:
        data = stream.read(MAX_SCENE + 1)
    if len(data) > MAX_SCENE:
        raise FormatError(f"{show(source.name)} has more than {MAX_SCENE:,} bytes for one scene. Use a smaller one.")
    yield _document(data, source.name, 1, None)


def _document(data: bytes, place: str, number: int, key: str | None) -> Document:
    value = parsed(data, place)
    if not isinstance(value, dict):
        raise FormatError(f"{place} holds {show(value)} instead of a scene. Take it out.")
    return Document(place, number, key, value)


def parsed(data: bytes, place: str) -> Any:
    """JSON of limited depth; raises `FormatError` that begins with `place`."""
    _check_depth(data, place)
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise FormatError(f"{place} is not JSON ({error}). Mend it, or use another file.") from error


def _check_depth(data: bytes, place: str) -> None:
    if data.count(b"[") + data.count(b"{") <= MAX_DEPTH:
        return
    depth = 0
    for token in _TOKEN.finditer(data):
        mark = data[token.start()]
        depth += mark in b"[{"
        depth -= mark in b"]}"
        if depth > MAX_DEPTH:
            raise FormatError(f"{place} is nested deeper than {MAX_DEPTH} levels. Use a scene graph.")


def _members(source: Source, *, keyed: bool) -> Iterator[Document]:
    """The members of the JSON list or object that a file is, found by their brackets while it streams by."""
    with source.open() as stream:
        yield from _Scanner(source, stream, keyed=keyed)


class _Scanner:
    """Reads blocks, finds where a member begins and ends, and parses no more than that."""

    def __init__(self, source: Source, stream: BinaryIO, *, keyed: bool) -> None:
        self.source, self.stream, self.keyed = source, stream, keyed
        self.buffer = b""
        self.number = 0
        self.depth = 0

    def __iter__(self) -> Iterator[Document]:
        at = done = start = 0
        while True:
            for token in _TOKEN.finditer(self.buffer, at):
                mark = self.buffer[token.start() : token.end()]
                if mark == b'"':
                    break  # a string that goes on in the next block
                at = token.end()
                if mark in (b"[", b"{"):
                    self.depth += 1
                    if self.depth == 1:
                        self._check_before(self.buffer[done : token.start()])
                        done = at
                    elif self.depth == 2:
                        start = token.start()
                    elif self.depth > MAX_DEPTH:
                        raise FormatError(
                            f"{self._place()} is nested deeper than {MAX_DEPTH} levels. Use a scene graph."
                        )
                elif mark in (b"]", b"}"):
                    self.depth -= 1
                    if self.depth == 1:
                        yield self._member(self.buffer[done:start], self.buffer[start:at])
                        done = at
                    elif self.depth == 0:
                        self._check_end(self.buffer[done : token.start()], at)
                        return
                    elif self.depth < 0:
                        raise self._malformed()
            self.buffer, at, start, done = self.buffer[done:], at - done, start - done, 0
            self._more()

    def _more(self) -> None:
        if len(self.buffer) > MAX_SCENE:
            raise FormatError(f"{self._place()} has more than {MAX_SCENE:,} bytes. Take it out.")
        block = self.stream.read(max(_BLOCK, len(self.buffer)))  # a long string is scanned a few times, not many
        if not block:
            raise FormatError(
                f"{show(self.source.name)} is not JSON: it ends in the middle of {self._place(short=True)}. "
                "Copy it again, or mend its end."
            )
        self.buffer += block

    def _member(self, before: bytes, data: bytes) -> Document:
        self.number += 1
        key = None
        if self.keyed:
            found = _KEY.fullmatch(before)
            if found is None:
                raise self._malformed()
            key = str(parsed(found.group(1), self._place()))
        elif not _KEY_LESS.fullmatch(before):
            raise FormatError(
                f"{self._place()} holds {show(before.decode(errors='replace').strip(' ,'))} instead of a scene."
            )
        return _document(data, f"Scene {self.number} of {self.source.name}", self.number, key)

    def _check_before(self, before: bytes) -> None:
        if before.strip():
            raise self._malformed()

    def _check_end(self, before: bytes, at: int) -> None:
        if before.strip():
            raise FormatError(f"{show(self.source.name)} is not JSON after scene {self.number}. Mend it.")
        if (self.buffer[at:] + self.stream.read(_BLOCK)).strip():
            raise FormatError(f"{show(self.source.name)} goes on after its last scene. Mend its end.")

    def _place(self, *, short: bool = False) -> str:
        place = f"scene {self.number + 1}"
        return place if short else f"{place[0].upper()}{place[1:]} of {self.source.name}"

    def _malformed(self) -> FormatError:
        return FormatError(f"{self._place()} does not begin like a scene. Mend the file, or use another one.")


def rows(source: Source) -> Iterator[tuple[int, dict[str, str]]]:
    """(line number, column -> cell) of a CSV table; raises `FormatError` for a cell too long or bytes that are no text."""
    with source.open() as stream, io.TextIOWrapper(stream, encoding="utf-8", newline="") as text:
        table = csv.DictReader(text, strict=True)
        number = 0
        try:
            for row in table:
                number += 1
                if number > MAX_ROWS:
                    raise FormatError(
                        f"{show(source.name)} has more than {MAX_ROWS:,} rows. Cut it into several files."
                    )
                cells = {key: value or "" for key, value in row.items() if isinstance(key, str)}
                if any(len(cell) > MAX_FIELD for cell in cells.values()):
                    raise FormatError(f"Row {number} of {source.name} has a cell of over {MAX_FIELD:,} characters.")
                yield table.line_num, cells
        except csv.Error as error:
            raise FormatError(f"Row {number + 1} of {source.name} is not CSV ({error}). Mend it.") from error
        except UnicodeDecodeError as error:
            raise FormatError(
                f"Row {number + 1} of {source.name} or one soon after it is not UTF-8. Save it as UTF-8."
            ) from error
