"""Hugging Face imagefolder: `train/metadata.jsonl` beside `train/images/*.png`, what diffusers' scripts read.

Try it: `python cli.py export --run runs/a --format imagefolder --out set`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from engine.disk import read_lines, to_json, write_whole
from engine.errors import FormatError, show
from engine.export.layout import Layout, Sample, Step, diffusers
from engine.export.rows import ExportRow, Selection

METADATA = "metadata.jsonl"  # readers look for exactly this name


def write(selection: Selection, folder: Path, step: Step) -> None:
    """Write the pictures and one `metadata.jsonl` per split."""
    for split, rows in selection.splits.items():
        images = folder / split / "images"
        images.mkdir(parents=True)
        for row in rows:
            (images / f"{row.stem}.png").write_bytes(row.png())
            step()
        lines = b"".join(to_json(line) + b"\n" for line in _lines(selection, split))
        write_whole(folder / split / METADATA, lines)


def _lines(selection: Selection, split: str) -> Iterator[dict[str, object]]:
    if selection.pair is None:
        for row in selection.splits[split]:
            yield {"file_name": file_name(row), **row.columns(scored=selection.scored)}
        return
    for both in selection.pairs(split):
        files = {f"{role}_file_name": file_name(row) for role, row in zip(selection.pair, both, strict=True)}
        yield {**files, **selection.pair_values(*both)}


def file_name(row: ExportRow) -> str:
    """Where the picture is, beside `metadata.jsonl`."""
    return f"images/{row.stem}.png"


def read(folder: Path) -> Iterator[Sample]:
    """What a reader of the folder gets, row by row; a row with two pictures gives both.

    Raises `FormatError` where a row names a picture that is not there.
    """
    for metadata in sorted(folder.glob(f"*/{METADATA}")):
        for number, row in read_lines(metadata):
            for name in (name for name in row if name == "file_name" or name.endswith("_file_name")):
                image = metadata.parent / str(row[name])
                if not image.is_file():
                    raise FormatError(f"Line {number} of {metadata.name} names {show(image.name)}, which is not there.")
                yield Sample(metadata.parent.name, image.read_bytes(), str(row["text"]), str(row["graph_hash"]))


LAYOUT = Layout(
    name="imagefolder",
    write=write,
    read=read,
    data_files="{split}/**",
    columns="image (from file_name), text",
    # The script reads every file below the folder it is given: the whole set would bring test pictures into training.
    train=diffusers("--train_data_dir {folder}/train --image_column image --caption_column text"),
    flip="--random_flip",
    hub=True,
)
