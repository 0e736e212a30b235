"""Trains the `pocket` generator on its fixed web-like set, resumably; part of `make pocket`.

Flow matching with logit-normal times (SD3, arXiv 2403.03206) and the condition dropped in a tenth.
Try it: `python -m models.pocket.train_generator --steps 100 --pairs 2000 --out runs/generator`.
"""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import torch
from torch import Tensor, nn

from models.pocket.checkpoint import Training, options
from models.pocket.denoiser import SlotDenoiser
from models.pocket.pipeline import PocketPipeline
from models.pocket.slots import encode, weights
from models.pocket.text import LENGTH, encoder
from models.pocket.training_set import Rows, kept
from models.pocket.web import pairs
from models.pocket.words import tokenizer, tokens


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that decides the weights, beside the code."""

    steps: int = 2400
    batch: int = 128
    pairs: int = 24_000
    rate: float = 1e-3
    warmup: int = 100
    dropped: float = 0.1
    seed: int = 20261123
    average: float = 0.997


class Generator(nn.Module):
    """The trained parts of the pipeline together: text encoder and denoiser."""

    def __init__(self, *, width: int = 192, layers: int = 6, text_width: int = 128, text_layers: int = 2) -> None:
        super().__init__()
        self.text = encoder(width=text_width, layers=text_layers)
        self.denoiser = SlotDenoiser(width=width, layers=layers, text_width=text_width)

    def forward(self, noisy: Tensor, times: Tensor, words: Tensor) -> Tensor:
        """Velocities (B, ROWS, WIDTH) at times (B,) in 0..1 under token ids (B, L)."""
        mask = words != 0
        text = self.text(input_ids=words, attention_mask=mask).last_hidden_state
        return self.denoiser(noisy, times * 1000, text, mask).sample

    def pipeline(self) -> PocketPipeline:
        """The trained parts as the pipeline that is shipped."""
        config = self.text.config
        text = encoder(width=config.hidden_size, layers=config.num_hidden_layers, pooler=True)
        text.load_state_dict(self.text.state_dict(), strict=False)
        return PocketPipeline.around(text.eval(), self.denoiser.eval(), tokenizer())


def load_set(count: int, cache: Path) -> tuple[Tensor, Tensor]:
    """Slots (count, ROWS, WIDTH) and tokens (count, LENGTH) of the set, kept in `cache` after the first time."""

    def make() -> tuple[Tensor, ...]:
        found = [(encode(pair.scene), tokens(pair.caption, LENGTH)) for pair in pairs(count)]
        return torch.stack([slots for slots, _ in found]), torch.tensor([ids for _, ids in found])

    slots, ids = kept(cache / f"web-{count}.pt", make)
    return slots, ids


def loss_of(net: Generator, slots: Tensor, words: Tensor, mixer: torch.Generator, dropped: float) -> Tensor:
    """Flow-matching loss of a batch: slots (B, ROWS, WIDTH), words (B, L)."""
    return flow_loss(net, slots, words, mixer, dropped, weights(slots))


def flow_loss(
    net: nn.Module, slots: Tensor, words: Tensor, mixer: torch.Generator, dropped: float, weight: Tensor
) -> Tensor:
    """As `loss_of`, each number of `slots` counting as `weight` says."""
    noise = torch.randn(slots.shape, generator=mixer).to(slots.device)
    times = torch.randn(len(slots), generator=mixer).sigmoid().to(slots.device)
    blank = torch.rand(len(slots), generator=mixer).to(slots.device) < dropped
    words = words.clone()
    words[:, 1:][blank] = 0
    level = times[:, None, None]
    guess = net((1 - level) * slots + level * noise, times, words)
    return ((guess - (noise - slots)).square() * weight).mean()


def train(settings: Settings, out: Path, *, device: str = "cpu", minutes: float = math.inf, **sizes: int) -> Generator:
    """Train to `settings.steps`, resuming from `out/checkpoint.pt`; stops early after `minutes` with a checkpoint."""
    out.mkdir(parents=True, exist_ok=True)
    slots, words = load_set(settings.pairs, out)
    lengths = (words != 0).sum(1)
    rows_of = Rows(lengths, batch=settings.batch, seed=settings.seed)
    torch.manual_seed(settings.seed)
    net: Generator = Generator(**sizes).to(device)
    training = Training.of(net, weight_decay=0.01, average=settings.average)

    def losses(step: int) -> dict[str, Tensor]:
        rows = rows_of.at(step)
        mixer = torch.Generator().manual_seed(settings.seed * 7 + step)
        short = words[rows, : int(lengths[rows].max())]
        return {"loss": loss_of(net, slots[rows].to(device), short.to(device), mixer, settings.dropped)}

    return training.run(settings, out, losses, device=device, minutes=minutes)


if __name__ == "__main__":
    choice = options(__doc__, out=Path("runs/generator"), steps=Settings().steps, pairs=Settings().pairs).parse_args()
    train(Settings(steps=choice.steps, pairs=choice.pairs), choice.out, device=choice.device, minutes=choice.minutes)
