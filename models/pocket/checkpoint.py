"""Training that can be killed at any time: the loop, and weights, their running mean and the optimizer in one file.

Shared by the trainers, with the rate's plan and their options.
Try it: `python -m models.pocket.train_generator --minutes 1 --out runs/generator`, twice.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Protocol, TypeVar

import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

Net = TypeVar("Net", bound=nn.Module)
SAVED_EVERY = 200
LOGGED_EVERY = 50
WATCHED = "right"
"""The part of a loss that is only looked at."""


class Plan(Protocol):
    """What the loop needs to know of a trainer's settings."""

    @property
    def steps(self) -> int: ...
    @property
    def rate(self) -> float: ...
    @property
    def warmup(self) -> int: ...


@dataclass
class Training(Generic[Net]):
    """All that changes while a network learns."""

    net: Net
    mean: AveragedModel
    optimizer: torch.optim.Optimizer

    @classmethod
    def of(cls, net: Net, *, weight_decay: float, average: float, use_buffers: bool = False) -> Training[Net]:
        """AdamW from the beginning; `average` is how much of the mean each step keeps, `use_buffers` for buffers too."""
        mean = AveragedModel(net, multi_avg_fn=get_ema_multi_avg_fn(average), use_buffers=use_buffers)
        return cls(net, mean, torch.optim.AdamW(net.parameters(), weight_decay=weight_decay))

    @property
    def averaged(self) -> Net:
        """The network with the mean of its weights."""
        found: Net = self.mean.module
        return found

    def step(self, loss: torch.Tensor, rate: float) -> None:
        """One step downhill at this rate, gradients clipped to norm 1."""
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.optimizer.step()
        self.mean.update_parameters(self.net)

    def run(
        self, plan: Plan, out: Path, losses: Callable[[int], Mapping[str, torch.Tensor]], *, device: str, minutes: float
    ) -> Net:
        """Go on from `out/checkpoint.pt` to the plan's last step, or stop after `minutes`; returns the averaged network.

        `losses` gives the parts of a step's loss by name. They are summed, but for WATCHED, and logged to `out/log.jsonl`.
        """
        first, started = self.resume(out, device), time.monotonic()
        with (out / "log.jsonl").open("a") as log:
            for step in range(first, plan.steps):
                parts = losses(step)
                rate = plan.rate * schedule(step, warmup=plan.warmup, steps=plan.steps)
                self.step(_total(parts), rate)
                spent = (time.monotonic() - started) / 60
                if step % LOGGED_EVERY == 0:
                    log.write(_row(step, spent, parts))
                    log.flush()
                if (step + 1) % SAVED_EVERY == 0 or step + 1 == plan.steps or spent > minutes:
                    self.save(out, step + 1)
                if spent > minutes:
                    break
        return self.averaged

    def save(self, out: Path, step: int) -> None:
        """Write `out/checkpoint.pt` after `step` steps, whole or not at all."""
        parts = {"net": self.net, "mean": self.mean, "optimizer": self.optimizer}
        part = out / "checkpoint.part"
        torch.save({"step": step} | {name: held.state_dict() for name, held in parts.items()}, part)
        part.replace(out / "checkpoint.pt")

    def resume(self, out: Path, device: str) -> int:
        """Take up `out/checkpoint.pt` where there is one; returns how many steps are done."""
        file = out / "checkpoint.pt"
        if not file.is_file():
            return 0
        state = torch.load(file, map_location=device, weights_only=True)
        self.net.load_state_dict(state["net"])
        self.mean.load_state_dict(state["mean"])
        self.optimizer.load_state_dict(state["optimizer"])
        return int(state["step"])


def schedule(step: int, *, warmup: int, steps: int) -> float:
    """Share of the full rate at a step: a linear warm-up, then half a cosine down to 2 per cent."""
    return min(1.0, (step + 1) / warmup) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * min(1.0, step / steps))))


def options(about: str | None, **defaults: int | Path) -> argparse.ArgumentParser:
    """What every trainer can be told on its command line: `defaults` (out, steps, pairs ...), minutes and the device."""
    parser = argparse.ArgumentParser(description=about)
    for name, value in defaults.items():
        parser.add_argument(f"--{name}", type=type(value) if isinstance(value, int) else Path, default=value)
    parser.add_argument("--minutes", type=float, default=math.inf)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    return parser


def _total(parts: Mapping[str, torch.Tensor]) -> torch.Tensor:
    first, *rest = (value for name, value in parts.items() if name != WATCHED)
    return sum(rest, start=first)


def _row(step: int, minutes: float, parts: Mapping[str, torch.Tensor]) -> str:
    found = {name: round(value.item(), 4) for name, value in parts.items()}
    return json.dumps({"step": step, "minutes": round(minutes, 2)} | found) + "\n"
