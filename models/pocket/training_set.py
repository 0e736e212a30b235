"""A training set: made once and kept in a file, and dealt out in shuffled batches of captions of like length.

Which rows step i sees depends on the seed and i alone, so a training that was stopped goes on as if it had not been.
Try it: `python -c "import torch; from models.pocket.training_set import *; print(Rows(torch.arange(64), batch=4, seed=1).at(3))"`.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import torch
from torch import Tensor

Made = TypeVar("Made", tuple[Tensor, ...], dict[str, Tensor])
POOL = 16
"""So many batches are sorted by length together."""


def kept(file: Path, make: Callable[[], Made]) -> Made:
    """What `file` holds, made and written, whole or not at all, where there is no such file."""
    if not file.is_file():
        part = file.with_suffix(".part")
        torch.save(make(), part)
        part.replace(file)
    loaded: Made = torch.load(file, weights_only=True)
    return loaded


def batches(lengths: Tensor, *, batch: int, seed: int) -> list[Tensor]:
    """Indices of one epoch in shuffled batches of like length, the same for the same seed; a short rest is left out."""
    mixer = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(lengths), generator=mixer)
    pools = [pool[lengths[pool].argsort()] for pool in order.split(batch * POOL)]
    found = [rows for pool in pools for rows in pool.split(batch) if len(rows) == batch]
    random.Random(seed).shuffle(found)
    return found


class Rows:
    """The rows (batch,) of every step: epoch after epoch, each shuffled by a seed of its own."""

    def __init__(self, lengths: Tensor, *, batch: int, seed: int) -> None:
        """`lengths` (N,) of the captions, of which N >= `batch`; raises `ValueError` for fewer."""
        if len(lengths) < batch:
            raise ValueError(f"{len(lengths)} pairs do not fill a batch of {batch}; give at least {batch} pairs.")
        self.lengths, self.batch, self.seed = lengths, batch, seed
        self.epoch, self.plan = 0, batches(lengths, batch=batch, seed=seed)

    def at(self, step: int) -> Tensor:
        """Row indices (batch,) of a step."""
        epoch, place = divmod(step, len(self.plan))
        if epoch != self.epoch:
            self.epoch, self.plan = epoch, batches(self.lengths, batch=self.batch, seed=self.seed + epoch)
        return self.plan[place]
