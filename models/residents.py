"""Residents: the models that this process holds in memory, each loaded once; the longest unused gives way to the next.

Try it: `python -c "from models import judges, residents; judges.load('pocket'); print(residents.listed())"`.
"""

from __future__ import annotations

import gc
import importlib
import logging
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import RLock
from typing import Any

from engine.errors import ModelError, show
from models import devices
from models.catalog import Card, guard
from models.catalog.fits import fit

LOG = logging.getLogger(__name__)
SMALL = 0.5
"""GiB; a model that needs less is never sent away for another."""
_HELD: dict[tuple[str, str], Any] = {}
_NEEDS: dict[tuple[str, str], float] = {}
_IN_USE: list[set[tuple[str, str]]] = []
_LOCK = RLock()


def get(card: Card, families: Mapping[str, str]) -> Any:
    """The model of this card, loaded by its family's room (`families`: family -> module with `opened(card)`).

    Others are sent away first where it would not fit beside them. Raises `ModelMissing`, `ModelDamaged` or another
    `ModelError` that says what to do.
    """
    key = card.job, card.name
    with _LOCK:
        if key in _HELD:
            _HELD[key] = _HELD.pop(key)  # the newest used stands last
        else:
            if card.family not in families:
                raise ModelError(
                    f"{show(card.name)} is of the family {show(card.family)}, which no {card.job} loader knows."
                )
            guard.check(card)
            needs = _make_room(card)
            _HELD[key] = importlib.import_module(families[card.family]).opened(card)
            _NEEDS[key] = needs
        for used in _IN_USE:
            used.add(key)
        return _HELD[key]


@contextmanager
def in_use() -> Iterator[None]:
    """While inside, nothing that was asked for inside is sent away for another: its memory would not come back."""
    used: set[tuple[str, str]] = set()
    _IN_USE.append(used)
    try:
        yield
    finally:
        _IN_USE.remove(used)


def listed() -> tuple[tuple[str, str], ...]:
    """What is held: (job, name), the one that was not used for longest in front."""
    return tuple(_HELD)


def send_away(job: str, name: str) -> bool:
    """Let a model go and give its memory back; returns whether it was held. What only asks a judge goes with it."""
    with _LOCK:
        held = _HELD.pop((job, name), None) is not None
        _NEEDS.pop((job, name), None)
        for asking in (("metric", f"vqascore:{name}"), ("judge", f"prior:{name}")):
            if job == "judge" and asking in _HELD:
                send_away(*asking)
    gc.collect()  # networks are full of cycles
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_available():
        torch.cuda.empty_cache()
    return held


def clear() -> None:
    """Send all models away that no work is using."""
    for job, name in _idle():
        send_away(job, name)


def budget() -> float | None:
    """GiB that the models of one process may take together, from SCENEWRIGHT_MEMORY; None: as much as is free."""
    text = os.environ.get("SCENEWRIGHT_MEMORY", "").strip()
    if not text:
        return None
    try:
        found = float(text)
    except ValueError:
        found = 0.0
    if not 0 < found < float("inf"):
        raise ModelError(f"SCENEWRIGHT_MEMORY is {show(text)}. Write a number of GiB, such as 12.")
    return found


def _make_room(card: Card) -> float:
    """Send the longest unused away until the model fits; returns the GiB that it needs, 0 where that is not known."""
    device = devices.chosen()
    needs = 0.0 if card.family in ("vqascore", "prior") else fit(card, device).needs or 0.0
    limit = budget()
    if limit is not None and needs > limit:
        raise ModelError(
            f"{show(card.name)} needs about {needs:.1f} GiB and SCENEWRIGHT_MEMORY allows {limit:g}. Choose a smaller "
            "model or a larger limit."
        )
    for key in _idle():
        if (free := _free(device, limit)) >= needs:
            break
        if _NEEDS.get(key, 0.0) >= SMALL:
            LOG.info("%s %s sent away: %s needs %.1f GiB, %.1f are free", *key, card.name, needs, free)
            send_away(*key)
    return needs


def _free(device: str, limit: float | None) -> float:
    return devices.free(device) if limit is None else limit - sum(_NEEDS.values())


def _idle() -> list[tuple[str, str]]:
    return [key for key in _HELD if not any(key in used for used in _IN_USE)]
