"""Teaching: pairs of caption and picture into a student's LoRA, resumably; the same bytes with and without a crash.

Shared by self-improvement and distillation. Try it: `python -m pytest tests/models/test_lab.py -k teaching`.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn

from models.pocket.checkpoint import schedule
from models.training.students import Pair, Student

SAVED_EVERY = 50
FILE = "checkpoint.pt"


@dataclass(frozen=True, slots=True)
class Lessons:
    """How a student is taught: `steps` batches of `batch` pairs at `rate` (AdamW, warm-up, half a cosine)."""

    steps: int = 300
    batch: int = 64
    rate: float = 1e-3
    warmup: int = 20


def teach(
    student: Student,
    pairs: list[Pair],
    lessons: Lessons,
    folder: Path,
    *,
    seed: int,
    heard: Callable[[int, int, float], bool] | None = None,
) -> float:
    """Teach until the last step, going on from `folder` where an earlier try stopped; returns the last loss.

    `heard(step, steps, loss)` is told after each step; False stops with a checkpoint and raises `Stopped`.
    """
    from models.generators import Stopped

    folder.mkdir(parents=True, exist_ok=True)
    rows = student.encoded(pairs)
    held = student.parameters()
    optimizer = torch.optim.AdamW(held, lr=lessons.rate, weight_decay=0.0)
    loss = float("nan")
    for step in range(resume(held, optimizer, folder), lessons.steps):
        rng = random.Random(seed * 1_000_003 + step)
        chosen = torch.tensor([rng.randrange(len(pairs)) for _ in range(lessons.batch)])
        for group in optimizer.param_groups:
            group["lr"] = lessons.rate * schedule(step, warmup=lessons.warmup, steps=lessons.steps)
        found = student.loss(tuple(row[chosen] for row in rows), seed * 1_000_003 + step)
        optimizer.zero_grad()
        found.backward()
        nn.utils.clip_grad_norm_(held, 1.0)
        optimizer.step()
        loss = float(found.detach())
        _log(folder, step, loss)
        go_on = heard is None or heard(step + 1, lessons.steps, loss)
        if (step + 1) % SAVED_EVERY == 0 or step + 1 == lessons.steps or not go_on:
            save(held, optimizer, folder, step + 1)
        if not go_on:
            raise Stopped
    return loss


def save(held: list[nn.Parameter], optimizer: torch.optim.Optimizer, folder: Path, step: int) -> None:
    """Whole or not at all."""
    part = folder / "checkpoint.part"
    with part.open("wb") as file:
        torch.save({"step": step, "lora": [one.detach() for one in held], "optimizer": optimizer.state_dict()}, file)
        file.flush()
        os.fsync(file.fileno())
    part.replace(folder / FILE)


def resume(held: list[nn.Parameter], optimizer: torch.optim.Optimizer, folder: Path) -> int:
    """Take up the checkpoint of an earlier try; returns how many steps are done."""
    if not (folder / FILE).is_file():
        return 0
    state = torch.load(folder / FILE, map_location="cpu", weights_only=True)
    with torch.no_grad():
        for one, kept in zip(held, state["lora"], strict=True):
            one.copy_(kept)
    optimizer.load_state_dict(state["optimizer"])
    return int(state["step"])


def _log(folder: Path, step: int, loss: float) -> None:
    with (folder / "losses.jsonl").open("a") as log:
        log.write(json.dumps({"step": step, "loss": round(loss, 5)}) + "\n")
