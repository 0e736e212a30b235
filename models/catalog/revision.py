"""Revision: which weights a model has, in one short text, so that a figure can say what made it.

Try it: `python -c "from models.catalog import card; from models.catalog.revision import *; print(revision(card('pocket', 'judge')))"`.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from models.catalog.card import Card
from models.seal import SEAL

HEAD = 1 << 16
"""Bytes of each file of weights that are looked at: names, shapes and the first numbers. Whole ones take gigabytes."""


def revision(card: Card) -> str:
    """The hub's commit of a fetched model, `sha256:…` of a folder (of its seal where it has one), or the address.

    Empty for a model without weights or one that is not here. In a folder without a seal only sizes, configs and the
    first HEAD bytes of each file count.
    """
    if card.url:
        return card.url
    place = card.place
    if place is None:
        return ""
    if card.folder is None:
        return f"{card.hub}@{place.name}"
    return f"sha256:{_fingerprint(place)[:16]}"


def _fingerprint(folder: Path) -> str:
    found = hashlib.sha256()
    sealed = folder / SEAL
    files = [sealed] if sealed.is_file() else sorted(folder.glob("*.safetensors")) + sorted(folder.glob("*.json"))
    for file in files:
        with file.open("rb") as opened:
            found.update(f"{file.name} {file.stat().st_size}\n".encode() + opened.read(HEAD))
    return found.hexdigest()
