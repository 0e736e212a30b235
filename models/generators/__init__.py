"""Generators: captions and seeds in, pictures out, the same protocol for the pocket world and published checkpoints.

A generator receives the caption string and a seed, nothing else. Try it:
`python -c "from models.generators import load; load('pocket').draw(['There is a red dog.'], [1])[0].image.save('dog.png')"`.
"""

from __future__ import annotations

from dataclasses import replace

from engine.errors import ModelError, ModelMissing, show
from models import residents
from models.catalog import Card, card
from models.generators.autoregressive import AutoregressiveGenerator
from models.generators.checkpoint import folder_card, is_checkpoint
from models.generators.drawing import PREVIEW, Drawing, Generator, Step, Stopped
from models.generators.lora import named
from models.generators.options import Options
from models.generators.painter import Painter
from models.generators.pocket import PocketGenerator

__all__ = [
    "FAMILIES",
    "PREVIEW",
    "AutoregressiveGenerator",
    "Drawing",
    "Generator",
    "Options",
    "Painter",
    "PocketGenerator",
    "Step",
    "Stopped",
    "card_of",
    "load",
]


FAMILIES = {
    "pocket": "models.generators.pocket",
    "pocket-ar": "models.generators.autoregressive",
    "painter": "models.generators.painter",
    "pocket-video": "models.generators.pocket_video",
    "diffusers": "models.generators.diffusion",
    "diffusers-video": "models.generators.video",
    "shap-e": "models.generators.shap_e",
    "image-api": "models.generators.image_api",
    "server": "models.serving.client",
}
"""The room of each family; it has a function `opened(card)` that gives the generator."""

TAUGHT = ("diffusers", "pocket")
"""How the families begin that take a LoRA."""


def load(name: str, options: Options | None = None) -> Generator:
    """The generator of that name (with a LoRA: `sd15+path/to/lora@0.8`), on this process's device, drawing with `options`.

    Raises `ModelMissing` or `ModelDamaged` with what to do, and `ModelError` for options that it does not have.
    """
    found: Generator = residents.get(card_of(name), FAMILIES)
    if options is None or options == Options():
        return found
    if not hasattr(found, "tuned"):
        asked = ", ".join(options.to_dict())
        raise ModelError(f"The generator {show(name)} has no such options: {asked}. Leave them out.")
    tuned: Generator = found.tuned(options)
    return tuned


def card_of(name: str) -> Card:
    """The card behind a name: of the catalogue, or of a checkpoint folder; the card of one with a LoRA keeps the whole name.

    Raises `ModelMissing` for a name that is neither and `ModelError` for a LoRA on a generator that takes none.
    """
    base, laid = named(name)
    try:
        found = card(base, "generator")
    except ModelMissing:
        if not is_checkpoint(base):
            raise
        found = folder_card(base)
    if laid is None:
        return found
    if not found.family.startswith(TAUGHT):
        raise ModelError(f"The generator {show(base)} takes no LoRA. Leave out what follows the plus sign.")
    return replace(found, name=name)
