"""Generators: captions and seeds in, pictures out, the same protocol for the pocket world and published checkpoints.

A generator receives the caption string and a seed, nothing else. Try it:
`python -c "from models.generators import load; load('pocket').draw(['There is a red dog.'], [1])[0].image.save('dog.png')"`.
"""

from __future__ import annotations

from functools import cache

from models.catalog import card
from models.generators.autoregressive import AutoregressiveGenerator
from models.generators.drawing import PREVIEW, Drawing, Generator, Step, Stopped
from models.generators.painter import Painter
from models.generators.pocket import PocketGenerator

__all__ = [
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


@cache
def load(name: str) -> Generator:
    """The generator of that name; raises `ModelMissing` or `ModelDamaged` with what to do."""
    about = card(name, "generator")
    if name == "painter":
        return Painter()
    if name == "pocket-ar":
        return AutoregressiveGenerator(str(about.folder), guidance=about.guidance)
    return PocketGenerator(str(about.folder), steps=about.steps, guidance=about.guidance)
