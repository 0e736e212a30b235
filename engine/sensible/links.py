"""Links: what the things of a scene do with each other, so that all of it can be true at once.

Every object has hidden places from left to right and from front to back that settle what is beside and behind what.
Try it: `python -m bench.plausible --scenes 5`.
"""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from engine.sensible.stage import Link, Stage
from engine.structure import Structure
from engine.taxonomy import Noun, RelationWord, Taxonomy

Ranks = Mapping[str, Sequence[float]]
SECONDS = (("next to", 2.0), ("near", 2.0), ("beside", 1.0), ("in front of", 1.0), ("behind", 1.0))
LIKE_TWICE = 0.15  # how much a phrase is worth once it has been said


def link(
    stage: Stage, cast: Sequence[tuple[int, Noun]], structure: Structure, taxonomy: Taxonomy, rng: random.Random
) -> list[RelationWord]:
    """A relation for every arc of the structure, in the order of its arcs."""
    if not structure.arcs:
        return []
    size = len(cast)
    depths = [stage.depths[place] + rng.random() for place, _ in cast]
    ties = Ties(stage, cast, {"x": rng.sample(range(size), size), "z": depths}, [set() for _ in cast])
    found: dict[int, RelationWord] = {}
    for place in rng.sample(range(len(structure.arcs)), len(structure.arcs)):
        source, target = structure.arcs[place]
        found[place] = ties.tie(source, target, rng) or _plain(source, target, ties.ranks, taxonomy, rng)
    return [found[place] for place in range(len(structure.arcs))]


@dataclass(slots=True)
class Ties:
    """What has been said so far: `taken` is what each object has given, `said` are the phrases."""

    stage: Stage
    cast: Sequence[tuple[int, Noun]]
    ranks: Ranks
    taken: list[set[str]]
    said: set[str] = field(default_factory=set)

    def tie(self, s: int, t: int, rng: random.Random) -> RelationWord | None:
        """A relation between two objects that leaves the earlier ones true; None when the tables have none."""
        possible = [link for link in self.stage.links[self.cast[s][0]][self.cast[t][0]] if self._holds(link, s, t)]
        if not possible:
            return None
        said = self.said
        limits = list(accumulate(link.weight * (LIKE_TWICE if link.word.phrase in said else 1.0) for link in possible))
        chosen = possible[min(bisect(limits, rng.random() * limits[-1]), len(possible) - 1)]
        self.taken[s].update(chosen.taken)
        self.taken[t].update(chosen.taken_of)
        said.add(chosen.word.phrase)
        return chosen.word

    def _holds(self, link: Link, s: int, t: int) -> bool:
        source, target = self.cast[s][1], self.cast[t][1]
        return (
            self.taken[s].isdisjoint(link.taken)
            and self.taken[t].isdisjoint(link.taken_of)
            and (link.sources is None or source.kind in link.sources)
            and (link.targets is None or target.kind in link.targets)
            and sized(link.word, source, target)
            and orderly(link.word, s, t, self.ranks)
        )


def sized(word: RelationWord, source: Noun, target: Noun) -> bool:
    """Whether the sizes of two things allow a relation; equal sizes always do, since they are rough."""
    if word.fit == "smaller":
        return source.size <= target.size
    if word.fit == "larger":
        return source.size >= target.size
    return word.fit != "similar" or abs(source.size - target.size) <= 1


def orderly(word: RelationWord, s: int, t: int, ranks: Ranks) -> bool:
    """Whether a relation agrees with the hidden places of its ends."""
    order = ranks.get(word.axis or "")
    return order is None or (order[s] < order[t]) == word.before


def _plain(s: int, t: int, ranks: Ranks, taxonomy: Taxonomy, rng: random.Random) -> RelationWord:
    """Where nothing fits, the two things are simply near each other; without such a phrase, any relation holds."""
    known = [
        (word, weight)
        for phrase, weight in SECONDS
        if (word := taxonomy.relation.get(phrase)) is not None and _free(word, s, t, ranks, taxonomy)
    ]
    if known:
        return rng.choices([word for word, _ in known], [weight for _, weight in known])[0]
    return rng.choice([word for word in taxonomy.relation_words if _free(word, s, t, ranks, taxonomy)])


def _free(word: RelationWord, s: int, t: int, ranks: Ranks, taxonomy: Taxonomy) -> bool:
    drawn = taxonomy.is_on(word.switch) and word.phrase not in taxonomy.choice.without
    return drawn and orderly(word, s, t, ranks)
