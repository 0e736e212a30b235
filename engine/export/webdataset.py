"""WebDataset: tar shards whose samples are `ID.png`, `ID.txt` and `ID.json` side by side, for large trainers.

Try it: `python cli.py export --run runs/a --format webdataset --out set`.
"""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator
from pathlib import Path

from engine.disk import from_json, to_json
from engine.errors import FormatError, show
from engine.export.layout import Layout, Sample, Step, diffusers
from engine.export.rows import Selection

SHARD = 1_000
"""Pictures per tar file."""


def write(selection: Selection, folder: Path, step: Step) -> None:
    """Write shards of `SHARD` pictures; the parts of a sample follow one another."""
    for split, rows in selection.splits.items():
        for i, start in enumerate(range(0, len(rows), SHARD)):
            with tarfile.open(folder / f"{split}-{i:06d}.tar", "w", format=tarfile.USTAR_FORMAT) as shard:
                for row in rows[start : start + SHARD]:
                    _add(shard, f"{row.stem}.png", row.png())
                    _add(shard, f"{row.stem}.txt", row.caption.encode())
                    _add(shard, f"{row.stem}.json", to_json(row.columns(scored=selection.scored)))
                    step()


def _add(shard: tarfile.TarFile, name: str, data: bytes) -> None:
    entry = tarfile.TarInfo(name)  # no time, no owner: the same set is the same file
    entry.size = len(data)
    shard.addfile(entry, io.BytesIO(data))


def read(folder: Path) -> Iterator[Sample]:
    """What a reader of the shards gets, sample by sample."""
    for path in sorted(folder.glob("*.tar")):
        with tarfile.open(path) as shard:
            parts: dict[str, bytes] = {}
            for entry in shard:
                key, _, ending = entry.name.partition(".")
                file = shard.extractfile(entry)
                parts[ending] = file.read() if file else b""
                if ending == "json":
                    yield _sample(path, key, parts)
                    parts = {}


def _sample(path: Path, key: str, parts: dict[str, bytes]) -> Sample:
    if set(parts) != {"png", "txt", "json"}:
        raise FormatError(f"The sample {show(key)} of {path.name} is not complete: {', '.join(parts)}.")
    graph_hash = from_json(parts["json"], what=f"{key}.json").get("graph_hash")
    return Sample(path.name.split("-")[0], parts["png"], parts["txt"].decode(), str(graph_hash))


LAYOUT = Layout(
    name="webdataset",
    write=write,
    read=read,
    data_files="{split}-*.tar",
    columns="png, txt, json (the remaining columns)",
    train=diffusers("--dataset_name {folder} --image_column png --caption_column txt"),
    flip="--random_flip",
    hub=True,
    tables="{split}-*.tar",
)
