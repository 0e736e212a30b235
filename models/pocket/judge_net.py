"""The network of the pocket judge: pixels become a few candidate things, questions point at them and compare places.

A convolutional encoder runs once per picture; each question is a short text encoder and a few small products.
It sees nothing but pixels and words. Try it: `python cli.py study judge --judge pocket`.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from models.pocket.judge_sight import JudgeConfig, SeeingNet, Sight, doubt, no_doubt, others, reader

TOP = 6
"""How many of the best matches are looked at when things are counted."""


class Residual(nn.Module):
    """x + conv(x), normalised; keeps shape (B, C, H, W)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(channels)
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) -> the same."""
        return x + self.conv(F.gelu(self.norm(x)))


class Eye(nn.Module):
    """(B, 3, 64, 64) pixels in 0..1 -> features of 8 x 8 cells, (B, 64, width), and of the whole, (B, width)."""

    def __init__(self, channels: int, width: int) -> None:
        super().__init__()
        half = channels // 2
        self.fine = nn.Sequential(
            nn.Conv2d(3, half, 3, stride=2, padding=1),
            nn.GELU(),
            nn.Conv2d(half, channels, 3, stride=2, padding=1),
            Residual(channels),
            Residual(channels),
        )
        self.coarse = nn.Sequential(
            nn.Conv2d(channels, width, 3, stride=2, padding=1), Residual(width), Residual(width), Residual(width)
        )
        self.whole = nn.Linear(2 * width + channels, width)

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """(B, 3, 64, 64) -> (B, 64, width), (B, width)."""
        fine = self.fine(pixels * 2 - 1)
        coarse = self.coarse(fine)
        pooled = torch.cat([coarse.mean((2, 3)), coarse.amax((2, 3)), fine.mean((2, 3))], dim=1)
        return coarse.flatten(2).transpose(1, 2), F.gelu(self.whole(pooled))


class JudgeNet(SeeingNet):
    """`see(pixels)` once per picture, then `ask(sight, tokens)` for any number of questions."""

    config_class = JudgeConfig

    def __init__(self, config: JudgeConfig) -> None:
        super().__init__(config, Eye, config.channels, config.width)
        n, width, text = config.labels, config.width, config.text_width
        self.thing = nn.Linear(width + n["name"] + n["colour"] + n["size"], width)
        self.text = reader(config)
        self.pointer_query = nn.Linear(text, 2)
        self.pointers = nn.ModuleList([nn.Linear(text, width + 1) for _ in range(2)])
        self.direction = nn.Linear(text, 3)
        self.facts = nn.Linear(3 * TOP + 3 + 2 * width + width, 256)
        self.gate = nn.Linear(text, 256)
        self.reason = nn.Sequential(nn.Linear(256 + text, 256), nn.GELU(), nn.Linear(256, len(config.answers)))
        self.doubt = doubt(config)
        self.post_init()
        no_doubt(self.doubt)

    def ask(self, sight: Sight, tokens: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Q questions, tokens (Q, length), each about its own row of `sight`.

        Returns answer logits (Q, answers) and, for training, logits of the first and second pointer on the
        candidates (Q, K) and the probability (Q, K) that a candidate stands in the relation asked about.
        """
        words, mask = self.words(tokens)
        whole_text = words[:, 0]
        attention = self.pointer_query(words).masked_fill(~mask.unsqueeze(-1), -1e4).softmax(1)
        first, second = (self._point(i, sight, (attention[..., i : i + 1] * words).sum(1)) for i in range(2))
        matches = [pointer.sigmoid() * sight.present for pointer in (first, second)]
        pair = matches[0].unsqueeze(2) * matches[1].unsqueeze(1) * self._compare(whole_text, sight.places)
        by_source, by_target = pair.amax(2), pair.amax(1)
        scores = [matches[0], by_source, by_target]
        facts = [score.topk(TOP, dim=1).values for score in scores] + [
            torch.stack([score.sum(1) for score in (*matches, by_source)], dim=1),
            _attend(matches[0], sight.things),
            _attend(by_source, sight.things),
            sight.whole,
        ]
        known = F.gelu(self.facts(torch.cat(facts, dim=1))) * self.gate(whole_text).sigmoid()
        answer = self.reason(torch.cat([known, whole_text], dim=1)) * self.doubt(whole_text).exp()
        return answer, first, second, by_source

    def _point(self, which: int, sight: Sight, words: Tensor) -> Tensor:
        query = self.pointers[which](words)
        products = (sight.things * query[:, None, :-1]).sum(-1) / self.config.width**0.5
        return products + query[:, -1:]

    def _compare(self, text: Tensor, places: Tensor) -> Tensor:
        """(Q, K, K) probability that candidate i stands to candidate j as the text says, from their centres."""
        turn = self.direction(text)
        along = (places * turn[:, None, :2]).sum(-1)
        logits = 8 * (along.unsqueeze(2) - along.unsqueeze(1)) + turn[:, 2, None, None]
        return others(logits.sigmoid())


def _attend(weights: Tensor, things: Tensor) -> Tensor:
    """Mean of (Q, K, C) under weights (Q, K), shrinking to zero where nothing matches."""
    return (weights.unsqueeze(-1) * things).sum(1) / (weights.sum(1, keepdim=True) + 0.1)
