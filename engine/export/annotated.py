"""Pictures as an imagefolder with annotations beside them: COCO captions, Visual Genome, GQA, the paper's JSON, DSG.

`annotations/` has a file per split; the ids in it are those of the pictures, or numbers that `images` of COCO and
`image_data` of Visual Genome explain. Try it: `python cli.py export --run runs/a --format coco --out set`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from engine import interchange
from engine.disk import from_json, read_lines
from engine.errors import FormatError, show
from engine.export import imagefolder
from engine.export.layout import Layout, Step
from engine.export.rows import ExportRow, Selection
from engine.interchange import Loss, SceneRecord

FOLDER = "annotations"
LEFT_OUT = "left_out.txt"
NUMBERED = ("coco", "visual-genome")
"""Formats that know pictures by number."""


@dataclass(frozen=True, slots=True)
class Annotation:
    """How one format names its file of a split, and what it writes there."""

    format: str
    file: str
    write: Callable[[Sequence[tuple[str, ExportRow]], Path, Selection], list[Loss]]


def layout(annotation: Annotation, *, note: str) -> Layout:
    """The format as a layout; trainers read the imagefolder below it."""
    plain = imagefolder.LAYOUT

    def write(selection: Selection, folder: Path, step: Step) -> None:
        imagefolder.write(selection, folder, step)
        _annotate(annotation, selection, folder)

    return Layout(
        name=annotation.format,
        write=write,
        read=imagefolder.read,
        data_files=plain.data_files,
        columns=f"{plain.columns}; `{FOLDER}/{annotation.file.format(split='train')}` for readers of {annotation.format}",
        train=plain.train,
        flip=plain.flip,
        hub=True,
        verify=lambda folder: _verify(annotation, folder),
        note=note,
    )


def _annotate(annotation: Annotation, selection: Selection, folder: Path) -> None:
    (folder / FOLDER).mkdir()
    lost, first = [], 1
    for split, rows in selection.splits.items():
        named = [(str(i) if annotation.format in NUMBERED else row.id, row) for i, row in enumerate(rows, start=first)]
        lost += annotation.write(named, folder / FOLDER / annotation.file.format(split=split), selection)
        first += len(rows)
    if lost:
        text = "What this format does not hold, and the pictures where it was first left out:\n\n"
        text += "".join(f"- {loss}\n" for loss in lost)
        (folder / FOLDER / LEFT_OUT).write_text(text, encoding="utf-8", newline="\n")


def _scenes(format: str) -> Callable[[Sequence[tuple[str, ExportRow]], Path, Selection], list[Loss]]:
    """A writer of `engine.interchange`, a scene for each picture."""

    def write(named: Sequence[tuple[str, ExportRow]], file: Path, _selection: Selection) -> list[Loss]:
        records = (SceneRecord(id, row.graph, row.caption, seed=row.seed) for id, row in named)
        lost = interchange.write(records, format, file)
        if format in NUMBERED:
            data = [{"image_id": int(id), **_image(row)} for id, row in named]
            _json(file.with_name(file.name.replace("scene_graphs", "image_data")), data)
        return lost

    return write


def _captions(named: Sequence[tuple[str, ExportRow]], file: Path, selection: Selection) -> list[Loss]:
    """COCO's captions; `id` and `graph_hash` are ours, and readers pass over them."""
    images = [{"id": int(id), **_image(row), "license": 1, "name": row.id} for id, row in named]
    captions = [{"id": int(id), "image_id": int(id), "caption": row.caption} for id, row in named]
    info = {"description": selection.title or "Scenes, drawn and judged", "version": "1.0"}
    licences = [{"id": 1, "name": selection.licence, "url": ""}]
    _json(file, {"info": info, "licenses": licences, "images": images, "annotations": captions})
    return []


def _image(row: ExportRow) -> dict[str, Any]:
    data = row.png()
    width, height = (int.from_bytes(data[start : start + 4], "big") for start in (16, 20))
    return {"file_name": f"{row.stem}.png", "width": width, "height": height}


def _json(file: Path, value: object) -> None:
    file.write_bytes(orjson.dumps(value) + b"\n")


# Reading back --------------------------------------------------------------------------------------------------


def _verify(annotation: Annotation, folder: Path) -> None:
    """Each split has an annotation for each of its pictures, with as many objects; raises `FormatError` otherwise."""
    for metadata in sorted(folder.glob(f"*/{imagefolder.METADATA}")):
        split = metadata.parent.name
        file = folder / FOLDER / annotation.file.format(split=split)
        rows = {Path(str(row["file_name"])).name: row for _, row in read_lines(metadata)}
        found = dict(_coco(file) if annotation.format == "coco" else _read_scenes(annotation.format, file, rows))
        for name, row in rows.items():
            if found.pop(name, None) not in (row["text"], len(from_json(row["scene_graph"], what=name)["objects"])):
                raise FormatError(
                    f"{file.name} does not say of {show(name)} what {metadata.name} says. Export it again."
                )
        if found:
            raise FormatError(f"{file.name} tells of {show(min(found))}, which is not there. Export it again.")


def _coco(file: Path) -> Iterator[tuple[str, str]]:
    """File name -> caption."""
    data = from_json(file.read_bytes(), what=str(file))
    said = {row["image_id"]: row["caption"] for row in data["annotations"]}
    return ((row["file_name"], said[row["id"]]) for row in data["images"])


def _read_scenes(format: str, file: Path, rows: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """File name -> number of objects; DSG lists what is asked, so that only its text can be compared."""
    names = {str(row["id"]): name for name, row in rows.items()}
    if format in NUMBERED:
        data = orjson.loads(file.with_name(file.name.replace("scene_graphs", "image_data")).read_bytes())
        names = {str(row["image_id"]): row["file_name"] for row in data}
    for record in interchange.read(file, format):
        yield names.get(record.id, record.id), record.caption if format == "dsg" else len(record.graph.objects)


COCO = layout(
    Annotation("coco", "captions_{split}.json", _captions), note="COCO's format holds captions only, no graphs."
)
VISUAL_GENOME = layout(
    Annotation("visual-genome", "scene_graphs_{split}.json", _scenes("visual-genome")),
    note="Visual Genome's format holds no kinds, no scene attributes, no captions; and we have no boxes.",
)
GQA = layout(
    Annotation("gqa", "{split}_sceneGraphs.json", _scenes("gqa")),
    note="GQA's format holds no kinds, of scene attributes only location and weather, no captions; and we have no boxes.",
)
PAPER = layout(
    Annotation("paper", "prompts_{split}.json", _scenes("paper")),
    note="The paper's format (arXiv 2412.08221) holds one relation from one object to another, and no questions.",
)
DSG = layout(
    Annotation("dsg", "dsg_{split}.csv", _scenes("dsg")),
    note="DSG's table (arXiv 2310.18235) holds what true yes/no questions ask about; open questions have no place in it.",
)
LAYOUTS = (COCO, VISUAL_GENOME, GQA, PAPER, DSG)
