"""Trains `pocket-clip` from nothing on captioned painter pictures, resumably; part of `make pocket`.

Contrastive, with a swapped caption beside each right one (NegCLIP, arXiv 2210.01936); what stands in every patch is a
further signal that is dropped afterwards. Try it: `python -m models.pocket.train_clip --steps 50 --pairs 500 --out runs/clip`.
"""

from __future__ import annotations

import math
import os
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from transformers import CLIPModel

from models.metrics import read
from models.pocket.captioned import captioned
from models.pocket.checkpoint import Training, options
from models.pocket.clip import clip, ids
from models.pocket.oracle import visible
from models.pocket.painter import paint
from models.pocket.scene import COLOURS, NAMES, SIZES
from models.pocket.train_judge import IGNORE, cell_targets
from models.pocket.training_set import Rows, kept

KINDS = {"name": len(NAMES), "colour": len(COLOURS), "size": len(SIZES)}


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that decides the weights, beside the code."""

    steps: int = 900
    batch: int = 96
    pairs: int = 24_000
    rate: float = 1e-3
    warmup: int = 100
    seed: int = 20261127
    average: float = 0.995


FURTHER = Settings(steps=1500, seed=20261129)
"""The lessons after those, on new pictures."""


class Pupil(nn.Module):
    """The CLIP that ships, and heads that only its training needs."""

    def __init__(self, **sizes: int) -> None:
        super().__init__()
        self.clip: CLIPModel = clip(**sizes)
        width = self.clip.config.vision_config.hidden_size
        kinds = {"object": 1} | KINDS
        self.heads = nn.ModuleDict({kind: nn.Linear(width, count) for kind, count in kinds.items()})


def load_set(settings: Settings, cache: Path) -> dict[str, Tensor]:
    """Pictures (N, 3, 64, 64) in bytes, captions and swapped captions (N, L), and cell targets, kept in `cache`."""
    return kept(cache / f"captioned-{settings.pairs}.pt", partial(_make_set, settings))


def _make_set(settings: Settings) -> dict[str, Tensor]:
    found = list(captioned(settings.pairs, seed=settings.seed))
    cells = cell_targets([visible(one.scene) for one in found])
    made = {
        "pixels": torch.from_numpy(np.stack([np.asarray(paint(one.scene)) for one in found])).permute(0, 3, 1, 2),
        "words": torch.tensor([ids(one.caption) for one in found]),
        "swapped": torch.tensor([ids(one.swapped or one.caption) for one in found]),
        "changed": torch.tensor([one.swapped is not None for one in found]),
    } | {kind: cells[kind].to(torch.int8) for kind in ("object", *KINDS)}
    return {name: value.contiguous() for name, value in made.items()}


def losses(net: Pupil, batch: dict[str, Tensor]) -> dict[str, Tensor]:
    """Each part of the loss of B pairs, and the share of pictures that find their caption under `right`."""
    seen = net.clip.vision_model(pixel_values=batch["pixels"].float() / 127.5 - 1)
    pictures = F.normalize(net.clip.visual_projection(seen.pooler_output), dim=-1)
    texts = read(net.clip, torch.cat([batch["words"], batch["swapped"]]))
    scale = net.clip.logit_scale.exp().clamp(max=100)
    near = scale * pictures @ texts.T
    count = len(pictures)
    own = torch.arange(count, device=near.device)
    near[own, own + count] = near[own, own + count].masked_fill(~batch["changed"], float("-inf"))
    parts = {"find text": F.cross_entropy(near, own), "find picture": F.cross_entropy(near[:, :count].T, own)}
    return parts | _patch_losses(net, seen.last_hidden_state[:, 1:], batch) | {
        "right": (near.argmax(1) == own).float().mean().detach()
    }  # fmt: skip


def _patch_losses(net: Pupil, patches: Tensor, batch: dict[str, Tensor]) -> dict[str, Tensor]:
    thing = batch["object"].float()
    parts = {"object": F.binary_cross_entropy_with_logits(net.heads["object"](patches).squeeze(-1), thing) * 4}
    for kind in KINDS:
        logits = net.heads[kind](patches).flatten(0, 1)
        parts[kind] = F.cross_entropy(logits, batch[kind].long().flatten(), ignore_index=IGNORE)
    return parts


def train(
    settings: Settings,
    out: Path,
    *,
    device: str = "cpu",
    start: Path | None = None,
    minutes: float = math.inf,
    **sizes: int,
) -> CLIPModel:
    """Train to `settings.steps`, resuming from `out/checkpoint.pt`; stops early after `minutes` with a checkpoint.

    `start` is a folder of weights as they ship to begin from instead of random ones.
    """
    out.mkdir(parents=True, exist_ok=True)
    data = load_set(settings, out)
    rows_of = Rows((data["words"] != 0).sum(1), batch=settings.batch, seed=settings.seed)
    torch.manual_seed(settings.seed)
    pupil = Pupil(**sizes)
    if start is not None:
        pupil.clip.load_state_dict(CLIPModel.from_pretrained(start).state_dict())
    training = Training.of(pupil.to(device), weight_decay=0.05, average=settings.average)
    parts = partial(_step_losses, pupil, data, rows_of)
    return training.run(settings, out, parts, device=device, minutes=minutes).clip


def _step_losses(net: Pupil, data: dict[str, Tensor], rows_of: Rows, step: int) -> dict[str, Tensor]:
    rows, device = rows_of.at(step), net.clip.device
    batch = {name: value[rows].to(device) for name, value in data.items()}
    longest = int((batch["swapped"] != 0).sum(1).max().maximum((batch["words"] != 0).sum(1).max()))
    return losses(net, batch | {name: batch[name][:, :longest] for name in ("words", "swapped")})


if __name__ == "__main__":
    choice = options(__doc__, out=Path("runs/clip"), steps=Settings().steps, pairs=Settings().pairs).parse_args()
    plan = replace(Settings(), steps=choice.steps, pairs=choice.pairs)
    train(plan, choice.out, device=choice.device, minutes=choice.minutes)
