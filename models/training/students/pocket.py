"""The `pocket` generator as a student: flow matching on slots, a LoRA on every layer of the denoiser.

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
from models.generators.lora import ADAPTER, LoRA, lay_on
from models.generators.pocket import PocketGenerator
from models.pocket.slots import encode, weights
from models.pocket.text import LENGTH
from models.pocket.train_generator import flow_loss
from models.pocket.words import tokens
from models.training.students import Pair

LAYERS = ["to_q", "to_k", "to_v", "to_out.0", "ff.net.0.proj", "ff.net.2", "enter", "leave"]
DROPPED = 0.1
"""Share of captions that are hidden, as in the first training, so that guidance goes on working."""


class PocketStudent:
    """See `models.training.students.Student`."""

    def __init__(self, name: str, rank: int, seed: int) -> None:
        self.name = name
        self.generator = PocketGenerator.own(card_of(name))
        self.pipe: Any = self.generator.pipeline
        self.net: Any = self.pipe.transformer
        self.rank = rank
        for part in (self.pipe.text_encoder, self.net):
            part.requires_grad_(False)
        torch.manual_seed(seed)
        self.net.add_adapter(LoraConfig(r=rank, lora_alpha=rank, target_modules=LAYERS), adapter_name=ADAPTER)

    @property
    def size(self) -> int:
        return sum(one.numel() for one in self.parameters())

    def parameters(self) -> list[nn.Parameter]:
        return [one for one in self.net.parameters() if one.requires_grad]

    def encoded(self, pairs: list[Pair]) -> tuple[Tensor, ...]:
        """Slots (N, ROWS, WIDTH), token ids (N, L) and their lengths (N)."""
        if any(pair.scene is None for pair in pairs):
            raise ModelError(
                "The pocket generators learn from pocket pictures alone; this set holds others. Choose another set."
            )
        ids = torch.tensor([tokens(pair.caption, LENGTH) for pair in pairs])
        return torch.stack([encode(pair.scene) for pair in pairs]), ids, (ids != 0).sum(1)

    def loss(self, rows: tuple[Tensor, ...], seed: int) -> Tensor:
        slots, ids, lengths = rows
        mixer = torch.Generator().manual_seed(seed)
        return flow_loss(self._velocity, slots, ids[:, : int(lengths.max())], mixer, DROPPED, weights(slots))

    def _velocity(self, noisy: Tensor, times: Tensor, words: Tensor) -> Tensor:
        mask = words != 0
        with torch.no_grad():
            text = self.pipe.text_encoder(input_ids=words, attention_mask=mask).last_hidden_state
        velocity: Tensor = self.net(noisy, times * 1000, text, mask).sample
        return velocity

    @contextmanager
    def plain(self) -> Iterator[None]:
        self.net.disable_adapters()
        try:
            yield
        finally:
            self.net.enable_adapters()

    def save(self, folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        self.net.save_lora_adapter(folder, adapter_name=ADAPTER, safe_serialization=True)
        return folder

    def load(self, folder: Path) -> None:
        self.net.delete_adapters(ADAPTER)
        lay_on(self.pipe, LoRA(folder), "transformer")
        for name, one in self.net.named_parameters():
            one.requires_grad_("lora_" in name)


def opened(name: str, rank: int, seed: int) -> PocketStudent:
    """The student of that name."""
    return PocketStudent(name, rank, seed)
