"""Seals on weight folders: the SHA-256 of every file, so that a damaged copy is noticed before it answers anything.

Try it: `sha256sum -c SHA256SUMS` inside a sealed folder.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from engine.errors import ModelDamaged

SEAL = "SHA256SUMS"


def seal(folder: Path) -> None:
    """Write the seal of a folder, in the format of `sha256sum`."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != SEAL)
    lines = [f"{digest(path)}  {path.relative_to(folder).as_posix()}\n" for path in files]
    (folder / SEAL).write_text("".join(lines), encoding="utf-8")


def check_seal(folder: Path) -> None:
    """Raise `ModelDamaged` for a sealed folder with a missing or changed file; folders without a seal pass."""
    if not (folder / SEAL).is_file():
        return
    for line in (folder / SEAL).read_text(encoding="utf-8").splitlines():
        wanted, _, name = line.partition("  ")
        if not (folder / name).is_file() or digest(folder / name) != wanted:
            raise ModelDamaged(
                f"{folder / name} is missing or not what was shipped. "
                "Restore assets/pocket from the release, or run `make pocket`."
            )


def digest(path: Path) -> str:
    """SHA-256 of a file in hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
