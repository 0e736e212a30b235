"""Trains `pocket-ar` on the same fixed web-like set as `pocket`, resumably; part of `make pocket`.

Cross-entropy on the words that can stand at each place; the caption is dropped in a tenth, for guidance.
Try it: `python -m models.pocket.train_ar --steps 100 --pairs 2000 --out runs/ar`.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import time
from dataclasses import dataclass, replace
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import torch
import torch.nn.functional as F
from torch import Tensor
from transformers import BartConfig, BartForConditionalGeneration

from models.pocket import slot_tokens
from models.pocket.checkpoint import Training, schedule
from models.pocket.slot_tokens import UNTOLD
from models.pocket.text import LENGTH
from models.pocket.train_generator import Settings as WebSettings
from models.pocket.train_generator import batches
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
    file = cache / f"web-tokens-{count}.pt"
    if not file.is_file():
        found = [(slot_tokens.write(pair.scene), tokens(pair.caption, LENGTH)) for pair in pairs(count)]
        part = file.with_suffix(".part")
        torch.save((torch.tensor([slots for slots, _ in found]), torch.tensor([ids for _, ids in found])), part)
        part.replace(file)
    slots, ids = torch.load(file, weights_only=True)
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
    torch.manual_seed(settings.seed)
    net: BartForConditionalGeneration = writer(**sizes).to(device)
    training = Training.of(net, weight_decay=0.01, average=settings.average)
    first = training.resume(out, device)
    started, log = time.monotonic(), (out / "log.jsonl").open("a")
    mixing = WebSettings(batch=settings.batch, seed=settings.seed)
    per_epoch = len(batches(lengths, mixing, 0))
    plan: list[Tensor] = []
    for step in range(first, settings.steps):
        if step % per_epoch == 0 or not plan:
            plan = batches(lengths, mixing, step // per_epoch)
        rows = plan[step % per_epoch]
        mixer = torch.Generator().manual_seed(settings.seed * 7 + step)
        blank = torch.rand(len(rows), generator=mixer).to(device) < settings.dropped
        short = words[rows, : int(lengths[rows].max())]
        loss = loss_of(net, slots[rows].to(device), short.to(device), blank)
        training.step(loss, settings.rate * schedule(step, warmup=settings.warmup, steps=settings.steps))
        over = (time.monotonic() - started) / 60 > minutes
        if step % 50 == 0:
            row = {"step": step, "minutes": round((time.monotonic() - started) / 60, 2), "loss": round(loss.item(), 4)}
            log.write(json.dumps(row) + "\n")
            log.flush()
        if (step + 1) % 200 == 0 or step + 1 == settings.steps or over:
            training.save(out, step + 1)
        if over:
            break
    return training.averaged


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("runs/ar"))
    parser.add_argument("--steps", type=int, default=Settings().steps)
    parser.add_argument("--pairs", type=int, default=Settings().pairs)
    parser.add_argument("--minutes", type=float, default=math.inf)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    choice = parser.parse_args()
    plan = replace(Settings(), steps=choice.steps, pairs=choice.pairs)
    train(plan, choice.out, device=choice.device, minutes=choice.minutes)
