"""Puts what was trained where it ships: sealed safetensors, all or nothing, and a dated line about how it was made.

Try it: `python -c "from models.pocket.clip import clip; from models.pocket.shipping import *; put(clip(), Path('runs/toy'))"`.
"""

from __future__ import annotations

import datetime
import json
import shutil
from itertools import pairwise
from pathlib import Path
from typing import Any

import transformers.utils.logging

from models.pocket.words import GRAMMAR_VERSION
from models.seal import seal


def put(member: Any, folder: Path) -> None:
    """Save a network or pipeline as sealed safetensors in place of what is there, all or nothing."""
    transformers.utils.logging.disable_progress_bar()
    part = _fresh(folder)
    member.save_pretrained(part)
    seal(part)
    shutil.rmtree(folder, ignore_errors=True)
    part.rename(folder)


def _fresh(folder: Path) -> Path:
    part = folder.with_name(folder.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    return part


def write_log(file: Path, what: str, settings: object, device: str, out: Path) -> None:
    """Add a dated line about a finished training, whose rows are in `out/log.jsonl`, to the log `file`."""
    rows = [json.loads(line) for line in (out / "log.jsonl").read_text().splitlines()]
    minutes = sum(max(0.0, b["minutes"] - a["minutes"]) for a, b in pairwise(rows))
    day = datetime.datetime.now(datetime.UTC).date().isoformat()
    last = {key: value for key, value in rows[-1].items() if key != "minutes"}
    with file.open("a", encoding="utf-8") as log:
        log.write(
            f"\n## {day} `make pocket`: {what}\n\n{settings} on {device}, {GRAMMAR_VERSION}, {minutes:.0f} minutes. "
            f"Last row: `{json.dumps(last)}`.\n"
        )
