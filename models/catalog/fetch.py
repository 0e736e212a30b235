"""Fetching: a model comes from the hub into its cache, in a child process, because this one is told to stay offline.

The only place where the program goes to the hub, and only when somebody asks. Try it: `python cli.py models fetch vilt`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

from engine.errors import ModelError, show
from models.catalog import disk, guard
from models.catalog.card import Card

Heard: TypeAlias = Callable[[str, int, int], bool]
"""`heard(hub, done, total)` in bytes, about three times a second; False stops the fetching."""
ROOT = Path(__file__).resolve().parents[2]
ONLINE = {"HF_HUB_OFFLINE": "0", "TRANSFORMERS_OFFLINE": "0", "HF_HUB_DISABLE_TELEMETRY": "1", "PYTHONUNBUFFERED": "1"}


def fetch(card: Card, heard: Heard | None = None) -> tuple[Path, ...]:
    """Fetch what a card needs that is not here yet, adapters included; returns the folders.

    Raises `ModelError` with one sentence: no network (within seconds), a licence to be accepted first, no such model,
    no room on the disk, only pickles, or stopped; `ModelDamaged` where the guard refuses what came.
    """
    if not card.sources:
        raise ModelError(f"{show(card.name)} ships with this program, so there is nothing to fetch.")
    found = tuple(_one(hub, revision, card.variant, heard) for hub, revision in card.sources)
    guard.check(card)
    return found


def _one(hub: str, revision: str | None, variant: str | None, heard: Heard | None) -> Path:
    here = disk.snapshot(hub, revision)
    if here is not None:
        return here
    for news in _told(hub, revision, variant):
        if "error" in news:
            raise ModelError(str(news["error"]))
        if heard is not None and not heard(hub, int(news["done"]), int(news["total"])):
            raise ModelError(f"Fetching {hub} was stopped. What had arrived whole is kept; fetch again to go on.")
    here = disk.snapshot(hub, revision)
    if here is None:
        lacks = disk.lacking(hub, revision)
        raise ModelError(f"{hub} is still not whole ({lacks or 'nothing arrived'}). Fetch it again.")
    return here


def _told(hub: str, revision: str | None, variant: str | None) -> Iterator[dict[str, Any]]:
    """What the child says, line by line; it is ended when nobody listens any more."""
    command = [sys.executable, "-m", "models.catalog.download", hub, revision or "main", variant or ""]
    with subprocess.Popen(
        command, cwd=ROOT, env=os.environ | ONLINE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as child:
        assert child.stdout is not None
        last: dict[str, Any] = {}
        try:
            for line in child.stdout:
                last = json.loads(line)
                yield last
        finally:
            child.kill()
    if not last:
        yield {"error": f"Fetching {hub} failed before it began. Run it again, or `hf download {hub}` to see why."}
