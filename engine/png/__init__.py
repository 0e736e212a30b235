"""A picture that carries its origin: graph, caption, seed, settings, questions and scores, in text chunks of the PNG.

The chunk `scenewright` is our JSON, the chunk `parameters` the line that other programs show; a video is an animated
PNG, whose first frame is the picture; reading trusts nothing. `origin` is what is carried, `chunks` the file, `frames` the
pixels.
Try it: `python -c "import sys; from engine.png import read_png; print(read_png(open(sys.argv[1], 'rb').read())[1].caption)" picture.png`.
"""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from engine.errors import FormatError
from engine.png.chunks import KEY, MAX_FILE, MAX_TEXT, SIGNATURE, checked, our_text
from engine.png.frames import animated, bare, check_frames, decoded, decoded_frames, encoded
from engine.png.origin import Origin, document, origin_from, parameters

__all__ = [
    "KEY", "MAX_FILE", "MAX_TEXT", "SIGNATURE", "Origin", "moves", "parameters", "plain_png", "read_frames", "read_png",
    "write_png",
]  # fmt: skip


def write_png(image: Image.Image, origin: Origin, *, frames: Sequence[Image.Image] = ()) -> bytes:
    """The picture as a PNG file with its origin inside; the same input gives the same bytes.

    With `frames` (two or more, all of one size, the first of which is the picture) the file is an animation.
    Where all of it would exceed `MAX_TEXT`, judgements and then questions stay out: both can be made again.
    Raises `FormatError` for what JSON cannot hold, for frames of several sizes and for too many of them.
    """
    told = document(origin)  # first, since it refuses what no text can hold
    texts = PngInfo()
    texts.add_itxt("parameters", parameters(origin))
    texts.add_itxt(KEY, told, zip=True)
    if len(frames) < 2:
        return encoded(bare(image), texts)
    check_frames(frames)
    return animated([encoded(frame.convert("RGB"), texts if i == 0 else None) for i, frame in enumerate(frames)])


def plain_png(image: Image.Image, frames: Sequence[Image.Image] = ()) -> bytes:
    """The pixels alone as a PNG file, or as an animated one of `frames`, packed in haste; see `write_png`."""
    if len(frames) < 2:
        return encoded(bare(image), None, compress_level=1)
    check_frames(frames)
    return animated([encoded(frame.convert("RGB"), None, compress_level=1) for frame in frames])


def read_png(data: bytes) -> tuple[Image.Image, Origin]:
    """The picture (RGB, or RGBA where it has holes) and its origin.

    Raises `FormatError`, one sentence that says what to do, for whatever is not a PNG with our chunk inside: foreign,
    damaged, too large, hostile. Only the chunks that draw the picture reach the decoder.
    """
    chunks = checked(data)
    texts = [text for text in (our_text(body) for kind, body in chunks if kind == b"iTXt") if text is not None]
    if not texts:
        raise FormatError(
            "This picture carries no scene: another program made it, or saved it again and dropped the scene. "
            "Use the original file."
        )
    origin = origin_from(texts[0])
    return decoded(chunks), origin


def read_frames(data: bytes) -> tuple[Image.Image, ...]:
    """The frames (RGB) of an animated PNG, whoever made it; none of a still picture.

    Raises `FormatError` as `read_png` does, but for a missing origin.
    """
    return decoded_frames(checked(data))


def moves(data: bytes) -> bool:
    """Whether a file of ours is a video, told by its first bytes alone."""
    return data[37:41] == b"acTL"
