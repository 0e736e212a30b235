"""Trains `pocket-ar` on the same fixed web-like set as `pocket`, resumably; part of `make pocket`.

Cross-entropy on the words that can stand at each place; the caption is dropped in a tenth, for guidance.
Try it: `python -m models.pocket.train_ar --steps 100 --pairs 2000 --out runs/ar`.
"""

from __future__ import annotations

import math
import os
from dataclasses import dataclass, replace
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import torch
import torch.nn.functional as F
from torch import Tensor
from transformers import BartConfig, BartForConditionalGeneration

from models.pocket import slot_tokens
from models.pocket.checkpoint import Training, options
from models.pocket.slot_tokens import UNTOLD
from models.pocket.text import LENGTH
from models.pocket.train_generator import Settings as WebSettings
from models.pocket.training_set import Rows, kept
from models.pocket.web import pairs
from models.pocket.words import GRAMMAR_VERSION, tokens

BEGIN = 2
"""The [START] of captions also begins the slots."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that decides the weights, beside the code."""

    steps: int = 2000
    batch: int = 128
    pairs: int = WebSettings().pairs
    rate: float = 1.5e-3
    warmup: int = 100
    dropped: float = 0.1
    seed: int = 20261126
    average: float = 0.997


def writer(*, width: int = 128, reading: int = 3, writing: int = 4) -> BartForConditionalGeneration:
    """An untrained encoder-decoder: a caption (B, L) is read, slot tokens are written one by one.

    `reading` and `writing` are the layers of encoder and decoder; the config records the grammar.
    """
    config = BartConfig(
        vocab_size=slot_tokens.size(), max_position_embeddings=LENGTH, d_model=width, encoder_layers=reading,
        decoder_layers=writing, encoder_attention_heads=4, decoder_attention_heads=4, encoder_ffn_dim=2 * width,
        decoder_ffn_dim=2 * width, dropout=0.0, attention_dropout=0.0, activation_dropout=0.0, pad_token_id=0,
        bos_token_id=BEGIN, eos_token_id=None, decoder_start_token_id=BEGIN, forced_eos_token_id=None,
    )  # fmt: skip
    config.grammar = GRAMMAR_VERSION
    return BartForConditionalGeneration(config)


def load_set(count: int, cache: Path) -> tuple[Tensor, Tensor]:
    """Slot tokens (count, 39) and captions (count, LENGTH) of the set, kept in `cache` after the first time."""

    def make() -> tuple[Tensor, ...]:
        found = [(slot_tokens.write(pair.scene), tokens(pair.caption, LENGTH)) for pair in pairs(count)]
        return torch.tensor([slots for slots, _ in found]), torch.tensor([ids for _, ids in found])

    slots, ids = kept(cache / f"web-tokens-{count}.pt", make)
    return slots, ids


def loss_of(net: BartForConditionalGeneration, slots: Tensor, words: Tensor, blank: Tensor) -> Tensor:
    """Mean cross-entropy of slot tokens (B, 39) after captions (B, L), captions hidden where `blank` (B) says."""
    words = words.clone()
    words[:, 1:][blank] = 0
    before = F.pad(slots.clamp_min(0), (1, 0), value=BEGIN)[:, :-1]
    logits = net(input_ids=words, attention_mask=(words != 0).long(), decoder_input_ids=before).logits
    logits = logits + slot_tokens.allowed().to(logits.device)
    return F.cross_entropy(logits.flatten(0, 1), slots.flatten(), ignore_index=UNTOLD)


def train(
    settings: Settings, out: Path, *, device: str = "cpu", minutes: float = math.inf, **sizes: int
) -> BartForConditionalGeneration:
    """Train to `settings.steps`, resuming from `out/checkpoint.pt`; stops early after `minutes` with a checkpoint."""
    out.mkdir(parents=True, exist_ok=True)
    slots, words = load_set(settings.pairs, out)
    lengths = (words != 0).sum(1)
    rows_of = Rows(lengths, batch=settings.batch, seed=settings.seed)
    torch.manual_seed(settings.seed)
    net: BartForConditionalGeneration = writer(**sizes).to(device)
    training = Training.of(net, weight_decay=0.01, average=settings.average)

    def losses(step: int) -> dict[str, Tensor]:
        rows = rows_of.at(step)
        mixer = torch.Generator().manual_seed(settings.seed * 7 + step)
        blank = torch.rand(len(rows), generator=mixer).to(device) < settings.dropped
        short = words[rows, : int(lengths[rows].max())]
        return {"loss": loss_of(net, slots[rows].to(device), short.to(device), blank)}

    return training.run(settings, out, losses, device=device, minutes=minutes)


if __name__ == "__main__":
    choice = options(__doc__, out=Path("runs/ar"), steps=Settings().steps, pairs=Settings().pairs).parse_args()
    plan = replace(Settings(), steps=choice.steps, pairs=choice.pairs)
    train(plan, choice.out, device=choice.device, minutes=choice.minutes)
