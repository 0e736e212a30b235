"""The network of the second pocket judge: a hybrid vision transformer, feature-wise modulation and counts as probabilities.

For reports, never for selecting. It shares `see` and `ask` with the first judge and nothing of its weights, seed, eye or
reasoning. Try it: `python cli.py study judge --judge pocket-b`.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from transformers import ViTConfig, ViTModel

from models.pocket.judge_sight import CELLS, JudgeConfig, SeeingNet, Sight, doubt, no_doubt, others, reader

COUNTED = 8
"""Counts of 0..COUNTED - 1 are told apart; the most likely COUNTED matches are counted."""


class JudgeBConfig(JudgeConfig):
    """Sizes of the second judge; `layers` is the depth of its eye."""

    model_type = "scenewright-pocket-judge-b"

    def __init__(self, *, layers: int = 2, **rest: object) -> None:
        self.layers = layers
        super().__init__(**rest)  # type: ignore[arg-type]


class HybridEye(nn.Module):
    """(B, 3, 64, 64) pixels in 0..1 -> features of 8 x 8 cells, (B, 64, width), and of the whole, (B, width).

    A convolutional stem, then a vision transformer over its cells (the hybrid of ViT, arXiv 2010.11929, section 3.1).
    """

    def __init__(self, channels: int, width: int, layers: int) -> None:
        super().__init__()
        half = channels // 2
        self.stem = nn.Sequential(
            *_convolution(3, half, 5, 2),
            *_convolution(half, channels, 3, 2),
            *_convolution(channels, channels, 3, 1),
            *_convolution(channels, width, 3, 2),
            *_convolution(width, width, 3, 1),
        )
        self.transformer = ViTModel(
            ViTConfig(
                image_size=CELLS, patch_size=1, num_channels=width, hidden_size=width, num_hidden_layers=layers,
                num_attention_heads=4, intermediate_size=2 * width,
            ),
            add_pooling_layer=False,
        )  # fmt: skip
        self.whole = nn.Linear(3 * width, width)

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """(B, 3, 64, 64) -> (B, 64, width), (B, width)."""
        stem = self.stem(pixels * 2 - 1)
        seen = self.transformer(pixel_values=stem.contiguous()).last_hidden_state
        cells = seen[:, 1:] + stem.flatten(2).transpose(1, 2)
        pooled = torch.cat([seen[:, 0], stem.mean((2, 3)), stem.amax((2, 3))], dim=1)
        return cells, F.gelu(self.whole(pooled))


def _convolution(inside: int, outside: int, kernel: int, stride: int) -> tuple[nn.Module, ...]:
    return (
        nn.Conv2d(inside, outside, kernel, stride=stride, padding=kernel // 2, bias=False),
        nn.BatchNorm2d(outside),
        nn.GELU(),
    )


class JudgeBNet(SeeingNet):
    """`see(pixels)` once per picture, then `ask(sight, tokens)` for any number of questions."""

    config_class = JudgeBConfig
    config: JudgeBConfig

    def __init__(self, config: JudgeBConfig) -> None:
        super().__init__(config, HybridEye, config.channels, config.width, config.layers)
        n, width, text = config.labels, config.width, config.text_width
        self.thing = nn.Sequential(nn.Linear(width + n["name"] + n["colour"] + n["size"], width), nn.LayerNorm(width))
        self.text = reader(config)
        self.focus = nn.Linear(text, 3)
        self.find = nn.ModuleList([nn.Sequential(nn.LayerNorm(text), nn.Linear(text, width + 1)) for _ in range(2)])
        self.direction = nn.Linear(text, 3)
        self.facts = nn.Linear(3 * COUNTED + 3 * width, 256)
        self.film = nn.Linear(text, 2 * 256)
        self.reason = nn.Sequential(nn.Linear(256 + text, 256), nn.GELU(), nn.Linear(256, len(config.answers)))
        self.doubt = doubt(config)
        self.post_init()
        no_doubt(self.doubt)

    def ask(self, sight: Sight, tokens: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Q questions, tokens (Q, length), each about its own row of `sight`.

        Returns answer logits (Q, answers) and, for training, logits of the first and second finding on the
        candidates (Q, K) and the probability (Q, K) that a candidate stands in the relation asked about.
        """
        words, mask = self.words(tokens)
        question = words[:, 0]
        focus = self.focus(words).masked_fill(~mask.unsqueeze(-1), -1e4).softmax(1)
        first, second, link = (torch.einsum("ql,qlc->qc", focus[..., i], words) for i in range(3))
        found = [self._find(i, sight, part) for i, part in enumerate((first, second))]
        matches = [logits.sigmoid() * sight.present for logits in found]
        ahead = self._ahead(link, sight.places)
        sources = matches[0] * _any(ahead, matches[1])
        targets = matches[1] * _any(ahead.transpose(1, 2), matches[0])
        facts = [counts(score) for score in (matches[0], sources, targets)]
        facts += [_blend(score, sight.things) for score in (matches[0], sources)] + [sight.whole]
        scale, shift = self.film(question).chunk(2, dim=1)
        known = F.gelu(self.facts(torch.cat(facts, dim=1)) * (1 + scale) + shift)
        answer = self.reason(torch.cat([known, question], dim=1)) * self.doubt(question).exp()
        return answer, found[0], found[1], sources

    def _find(self, which: int, sight: Sight, words: Tensor) -> Tensor:
        query = self.find[which](words)
        return torch.einsum("qkc,qc->qk", sight.things, query[:, :-1]) / self.config.width**0.5 + query[:, -1:]

    def _ahead(self, link: Tensor, places: Tensor) -> Tensor:
        """(Q, K, K) probability that candidate i stands to candidate j as the text says, from their centres."""
        turn = self.direction(link)
        along = torch.einsum("qkc,qc->qk", places, turn[:, :2])
        logits = 8 * (along.unsqueeze(2) - along.unsqueeze(1)) + turn[:, 2, None, None]
        return others(logits.sigmoid())


def counts(matches: Tensor) -> Tensor:
    """Chances (Q, K) that each candidate matches -> chances (Q, COUNTED) that 0, 1, 2 ... do (Poisson binomial).

    The last one stands for "so many or more" only as far as COUNTED candidates are looked at.
    """
    likely = matches.topk(min(COUNTED, matches.shape[1]), dim=1).values
    chance = torch.zeros(len(matches), COUNTED, dtype=matches.dtype, device=matches.device)
    chance[:, 0] = 1
    for one in likely.unbind(1):
        one = one.unsqueeze(1)
        chance = chance * (1 - one) + F.pad(chance, (1, 0))[:, :-1] * one
    return chance


def _any(stands: Tensor, there: Tensor) -> Tensor:
    """(Q, K, K) i stands to j, (Q, K) j is there -> (Q, K) i stands so to at least one (noisy or)."""
    return 1 - (1 - stands * there.unsqueeze(1)).clamp_min(1e-6).log().sum(2).exp()


def _blend(weights: Tensor, things: Tensor) -> Tensor:
    """Mean of (Q, K, C) under weights (Q, K), shrinking to zero where nothing matches."""
    return torch.einsum("qk,qkc->qc", weights, things) / (weights.sum(1, keepdim=True) + 0.1)
