"""Judges: a picture and questions in, answers with probabilities out; the picture is encoded once.

A judge receives pixels and question strings, nothing else. Try it:
`python -c "from PIL import Image; from models import judges; print(judges.load('pocket').answer(Image.open('a.png'), ['A dog?']))"`.
"""

from __future__ import annotations

from models import residents
from models.catalog import card
from models.judges.asking import TOP, Choices, Judge
from models.judges.pocket import PocketJudge, pixels

__all__ = ["FAMILIES", "TOP", "Choices", "Judge", "PocketJudge", "load", "pixels"]

FAMILIES = {
    "pocket": "models.judges.pocket",
    "blip": "models.judges.blip",
    "vilt": "models.judges.vilt",
    "instructblip": "models.judges.instructblip",
    "vlm": "models.judges.vlm",
    "chat": "models.judges.chat",
    "prior": "models.judges.prior",
    "server": "models.serving.client",
}
"""The room of each family; it has a function `opened(card)` that gives the judge."""


def load(name: str) -> Judge:
    """The judge of that name, on this process's device; raises `ModelMissing` or `ModelDamaged` with what to do."""
    found: Judge = residents.get(card(name, "judge"), FAMILIES)
    return found
