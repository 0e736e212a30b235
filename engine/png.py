"""A picture that carries its origin: graph, caption, seed, settings, questions and scores, in text chunks of the PNG.

The chunk `scenewright` is our JSON, the chunk `parameters` the line that other programs show; a video is an animated
PNG (APNG, third edition of the PNG specification), whose first frame is the picture; reading trusts nothing.
Try it: `python -c "import sys; from engine.png import read_png; print(read_png(open(sys.argv[1], 'rb').read())[1].caption)" picture.png`.
"""

from __future__ import annotations

import io
import json
import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from engine.disk import to_json
from engine.errors import FormatError, GraphError, show
from engine.graph import SceneGraph
from engine.judgement import Judgement
from engine.questions import Question
from engine.scene import VERSION

SCHEMA = 1
KEY = "scenewright"
SIGNATURE = b"\x89PNG\r\n\x1a\n"
MAX_FILE = 20_000_000
"""Bytes of a picture that is read."""
MAX_VIDEO = 100_000_000
"""Bytes of an animated picture that is read."""
MAX_PIXELS = 64_000_000
"""Pixels of a picture, or of all frames of a video together."""
MAX_TEXT = 1 << 20
"""Bytes of our JSON, unpacked; programs built on Pillow refuse pictures with longer texts."""
MAX_DEPTH = 32
MAX_CHUNKS = 20_000
MAX_QUESTIONS = 5_000
DRAWN = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")
"""The only chunks the decoder gets to see."""
MOVED = (b"acTL", b"fcTL", b"fdAT")
"""The chunks of an animation; they reach the decoder when frames are asked for."""
FRAME_MS = 125
"""Milliseconds that a frame is shown."""
SETTING_NAMES = {"steps": "Steps", "guidance": "CFG scale", "scheduler": "Sampler"}


@dataclass(frozen=True)
class Origin:
    """Where a picture comes from, enough to make it again.

    `settings` are those of the generator (steps, guidance, size in pixels); `record` is what an oracle needs to see,
    such as `{"pocket": {...}}`; `judgements` are `{"judge", "scores", "oracle"}`. All of it plain JSON values.
    """

    graph: SceneGraph
    caption: str
    seed: int
    generator: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    record: Mapping[str, Any] = field(default_factory=dict)
    questions: tuple[Question, ...] = ()
    judgements: tuple[Mapping[str, Any], ...] = ()
    taxonomy: str = "pocket"
    taxonomy_version: str = ""
    program: str = VERSION


def write_png(image: Image.Image, origin: Origin, *, frames: Sequence[Image.Image] = ()) -> bytes:
    """The picture as a PNG file with its origin inside; the same input gives the same bytes.

    With `frames` (two or more, all of one size, the first of which is the picture) the file is an animation.
    Where all of it would exceed `MAX_TEXT`, judgements and then questions stay out: both can be made again.
    Raises `FormatError` for what JSON cannot hold, for frames of several sizes and for too many of them.
    """
    document = _document(origin)  # first, since it refuses what no text can hold
    texts = PngInfo()
    texts.add_itxt("parameters", parameters(origin))
    texts.add_itxt(KEY, document, zip=True)
    if len(frames) < 2:
        return _png(_plain(image), texts)
    _check_frames(frames)
    return _animated([_png(frame.convert("RGB"), texts if i == 0 else None) for i, frame in enumerate(frames)])


def plain_png(image: Image.Image, frames: Sequence[Image.Image] = ()) -> bytes:
    """The pixels alone as a PNG file, or as an animated one of `frames`, packed in haste; see `write_png`."""
    if len(frames) < 2:
        return _png(_plain(image), None, compress_level=1)
    _check_frames(frames)
    return _animated([_png(frame.convert("RGB"), None, compress_level=1) for frame in frames])


def read_png(data: bytes) -> tuple[Image.Image, Origin]:
    """The picture (RGB, or RGBA where it has holes) and its origin.

    Raises `FormatError`, one sentence that says what to do, for whatever is not a PNG with our chunk inside: foreign,
    damaged, too large, hostile. Only the chunks that draw the picture reach the decoder.
    """
    chunks = _checked(data)
    texts = [text for text in (_our_text(body) for kind, body in chunks if kind == b"iTXt") if text is not None]
    if not texts:
        raise FormatError(
            "This picture carries no scene: another program made it, or saved it again and dropped the scene. "
            "Use the original file."
        )
    origin = _origin(_json(texts[0]))
    return _decode(chunks), origin


def read_frames(data: bytes) -> tuple[Image.Image, ...]:
    """The frames (RGB) of an animated PNG, whoever made it; none of a still picture.

    Raises `FormatError` as `read_png` does, but for a missing origin.
    """
    chunks = _checked(data)
    count = _frame_count(chunks)
    if count < 2:
        return ()
    width, height = struct.unpack_from(">II", chunks[0][1])
    if width * height * count > MAX_PIXELS:
        raise FormatError(
            f"This video has {count} frames of {width} x {height} pixels; up to {MAX_PIXELS} pixels are read in all. "
            "Use a shorter or smaller one."
        )
    return _decode_frames(chunks, count)


def moves(data: bytes) -> bool:
    """Whether a file of ours is a video, told by its first bytes alone."""
    return data[37:41] == b"acTL"


def parameters(origin: Origin) -> str:
    """The line that other programs show: caption, then "Steps: 20, CFG scale: 2.0, Seed: 5, Model: pocket"."""
    used = {name: origin.settings[name] for name in sorted(origin.settings) if origin.settings[name] is not None}
    known = {told: used.pop(name) for name, told in SETTING_NAMES.items() if name in used}
    others = {name.capitalize(): value for name, value in used.items()}
    if isinstance(others.get("Size"), int):
        others["Size"] = "{0}x{0}".format(others["Size"])
    program = f"Scenewright {origin.program}"
    pairs = {**known, "Seed": origin.seed, **others, "Model": origin.generator, "Version": program}
    return f"{origin.caption}\n" + ", ".join(f"{name}: {_one_line(value)}" for name, value in pairs.items())


# --- writing ----------------------------------------------------------------------------------------------------------


def _document(origin: Origin) -> bytes:
    record = {
        "schema": SCHEMA,
        "program": origin.program,
        "taxonomy": origin.taxonomy,
        "taxonomy_version": origin.taxonomy_version,
        "hash": origin.graph.hash,
        "scene_graph": origin.graph.to_dict(),
        "caption": origin.caption,
        "seed": origin.seed,
        "generator": origin.generator,
        "settings": _sorted(origin.settings),
        "record": _sorted(origin.record),
        "questions": [question.to_dict() for question in origin.questions],
        "judgements": [dict(judgement) for judgement in origin.judgements],
    }
    for dropped in ((), ("judgements",), ("questions", "judgements")):
        text = to_json({**record, **{name: [] for name in dropped}})
        if len(text) <= MAX_TEXT:
            return text
    raise FormatError(
        f"This scene takes {len(text)} bytes; a picture carries up to {MAX_TEXT}. Make the scene smaller."
    )


def _sorted(value: Mapping[str, Any]) -> orjson.Fragment:
    """Equal settings give equal bytes, in whatever order they were set."""
    try:
        return orjson.Fragment(orjson.dumps(dict(value), option=orjson.OPT_SORT_KEYS))
    except orjson.JSONEncodeError as error:
        raise FormatError(f"These settings are not plain text and numbers ({error}): {show(value)}.") from error


def _one_line(value: object) -> str:
    """As the other programs read it back: with a comma, colon or line end inside, in quotation marks."""
    text = str(value)
    return json.dumps(text, ensure_ascii=False) if any(mark in text for mark in ",:\n") else text


def _png(image: Image.Image, texts: PngInfo | None, *, compress_level: int = 6) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG", pnginfo=texts, compress_level=compress_level)
    return file.getvalue()


def _check_frames(frames: Sequence[Image.Image]) -> None:
    width, height = frames[0].size
    odd = next((frame.size for frame in frames if frame.size != (width, height)), None)
    if odd is not None:
        raise FormatError(f"The frames of a video have one size; {odd[0]} x {odd[1]} is not {width} x {height} pixels.")
    if width * height * len(frames) > MAX_PIXELS:
        raise FormatError(
            f"{len(frames)} frames of {width} x {height} pixels are more than the {MAX_PIXELS} that a file holds. "
            "Draw fewer or smaller ones."
        )


def _animated(pictures: Sequence[bytes]) -> bytes:
    """One APNG of whole frames, each a PNG file; frames that do not change stay frames, unlike in Pillow's own writer."""
    first = _chunks(pictures[0])
    width, height = struct.unpack_from(">II", first[0][1])
    made = [_packed(*first[0]), _packed(b"acTL", struct.pack(">II", len(pictures), 0))]
    made += [_packed(kind, body) for kind, body in first[1:] if kind not in (b"IDAT", b"IEND")]
    turn = 0
    for i, picture in enumerate(pictures):
        made.append(_packed(b"fcTL", struct.pack(">IIIIIHHBB", turn, width, height, 0, 0, FRAME_MS, 1000, 0, 0)))
        turn += 1
        for body in [body for kind, body in _chunks(picture) if kind == b"IDAT"]:
            made.append(_packed(b"IDAT", body) if i == 0 else _packed(b"fdAT", struct.pack(">I", turn) + body))
            turn += i > 0
    return SIGNATURE + b"".join([*made, _packed(b"IEND", b"")])


def _plain(image: Image.Image) -> Image.Image:
    """A copy in RGB, or RGBA where it has holes, without the metadata it came with."""
    holes = "A" in image.getbands() or "a" in image.getbands() or "transparency" in image.info
    copy = image.convert("RGBA" if holes else "RGB").copy()
    copy.info = {}
    return copy


# --- reading: the file ------------------------------------------------------------------------------------------------


def _checked(data: bytes) -> list[tuple[bytes, bytes]]:
    """The chunks of a file that is not too large."""
    if len(data) > MAX_VIDEO:
        raise FormatError(f"This file has {len(data)} bytes; videos of up to {MAX_VIDEO} are read. Use a smaller one.")
    if len(data) > MAX_FILE and not any(kind == b"acTL" for kind, _ in _chunks(data)):
        raise FormatError(f"This file has {len(data)} bytes; pictures of up to {MAX_FILE} are read. Use a smaller one.")
    chunks = _chunks(data)
    _check_header(chunks)
    return chunks


def _frame_count(chunks: list[tuple[bytes, bytes]]) -> int:
    body = next((body for kind, body in chunks if kind == b"acTL"), b"")
    return int(struct.unpack_from(">I", body)[0]) if len(body) == 8 else 0


def _chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    """(type, body) of every chunk up to the end mark, each with the right checksum."""
    if not data.startswith(SIGNATURE):
        raise FormatError(
            f"This is not a PNG picture; it begins with {show(data[:8])}. Use a PNG saved by this program."
        )
    found = list(_walk(memoryview(data)))
    if not found or found[-1][0] != b"IEND":
        raise FormatError("This picture ends in the middle. Copy or download it again.")
    return found


def _walk(data: memoryview) -> Iterator[tuple[bytes, bytes]]:
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


def _check_header(chunks: list[tuple[bytes, bytes]]) -> None:
    kind, header = chunks[0]
    if kind != b"IHDR" or len(header) != 13:
        raise FormatError("This picture does not begin with its size. Copy or download it again.")
    width, height = struct.unpack_from(">II", header)
    if width == 0 or height == 0 or width * height > MAX_PIXELS:
        raise FormatError(
            f"This picture has {width} x {height} pixels; up to {MAX_PIXELS} are read. Use a smaller one."
        )


def _our_text(body: bytes) -> bytes | None:
    """The text of an iTXt chunk that is ours, unpacked no further than the limit; None for a chunk of others."""
    key, _, rest = body.partition(b"\0")
    if key != KEY.encode() or len(rest) < 2:
        return None
    packed, method = rest[0], rest[1]
    parts = rest[2:].split(b"\0", 2)
    if len(parts) < 3 or packed > 1 or method != 0:
        raise FormatError(
            "The scene in this picture is stored in a way this program does not know. Use the original file."
        )
    text = _unpack(parts[2]) if packed else parts[2]
    if len(text) > MAX_TEXT:
        raise FormatError(f"The scene in this picture is larger than {MAX_TEXT} bytes. Use the original file.")
    return text


def _unpack(data: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, MAX_TEXT + 1)
    except zlib.error as error:
        raise FormatError(f"The scene in this picture cannot be unpacked ({error}). Use the original file.") from error


def _decode(chunks: list[tuple[bytes, bytes]]) -> Image.Image:
    file = io.BytesIO(SIGNATURE + b"".join(_packed(kind, body) for kind, body in chunks if kind in DRAWN))
    try:
        with Image.open(file, formats=["PNG"]) as image:
            image.load()
            return _plain(image)
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, struct.error, zlib.error) as error:
        raise FormatError(
            f"The pixels of this picture are damaged ({show(error)}). Copy or download it again."
        ) from error


def _decode_frames(chunks: list[tuple[bytes, bytes]], count: int) -> tuple[Image.Image, ...]:
    kept = DRAWN + MOVED
    file = io.BytesIO(SIGNATURE + b"".join(_packed(kind, body) for kind, body in chunks if kind in kept))
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


def _packed(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


# --- reading: the origin ----------------------------------------------------------------------------------------------


def _json(text: bytes) -> Mapping[str, Any]:
    try:
        data = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise FormatError(f"The scene in this picture is not JSON ({error}). Use the original file.") from error
    _check_depth(data)
    if not isinstance(data, dict):
        raise FormatError(f"The scene in this picture is not a JSON object but {show(data)}. Use the original file.")
    if data.get("schema") != SCHEMA:
        raise FormatError(
            f"The scene in this picture has schema {show(data.get('schema'))}; this program reads schema {SCHEMA}. "
            "Update the program."
        )
    return data


def _check_depth(data: object) -> None:
    level = [data]
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for value in level
            if isinstance(value, dict | list)
            for inner in (value.values() if isinstance(value, dict) else value)
        ]
    if level:
        raise FormatError(f"The scene in this picture is nested deeper than {MAX_DEPTH} levels. Use the original file.")


def _origin(data: Mapping[str, Any]) -> Origin:
    try:
        return Origin(
            graph=SceneGraph.from_dict(data.get("scene_graph")),
            caption=_typed(data, "caption", str, "text"),
            seed=_seed(data),
            generator=_typed(data, "generator", str, "text"),
            settings=_typed(data, "settings", dict, "a JSON object"),
            record=_typed(data, "record", dict, "a JSON object"),
            questions=tuple(_question(row) for row in _rows(data, "questions")),
            judgements=tuple(_judgement(row) for row in _rows(data, "judgements")),
            taxonomy=_typed(data, "taxonomy", str, "text"),
            taxonomy_version=_typed(data, "taxonomy_version", str, "text"),
            program=_typed(data, "program", str, "text"),
        )
    except GraphError as error:
        raise FormatError(f"The scene in this picture contradicts itself: {error}") from error
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise FormatError(
            f"The scene in this picture is not one of ours ({show(error)}). Use the original file."
        ) from error


def _typed(data: Mapping[str, Any], name: str, kind: type, told: str) -> Any:
    value = data.get(name)
    if not isinstance(value, kind):
        raise FormatError(f"{show(name)} in this picture has to be {told}, got {show(value)}. Use the original file.")
    return value


def _seed(data: Mapping[str, Any]) -> int:
    if isinstance(data.get("seed"), bool):
        raise FormatError("“seed” in this picture has to be a whole number, got a truth value. Use the original file.")
    return int(_typed(data, "seed", int, "a whole number"))


def _rows(data: Mapping[str, Any], name: str) -> list[Any]:
    rows: list[Any] = _typed(data, name, list, "a list")
    if len(rows) > MAX_QUESTIONS:
        raise FormatError(
            f"This picture has {len(rows)} {name}; up to {MAX_QUESTIONS} are read. Use the original file."
        )
    return rows


def _question(row: object) -> Question:
    if not isinstance(row, dict) or not isinstance(row.get("program"), dict):
        raise FormatError(f"This is not a question of ours: {show(row)}. Use the original file.")
    for name, value in row["program"].items():
        wanted = {"n": int, "thing": dict, "source": dict, "target": dict, "attributes": list}.get(name, str)
        _typed({name: value}, name, wanted, wanted.__name__)
    return Question.from_dict(row)


def _judgement(row: object) -> Mapping[str, Any]:
    said = Judgement.from_dict(row).to_dict()
    return {name: orjson.loads(orjson.dumps(said[name])) for name in ("judge", "scores", "oracle")}
