"""Pixels to PNG bytes and back, of one picture or of the frames of a video (APNG, third edition of the PNG specification).

Try it: `python -c "import sys; from engine.png import read_frames; print(len(read_frames(open(sys.argv[1], 'rb').read())))" video.png`.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Sequence

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from engine.errors import FormatError, show
from engine.png.chunks import MAX_PIXELS, Chunk, apart, joined

DRAWN = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")
"""The only chunks the decoder gets to see."""
MOVED = (b"acTL", b"fcTL", b"fdAT")
"""The chunks of an animation; they reach the decoder when frames are asked for."""
FRAME_MS = 125
"""Milliseconds that a frame is shown."""


def encoded(image: Image.Image, texts: PngInfo | None, *, compress_level: int = 6) -> bytes:
    """One picture as a PNG file, with these texts."""
    file = io.BytesIO()
    image.save(file, "PNG", pnginfo=texts, compress_level=compress_level)
    return file.getvalue()


def animated(pictures: Sequence[bytes]) -> bytes:
    """One APNG of whole frames, each a PNG file; frames that do not change stay frames, unlike in Pillow's own writer."""
    first = apart(pictures[0])
    width, height = struct.unpack_from(">II", first[0][1])
    made = [first[0], (b"acTL", struct.pack(">II", len(pictures), 0))]
    made += [chunk for chunk in first[1:] if chunk[0] not in (b"IDAT", b"IEND")]
    turn = 0
    for i, picture in enumerate(pictures):
        made.append((b"fcTL", struct.pack(">IIIIIHHBB", turn, width, height, 0, 0, FRAME_MS, 1000, 0, 0)))
        turn += 1
        for body in [body for kind, body in apart(picture) if kind == b"IDAT"]:
            made.append((b"IDAT", body) if i == 0 else (b"fdAT", struct.pack(">I", turn) + body))
            turn += i > 0
    return joined([*made, (b"IEND", b"")])


def check_frames(frames: Sequence[Image.Image]) -> None:
    """Raise `FormatError` for frames of several sizes and for more pixels than a file holds."""
    width, height = frames[0].size
    odd = next((frame.size for frame in frames if frame.size != (width, height)), None)
    if odd is not None:
        raise FormatError(f"The frames of a video have one size; {odd[0]} x {odd[1]} is not {width} x {height} pixels.")
    if width * height * len(frames) > MAX_PIXELS:
        raise FormatError(
            f"{len(frames)} frames of {width} x {height} pixels are more than the {MAX_PIXELS} that a file holds. "
            "Draw fewer or smaller ones."
        )


def bare(image: Image.Image) -> Image.Image:
    """A copy in RGB, or RGBA where it has holes, without the metadata it came with."""
    holes = "A" in image.getbands() or "a" in image.getbands() or "transparency" in image.info
    copy = image.convert("RGBA" if holes else "RGB").copy()
    copy.info = {}
    return copy


def decoded(chunks: Sequence[Chunk]) -> Image.Image:
    """The picture, RGB or RGBA; raises `FormatError` for pixels that cannot be read."""
    file = io.BytesIO(joined([chunk for chunk in chunks if chunk[0] in DRAWN]))
    try:
        with Image.open(file, formats=["PNG"]) as image:
            image.load()
            return bare(image)
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, struct.error, zlib.error) as error:
        raise FormatError(
            f"The pixels of this picture are damaged ({show(error)}). Copy or download it again."
        ) from error


def decoded_frames(chunks: Sequence[Chunk]) -> tuple[Image.Image, ...]:
    """The frames (RGB) of an animation; none of a still picture. Raises `FormatError` for damaged and for too many ones."""
    count = _count(chunks)
    if count < 2:
        return ()
    width, height = struct.unpack_from(">II", chunks[0][1])
    if width * height * count > MAX_PIXELS:
        raise FormatError(
            f"This video has {count} frames of {width} x {height} pixels; up to {MAX_PIXELS} pixels are read in all. "
            "Use a shorter or smaller one."
        )
    return _frames(chunks, count)


def _frames(chunks: Sequence[Chunk], count: int) -> tuple[Image.Image, ...]:
    kept = DRAWN + MOVED
    file = io.BytesIO(joined([chunk for chunk in chunks if chunk[0] in kept]))
    try:
        with Image.open(file, formats=["PNG"]) as image:
            image.seek(count - 1)  # fails before anything is decoded twice where frames are missing
            found = []
            for i in range(count):
                image.seek(i)
                found.append(image.convert("RGB"))
            return tuple(found)
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, struct.error, zlib.error) as error:
        raise FormatError(
            f"The frames of this video are damaged ({show(error)}). Copy or download it again."
        ) from error


def _count(chunks: Sequence[Chunk]) -> int:
    body = next((body for kind, body in chunks if kind == b"acTL"), b"")
    return int(struct.unpack_from(">I", body)[0]) if len(body) == 8 else 0
