"""Policies: students that draw by chance and know the probability of each step they took, as policy gradients need.

What is drawn is what is scored: the same guidance, noise and temperature, the same rows in the same company, so that
the ratio of new to old probability is exactly 1 before the first update. Try it: `python -m pytest tests/models/test_reward.py`.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from PIL import Image

from engine.errors import ModelError, show
from models.generators import card_of
from models.training.students import Student, student

if TYPE_CHECKING:
    from torch import Tensor

FAMILIES = {"pocket": "models.training.policies.flow", "pocket-ar": "models.training.policies.writing"}
"""The room of each family of generators that has a policy; it has a function `opened(student, steps, noise)`."""
EDGE = 64
"""Pixels of the pictures that are rewarded."""


@dataclass(frozen=True, slots=True)
class Rollout:
    """N pictures drawn at once, with all that is needed to say how likely each was.

    `before` (N, T) holds the log-probabilities of the steps when they were taken, `told` (N, T) is 1 for steps that
    decided something of the picture and 0 for what was drawn but never looked at. `state` is the policy's own.
    """

    captions: list[str]
    seeds: list[int]
    images: list[Image.Image]
    state: tuple[Any, ...]
    before: Tensor
    told: Tensor


class Policy(Protocol):
    """A student that draws by chance and can be asked how likely that was."""

    student: Student
    clip: float
    """How far the ratio may leave 1 for this kind of log-probability."""

    def draw(self, captions: list[str], seeds: list[int]) -> Rollout:
        """One picture per caption and seed, with no gradient; raises `WordsNotKnown`."""
        ...

    def scored(self, rollout: Rollout) -> tuple[Tensor, Tensor]:
        """Log-probabilities (N, T) of the rollout's steps as the weights are now, and the divergence of each step's
        distribution from that of the student without its LoRA (N, T), not below 0; both with gradient."""
        ...


def policy(name: str, *, rank: int = 16, seed: int = 0, steps: int = 10, noise: float = 0.7) -> Policy:
    """The policy over a fresh student of that name; `steps` and `noise` are those of the diffusion kind.

    Raises `ModelError` for a generator that has none.
    """
    family = card_of(name).family
    if family not in FAMILIES:
        raise ModelError(
            f"The generator {show(name)} cannot be rewarded here: it is of the family {show(family)}. "
            f"Choose one of {', '.join(FAMILIES)}."
        )
    pupil = student(name, rank=rank, seed=seed)
    found: Policy = importlib.import_module(FAMILIES[family]).opened(pupil, steps, noise)
    return found
