"""Weights on disk: what the header of a safetensors file promises, and which shards an index names; no tensor is read.

Try it: `python -c "from pathlib import Path; from models.catalog import shards; print(shards.lost(Path('my-model')))"`.
"""

from __future__ import annotations

import json
from math import prod
from pathlib import Path
from typing import Any

from engine.errors import ModelDamaged, show
from models.catalog import config

SUFFIX = ".safetensors"
INDEXES = "*.safetensors.index*.json"
PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle")
LONGEST_HEADER = 100_000_000
"""Bytes; the safetensors library refuses longer ones too."""
WHOLE = "Fetch the model again."


def weights(folder: Path) -> tuple[Path, ...]:
    """The safetensors files that lie directly in a folder."""
    return tuple(sorted(file for file in folder.glob(f"*{SUFFIX}") if file.is_file()))


def pickles(folder: Path) -> tuple[Path, ...]:
    """Files of a folder whose names say that they are pickles."""
    return tuple(sorted(file for file in folder.iterdir() if file.suffix.lower() in PICKLES and file.is_file()))


def header(file: Path) -> dict[str, Any]:
    """Tensor name -> dtype, shape and place, as the file's first bytes say (format: huggingface.co/docs/safetensors).

    Raises `ModelDamaged` for a file that is none of the format, or whose length is not what its header promises.
    """
    try:
        size = file.stat().st_size
        with file.open("rb") as opened:
            length = int.from_bytes(opened.read(8), "little")
            text = opened.read(length) if length <= min(LONGEST_HEADER, size) else b""
        found: dict[str, Any] = json.loads(text)
        found.pop("__metadata__", None)
        end = max((int(one["data_offsets"][1]) for one in found.values()), default=0)
    except (OSError, ValueError, RecursionError, LookupError, TypeError, AttributeError) as error:
        raise ModelDamaged(f"{file} has no header of the safetensors format, so it is not read. {WHOLE}") from error
    if (promised := 8 + length + end) != size:
        what = "is cut short" if size < promised else "is longer than it says"
        raise ModelDamaged(f"{file} {what}: {size} bytes where its header promises {promised}. {WHOLE}")
    return found


def numbers(file: Path) -> int:
    """How many numbers the tensors of a file hold together; raises `ModelDamaged` as `header` does."""
    return sum(prod(one["shape"]) for one in header(file).values())


def promised(index: Path) -> dict[str, str]:
    """Tensor name -> shard, of an index of shards; raises `ModelDamaged` for one that is malformed or points elsewhere."""
    found = config.read(index).get("weight_map")
    if not isinstance(found, dict) or not found:
        raise ModelDamaged(f"{index} has no weight_map, so the shards are not known. {WHOLE}")
    for name in set(map(str, found.values())):
        if Path(name).name != name or not name.endswith(SUFFIX):
            raise ModelDamaged(f"{index} names {show(name)}, which is no safetensors file beside it. It is not read.")
    return {str(tensor): str(name) for tensor, name in found.items()}


def lost(folder: Path) -> tuple[str, ...]:
    """Shards that an index of this folder names and that are not there; raises as `promised` does.

    An index of which no shard is here is of a variant (fp16, say) that nobody fetched, unless there are no other weights.
    """
    gone: list[str] = []
    for index in sorted(folder.glob(INDEXES)):
        names = sorted(set(promised(index).values()))
        away = [name for name in names if not (folder / name).is_file()]
        others = any(file.name not in names for file in weights(folder))
        gone += [] if len(away) == len(names) and others else away
    return tuple(dict.fromkeys(gone))


def lost_bytes(folder: Path) -> int | None:
    """How many bytes the lost shards have, from `total_size` in the index; None where it does not say."""
    total = 0
    for index in sorted(folder.glob(INDEXES)):
        names = set(promised(index).values())
        here = sum(file.stat().st_size for file in weights(folder) if file.name in names)
        about = config.read(index).get("metadata")
        size = about.get("total_size") if isinstance(about, dict) else None
        if lost(folder) and isinstance(size, int) and any(name in lost(folder) for name in names):
            total += max(0, size - here)
    return total or None
