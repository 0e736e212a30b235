"""Draws scene attributes: how many, which kinds, which values, none that excludes another (no aperture on a woodcut).

Which kinds there are depends on the modality: image, video or 3d.
Try it: `python cli.py generate --count 3 --taxonomy full --scene-attributes 3 --modality video`.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import lru_cache

from engine.errors import ConstraintError, show
from engine.sampler.urns import Urn
from engine.taxonomy import SceneKind, Taxonomy

MODALITIES = ("image", "video", "3d")
TRIES = 60
VALUES = 8
Pair = tuple[str, str]
Tags = frozenset[str]


class Scenery:
    """The scene attributes of one modality."""

    def __init__(self, taxonomy: Taxonomy, modality: str) -> None:
        self.taxonomy, self.modality = taxonomy, modality
        self._factor = dict(taxonomy.choice.weights)
        pairs = [(kind, self._urn(kind)) for kind in taxonomy.scene_kinds if modality in kind.modalities]
        self.kinds = [(kind, urn) for kind, urn in pairs if len(urn)]
        self._place = {kind.name: i for i, kind in enumerate(taxonomy.scene_kinds)}
        self._tags = {
            (kind.name, value): (frozenset(kind.tags.get(value, ())), frozenset(kind.excludes.get(value, ())))
            for kind in taxonomy.scene_kinds
            for value in kind.phrases
        }
        self.tagged = any(tags or excludes for tags, excludes in self._tags.values())

    def _urn(self, kind: SceneKind) -> Urn[str]:
        taxonomy = self.taxonomy
        values = [
            value
            for value in kind.phrases
            if taxonomy.is_on(kind.switches.get(value, "")) and value not in taxonomy.choice.without
        ]
        return Urn(values, [kind.weights.get(v, 1.0) * self._factor.get(v, 1.0) for v in values])

    def draw(self, limits: tuple[int, int], rng: random.Random, given: Sequence[Pair] = ()) -> list[Pair]:
        """Scene attributes, their number uniform within the limits, in the order in which they are said.

        `given` ones are kept and count. Raises `ConstraintError` when so many do not go together.
        """
        low, high = limits
        low, high = max(low, len(given)), max(min(high, len(self.kinds)), len(given), low)
        wanted = low + int(rng.random() * (high - low + 1))
        if wanted == len(given):
            return list(given)
        for _ in range(TRIES):
            found = self._once(wanted, rng, given)
            if len(found) == wanted:
                return sorted(found, key=lambda pair: self._place[pair[0]]) if wanted > 1 else found
        raise ConstraintError(
            f"No {wanted} scene attributes for {show(self.modality)} were found that go together. Ask for fewer."
        )

    def _once(self, wanted: int, rng: random.Random, given: Sequence[Pair]) -> list[Pair]:
        left = self.kinds.copy()
        if given:
            left = [pair for pair in left if all(pair[0].name != kind for kind, _ in given)]
        found = list(given)
        while left and len(found) < wanted:
            place = self._pick(left, rng)
            kind, urn = left[place]
            left[place] = left[-1]
            left.pop()
            for _ in range(VALUES):
                value = urn.draw(rng)
                if not found or not self.tagged or not self.clash((kind.name, value), found):
                    found.append((kind.name, value))
                    break
        return found

    def _pick(self, left: Sequence[tuple[SceneKind, Urn[str]]], rng: random.Random) -> int:
        if not self.taxonomy.choice.flat:
            return int(rng.random() * len(left))
        place = rng.random() * sum(urn.total for _, urn in left)
        for i, (_, urn) in enumerate(left):
            place -= urn.total
            if place < 0:
                return i
        return len(left) - 1

    def clash(self, pair: Pair, others: Sequence[Pair]) -> Pair | None:
        """The first of the others that this (kind, value) cannot go with."""
        tags, excludes = self._tags[pair]
        for other in others:
            there, refused = self._tags[other]
            if excludes & there or refused & tags:
                return other
        return None


@lru_cache(maxsize=32)
def scenery(taxonomy: Taxonomy, modality: str) -> Scenery:
    """The scenery of a taxonomy for a modality, made at first use; raises `ConstraintError` for another modality."""
    if modality not in MODALITIES:
        raise ConstraintError(f"{show(modality)} is not a modality. Choose {', '.join(MODALITIES[:-1])} or 3d.")
    return Scenery(taxonomy, modality)
