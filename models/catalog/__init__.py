"""What can be loaded: generators, judges and metrics by name, whether they are on this machine, and what they know.

Imports no torch, so that pages can list models without loading any. Try it: `python cli.py models`.
"""

from __future__ import annotations

from engine.errors import ModelMissing, show
from models.catalog.card import Card
from models.catalog.pocket import POCKET, WEIGHTS

__all__ = ["CARDS", "WEIGHTS", "Card", "card", "cards"]

CARDS: tuple[Card, ...] = POCKET


def cards(job: str) -> tuple[Card, ...]:
    """All models for a job."""
    return tuple(card for card in CARDS if card.job == job)


def card(name: str, job: str) -> Card:
    """The model of that name; raises `ModelMissing` with the known names, or with the command that makes it."""
    known = {card.name: card for card in cards(job)}
    if name not in known:
        raise ModelMissing(f"There is no {job} {show(name)}. Known ones: {', '.join(known)}.")
    if not known[name].ready:
        raise ModelMissing(f"The weights of the {job} {show(name)} are missing. Train them with `make pocket`.")
    return known[name]
