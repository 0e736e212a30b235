"""What every metric speaks: pictures and their captions in, a number for each pair out.

Try it: `python -c "from models import metrics; print(metrics.load('pocket-clip').measure)"`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PIL import Image


class Metric(Protocol):
    """Anything that puts a number on a picture and its caption; `measure` says what the number is."""

    name: str
    measure: str

    def score(self, images: Sequence[Image.Image], captions: Sequence[str]) -> list[float]:
        """One number per pair, larger is better; raises `WordsNotKnown` for a caption the metric cannot read."""
        ...


class Spread:
    """A metric of the pictures of one caption together: each one's mean distance from the others, larger is more varied.

    A class and no protocol, so that whoever runs metrics can ask `isinstance`.
    """

    name: str
    measure: str

    def score(self, images: Sequence[Image.Image], captions: Sequence[str]) -> list[float]:
        """A number for each of two or more pictures; their mean is the mean distance over all pairs."""
        raise NotImplementedError


def paired(images: Sequence[object], captions: Sequence[object]) -> None:
    """Raise `ValueError` for lists of unlike length."""
    if len(images) != len(captions):
        raise ValueError(f"{len(images)} pictures for {len(captions)} captions; give one for each.")
