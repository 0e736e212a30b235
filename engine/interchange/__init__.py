"""Other people's formats, in and out: read by content, written with a list of what they cannot hold.

`read(path)` streams scenes, `write(scenes, format, out)` writes them, `convert(source, out)` does both.
Try it: `python cli.py convert scenes.jsonl scenes.csv --to dsg`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from engine.disk import whole
from engine.errors import FormatError, closest, join_or, show
from engine.interchange import dsg, dsg_table, geneval, gqa, ours, paper, prompts, tifa, visual_genome
from engine.interchange.assemble import Passage
from engine.interchange.detect import detect, shape_of
from engine.interchange.extend import PLAIN, extended
from engine.interchange.record import Imported, Loss, Losses, SceneRecord
from engine.interchange.stream import Source
from engine.scene import SceneLine, read_scenes
from engine.taxonomy import Taxonomy

__all__ = [
    "FORMATS",
    "PLAIN",
    "Format",
    "Imported",
    "Loss",
    "Losses",
    "Report",
    "SceneRecord",
    "convert",
    "extended",
    "read",
    "scene_lines",
    "write",
]


NO_JSON = ("dsg", "prompts")
"""Formats that may be tables or plain lines."""


@dataclass(frozen=True)
class Format:
    """A format by name: what it is, how it is read and written, and the ending that its files usually have."""

    name: str
    title: str
    ending: str
    read: Callable[[Source, str, Passage], Iterator[SceneRecord]]
    write: Callable[[Iterable[SceneRecord], BinaryIO, Passage], None]


FORMATS: Mapping[str, Format] = {
    found.name: found
    for found in (
        Format("scenewright", "Scenes of this program, JSON Lines", ".jsonl", ours.read, ours.write),
        Format("paper", "Prompts of the paper's release", ".json", paper.read, paper.write),
        Format("visual-genome", "Visual Genome scene graphs", ".json", visual_genome.read, visual_genome.write),
        Format("gqa", "GQA scene graphs", ".json", gqa.read, gqa.write),
        Format("dsg", "DSG and DPG-Bench propositions, CSV", ".csv", dsg.read, dsg_table.write),
        Format("tifa", "TIFA questions", ".json", tifa.read, tifa.write),
        Format("geneval", "GenEval prompts, JSON Lines", ".jsonl", geneval.read, geneval.write),
        Format("prompts", "Prompts alone (GenAI-Bench, lines of text)", ".jsonl", prompts.read, prompts.write),
    )
}


@dataclass(frozen=True)
class Report:
    """What a conversion did: from which format to which, how many scenes, and what was not carried over."""

    source_format: str
    out_format: str
    scenes: int
    lost: list[Loss] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        rows = [{"field": x.field, "count": x.count, "scenes": x.scenes, "first": list(x.first), "example": x.example}
                for x in self.lost]  # fmt: skip
        return {"from": self.source_format, "to": self.out_format, "scenes": self.scenes, "lost": rows}


def read(
    source: Path | str | bytes,
    format: str | None = None,
    *,
    taxonomy: Taxonomy = PLAIN,
    name: str | None = None,
    strict: bool = False,
) -> Imported:
    """The scenes of a file or of bytes, one after the other; the format is found by content where it is not named.

    Kinds of attributes and relations are looked up in the taxonomy; with `strict`, values that contradict each other
    keep their kind. Raises `FormatError` naming file and place for what is malformed, too large or too deep, while
    the scenes are read.
    """
    found = Source.of(source, name=name)
    named, shape = detect(found) if format is None else (_format(format).name, shape_of(found))
    if shape == "table" and named not in NO_JSON:
        raise FormatError(f"{show(found.name)} is not JSON, and {named} is. Name another format, or let it be found.")
    passage = Passage(taxonomy, strict=strict)
    return Imported(named, FORMATS[named].read(found, shape, passage), passage.losses)


def scene_lines(path: Path, *, taxonomy: Taxonomy = PLAIN, format: str | None = None) -> Iterator[SceneLine]:
    """The scenes of a file in any format, whole: our own as they are, others with the caption and questions they lack.

    Raises what `read` raises.
    """
    if not path.is_file() or (format in (None, "scenewright") and ours.own(path)):
        return read_scenes(path)
    return ours.lines(read(path, format, taxonomy=taxonomy), taxonomy)


def write(
    scenes: Iterable[SceneRecord], format: str, out: Path | BinaryIO, *, taxonomy: Taxonomy = PLAIN
) -> list[Loss]:
    """Write scenes in a format; what it could not hold, per field with counts. A path is written whole or not at all.

    Raises `FormatError` for a format that nobody knows, `DiskFull` and `StoreError` where it cannot be written.
    """
    found, passage = _format(format), Passage(taxonomy)
    if isinstance(out, Path):
        with whole(out) as file:
            found.write(scenes, file, passage)
    else:
        found.write(scenes, out, passage)
    return passage.losses.listed()


def convert(
    source: Path,
    out: Path,
    *,
    source_format: str | None = None,
    out_format: str | None = None,
    taxonomy: Taxonomy = PLAIN,
) -> Report:
    """Read one file and write another; formats are found by content and, for the new file, by its ending.

    Raises what `read` and `write` raise, and `FormatError` for a file that would be written onto itself.
    """
    if source.exists() and out.exists() and source.samefile(out):
        raise FormatError(f"{show(out)} would be written over itself. Name another file.")
    imported = read(source, source_format, taxonomy=taxonomy)
    named = out_format or _by_ending(out)
    counted = _Counted(imported.scenes)
    lost = write(counted, named, out, taxonomy=taxonomy)
    both = sorted((*imported.lost, *lost), key=lambda loss: (-loss.count, loss.field))
    return Report(imported.format, named, counted.count, both)


class _Counted:
    """Counts what passes through."""

    def __init__(self, scenes: Iterable[SceneRecord]) -> None:
        self.scenes, self.count = scenes, 0

    def __iter__(self) -> Iterator[SceneRecord]:
        for scene in self.scenes:
            self.count += 1
            yield scene


def _format(name: str) -> Format:
    if name in FORMATS:
        return FORMATS[name]
    near = closest(name, FORMATS)
    hint = f"Did you mean {join_or(near)}?" if near else f"Known ones: {', '.join(FORMATS)}."
    raise FormatError(f"{show(name)} is not a format. {hint}")


def _by_ending(out: Path) -> str:
    fitting = [found.name for found in FORMATS.values() if found.ending == out.suffix.lower()]
    if out.suffix.lower() == ".jsonl" or len(fitting) == 1:
        return fitting[0]
    raise FormatError(f"{show(out.name)} does not say which format to write. Name one of {', '.join(FORMATS)}.")
