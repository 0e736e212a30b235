"""Metrics: a number for a picture and a caption without questions, the simple measures that judges are compared with.

Try it: `python -m bench.clip`.
"""

from __future__ import annotations

from models import residents
from models.catalog import card
from models.metrics.measuring import Metric, Spread
from models.metrics.pocket_clip import WEIGHT, CLIPScore, read, see

__all__ = ["FAMILIES", "WEIGHT", "CLIPScore", "Metric", "Spread", "load", "read", "see"]

FAMILIES = {
    "pocket-clip": "models.metrics.pocket_clip",
    "clip": "models.metrics.clip",
    "vqascore": "models.metrics.vqascore",
    "image-reward": "models.metrics.image_reward",
    "features": "models.metrics.features",
}
"""The room of each family; it has a function `opened(card)` that gives the metric."""


def load(name: str) -> Metric:
    """The metric of that name; raises `ModelMissing` or `ModelDamaged` with what to do."""
    found: Metric = residents.get(card(name, "metric"), FAMILIES)
    return found
