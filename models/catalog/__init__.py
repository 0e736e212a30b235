"""What can be loaded: generators, judges and metrics by name, whether they are on this machine, and what they know.

Imports no torch, so that pages can list models without loading any. Try it: `python cli.py models`.
"""

from __future__ import annotations

from typing import cast

from engine.errors import ModelMissing, show
from models.catalog import disk
from models.catalog.card import Card, Job
from models.catalog.elsewhere import elsewhere
from models.catalog.images import IMAGES
from models.catalog.judges import JUDGES
from models.catalog.metrics import METRICS
from models.catalog.pocket import POCKET, WEIGHTS
from models.catalog.resolve import resolved
from models.catalog.spatial import SPATIAL
from models.catalog.videos import VIDEOS

__all__ = ["CARDS", "WEIGHTS", "Card", "absent", "card", "cards"]

CARDS: tuple[Card, ...] = (*POCKET, *IMAGES, *VIDEOS, *SPATIAL, *JUDGES, *METRICS)


def cards(job: str) -> tuple[Card, ...]:
    """All models for a job, those that can be used now first."""
    return tuple(sorted((card for card in CARDS if card.job == job), key=lambda card: not card.ready))


def card(name: str, job: str) -> Card:
    """The model of that name: of the catalogue, else behind an address, in a folder, or a hub id in the cache.

    Raises `ModelMissing` with the nearest names or the command that gets it, and `ModelDamaged` for a folder that holds
    no checkpoint or one for another job; asks nothing over the network.
    """
    found = next((one for one in CARDS if one.job == job and one.name == name), None)
    found = found or elsewhere(name, job) or resolved(name, cast(Job, job), cards(job), lambda one: card(one, "judge"))
    if found.ready:
        return found
    if found.folder is not None:
        raise ModelMissing(f"The weights of the {job} {show(name)} are missing. Train them with `make pocket`.")
    raise ModelMissing(absent(found))


def absent(card: Card) -> str:
    """The sentence for a model of the hub that is not here, or only in part: what is missing and the command that gets it."""
    lacks = [lack for hub, revision in card.sources if (lack := disk.lacking(hub, revision)) is not None]
    state = f"only partly on this machine: {lacks[0]}" if lacks else "not on this machine"
    return f"The {card.job} {show(card.name)} is {state}. Get it with `python cli.py models fetch {card.name}`."
