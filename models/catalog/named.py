"""Cards by name whether or not the model is here: to show what is known of one, and to fetch it.

Try it: `python cli.py models show pocket`.
"""

from __future__ import annotations

from typing import cast, get_args

from engine.errors import ModelError, ModelMissing, closest, join_or, show
from models.catalog import CARDS, card
from models.catalog.card import Card, Job
from models.catalog.resolve import HUB_ID, LICENCE


def named(name: str) -> tuple[Card, ...]:
    """All models of that name or hub id, one a job; else what a folder or the cache has by it. Raises `ModelMissing`."""
    found = [one for one in CARDS if name in (one.name, one.hub)]
    return tuple(found) or _elsewhere(name)


def to_fetch(name: str) -> Card:
    """The card to fetch: of the catalogue, or a bare one for a hub id that it does not know; raises `ModelMissing`."""
    found = [one for one in CARDS if name in (one.name, one.hub)]
    if found:
        return next((one for one in found if one.sources), found[0])
    if not HUB_ID.fullmatch(name):
        raise ModelMissing(_unknown(name))
    return Card(name=name, job="generator", family="", summary="", licence=LICENCE, hub=name)


def _elsewhere(name: str) -> tuple[Card, ...]:
    found = []
    for job in get_args(Job):
        try:
            found.append(card(name, cast(Job, job)))
        except ModelError:
            continue
    if not found:
        raise ModelMissing(_unknown(name))
    return tuple(found)


def _unknown(name: str) -> str:
    near = closest(name, sorted({one.name for one in CARDS}))
    hint = f" Did you mean {join_or(near)}?" if near else ""
    return f"There is no model {show(name)}.{hint} `python cli.py models` lists them; a hub id is OWNER/MODEL."
