"""Texts: the captions of any file, one a line, or with their graphs where the file holds scenes of a known format.

Raises one sentence for a file that is empty, binary, in another encoding, or has no lines. Try it: `python cli.py study captions FILE`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from engine import interchange
from engine.errors import FormatError, show
from engine.graph import SceneGraph
from engine.interchange.said import captioned
from engine.interchange.stream import Source
from engine.taxonomy import Taxonomy

MAX_LINE = 20_000
"""Characters of one caption."""
MAX_TEXTS = 200_000
"""Captions that are looked at; the rest is left out, and the report says so."""
SHARE_OF_SIGNS = 0.3


@dataclass(frozen=True, slots=True)
class Told:
    """A caption, with its graph where the file has one."""

    text: str
    graph: SceneGraph | None = None


@dataclass(frozen=True)
class Collection:
    """The captions of a file; `format` is `text` or one of `engine.interchange`, `cut` says that there were more."""

    name: str
    format: str
    told: tuple[Told, ...]
    cut: bool

    @property
    def texts(self) -> list[str]:
        """The captions alone."""
        return [one.text for one in self.told]


def read_texts(path: Path, taxonomy: Taxonomy, *, most: int = MAX_TEXTS) -> Collection:
    """At most `most` captions of a file, blank lines left out. Raises `FormatError` with the line for what is no text."""
    source = Source.of(path)
    head = source.head()
    if not head:
        raise FormatError(f"{show(path.name)} is empty. It needs a caption in each line.")
    _check_encoding(path, head)
    if head[:1] in (b"{", b"[") or b"item_id" in head.split(b"\n", 1)[0]:
        return _scenes(path, taxonomy, most)
    return _lines(path, source, most)


def _check_encoding(path: Path, head: bytes) -> None:
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise FormatError(f"{show(path.name)} is in UTF-16. Save it as UTF-8.")
    if b"\0" in head:
        raise FormatError(
            f"{show(path.name)} is not text: it has bytes of zero. Name a file with a caption in each line."
        )


def _scenes(path: Path, taxonomy: Taxonomy, most: int) -> Collection:
    imported = interchange.read(path, taxonomy=taxonomy)
    told: list[Told] = []
    for scene, text in captioned(imported.scenes, taxonomy):
        if len(told) == most:
            return Collection(path.name, imported.format, tuple(told), cut=True)
        told.append(Told(text, scene.graph))
    return _filled(Collection(path.name, imported.format, tuple(told), cut=False), path)


def _lines(path: Path, source: Source, most: int) -> Collection:
    told: list[Told] = []
    with source.open() as stream:
        for number, line in _decoded(path, stream):
            if len(told) == most:
                return Collection(path.name, "text", tuple(told), cut=True)
            if line.strip():
                _check_line(path, number, line)
                told.append(Told(line.strip()))
    return _filled(Collection(path.name, "text", tuple(told), cut=False), path)


def _decoded(path: Path, stream: BinaryIO) -> Iterator[tuple[int, str]]:
    """(number, text) of each line; a long line is refused before all of it is read."""
    number = 0
    while line := stream.readline(4 * MAX_LINE + 1):
        number += 1
        if len(line) > 4 * MAX_LINE:
            raise _too_long(path, number)
        try:
            yield number, line.decode("utf-8")
        except UnicodeDecodeError as error:
            raise FormatError(
                f"Line {number} of {path.name} is not UTF-8 (byte {error.object[error.start]:#04x}). Save the file as UTF-8."
            ) from error


def _check_line(path: Path, number: int, line: str) -> None:
    if len(line) > MAX_LINE:
        raise _too_long(path, number)
    if sum(not sign.isprintable() and not sign.isspace() for sign in line) > SHARE_OF_SIGNS * len(line):
        raise FormatError(f"Line {number} of {path.name} is not text. Name a file with a caption in each line.")


def _too_long(path: Path, number: int) -> FormatError:
    return FormatError(
        f"Line {number} of {path.name} has more than {MAX_LINE:,} characters. Put each caption in a line of its own."
    )


def _filled(found: Collection, path: Path) -> Collection:
    if not found.told:
        raise FormatError(f"{show(path.name)} holds no captions. It needs one in each line.")
    return found
