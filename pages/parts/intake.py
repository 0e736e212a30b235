"""What people bring: a caption pasted, a file dropped; read with suspicion, refused in one sentence.

Scenes come in every format that the engine reads; a picture of ours comes back with its scene and its scores.
Try it: `python -m pytest tests/pages/test_intake.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import orjson

from engine.errors import FormatError, ScenewrightError, show
from engine.graph import SceneGraph
from engine.interchange import Imported, read
from engine.png import SIGNATURE, Origin, read_png
from engine.store import Store
from engine.taxonomy import Taxonomy

MAX_UPLOAD = 64_000_000
"""Bytes of a dropped file; a whole data set goes through `python cli.py convert`."""
MAX_COUNTED = 10_000
ENDINGS = ("json", "jsonl", "csv", "png")


@dataclass(frozen=True)
class Incoming:
    """A graph from outside, checked against the taxonomy; `origin` and `picture` when it came inside a PNG.

    `notice` says what a person should know about the rest of the file: further scenes, and what was not carried over.
    """

    graph: SceneGraph
    origin: Origin | None = None
    picture: bytes | None = None
    notice: str = ""


def read_file(name: str, data: bytes, taxonomy: Taxonomy) -> Incoming:
    """What a dropped file holds, by its bytes rather than its name; raises `ScenewrightError` in one sentence."""
    if data.startswith(SIGNATURE):
        origin = read_png(data)[1]
        taxonomy.check(origin.graph)
        return Incoming(origin.graph, origin, data)
    if name.lower().endswith(".png"):
        raise FormatError(
            f"{show(name)} is not a PNG picture, whatever its name says. Use a PNG saved by this program."
        )
    scenes = read_scenes(name, data, taxonomy)
    first = next(iter(scenes), None)
    if first is None:
        raise FormatError(f"{show(name)} holds no scene. Use a file with at least one.")
    taxonomy.check(first.graph)
    return Incoming(first.graph, notice=_notice(scenes))


def read_scenes(name: str, data: bytes, taxonomy: Taxonomy) -> Imported:
    """The scenes of a file in any of the known formats, the first of them not yet read.

    Raises `FormatError` if it is too large or of no known format.
    """
    if len(data) > MAX_UPLOAD:
        raise FormatError(
            f"{show(name)} has {len(data):,} bytes; files of up to {MAX_UPLOAD:,} are read here. Use "
            "`python cli.py convert` for it, or a smaller one."
        )
    return read(data, taxonomy=taxonomy, name=name, strict=True)


def _notice(scenes: Imported) -> str:
    """What was left out of the first scene, and how many more the file has."""
    lost = [f"{loss.count} × {loss.field}" for loss in scenes.lost]
    left = f"Not carried over: {', '.join(lost)}." if lost else ""
    more, broken = 0, False
    try:
        for _ in islice(scenes, MAX_COUNTED):
            more += 1
    except ScenewrightError:
        broken = True
    count = f"at least {more:,}" if more == MAX_COUNTED else f"{more:,}"
    rest = f"The file holds {count} more; the first one was opened." if more else ""
    return " ".join(filter(None, (left, rest, "What follows cannot be read." if broken else "")))


def keep_picture(store: Store, session: str, incoming: Incoming) -> None:
    """Keep a picture of ours in a session, with what judges said about it then."""
    origin, data = incoming.origin, incoming.picture
    if origin is None or data is None:
        return
    width, height = (int.from_bytes(data[start : start + 4], "big") for start in (16, 20))
    sha256, path = store.save_image(data)
    picture = store.add_picture(
        sha256=sha256, path=path, width=width, height=height, generator=origin.generator, caption=origin.caption,
        graph=_text(origin.graph.to_dict()), seed=origin.seed, settings=_text(dict(origin.settings)),
        record=_text(dict(origin.record)), session=session,
    )  # fmt: skip
    for said in origin.judgements:
        scores = {"judge": said["scores"], "oracle": said["oracle"]}
        answers = [
            {"question": mark["question"], "answer": mark["reply"]["answer"]} for mark in said["scores"]["marks"]
        ]
        store.add_judgement(
            picture.id,
            judge=str(said["judge"]),
            answers=_text(answers),
            scores=_text(scores),
            score=said["scores"]["gated"],
        )


def welcome_files(folder: Path) -> list[tuple[str, bytes]]:
    """The pictures that a first visit opens on, in the order of their names; none where none are shipped."""
    return [(path.name, path.read_bytes()) for path in sorted(folder.glob("*.png"))]


def _text(value: object) -> str:
    return orjson.dumps(value).decode()
