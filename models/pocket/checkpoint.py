"""Training that can be killed at any time: weights, their running mean and the optimizer in one file, and the rate's plan.

Shared by the trainers. Try it: `python -m models.pocket.train_generator --minutes 1 --out runs/generator`, twice.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

Net = TypeVar("Net", bound=nn.Module)


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
