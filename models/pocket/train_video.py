"""Trains `pocket-video`: the shipped `pocket` generator, with new words and rows that move, learns from captioned videos.

What both have in common begins from the shipped weights, the rest from zero. Part of `make pocket`.
Try it: `python -m models.pocket.train_video --steps 20 --pairs 2000 --out runs/video`.
"""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import torch
from torch import Tensor, nn

from models.catalog.pocket import WEIGHTS
from models.pocket.checkpoint import Training, options
from models.pocket.clip_pipeline import PocketVideoPipeline
from models.pocket.clip_slots import CLIP_WIDTH, clip_weights, encode_clip
from models.pocket.clip_web import clips
from models.pocket.clip_words import VIDEO_GRAMMAR, clip_tokens, clip_vocabulary
from models.pocket.denoiser import SlotDenoiser
from models.pocket.pipeline import PocketPipeline
from models.pocket.text import LENGTH, encoder
from models.pocket.train_generator import flow_loss
from models.pocket.training_set import Rows, kept
from models.pocket.words import tokenizer_of


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that decides the weights, beside the code and the weights of `pocket`."""

    steps: int = 1000
    batch: int = 128
    pairs: int = 24_000
    rate: float = 6e-4
    warmup: int = 40
    dropped: float = 0.1
    seed: int = 20261130
    average: float = 0.99


class VideoGenerator(nn.Module):
    """The trained parts of the pipeline together: text encoder and denoiser."""

    def __init__(self, *, width: int = 192, layers: int = 6, text_width: int = 128, text_layers: int = 2) -> None:
        super().__init__()
        self.text = encoder(width=text_width, layers=text_layers, words=len(clip_vocabulary()), grammar=VIDEO_GRAMMAR)
        self.denoiser = SlotDenoiser(channels=CLIP_WIDTH, width=width, layers=layers, text_width=text_width)

    @classmethod
    def from_pictures(cls, folder: Path) -> VideoGenerator:
        """Begins from the weights of a picture generator; new words, ways and the camera's words begin from zero."""
        shipped = PocketPipeline.from_pretrained(folder, use_safetensors=True, local_files_only=True)
        drawn, read = shipped.transformer.config, shipped.text_encoder.config
        net = cls(
            width=drawn.width, layers=drawn.layers, text_width=drawn.text_width, text_layers=read.num_hidden_layers
        )
        _grow(net.text, shipped.text_encoder.state_dict())
        _grow(net.denoiser, shipped.transformer.state_dict())
        return net

    def forward(self, noisy: Tensor, times: Tensor, words: Tensor) -> Tensor:
        """Velocities (B, ROWS, CLIP_WIDTH) at times (B,) in 0..1 under token ids (B, L)."""
        mask = words != 0
        text = self.text(input_ids=words, attention_mask=mask).last_hidden_state
        return self.denoiser(noisy, times * 1000, text, mask).sample

    def pipeline(self) -> PocketVideoPipeline:
        """The trained parts as the pipeline that is shipped."""
        config, words = self.text.config, clip_vocabulary()
        text = encoder(
            width=config.hidden_size, layers=config.num_hidden_layers, pooler=True, words=len(words), grammar=VIDEO_GRAMMAR
        )  # fmt: skip
        text.load_state_dict(self.text.state_dict(), strict=False)
        return PocketVideoPipeline.around(text.eval(), self.denoiser.eval(), tokenizer_of(words))


def _grow(net: nn.Module, state: dict[str, Tensor]) -> None:
    """Copy weights into the corner of larger ones; what is beyond the corner becomes zero."""
    with torch.no_grad():
        for name, weight in net.named_parameters():
            if name not in state:
                raise KeyError(f"The picture generator has no {name}.")
            if weight.shape == state[name].shape:
                weight.copy_(state[name])
            elif "word_embeddings" in name:  # new words begin as they are, at random
                weight[: len(state[name])] = state[name]
            else:
                weight.zero_()
                weight[tuple(slice(0, edge) for edge in state[name].shape)] = state[name]


def load_set(count: int, cache: Path) -> tuple[Tensor, Tensor]:
    """Rows (count, ROWS, CLIP_WIDTH) and tokens (count, LENGTH) of the set, kept in `cache` after the first time."""

    def make() -> tuple[Tensor, ...]:
        found = [(encode_clip(clip.scene), clip_tokens(clip.caption, LENGTH)) for clip in clips(count)]
        return torch.stack([rows for rows, _ in found]), torch.tensor([ids for _, ids in found])

    rows, ids = kept(cache / f"clips-{count}.pt", make)
    return rows, ids


def train(
    settings: Settings, out: Path, *, start: Path | None = None, device: str = "cpu", minutes: float = math.inf,
    **sizes: int,
) -> VideoGenerator:  # fmt: skip
    """Train to `settings.steps`, resuming from `out/checkpoint.pt`; stops early after `minutes` with a checkpoint.

    Begins from the picture generator in `start`, or from nothing with `sizes`.
    """
    out.mkdir(parents=True, exist_ok=True)
    slots, words = load_set(settings.pairs, out)
    lengths = (words != 0).sum(1)
    rows_of = Rows(lengths, batch=settings.batch, seed=settings.seed)
    torch.manual_seed(settings.seed)
    net: VideoGenerator = (VideoGenerator.from_pictures(start) if start else VideoGenerator(**sizes)).to(device)
    training = Training.of(net, weight_decay=0.01, average=settings.average)

    def losses(step: int) -> dict[str, Tensor]:
        rows = rows_of.at(step)
        mixer = torch.Generator().manual_seed(settings.seed * 7 + step)
        short = words[rows, : int(lengths[rows].max())]
        batch = slots[rows].to(device)
        return {"loss": flow_loss(net, batch, short.to(device), mixer, settings.dropped, clip_weights(batch))}

    return training.run(settings, out, losses, device=device, minutes=minutes)


if __name__ == "__main__":
    torch.set_num_threads(1)
    parser = options(__doc__, out=Path("runs/video"), steps=Settings().steps, pairs=Settings().pairs)
    parser.add_argument(
        "--ship", type=Path, help="where the pipeline goes when it is done, such as assets/pocket/video"
    )
    choice = parser.parse_args()
    plan = Settings(steps=choice.steps, pairs=choice.pairs)
    trained = train(plan, choice.out, start=WEIGHTS / "generator", device=choice.device, minutes=choice.minutes)
    if choice.ship:
        from models.pocket.shipping import put

        put(trained.pipeline().to(dtype=torch.float16), choice.ship)
