"""The manifest of a run folder: what the run is, read with suspicion and without a look at its lines.

Try it: `python -c "from engine.run import read_manifest; print(read_manifest('runs/a'))"`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from engine.disk import from_json, to_json
from engine.errors import FormatError, show
from engine.scene import VERSION

SCHEMA = 1
MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a run is: how it was made, when (ISO 8601, UTC), and how much is in it once it is finished."""

    kind: str
    generator: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    seed: int | None = None
    taxonomy: str = "pocket"
    taxonomy_version: str = ""
    judge: str | None = None
    created: str = ""
    finished: str | None = None
    scenes: int = 0
    pictures: int = 0
    program: str = VERSION
    schema: int = SCHEMA


def read_manifest(path: Path | str) -> Manifest:
    """What a run folder says it is, none of its lines read; raises `FormatError` where there is no run to read."""
    path = Path(path)
    file = path / MANIFEST
    if not file.is_file():
        raise FormatError(f"There is no run in {path}. Make one with `python cli.py render scenes.jsonl --out {path}`.")
    return _manifest(from_json(file.read_bytes(), what=f"The file {file}"), path)


def terms(manifest: Manifest) -> dict[str, Any]:
    """What has to be the same for a run to go on."""
    names = ("kind", "generator", "seed", "taxonomy", "taxonomy_version")
    plain: dict[str, Any] = orjson.loads(to_json(dict(manifest.settings)))
    return {**plain, **{name: getattr(manifest, name) for name in names}}


def now() -> str:
    """This moment as ISO 8601, UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _manifest(data: Mapping[str, Any], path: Path) -> Manifest:
    if data.get("schema") != SCHEMA or "generator" not in data:
        raise FormatError(
            f"{path / MANIFEST} is not of a run that this program reads (schema {show(data.get('schema'))}). "
            "Choose a folder that `python cli.py render` made, or update the program."
        )
    known = {one.name for one in fields(Manifest)}
    manifest = Manifest(**{name: value for name, value in data.items() if name in known})
    texts = manifest.kind, manifest.generator, manifest.taxonomy, manifest.taxonomy_version, manifest.created
    if not isinstance(manifest.settings, dict) or not all(isinstance(text, str) for text in texts):
        raise FormatError(f"{path / MANIFEST} is damaged. Restore it from a copy.")
    return manifest
