"""The policy of `pocket-ar`: each token is an act, and its log-probability is that of the guided distribution it came from.

Guidance and temperature stay as the generator draws with, in sampling and in scoring.
Try it: `python -m pytest tests/models/test_reward.py -k ar`.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from models.generators.autoregressive import Pen
from models.pocket.painter import paint
from models.pocket.slot_tokens import BACK, LENGTH, THING, allowed, read, starts
from models.pocket.text import LENGTH as WORDS
from models.pocket.train_ar import BEGIN
from models.pocket.words import tokens
from models.training.policies import EDGE, Rollout


class WritingPolicy:
    """See `models.training.policies.Policy`; T = 39 tokens."""

    clip = 0.2

    def __init__(self, student: Any) -> None:
        self.student = student
        self.net, self.guidance, self.temperature = (
            student.net,
            student.generator.guidance,
            student.generator.temperature,
        )

    def draw(self, captions: list[str], seeds: list[int]) -> Rollout:
        words = [tokens(text, WORDS) for text in captions]
        dice = torch.stack(
            [torch.rand(LENGTH, dtype=torch.float64, generator=torch.Generator().manual_seed(seed)) for seed in seeds]
        )
        pen = Pen(self.net, words, self.guidance, self.temperature)
        for at in range(LENGTH):
            pen.write(at, dice[:, at])
        written = torch.tensor(pen.written)
        ids = torch.tensor(words)
        state = (ids[:, : int((ids != 0).sum(1).max())], written)
        with torch.no_grad():
            before = _chosen(self._distributions(*state), written)
        images = [paint(read(row), size=EDGE) for row in pen.written]
        return Rollout(captions, seeds, images, state, before, told(written))

    def scored(self, rollout: Rollout) -> tuple[Tensor, Tensor]:
        """The divergence is exact: KL of the whole distribution of each token (nats)."""
        words, written = rollout.state
        with torch.no_grad(), self.student.plain():
            plain = self._distributions(words, written)
        now = self._distributions(words, written)
        apart = (now.exp() * (now - plain).masked_fill(allowed() != 0, 0.0)).sum(-1)
        return _chosen(now, written), apart

    def _distributions(self, words: Tensor, written: Tensor) -> Tensor:
        """Log-probabilities (N, T, vocabulary) of each token after those before it, as `Pen` draws them."""
        empty = words.clone()
        empty[:, 1:] = 0
        both = torch.cat([words, empty])
        before = F.pad(written, (1, 0), value=BEGIN)[:, :-1].repeat(2, 1)
        out = self.net(input_ids=both, attention_mask=(both != 0).long(), decoder_input_ids=before, use_cache=False)
        shut = allowed() != 0
        told, empty = out.logits.masked_fill(shut, float("-inf")).log_softmax(-1).masked_fill(shut, 0.0).chunk(2)
        mixed = empty + self.guidance * (told - empty)
        found: Tensor = (mixed / self.temperature).masked_fill(shut, float("-inf")).log_softmax(-1)
        return found


def _chosen(distributions: Tensor, written: Tensor) -> Tensor:
    return distributions.gather(-1, written.unsqueeze(-1)).squeeze(-1)


def told(written: Tensor) -> Tensor:
    """(N, T): 1 up to the first thing that is said not to be there, 0 for what was written after it."""
    there = written[:, len(BACK) :: len(THING)]
    gone = (there != starts()["there"]).cumsum(1)
    later = F.pad(gone, (1, 0))[:, :-1].clamp_max(1)
    first = (gone.clamp_max(1) - later).bool()
    parts = (1 - gone.clamp_max(1)).repeat_interleave(len(THING), 1)
    parts[:, :: len(THING)] += first.long()
    return torch.cat([torch.ones_like(written[:, : len(BACK)]), parts], 1)


def opened(student: Any, steps: int, noise: float) -> WritingPolicy:
    """The policy over that student; a writer has neither steps nor noise of its own."""
    return WritingPolicy(student)
