"""Generators: captions and seeds in, pictures out, the same protocol for the pocket world and published checkpoints.

A generator receives the caption string and a seed, nothing else. Try it:
`python -c "from models.generators import load; load('pocket').draw(['There is a red dog.'], [1])[0].image.save('dog.png')"`.
"""

from __future__ import annotations

from models import residents
from models.catalog import card
from models.generators.autoregressive import AutoregressiveGenerator
from models.generators.drawing import PREVIEW, Drawing, Generator, Step, Stopped
from models.generators.painter import Painter
from models.generators.pocket import PocketGenerator

__all__ = [
    "FAMILIES",
    "PREVIEW",
    "AutoregressiveGenerator",
    "Drawing",
    "Generator",
    "Painter",
    "PocketGenerator",
    "Step",
    "Stopped",
    "load",
]


FAMILIES = {
    "pocket": "models.generators.pocket",
    "pocket-ar": "models.generators.autoregressive",
    "painter": "models.generators.painter",
    "image-api": "models.generators.image_api",
    "server": "models.serving.client",
}
"""The room of each family; it has a function `opened(card)` that gives the generator."""


def load(name: str) -> Generator:
    """The generator of that name, on this process's device; raises `ModelMissing` or `ModelDamaged` with what to do."""
    found: Generator = residents.get(card(name, "generator"), FAMILIES)
    return found
