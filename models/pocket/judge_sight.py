"""What the pocket judges share: their configuration, what they see in a picture, and how they read a question.

Things are found alike; how questions point at them, compare and count is each judge's own (`judge_net.py`,
`judge_b_net.py`). Try it: `python cli.py study judge --judge pocket`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from transformers import BertConfig, BertModel, PretrainedConfig, PreTrainedModel

CELLS = 8
"""A picture has CELLS x CELLS cells."""


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


class SeeingNet(PreTrainedModel):
    """The half of a judge that looks and reads; a judge adds `thing`, `text`, `doubt` and `ask` in its own way."""

    config: JudgeConfig
    thing: nn.Module
    text: BertModel

    def __init__(self, config: JudgeConfig, eye: type[nn.Module], *sizes: int) -> None:
        """`eye(*sizes)` turns pixels (B, 3, 64, 64) into features of cells (B, 64, width) and of the whole (B, width)."""
        super().__init__(config)
        labels, width = config.labels, config.width
        self.eye = eye(*sizes)
        self.cell_norm = nn.LayerNorm(width)
        self.cell_heads = nn.ModuleDict(
            {"object": nn.Linear(width, 1), "offset": nn.Linear(width, 2)}
            | {kind: nn.Linear(width, labels[kind]) for kind in ("name", "colour", "size")}
        )
        self.whole_heads = nn.ModuleDict(
            {kind: nn.Linear(width, labels[kind]) for kind in ("setting", "weather", "style")}
        )

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
        corner = torch.stack([best % CELLS, best // CELLS], dim=-1).to(cells.dtype)
        places = corner + _pick(logits["offset"], best)
        present = logits["object"].gather(1, best).sigmoid()
        return Sight(things, present, places, whole, best, logits)

    def read(self, tokens: Tensor) -> Tensor:
        """Token ids (Q, length) -> what each question asks, (Q, text width)."""
        found: Tensor = self.words(tokens)[0][:, 0]
        return found

    def words(self, tokens: Tensor) -> tuple[Tensor, Tensor]:
        """Token ids (Q, length) -> their meanings (Q, length, text width) and which are words at all (Q, length)."""
        mask = tokens != 0
        return self.text(input_ids=tokens, attention_mask=mask).last_hidden_state, mask


def reader(config: JudgeConfig) -> BertModel:
    """An untrained text encoder of the configured sizes, without dropout."""
    sizes = BertConfig(
        vocab_size=config.words, hidden_size=config.text_width, num_hidden_layers=config.text_layers,
        num_attention_heads=4, intermediate_size=2 * config.text_width, max_position_embeddings=config.text_length,
        hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
    )  # fmt: skip
    return BertModel(sizes, add_pooling_layer=False)


def doubt(config: JudgeConfig) -> nn.Linear:
    """The part that calibration fits; training leaves it alone."""
    return nn.Linear(config.text_width, 1).requires_grad_(False)


def no_doubt(part: nn.Linear) -> None:
    """Make `doubt` say of every question that its answer stands as it is."""
    nn.init.zeros_(part.weight)
    nn.init.zeros_(part.bias)


def others(chances: Tensor) -> Tensor:
    """(Q, K, K) chances between candidates -> the same, but 0 between a candidate and itself."""
    same = torch.eye(chances.shape[1], dtype=torch.bool, device=chances.device)
    return chances.masked_fill(same, 0.0)


def _pick(cells: Tensor, index: Tensor) -> Tensor:
    """(B, 64, C) at (B, K) -> (B, K, C)."""
    return cells.gather(1, index.unsqueeze(-1).expand(-1, -1, cells.shape[-1]))
