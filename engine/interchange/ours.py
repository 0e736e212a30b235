"""Our own scenes: a JSON graph, a scene with everything, or JSON Lines of them; holds all there is.

Try it: `python cli.py generate --count 2 --out s.jsonl && python cli.py convert s.jsonl p.json --to paper`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

import orjson

from engine.errors import FormatError, GraphError
from engine.graph import SceneGraph
from engine.interchange.assemble import Passage
from engine.interchange.record import SceneRecord
from engine.interchange.said import said
from engine.interchange.stream import Document, Source, documents
from engine.scene import MAX_LINE, SceneLine
from engine.taxonomy import Taxonomy


def read(source: Source, shape: str, passage: Passage) -> Iterator[SceneRecord]:
    """The scenes, exactly as they are; raises `FormatError` with the place for what is none."""
    for document in documents(source, shape, passage.losses):
        try:
            yield _record(document)
        except (FormatError, GraphError) as error:
            raise FormatError(f"{document.place}: {error}") from error


def own(path: Path) -> bool:
    """Whether a file begins with a whole scene of ours in a line of its own, as `generate` writes them."""
    with path.open("rb") as file:
        line = file.readline(MAX_LINE)
    try:
        first = orjson.loads(line)
    except orjson.JSONDecodeError:
        return False
    return isinstance(first, dict) and first.keys() >= {"id", "caption", "scene_graph", "questions"}


def _record(document: Document) -> SceneRecord:
    value = document.value
    if "scene_graph" not in value:
        return SceneRecord(document.key or str(document.number), SceneGraph.from_dict(value))
    if "caption" in value and "id" in value:
        return SceneRecord.of(SceneLine.from_dict(value))
    id = str(value.get("id", document.key or document.number))
    caption = value.get("caption")
    return SceneRecord(id, SceneGraph.from_dict(value["scene_graph"]), str(caption) if caption is not None else None)


def write(scenes: Iterable[SceneRecord], out: BinaryIO, passage: Passage) -> None:
    """JSON Lines of `lines`."""
    for line in lines(scenes, passage.taxonomy):
        out.write(orjson.dumps(line.to_dict()) + b"\n")


def lines(scenes: Iterable[SceneRecord], taxonomy: Taxonomy) -> Iterator[SceneLine]:
    """Whole scenes; what one lacks (caption, questions) is made, a caption of its own is kept as it is."""
    for scene, words in said(scenes, taxonomy):
        caption = scene.caption if scene.caption is not None else words.caption
        spans = words.spans if caption == words.caption else scene.spans
        yield SceneLine(
            scene.id, scene.graph, caption, spans, scene.questions or words.questions, scene.seed,
            scene.taxonomy or words.taxonomy, scene.modality, scene.plausibility,
        )  # fmt: skip
