"""Opinion: what something that judges plausibility says of one scene, in the form that studies count.

Try it: `python cli.py study coverage --objects 3-6 --scenes 5`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.graph import SceneGraph


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a scene is implausible: a layer, a few words, and the elements that it is about."""

    layer: str
    what: str
    elements: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Opinion:
    """A score from 0 (nobody would see this) to 1, whether each layer lets the scene pass, and the reasons against it."""

    score: float
    layers: Mapping[str, bool]
    reasons: tuple[Reason, ...] = ()

    @property
    def passes(self) -> bool:
        """Whether every layer lets the scene pass."""
        return all(self.layers.values())


Rater = Callable[[SceneGraph], Opinion]
