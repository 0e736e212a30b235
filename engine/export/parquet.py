"""Parquet with the pictures inside: `data/train-00000-of-00001.parquet`, what the Hub's viewer and big sets use.

Loads as pictures through the features in the schema's metadata, without `datasets` to write it.
Try it: `python cli.py export --run runs/a --format parquet --out set`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from engine.export.layout import Layout, Sample, Step, diffusers
from engine.export.rows import ExportRow, Selection

SHARD = 5_000
"""Pictures per file."""
GROUP = 100
"""Pictures per row group: what a reader holds in memory at once."""
IMAGE = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
TYPES = {"string": pa.string(), "int64": pa.int64(), "float64": pa.float64()}


def write(selection: Selection, folder: Path, step: Step) -> None:
    """Write shards of `SHARD` pictures, in row groups of `GROUP`."""
    (folder / "data").mkdir()
    schema = _schema(selection)
    for split, rows in selection.splits.items():
        shards = _parts(rows, SHARD)
        for i, shard in enumerate(shards):
            path = folder / "data" / f"{split}-{i:05d}-of-{len(shards):05d}.parquet"
            with pq.ParquetWriter(path, schema) as writer:
                for group in _parts(shard, GROUP):
                    writer.write_table(pa.Table.from_pylist([_line(row, selection) for row in group], schema))
                    for _ in group:
                        step()


def _line(row: ExportRow, selection: Selection) -> dict[str, object]:
    return {"image": {"bytes": row.png(), "path": f"{row.stem}.png"}, **row.columns(scored=selection.scored)}


def _schema(selection: Selection) -> pa.Schema:
    fields = [("image", IMAGE), *((name, TYPES[kind]) for name, (kind, _) in selection.columns.items())]
    features = {name: {"dtype": kind, "_type": "Value"} for name, (kind, _) in selection.columns.items()}
    told = {"info": {"features": {"image": {"_type": "Image"}, **features}}}
    return pa.schema(fields, metadata={"huggingface": json.dumps(told)})


def _parts(rows: Sequence[ExportRow], size: int) -> list[Sequence[ExportRow]]:
    return [rows[start : start + size] for start in range(0, len(rows), size)]


def read(folder: Path) -> Iterator[Sample]:
    """What a reader of the tables gets, row by row."""
    for path in sorted((folder / "data").glob("*.parquet")):
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(GROUP, columns=["image", "text", "graph_hash"]):
                for row in batch.to_pylist():
                    yield Sample(path.name.split("-")[0], row["image"]["bytes"], row["text"], row["graph_hash"])


LAYOUT = Layout(
    name="parquet",
    write=write,
    read=read,
    data_files="data/{split}-*",
    columns="image, text",
    train=diffusers("--dataset_name {folder} --image_column image --caption_column text"),
    flip="--random_flip",
    hub=True,
    tables="data/{split}-*.parquet",
)
