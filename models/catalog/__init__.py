"""What can be loaded: generators, judges and metrics by name, whether they are on this machine, and what they know.

Imports no torch, so that pages can list models without loading any. Try it: `python cli.py models`.
"""

from __future__ import annotations

from engine.errors import ModelMissing, show
from models.catalog.card import Card
from models.catalog.elsewhere import elsewhere
from models.catalog.images import IMAGES
from models.catalog.judges import JUDGES
from models.catalog.metrics import METRICS
from models.catalog.pocket import POCKET, WEIGHTS
from models.catalog.spatial import SPATIAL
from models.catalog.videos import VIDEOS

__all__ = ["CARDS", "WEIGHTS", "Card", "card", "cards"]

CARDS: tuple[Card, ...] = (*POCKET, *IMAGES, *VIDEOS, *SPATIAL, *JUDGES, *METRICS)


def cards(job: str) -> tuple[Card, ...]:
    """All models for a job, those that can be used now first."""
    return tuple(sorted((card for card in CARDS if card.job == job), key=lambda card: not card.ready))


def card(name: str, job: str) -> Card:
    """The model of that name, or behind that address; raises `ModelMissing` with the known names, or with the command that makes it."""
    known = {card.name: card for card in cards(job)}
    if (served := elsewhere(name, job)) is not None:
        return served
    if name not in known:
        raise ModelMissing(f"There is no {job} {show(name)}. Known ones: {', '.join(known)}.")
    found = known[name]
    if found.ready:
        return found
    if found.folder is not None:
        raise ModelMissing(f"The weights of the {job} {show(name)} are missing. Train them with `make pocket`.")
    raise ModelMissing(f"The {job} {show(name)} is not on this machine. Get it with `hf download {found.hub}`.")
