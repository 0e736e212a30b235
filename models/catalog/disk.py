"""Checkpoints on this machine: where the hub's cache keeps a model, found without asking the network.

Try it: `python -c "from models.catalog import disk; print(disk.snapshot('openai/clip-vit-base-patch32'))"`.
"""

from __future__ import annotations

import os
from pathlib import Path


def cache_folder() -> Path:
    """The hub's cache, as its library finds it: HF_HUB_CACHE, else HF_HOME/hub, else ~/.cache/huggingface/hub."""
    if named := os.environ.get("HF_HUB_CACHE"):
        return Path(named).expanduser()
    home = os.environ.get("HF_HOME") or os.path.join(os.environ.get("XDG_CACHE_HOME", "~/.cache"), "huggingface")
    return Path(home).expanduser() / "hub"


def snapshot(hub: str, revision: str | None = None) -> Path | None:
    """The folder of a model that was fetched whole, at `revision` or at its main branch; None when it is not here."""
    folder = cache_folder() / f"models--{hub.replace('/', '--')}"
    named = folder / "refs" / (revision or "main")
    commit = named.read_text(encoding="utf-8").strip() if named.is_file() else revision
    found = folder / "snapshots" / commit if commit else None
    return found if found is not None and found.is_dir() else None
