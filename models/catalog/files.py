"""Which files of a model on the hub are fetched: weights as safetensors, configs and tokenizers, nothing that can run.

Try it: `python -c "from models.catalog.files import wanted; print(wanted(['config.json', 'pytorch_model.bin']))"`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from models.catalog.config import INDEX
from models.catalog.shards import SUFFIX

TEXTS = (".json", ".txt", ".model", ".jinja")
"""Configs, word lists, sentencepiece models (protocol buffers), chat templates."""
SHARD = re.compile(r"-\d{5}-of-\d{5}")
INDEX_OF_SHARDS = re.compile(r"\.(?:bin|safetensors)\.index(?:\.([\w-]+))?\.json$", re.ASCII)
VARIANT = re.compile(r"\.([A-Za-z][\w-]*?)(?:-\d{5}-of-\d{5})?$", re.ASCII)


def wanted(files: Iterable[str], parts: Sequence[str] | None = None, variant: str | None = None) -> tuple[str, ...]:
    """The files to fetch, of all that the hub has: those of the folder itself, or of a pipeline's `parts`.

    Of weights in several forms beside each other the plain one is taken, or `variant` (`"fp16"`) where it is named or
    the only one. A single file at the root of a pipeline (for other programs) is left out.
    """
    places: dict[str, list[str]] = {}
    for name in files:
        folder, _, file = name.rpartition("/")
        places.setdefault(folder, []).append(file)
    found = []
    for folder in [""] if parts is None else ["", *parts]:
        here = places.get(folder, [])
        chosen = [file for file in here if file.endswith(TEXTS) and not INDEX_OF_SHARDS.search(file)]
        if folder or parts is None:
            chosen += _weights(here, variant)
        found += [f"{folder}/{file}" if folder else file for file in chosen]
    return tuple(sorted(found))


def names_of_parts(index: dict[str, object]) -> tuple[str, ...]:
    """The folders that the index of a pipeline (`model_index.json`) names."""
    return tuple(
        name
        for name, value in index.items()
        if isinstance(value, list) and len(value) == 2 and all(value) and name != INDEX
    )


def _weights(files: Sequence[str], variant: str | None) -> list[str]:
    """The safetensors of one variant in one folder, with the indexes of their shards."""
    forms: dict[str | None, list[str]] = {}
    for file in files:
        if file.endswith(SUFFIX):
            forms.setdefault(_variant(file.removesuffix(SUFFIX)), []).append(file)
        elif (found := INDEX_OF_SHARDS.search(file)) and f"{SUFFIX}." in file:
            forms.setdefault(found.group(1), []).append(file)
    whole = {form: names for form, names in forms.items() if any(name.endswith(SUFFIX) for name in names)}
    for form in (variant, None, "fp16", *whole):
        if form in whole:
            return _fewest(whole[form])
    return []


def _fewest(names: list[str]) -> list[str]:
    """One file rather than the same weights again in shards."""
    single = [name for name in names if name.endswith(SUFFIX) and not SHARD.search(name)]
    shards = [name for name in names if name.endswith(SUFFIX) and SHARD.search(name)]
    stems = {SHARD.sub("", name) for name in shards}
    return [name for name in single if name in stems] or names


def _variant(stem: str) -> str | None:
    found = VARIANT.search(SHARD.sub("", stem))
    return found.group(1) if found else None
