"""Teaching: pairs of caption and picture into a student's LoRA, resumably; the same bytes with and without a crash.

Shared by self-improvement and distillation. Try it: `python -m pytest tests/models/test_self_improve.py -k teaching`.
"""

from __future__ import annotations

import json
import math
import os
import random
from collections.abc import Callable
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from time import monotonic

import torch
from torch import nn

from engine.disk import write_whole
from engine.errors import ModelError
from models.pocket.checkpoint import schedule
from models.standing import took
from models.training.students import Pair, Student

SAVED_EVERY = 50
FILE, LOSSES = "checkpoint.pt", "losses.jsonl"


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

    `heard(step, steps, loss)` is told after each step; False stops with a checkpoint and raises `Stopped`. Raises
    `ModelError` for no pairs, a folder in which other lessons stand, and a loss that is no number any more.
    """
    from models.generators import Stopped

    if not pairs:
        raise ModelError("There is nothing to learn: the set is empty. Choose another, or a milder rule.")
    folder.mkdir(parents=True, exist_ok=True)
    _same(folder, student, pairs, lessons, seed)
    rows = student.encoded(pairs)
    held = student.parameters()
    optimizer = torch.optim.AdamW(held, lr=lessons.rate, weight_decay=0.0)
    done = resume(held, optimizer, folder)
    loss = _cut(folder / LOSSES, done)
    start = monotonic()
    for step in range(done, lessons.steps):
        rng = random.Random(seed * 1_000_003 + step)
        chosen = torch.tensor([rng.randrange(len(pairs)) for _ in range(lessons.batch)])
        for group in optimizer.param_groups:
            group["lr"] = lessons.rate * schedule(step, warmup=max(1, lessons.warmup), steps=lessons.steps)
        found = student.loss(tuple(row[chosen] for row in rows), seed * 1_000_003 + step)
        optimizer.zero_grad()
        found.backward()
        nn.utils.clip_grad_norm_(held, 1.0)
        optimizer.step()
        loss = float(found.detach())
        if not math.isfinite(loss):
            raise ModelError(
                f"The loss is {loss} at step {step}: nothing can be learnt so. Lower the rate and begin anew."
            )
        _log(folder / LOSSES, step, loss)
        go_on = heard is None or heard(step + 1, lessons.steps, loss)
        if (step + 1) % SAVED_EVERY == 0 or step + 1 == lessons.steps or not go_on:
            save(held, optimizer, folder, step + 1)
        if not go_on:
            raise Stopped
    took("teaching", student.name, monotonic() - start, (lessons.steps - done) * lessons.batch)
    return loss


def _same(folder: Path, student: Student, pairs: list[Pair], lessons: Lessons, seed: int) -> None:
    """Refuse a folder in which lessons of another student, size, plan, seed or set stand."""
    told = [student.name, student.size, asdict(lessons), seed, [pair.caption for pair in pairs]]
    mark = sha256(json.dumps(told).encode()).hexdigest()
    path = folder / "lessons.json"
    if not path.is_file():
        write_whole(
            path, json.dumps({"lessons": asdict(lessons), "seed": seed, "pairs": len(pairs), "sha256": mark}).encode()
        )
    elif json.loads(path.read_bytes()).get("sha256") != mark:
        raise ModelError(f"Other lessons stand in {folder}. Choose another folder, or remove it.")


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


def _cut(path: Path, done: int) -> float:
    """Forget the steps after the checkpoint, which are done again; returns the loss of the last one that stays."""
    if not path.is_file():
        return float("nan")
    rows = path.read_text().splitlines()[:done]
    path.write_text("".join(f"{row}\n" for row in rows))
    return float(json.loads(rows[-1])["loss"]) if rows else float("nan")


def _log(path: Path, step: int, loss: float) -> None:
    with path.open("a") as log:
        log.write(json.dumps({"step": step, "loss": round(loss, 5)}) + "\n")
