"""Checkpoints on this machine: where the hub's cache keeps a model, and whether all of it is here, without the network.

Try it: `python -c "from models.catalog import disk; print(disk.snapshot('openai/clip-vit-base-patch32'))"`.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import ModelDamaged
from engine.wording import counted
from models.catalog import parts, shards
from models.catalog.files import TEXTS


@dataclass(frozen=True, slots=True)
class Lack:
    """What a snapshot that was not fetched whole lacks: `files` as paths in it, `megabytes` or None where no list says."""

    files: tuple[str, ...]
    megabytes: int | None = None

    def __str__(self) -> str:
        size = "" if self.megabytes is None else f", {self.megabytes:,} MB"
        return f"{counted(len(self.files), 'file')} missing{size}"


def cache_folder() -> Path:
    """The hub's cache, as its library finds it: HF_HUB_CACHE, else HF_HOME/hub, else ~/.cache/huggingface/hub."""
    if named := os.environ.get("HF_HUB_CACHE"):
        return Path(named).expanduser()
    home = os.environ.get("HF_HOME") or os.path.join(os.environ.get("XDG_CACHE_HOME", "~/.cache"), "huggingface")
    return Path(home).expanduser() / "hub"


def snapshot(hub: str, revision: str | None = None) -> Path | None:
    """The folder of a model that was fetched whole, at `revision` or at its main branch; None when it is not here."""
    found = _folder(hub, revision)
    return None if found is None or _lack(found) else found


def lacking(hub: str, revision: str | None = None) -> Lack | None:
    """What is missing of a model that was fetched in part; None for one that is whole or not here at all."""
    found = _folder(hub, revision)
    return None if found is None else _lack(found)


def _folder(hub: str, revision: str | None) -> Path | None:
    folder = cache_folder() / f"models--{hub.replace('/', '--')}"
    named = folder / "refs" / (revision or "main")
    commit = named.read_text(encoding="utf-8").strip() if named.is_file() else revision
    found = folder / "snapshots" / commit if commit else None
    return found if found is not None and found.is_dir() else None


def _lack(folder: Path) -> Lack | None:
    """By the checkpoint's own indexes, and by the unfinished files of the hub's library."""
    sizes = _listed(folder)
    try:
        gone = parts.lacking(folder)
        known = sum(shards.lost_bytes(part.folder) or 0 for part in parts.parts(folder)) if gone else 0
    except ModelDamaged:
        return None  # the guard says it with its reason
    late = _unfinished(folder, sizes)
    if not gone and not late:
        return None
    listed = [sizes.get(name, (0, ""))[0] for name in {*gone, *late}]
    bytes_ = sum(listed) if all(listed) else known
    return Lack(tuple(dict.fromkeys((*gone, *late))), -(-bytes_ // 1_000_000) or None)


def _listed(folder: Path) -> dict[str, tuple[int, str]]:
    """File -> bytes and blob name, from the listing that the hub's library keeps of a commit (`trees/`); empty without."""
    try:
        data: Any = json.loads((folder.parent.parent / "trees" / f"{folder.name}.json").read_bytes())
        return {
            str(name): (int(one["size"]), str(one.get("lfs_sha256") or one["blob_id"]))
            for name, one in data["files"].items()
        }
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return {}


def _unfinished(folder: Path, sizes: dict[str, tuple[int, str]]) -> list[str]:
    """Configs and word lists of this commit whose download was cut off: `BLOB.incomplete` or `BLOB.xxxxxxxx.incomplete`.

    Weights are known by the checkpoint's own indexes, and a form of them that nobody reads may stay unfinished.
    """
    blobs = folder.parent.parent / "blobs"
    begun = {file.name.split(".")[0] for file in blobs.glob("*.incomplete")} if blobs.is_dir() else set()
    begun = {name for name in begun if not (blobs / name).exists()}
    if not sizes:  # no listing: they can only be told apart by age, so they count for the newest commit
        newest = max(folder.parent.iterdir(), key=lambda one: one.stat().st_mtime) == folder
        return sorted(f"blobs/{name[:12]}" for name in begun) if newest else []
    return sorted(name for name, (_, blob) in sizes.items() if blob in begun and name.endswith(TEXTS))
