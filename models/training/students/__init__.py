"""Students: generators that a recipe teaches, each with a LoRA of its own laid over frozen weights.

Every recipe of the lab speaks to this face alone, so pocket generators and diffusion pipelines are taught alike.
Try it: `python -c "from models.training.students import student; print(student('pocket').size)"`.
"""

from __future__ import annotations

import importlib
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from PIL import Image

from engine.errors import ModelError, show
from models.generators import Generator, card_of

if TYPE_CHECKING:
    from torch import Tensor, nn

FAMILIES = {
    "pocket": "models.training.students.pocket",
    "pocket-ar": "models.training.students.pocket_ar",
    "diffusers": "models.training.students.diffusion",
}
"""The room of each family of generators that can be taught; it has a function `opened(name, rank, seed)`."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One thing to learn: a caption and the picture that shows it; `scene` is what a pocket picture was painted from.

    A pocket generator ends in the painter, so a scene is to it what a latent is to a diffusion model: the encoding of
    a picture of its own or of the teacher's. No score, choice or reward is read from it.
    """

    caption: str
    image: Image.Image | None = None
    scene: Any = None


class Student(Protocol):
    """A generator with a LoRA that learns."""

    name: str
    generator: Generator
    """Draws with the weights as they are now."""

    @property
    def size(self) -> int:
        """How many numbers the LoRA has."""
        ...

    def parameters(self) -> list[nn.Parameter]:
        """The numbers of the LoRA, in a fixed order."""
        ...

    def encoded(self, pairs: list[Pair]) -> tuple[Tensor, ...]:
        """The pairs as tensors with one row each, made once; raises `WordsNotKnown` and `ModelError`."""
        ...

    def loss(self, rows: tuple[Tensor, ...], seed: int) -> Tensor:
        """The mean loss of these rows; all chance follows from `seed`."""
        ...

    def plain(self) -> AbstractContextManager[None]:
        """Inside, the LoRA is off: the reference."""
        ...

    def save(self, folder: Path) -> Path:
        """Write the LoRA as `pytorch_lora_weights.safetensors` or `adapter_model.safetensors`; returns the folder."""
        ...

    def load(self, folder: Path) -> None:
        """Take up what `save` wrote; raises `ModelDamaged` for anything else."""
        ...


def student(name: str, *, rank: int = 16, seed: int = 0) -> Student:
    """A generator of this name with a fresh LoRA of rank `rank`; raises `ModelError` for one that cannot be taught."""
    family = card_of(name).family
    if family not in FAMILIES:
        raise ModelError(f"The generator {show(name)} cannot be taught here: it is of the family {show(family)}.")
    found: Student = importlib.import_module(FAMILIES[family]).opened(name, rank, seed)
    return found
