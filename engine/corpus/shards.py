"""Shards: a corpus is written in pieces of ten thousand scenes, each whole or not there, in any order, by anybody.

Try it: `python cli.py generate --count 30000 --taxonomy full --mode imaginative --out corpus; ls corpus`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson

from engine.corpus.lines import Row
from engine.corpus.order import Order
from engine.disk import writing

SHARD = 10_000
GROUP = 2_500
ENDINGS = {"jsonl": ".jsonl", "parquet": ".parquet", "paper": ".json"}
Tick = Callable[[int], None]


def shards(count: int) -> range:
    """The numbers of the shards of so many scenes."""
    return range(-(-count // SHARD))


def shard_path(folder: Path, number: int, format: str) -> Path:
    """Where a shard lies."""
    return folder / f"part-{number:05d}{ENDINGS[format]}"


def write_shard(order: Order, number: int, folder: Path, tick: Tick) -> Path:
    """Write one shard and give it its name when it is whole; `tick` hears of every thousand scenes.

    Raises `DiskFull` or `StoreError` where there is no room or no right to write; nothing partial is left.
    """
    path = shard_path(folder, number, order.format)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    write = {"jsonl": _write_lines, "parquet": _write_parquet, "paper": _write_paper}[order.format]
    with writing(path):
        try:
            write(order, _rows(order, number, tick), part)
            os.replace(part, path)
        except BaseException:
            with suppress(OSError):
                part.unlink()
            raise
    return path


def _rows(order: Order, number: int, tick: Tick) -> Iterator[Row]:
    lines, end = order.lines, min(order.count, (number + 1) * SHARD)
    for index in range(number * SHARD, end):
        yield lines.row(index)
        if index % 1000 == 999 or index + 1 == end:
            tick(index % 1000 + 1)


def _write_lines(order: Order, rows: Iterator[Row], path: Path) -> None:
    to_json = order.lines.json
    with path.open("w", encoding="utf-8", newline="\n", buffering=1 << 20) as file:
        for row in rows:
            file.write(to_json(row) + "\n")
        file.flush()
        os.fsync(file.fileno())


def _write_paper(order: Order, rows: Iterator[Row], path: Path) -> None:
    """Members of one JSON object, in the form of the authors' release, to be joined by commas."""
    from engine.graph import SceneGraph
    from engine.interchange import paper

    with path.open("wb") as file:
        for row in rows:
            graph = SceneGraph.from_dict(orjson.loads(row.parts.scene_graph))
            entry = paper.entry(graph, row.parts.caption)
            file.write(f'"{int(row.id.rpartition("-")[2])}":'.encode() + orjson.dumps(entry) + b"\n")
        file.flush()
        os.fsync(file.fileno())


def _write_parquet(order: Order, rows: Iterator[Row], path: Path) -> None:
    """Row groups of 2,500 scenes, so that memory stays bounded; nested fields are JSON text."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    texts = ("id", "hash", "caption", "spans", "scene_graph", "scene_attributes", "questions")
    constants = order.lines.constants
    fields = [(name, pa.string()) for name in texts] + [
        ("complexity", pa.int32()),
        ("length", pa.string()),
        ("phrasing", pa.int32()),
    ]
    fields += [(name, _type(pa, value)) for name, value in constants.items()]
    schema = pa.schema(fields)
    repeated = ["length", *(name for name in constants if isinstance(constants[name], str))]
    with pq.ParquetWriter(path, schema, compression="zstd", compression_level=1, use_dictionary=repeated) as writer:
        while group := [row for _, row in zip(range(GROUP), rows, strict=False)]:
            columns: list[Any] = [
                [r.id for r in group], [r.hash for r in group], [r.parts.caption for r in group],
                [r.parts.spans for r in group], [r.parts.scene_graph for r in group],
                [r.parts.scene_attributes for r in group], [r.questions for r in group],
                [r.complexity for r in group], [r.style.length for r in group], [r.style.phrasing for r in group],
            ]  # fmt: skip
            columns += [[value] * len(group) for value in constants.values()]
            writer.write_table(pa.table(columns, schema=schema))


def _type(pa: Any, value: object) -> Any:
    return pa.int64() if isinstance(value, int) else pa.float64() if value is None else pa.string()
