"""Videos as animated PNGs: every frame comes back, the first is the picture, and what is damaged is refused in a sentence.

Run it: `pytest tests/engine/test_png_frames.py`.
"""

from __future__ import annotations

import io
import struct

import pytest
from PIL import Image

from engine.errors import FormatError
from engine.png import moves, read_frames, read_png, write_png
from engine.png.chunks import apart, joined
from tests.engine.test_png import ORIGIN, PICTURE

FRAMES = [Image.new("RGB", (64, 48), (40 * i, 10, 255 - 40 * i)) for i in range(4)]
STILL = [*FRAMES[:2], FRAMES[1], FRAMES[1]]
"""Nothing moves at the end: Pillow's own writer would leave frames out."""


def video(frames: list[Image.Image]) -> bytes:
    return write_png(frames[0], ORIGIN, frames=frames)


@pytest.mark.parametrize("frames", [FRAMES, STILL])
def test_every_frame_comes_back_and_the_first_is_the_picture(frames: list[Image.Image]) -> None:
    data = video(frames)
    image, origin = read_png(data)
    assert [frame.tobytes() for frame in read_frames(data)] == [frame.tobytes() for frame in frames]
    assert image.tobytes() == frames[0].tobytes()
    assert origin == ORIGIN
    assert data == video(list(frames)) and moves(data) and not moves(write_png(PICTURE, ORIGIN))


def test_other_programs_see_an_animation() -> None:
    with Image.open(io.BytesIO(video(FRAMES))) as seen:
        assert (seen.format, seen.n_frames, seen.info["duration"], seen.info["loop"]) == ("PNG", 4, 125.0, 0)  # type: ignore[attr-defined]


def test_a_still_picture_has_no_frames_and_its_old_bytes() -> None:
    assert read_frames(write_png(PICTURE, ORIGIN)) == ()
    assert write_png(PICTURE, ORIGIN, frames=[PICTURE]) == write_png(PICTURE, ORIGIN)


def test_another_program_may_have_written_it() -> None:
    file = io.BytesIO()
    FRAMES[0].save(file, "PNG", save_all=True, append_images=FRAMES[1:], duration=100)
    assert [frame.getpixel((0, 0)) for frame in read_frames(file.getvalue())] == [f.getpixel((0, 0)) for f in FRAMES]


def test_frames_of_two_sizes_and_too_many_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FormatError, match="one size"):
        video([*FRAMES, PICTURE])
    data = video(FRAMES)
    monkeypatch.setattr("engine.png.frames.MAX_PIXELS", 3 * 64 * 48)
    for act in (lambda: video(FRAMES), lambda: read_frames(data)):
        with pytest.raises(FormatError, match="smaller one"):
            act()


def _changed(data: bytes, kind: bytes, change: bytes | None) -> bytes:
    """The file with the body of its first chunk of a kind in another form, or with that chunk left out."""
    chunks = apart(data)
    place = next(i for i, (name, _) in enumerate(chunks) if name == kind)
    chunks[place : place + 1] = [] if change is None else [(kind, change)]
    return joined(chunks)


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        (b"acTL", struct.pack(">II", 5, 0)),
        (b"acTL", struct.pack(">II", 20_000, 0)),
        (b"fdAT", struct.pack(">I", 2) + b"no"),
        (b"fdAT", None),
        (b"fcTL", b"short"),
        (b"fcTL", None),
    ],
)
def test_damaged_frames_are_refused_and_the_picture_stays(kind: bytes, change: bytes | None) -> None:
    data = _changed(video(FRAMES), kind, change)
    with pytest.raises(FormatError, match="frames of this video are damaged"):
        read_frames(data)
    assert read_png(data)[0].tobytes() == FRAMES[0].tobytes()


def test_a_large_file_is_read_if_it_moves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.png.chunks.MAX_FILE", 100)
    assert len(read_frames(video(FRAMES))) == 4
    with pytest.raises(FormatError, match="Use a smaller one"):
        read_png(write_png(PICTURE, ORIGIN))
    monkeypatch.setattr("engine.png.chunks.MAX_VIDEO", 100)
    with pytest.raises(FormatError, match="Use a smaller one"):
        read_png(video(FRAMES))
