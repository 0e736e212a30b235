"""What a layer thinks of a scene: a score or "I don't know", with reasons that name the elements they are about.

Try it: `python -c "from engine.plausibility import Opinion; print(Opinion(0.2))"`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from engine.graph import SceneGraph
from engine.taxonomy import Taxonomy


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a scene is less plausible: ids of elements, a sentence for a person, and the sort of reason, to be counted."""

    elements: tuple[str, ...]
    text: str
    sort: str = ""


@dataclass(frozen=True, slots=True)
class Opinion:
    """`score` goes from 0 (nobody would believe it) to 1, None means "I don't know"; `interval` is where it may lie.

    Reasons come with the worst first. A score without reasons has nothing against the scene that can be named.
    """

    score: float | None
    reasons: tuple[Reason, ...] = ()
    interval: tuple[float, float] | None = None


class Layer(Protocol):
    """Anything that judges plausibility; `name` stands in receipts."""

    name: str

    def score(self, graph: SceneGraph, taxonomy: Taxonomy) -> Opinion:
        """What the layer thinks of a scene of that taxonomy; words that it does not know are no reason to fail."""


def joined(opinions: dict[str, Opinion]) -> float | None:
    """One score of several layers: the geometric mean of those that know something, so that one of them can sink it."""
    known = [max(opinion.score, 0.0) for opinion in opinions.values() if opinion.score is not None]
    if not known:
        return None
    product = 1.0
    for score in known:
        product *= score
    return float(product ** (1 / len(known)))
