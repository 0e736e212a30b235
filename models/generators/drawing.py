"""What every generator speaks: captions and seeds in, drawings out, step by step, and one can be stopped.

A generator receives the caption string and a seed, nothing else. Try it:
`python -c "from models.generators import load; load('pocket').draw(['There is a red dog.'], [1])[0].image.save('dog.png')"`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from PIL import Image

from models.pocket.scene import PocketScene

PREVIEW = 256
Step = Callable[[int, int, Callable[[], list[Image.Image]]], bool]
"""Called after each step with (step, steps, a function that makes previews); returns True to go on, False to stop."""


class Stopped(Exception):
    """The caller's step function asked to stop."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """One picture: RGB image, the seed and caption it came from, and what the generator knows of its contents.

    A video or a turntable of a 3D object has `frames`, all of one size, in order; `image` is then the one to show for it.
    """

    image: Image.Image
    caption: str
    seed: int
    record: dict[str, Any] = field(default_factory=dict)
    frames: tuple[Image.Image, ...] = ()

    @property
    def contents(self) -> PocketScene | None:
        """The exact contents of a pocket picture, for the oracle; None for pictures of other generators."""
        return PocketScene.from_dict(self.record["pocket"]) if "pocket" in self.record else None


class Generator(Protocol):
    """Anything that draws captions, as pictures, videos or turntables of 3D objects (`models.catalog.Card.modality`)."""

    name: str

    def draw(
        self, captions: Sequence[str], seeds: Sequence[int], *, steps: int | None = None, guidance: float | None = None,
        size: int = 768, on_step: Step | None = None,
    ) -> list[Drawing]:  # fmt: skip
        """One picture per caption and seed; raises a `ModelError` it can explain, `Stopped` when told to stop."""
        ...
