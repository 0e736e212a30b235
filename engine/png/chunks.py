"""The chunks of a PNG file: taken apart with their checksums, measured, put together again; nothing of it is trusted.

Try it: `python -c "import sys; from engine.png.chunks import apart; print(len(apart(open(sys.argv[1], 'rb').read())))" picture.png`.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from engine.errors import FormatError, show

SIGNATURE = b"\x89PNG\r\n\x1a\n"
KEY = "scenewright"
"""The name of our chunk."""
MAX_FILE = 20_000_000
"""Bytes of a picture that is read."""
MAX_VIDEO = 100_000_000
"""Bytes of an animated picture that is read."""
MAX_PIXELS = 64_000_000
"""Pixels of a picture, or of all frames of a video together."""
MAX_TEXT = 1 << 20
"""Bytes of our JSON, unpacked; programs built on Pillow refuse pictures with longer texts."""
MAX_CHUNKS = 20_000
Chunk: TypeAlias = tuple[bytes, bytes]
"""Type (four letters) and body."""


def checked(data: bytes) -> list[Chunk]:
    """The chunks of a file that is not too large; raises `FormatError` as `apart`, and for a size that is not read."""
    if len(data) > MAX_VIDEO:
        raise FormatError(f"This file has {len(data)} bytes; videos of up to {MAX_VIDEO} are read. Use a smaller one.")
    if len(data) > MAX_FILE and not any(kind == b"acTL" for kind, _ in apart(data)):
        raise FormatError(f"This file has {len(data)} bytes; pictures of up to {MAX_FILE} are read. Use a smaller one.")
    chunks = apart(data)
    _check_header(chunks)
    return chunks


def apart(data: bytes) -> list[Chunk]:
    """Every chunk up to the end mark, each with the right checksum; raises `FormatError` for damage and other files."""
    if not data.startswith(SIGNATURE):
        raise FormatError(
            f"This is not a PNG picture; it begins with {show(data[:8])}. Use a PNG saved by this program."
        )
    found = list(_walk(memoryview(data)))
    if not found or found[-1][0] != b"IEND":
        raise FormatError("This picture ends in the middle. Copy or download it again.")
    return found


def our_text(body: bytes) -> bytes | None:
    """The text of an iTXt chunk that is ours, unpacked no further than the limit; None for a chunk of others.

    Raises `FormatError` for one that is stored otherwise or is too long.
    """
    key, _, rest = body.partition(b"\0")
    if key != KEY.encode() or len(rest) < 2:
        return None
    zipped, method = rest[0], rest[1]
    parts = rest[2:].split(b"\0", 2)
    if len(parts) < 3 or zipped > 1 or method != 0:
        raise FormatError(
            "The scene in this picture is stored in a way this program does not know. Use the original file."
        )
    text = _unpack(parts[2]) if zipped else parts[2]
    if len(text) > MAX_TEXT:
        raise FormatError(f"The scene in this picture is larger than {MAX_TEXT} bytes. Use the original file.")
    return text


def joined(parts: Sequence[Chunk]) -> bytes:
    """A file of these chunks."""
    return SIGNATURE + b"".join(_packed(*part) for part in parts)


def _packed(kind: bytes, body: bytes) -> bytes:
    """A chunk as it stands in the file: length, type, body, checksum."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _walk(data: memoryview) -> Iterator[Chunk]:
    place = len(SIGNATURE)
    for _ in range(MAX_CHUNKS):
        if place + 12 > len(data):
            return
        (length,) = struct.unpack_from(">I", data, place)
        end = place + 12 + length
        if end > len(data):
            return
        kind, body = bytes(data[place + 4 : place + 8]), bytes(data[place + 8 : end - 4])
        if zlib.crc32(data[place + 4 : end - 4]) != struct.unpack_from(">I", data, end - 4)[0]:
            raise FormatError(f"This picture is damaged (checksum of {show(kind)}). Copy or download it again.")
        yield kind, body
        if kind == b"IEND":
            return
        place = end
    raise FormatError(f"This picture has more than {MAX_CHUNKS} parts. Use the original file.")


def _check_header(chunks: Sequence[Chunk]) -> None:
    kind, header = chunks[0]
    if kind != b"IHDR" or len(header) != 13:
        raise FormatError("This picture does not begin with its size. Copy or download it again.")
    width, height = struct.unpack_from(">II", header)
    if width == 0 or height == 0 or width * height > MAX_PIXELS:
        raise FormatError(
            f"This picture has {width} x {height} pixels; up to {MAX_PIXELS} are read. Use a smaller one."
        )


def _unpack(data: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, MAX_TEXT + 1)
    except zlib.error as error:
        raise FormatError(f"The scene in this picture cannot be unpacked ({error}). Use the original file.") from error
