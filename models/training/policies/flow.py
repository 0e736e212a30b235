"""The policy of `pocket`: flow matching as a chain of Gaussian steps (Flow-GRPO, arXiv 2505.05470), all in float32.

A step's log-probability is the mean over the slots' numbers, as Flow-GRPO's clip range of 1e-4 wants it.
Try it: `python -m pytest tests/models/test_reward.py -k flow`.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor

from models.pocket.painter import paint
from models.pocket.slots import ROWS, decode
from models.training.policies import EDGE, Rollout

LEAST = 1e-3
"""The noise of a step is never smaller: its density would be a spike."""


class FlowPolicy:
    """See `models.training.policies.Policy`; T = `steps`, from sigma 1 to 0, with `noise` as Flow-GRPO's a."""

    clip = 1e-4

    def __init__(self, student: Any, steps: int, noise: float) -> None:
        self.student, self.pipe = student, student.pipe
        self.guidance = student.generator.defaults[1]
        self.sigmas = torch.linspace(1, 0, steps + 1)
        self.noise = noise

    def draw(self, captions: list[str], seeds: list[int]) -> Rollout:
        dice = [torch.Generator().manual_seed(seed) for seed in seeds]
        with torch.no_grad():
            text, mask = self.pipe._encode(captions)
            at = self._throw(dice)
            path, before = [at], []
            for step in range(len(self.sigmas) - 1):
                middle, width = self._step(at, step, text, mask)
                at = middle + width * self._throw(dice)
                before.append(density(at, middle, width))
                path.append(at)
        images = [paint(decode(rows), size=EDGE) for rows in at]
        found = torch.stack(before, 1)
        return Rollout(captions, seeds, images, (text, mask, path), found, torch.ones_like(found))

    def scored(self, rollout: Rollout) -> tuple[Tensor, Tensor]:
        """The divergence is exact: between Gaussians of one width, mean over the slots' numbers (nats)."""
        text, mask, path = rollout.state
        near, apart = [], []
        for step, (at, to) in enumerate(pairwise(path)):
            with torch.no_grad(), self.student.plain():
                plain, _ = self._step(at, step, text, mask)
            middle, width = self._step(at, step, text, mask)
            near.append(density(to, middle, width))
            apart.append((middle - plain).square().mean((1, 2)) / (2 * width**2))
        return torch.stack(near, 1), torch.stack(apart, 1)

    def _throw(self, dice: list[torch.Generator]) -> Tensor:
        return torch.stack([torch.randn(ROWS, self.pipe.transformer.config.channels, generator=one) for one in dice])

    def _step(self, at: Tensor, step: int, text: Tensor, mask: Tensor) -> tuple[Tensor, float]:
        """Where a step leads (N, ROWS, WIDTH) and how wide its noise is."""
        sigma, after = float(self.sigmas[step]), float(self.sigmas[step + 1])
        velocity = self.pipe._velocity(at, torch.tensor(sigma * 1000), text, mask, self.guidance)
        spread = self.noise * math.sqrt(sigma / (1 - min(sigma, float(self.sigmas[1]))))
        return middle_of(at, velocity, sigma, after - sigma, spread), max(LEAST, spread * math.sqrt(sigma - after))


def middle_of(at: Tensor, velocity: Tensor, sigma: float, step: float, spread: float) -> Tensor:
    """The mean of an SDE step of length `step` < 0 that has the marginals of the flow, for any `spread`."""
    pull = spread**2 / (2 * sigma)
    return at * (1 + pull * step) + velocity * (1 + pull * (1 - sigma)) * step


def density(to: Tensor, middle: Tensor, width: float) -> Tensor:
    """Log-density (N) of a Gaussian step, mean over the numbers of (N, ROWS, WIDTH)."""
    near = -((to - middle) ** 2) / (2 * width**2) - math.log(width) - 0.5 * math.log(2 * math.pi)
    return near.mean((1, 2))


def opened(student: Any, steps: int, noise: float) -> FlowPolicy:
    """The policy over that student."""
    return FlowPolicy(student, steps, noise)
