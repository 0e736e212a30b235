"""How much of a vocabulary is left in a set of scenes: bits of objects, attributes and relations, beside the unfiltered.

Try it: `python -m bench.plausible --scenes 200 --accept 0.3`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.graph import SceneGraph
from engine.taxonomy import Taxonomy

PARTS = ("objects", "attributes", "relations")


@dataclass(frozen=True, slots=True)
class Left:
    """Entropy of one part of the vocabulary in bits, before and after; `share` is what is left of it."""

    before: float
    after: float

    @property
    def share(self) -> float:
        """After / before; 1 where there was nothing to lose."""
        return self.after / self.before if self.before > 0 else 1.0


@dataclass(frozen=True, slots=True)
class Hit:
    """A kind of thing that filtering made rarer: its share of all objects before and after."""

    kind: str
    before: float
    after: float


def entropy_left(unfiltered: Sequence[SceneGraph], kept: Sequence[SceneGraph]) -> dict[str, Left]:
    """What is left, over two sets of scenes; give equally many of both, since small samples look poor."""
    before, after = _counts(unfiltered), _counts(kept)
    return {part: Left(bits(before[part]), bits(after[part])) for part in PARTS}


def worst_hit(
    unfiltered: Sequence[SceneGraph], kept: Sequence[SceneGraph], taxonomy: Taxonomy, *, most: int = 5
) -> tuple[Hit, ...]:
    """The kinds of things that lost the largest part of their share, the worst first; those seen less than 5 times not."""
    before, after = _kinds(unfiltered, taxonomy), _kinds(kept, taxonomy)
    total, rest = max(before.total(), 1), max(after.total(), 1)
    hits = [Hit(kind, count / total, after[kind] / rest) for kind, count in before.items() if count >= 5]
    hits = [hit for hit in hits if hit.after < hit.before]
    return tuple(sorted(hits, key=lambda hit: (hit.after / hit.before, -hit.before, hit.kind))[:most])


def bits(counts: Counter[str]) -> float:
    """Shannon entropy in bits, with the correction of Miller and Madow (1955) for words that were not met."""
    total = counts.total()
    if not total:
        return 0.0
    plain = -sum(n / total * math.log2(n / total) for n in counts.values())
    return plain + (len(counts) - 1) / (2 * total * math.log(2))


def _counts(graphs: Iterable[SceneGraph]) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {part: Counter() for part in PARTS}
    for graph in graphs:
        found["objects"].update(item.name for item in graph.objects)
        found["attributes"].update(mark.value for mark in graph.attributes)
        found["relations"].update(link.phrase for link in graph.relations)
    return found


def _kinds(graphs: Iterable[SceneGraph], taxonomy: Taxonomy) -> Counter[str]:
    known = taxonomy.noun
    return Counter(known[item.name].kind for graph in graphs for item in graph.objects if item.name in known)
