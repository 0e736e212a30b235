"""Residents: the models that this process holds in memory, each loaded once and kept until it is sent away.

Try it: `python -c "from models import judges, residents; judges.load('pocket'); print(residents.listed())"`.
"""

from __future__ import annotations

import gc
import importlib
import sys
from collections.abc import Mapping
from threading import RLock
from typing import Any

from engine.errors import ModelError, show
from models.catalog import Card, guard

_HELD: dict[tuple[str, str], Any] = {}
_LOCK = RLock()


def get(card: Card, families: Mapping[str, str]) -> Any:
    """The model of this card, loaded by its family's room (`families`: family -> module with `opened(card)`).

    Raises `ModelMissing`, `ModelDamaged` or another `ModelError` that says what to do.
    """
    key = card.job, card.name
    with _LOCK:
        if key not in _HELD:
            if card.family not in families:
                raise ModelError(
                    f"{show(card.name)} is of the family {show(card.family)}, which no {card.job} loader knows."
                )
            guard.check(card)
            _HELD[key] = importlib.import_module(families[card.family]).opened(card)
        return _HELD[key]


def listed() -> tuple[tuple[str, str], ...]:
    """What is held: (job, name), the one loaded first in front."""
    return tuple(_HELD)


def send_away(job: str, name: str) -> bool:
    """Let a model go and give its memory back; returns whether it was held."""
    with _LOCK:
        held = _HELD.pop((job, name), None) is not None
    gc.collect()  # networks are full of cycles
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_available():
        torch.cuda.empty_cache()
    return held
