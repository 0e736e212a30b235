"""The `pocket-ar` generator as a student: cross-entropy on slot tokens, a LoRA on every layer of encoder and decoder.

Try it: `python -m pytest tests/tiny/test_students.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig
from torch import Tensor, nn

from engine.errors import ModelError
from models.generators import card_of
from models.generators.autoregressive import AutoregressiveGenerator
from models.generators.lora import ADAPTER, LoRA, lay_on_writer
from models.pocket import slot_tokens
from models.pocket.text import LENGTH
from models.pocket.train_ar import loss_of
from models.pocket.words import tokens
from models.training.students import Pair

LAYERS = ["q_proj", "k_proj", "v_proj", "out_proj", "fc1", "fc2"]
DROPPED = 0.1


class WritingStudent:
    """See `models.training.students.Student`."""

    def __init__(self, name: str, rank: int, seed: int) -> None:
        self.name = name
        self.generator = AutoregressiveGenerator.own(card_of(name))
        self.net: Any = self.generator.net
        self.net.requires_grad_(False)
        torch.manual_seed(seed)
        self.net.add_adapter(LoraConfig(r=rank, lora_alpha=rank, target_modules=LAYERS), adapter_name=ADAPTER)

    @property
    def size(self) -> int:
        return sum(one.numel() for one in self.parameters())

    def parameters(self) -> list[nn.Parameter]:
        return [one for one in self.net.parameters() if one.requires_grad]

    def encoded(self, pairs: list[Pair]) -> tuple[Tensor, ...]:
        """Slot tokens (N, 39), token ids (N, L) and their lengths (N)."""
        if any(pair.scene is None for pair in pairs):
            raise ModelError(
                "The pocket generators learn from pocket pictures alone; this set holds others. Choose another set."
            )
        ids = torch.tensor([tokens(pair.caption, LENGTH) for pair in pairs])
        return torch.tensor([slot_tokens.write(pair.scene) for pair in pairs]), ids, (ids != 0).sum(1)

    def loss(self, rows: tuple[Tensor, ...], seed: int) -> Tensor:
        slots, ids, lengths = rows
        blank = torch.rand(len(ids), generator=torch.Generator().manual_seed(seed)) < DROPPED
        return loss_of(self.net, slots, ids[:, : int(lengths.max())], blank)

    @contextmanager
    def plain(self) -> Iterator[None]:
        self.net.disable_adapters()
        try:
            yield
        finally:
            self.net.enable_adapters()

    def save(self, folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        self.net.save_pretrained(folder, safe_serialization=True)  # with an adapter on, transformers saves that alone
        return folder

    def load(self, folder: Path) -> None:
        self.net.delete_adapter(ADAPTER)
        lay_on_writer(self.net, LoRA(folder))
        for name, one in self.net.named_parameters():
            one.requires_grad_("lora_" in name)


def opened(name: str, rank: int, seed: int) -> WritingStudent:
    """The student of that name."""
    return WritingStudent(name, rank, seed)
