"""The network of the pocket judge: pixels become a few candidate things, questions point at them and compare places.

A convolutional encoder runs once per picture; each question is a short text encoder and a few small products.
It sees nothing but pixels and words. Try it: `python cli.py study judge --judge pocket`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from transformers import BertConfig, BertModel, PretrainedConfig, PreTrainedModel

TOP = 6
"""How many of the best matches are looked at when things are counted."""


class JudgeConfig(PretrainedConfig):
    """Sizes of the judge; the word and answer lists belong to the weights and are checked when they are loaded."""

    model_type = "scenewright-pocket-judge"

    def __init__(
        self,
        *,
        channels: int = 64,
        width: int = 128,
        text_width: int = 96,
        text_layers: int = 2,
        text_length: int = 28,
        candidates: int = 10,
        words: int = 1,
        labels: dict[str, int] | None = None,
        answers: list[str] | None = None,
        grammar: str = "",
        **rest: Any,
    ) -> None:
        self.channels, self.width, self.candidates = channels, width, candidates
        self.text_width, self.text_layers, self.text_length = text_width, text_layers, text_length
        self.words, self.answers, self.grammar = words, answers or ["yes", "no"], grammar
        self.labels = labels or {"name": 2, "colour": 2, "size": 2, "setting": 2, "weather": 2, "style": 2}
        super().__init__(**rest)


@dataclass(frozen=True, slots=True)
class Sight:
    """What the encoder saw in B pictures: K candidates each, and logits for the training signals."""

    things: Tensor
    """(B, K, width) embeddings of the candidates."""
    present: Tensor
    """(B, K) probability that a candidate is a thing."""
    places: Tensor
    """(B, K, 2) centres in cells, 0..8."""
    whole: Tensor
    """(B, width) the picture as a whole."""
    cells: Tensor
    """(B, K) index of the cell (0..63) that each candidate came from."""
    logits: dict[str, Tensor]
    """Per cell: `object` (B, 64), `name`, `colour`, `size` (B, 64, n), `offset` (B, 64, 2); per picture the scene kinds."""

    def rows(self, index: Tensor) -> Sight:
        """The sight of some of the pictures, repeated as `index` (Q,) says."""
        return Sight(
            things=self.things[index],
            present=self.present[index],
            places=self.places[index],
            whole=self.whole[index],
            cells=self.cells[index],
            logits={},
        )


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


class JudgeNet(PreTrainedModel):
    """`see(pixels)` once per picture, then `ask(sight, tokens)` for any number of questions."""

    config_class = JudgeConfig
    config: JudgeConfig

    def __init__(self, config: JudgeConfig) -> None:
        super().__init__(config)
        n, width, text = config.labels, config.width, config.text_width
        self.eye = Eye(config.channels, width)
        self.cell_norm = nn.LayerNorm(width)
        self.cell_heads = nn.ModuleDict(
            {"object": nn.Linear(width, 1), "offset": nn.Linear(width, 2)}
            | {kind: nn.Linear(width, n[kind]) for kind in ("name", "colour", "size")}
        )
        self.whole_heads = nn.ModuleDict({kind: nn.Linear(width, n[kind]) for kind in ("setting", "weather", "style")})
        self.thing = nn.Linear(width + n["name"] + n["colour"] + n["size"], width)
        self.text = BertModel(
            BertConfig(
                vocab_size=config.words,
                hidden_size=text,
                num_hidden_layers=config.text_layers,
                num_attention_heads=4,
                intermediate_size=2 * text,
                max_position_embeddings=config.text_length,
                hidden_dropout_prob=0.0,
                attention_probs_dropout_prob=0.0,
            ),
            add_pooling_layer=False,
        )
        self.pointer_query = nn.Linear(text, 2)
        self.pointers = nn.ModuleList([nn.Linear(text, width + 1) for _ in range(2)])
        self.direction = nn.Linear(text, 3)
        self.facts = nn.Linear(3 * TOP + 3 + 2 * width + width, 256)
        self.gate = nn.Linear(text, 256)
        self.reason = nn.Sequential(nn.Linear(256 + text, 256), nn.GELU(), nn.Linear(256, len(config.answers)))
        self.doubt = nn.Linear(text, 1).requires_grad_(False)
        self.post_init()
        nn.init.zeros_(self.doubt.weight)
        nn.init.zeros_(self.doubt.bias)

    def see(self, pixels: Tensor) -> Sight:
        """(B, 3, 64, 64) float pixels in 0..1 -> `Sight`."""
        cells, whole = self.eye(pixels)
        cells = self.cell_norm(cells)
        logits = {name: head(cells) for name, head in self.cell_heads.items()}
        logits["object"] = logits["object"].squeeze(-1)
        logits |= {name: head(whole) for name, head in self.whole_heads.items()}
        best = logits["object"].topk(self.config.candidates, dim=1).indices
        words = [logits[kind].softmax(-1) for kind in ("name", "colour", "size")]
        things = self.thing(_pick(torch.cat([cells, *words], dim=-1), best))
        corner = torch.stack([best % 8, best // 8], dim=-1).to(cells.dtype)
        places = corner + _pick(logits["offset"], best)
        present = logits["object"].gather(1, best).sigmoid()
        return Sight(things, present, places, whole, best, logits)

    def ask(self, sight: Sight, tokens: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Q questions, tokens (Q, length), each about its own row of `sight`.

        Returns answer logits (Q, answers) and, for training, logits of the first and second pointer on the
        candidates (Q, K) and the probability (Q, K) that a candidate stands in the relation asked about.
        """
        words, mask = self._words(tokens)
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

    def read(self, tokens: Tensor) -> Tensor:
        """Token ids (Q, length) -> what each question asks, (Q, text width)."""
        found: Tensor = self._words(tokens)[0][:, 0]
        return found

    def _words(self, tokens: Tensor) -> tuple[Tensor, Tensor]:
        mask = tokens != 0
        return self.text(input_ids=tokens, attention_mask=mask).last_hidden_state, mask

    def _point(self, which: int, sight: Sight, words: Tensor) -> Tensor:
        query = self.pointers[which](words)
        products = (sight.things * query[:, None, :-1]).sum(-1) / self.config.width**0.5
        return products + query[:, -1:]

    def _compare(self, text: Tensor, places: Tensor) -> Tensor:
        """(Q, K, K) probability that candidate i stands to candidate j as the text says, from their centres."""
        turn = self.direction(text)
        along = (places * turn[:, None, :2]).sum(-1)
        logits = 8 * (along.unsqueeze(2) - along.unsqueeze(1)) + turn[:, 2, None, None]
        itself = torch.eye(places.shape[1], dtype=torch.bool, device=places.device)
        return logits.sigmoid().masked_fill(itself, 0.0)


def _pick(cells: Tensor, index: Tensor) -> Tensor:
    """(B, 64, C) at (B, K) -> (B, K, C)."""
    return cells.gather(1, index.unsqueeze(-1).expand(-1, -1, cells.shape[-1]))


def _attend(weights: Tensor, things: Tensor) -> Tensor:
    """Mean of (Q, K, C) under weights (Q, K), shrinking to zero where nothing matches."""
    return (weights.unsqueeze(-1) * things).sum(1) / (weights.sum(1, keepdim=True) + 0.1)
