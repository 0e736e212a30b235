"""What people bring: a caption pasted, a file dropped; read with suspicion, refused in one sentence.

A picture of ours comes back with its scene and its scores. Try it: `python -m pytest tests/pages/test_intake.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from engine.errors import FormatError, show
from engine.graph import SceneGraph
from engine.png import SIGNATURE, Origin, read_png
from engine.store import Store
from engine.taxonomy import Taxonomy

MAX_JSON = 2_000_000
"""Bytes of a graph file; a scene of 64 objects takes about 50,000."""
MAX_DEPTH = 24
ENDINGS = ("json", "jsonl", "png")


@dataclass(frozen=True)
class Incoming:
    """A graph from outside, checked against the taxonomy; `origin` and `picture` when it came inside a PNG."""

    graph: SceneGraph
    origin: Origin | None = None
    picture: bytes | None = None


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
    graph = read_graph(name, data)
    taxonomy.check(graph)
    return Incoming(graph)


def read_graph(name: str, data: bytes) -> SceneGraph:
    """The graph of a JSON file, or of the first line of JSON Lines; scenes and bare graphs are both read."""
    if not data.strip():
        raise FormatError(f"{show(name)} is empty. Use a graph saved by this program.")
    if len(data) > MAX_JSON:
        raise FormatError(
            f"{show(name)} has {len(data):,} bytes; graphs of up to {MAX_JSON:,} are read. Use a smaller one."
        )
    record = _parsed(name, data)
    _check_depth(name, record)
    if not isinstance(record, Mapping):
        raise FormatError(
            f"{show(name)} holds {type(record).__name__} instead of a scene graph. Use one saved by this program."
        )
    graph = record.get("scene_graph", record)
    if not isinstance(graph, Mapping) or "objects" not in graph:
        raise FormatError(
            f"{show(name)} holds no scene graph: there is no list of “objects”. Use one saved by this program."
        )
    return SceneGraph.from_dict(graph)


def _parsed(name: str, data: bytes) -> Any:
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as whole:
        try:
            return orjson.loads(data.strip().split(b"\n", 1)[0])
        except orjson.JSONDecodeError:
            raise FormatError(f"{show(name)} is not JSON ({whole}). Use a graph saved by this program.") from whole


def _check_depth(name: str, record: object) -> None:
    level = [record]
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for value in level
            if isinstance(value, dict | list)
            for inner in (value.values() if isinstance(value, dict) else value)
        ]
        if not level:
            return
    raise FormatError(f"{show(name)} is nested deeper than {MAX_DEPTH} levels. Use a graph saved by this program.")


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
