"""A checkpoint's own config: the class that it names, read from its small JSON files and from nothing else.

Try it: `python -c "from pathlib import Path; from models.catalog.config import class_in; print(class_in(Path('my-model')))"`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from engine.errors import ModelDamaged
from models.catalog.known import TYPES

INDEX, CONFIG = "model_index.json", "config.json"
MOST_BYTES = 16 * 1024 * 1024
"""Longer JSON files than this are no configs; the largest index of shards known is below 1 MiB."""


def read(file: Path) -> dict[str, Any]:
    """The JSON object in a file; raises `ModelDamaged` for anything else, or for more than MOST_BYTES."""
    try:
        if file.stat().st_size > MOST_BYTES:
            raise ModelDamaged(
                f"{file} is larger than {MOST_BYTES >> 20} MiB, so it is no config. Fetch the model again."
            )
        data = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise ModelDamaged(f"{file} cannot be read ({type(error).__name__}). Fetch the model again.") from error
    if not isinstance(data, dict):
        raise ModelDamaged(f"{file} holds no JSON object. Fetch the model again.")
    return data


def class_in(folder: Path) -> str | None:
    """The class that the checkpoint in a folder names; None without a config, or in one that names none.

    A pipeline's `_class_name` comes first, then the first of `architectures`, then what `model_type` stands for.
    Raises `ModelDamaged` for a config that cannot be read.
    """
    if (folder / INDEX).is_file():
        return _text(read(folder / INDEX).get("_class_name"))
    if not (folder / CONFIG).is_file():
        return None
    config = read(folder / CONFIG)
    named = config.get("architectures")
    first = _text(named[0]) if isinstance(named, list) and named else None
    kind = _text(config.get("model_type"))
    return first or (TYPES.get(kind, kind) if kind else None)


def _text(value: object) -> str | None:
    """`["diffusers", "X"]`, as some indexes write a class, counts as `"X"`."""
    if isinstance(value, list) and value:
        value = value[-1]
    return value if isinstance(value, str) and value else None
