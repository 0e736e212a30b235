"""Links: what the things of a scene do with each other, so that all of it can be true at once.

Every object has hidden places from left to right and from front to back that settle what is beside and behind what.
Try it: `python -m bench.plausible --scenes 5`.
"""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Sequence
from itertools import accumulate

from engine.sensible.stage import Link, Stage
from engine.structure import Structure
from engine.taxonomy import Noun, RelationWord, Taxonomy

RANKED = ("x", "z")
SECONDS = (("next to", 2.0), ("near", 2.0), ("beside", 1.0), ("in front of", 1.0), ("behind", 1.0))
LIKE_TWICE = 0.15  # how much a phrase is worth once it has been said


def link(
    stage: Stage, cast: Sequence[tuple[int, Noun]], structure: Structure, taxonomy: Taxonomy, rng: random.Random
) -> list[RelationWord]:
    """A relation for every arc of the structure, in the order of its arcs."""
    if not structure.arcs:
        return []
    size, taken = len(cast), [set[str]() for _ in cast]
    ranks = {axis: rng.sample(range(size), size) for axis in RANKED}
    found: dict[int, RelationWord] = {}
    said: dict[str, int] = {}
    for place in rng.sample(range(len(structure.arcs)), len(structure.arcs)):
        s, t = structure.arcs[place]
        chosen = _choose(stage.links[cast[s][0]][cast[t][0]], s, t, cast, taken, ranks, said, rng)
        if chosen is None:
            found[place] = _plain(s, t, ranks, taxonomy, rng)
            continue
        taken[s].update(chosen.taken)
        taken[t].update(chosen.taken_of)
        said[chosen.word.phrase] = said.get(chosen.word.phrase, 0) + 1
        found[place] = chosen.word
    return [found[place] for place in range(len(structure.arcs))]


def _choose(
    links: Sequence[Link],
    s: int,
    t: int,
    cast: Sequence[tuple[int, Noun]],
    taken: Sequence[set[str]],
    ranks: dict[str, list[int]],
    said: dict[str, int],
    rng: random.Random,
) -> Link | None:
    source, target = cast[s][1], cast[t][1]
    possible = [
        link
        for link in links
        if taken[s].isdisjoint(link.taken)
        and taken[t].isdisjoint(link.taken_of)
        and (link.sources is None or source.kind in link.sources)
        and (link.targets is None or target.kind in link.targets)
        and sized(link.word, source, target)
        and orderly(link.word, s, t, ranks)
    ]
    if not possible:
        return None
    limits = list(accumulate(link.weight * (LIKE_TWICE if link.word.phrase in said else 1.0) for link in possible))
    return possible[min(bisect(limits, rng.random() * limits[-1]), len(possible) - 1)]


def sized(word: RelationWord, source: Noun, target: Noun) -> bool:
    """Whether the sizes of two things allow a relation; equal sizes always do, since they are rough."""
    if word.fit == "smaller":
        return source.size <= target.size
    if word.fit == "larger":
        return source.size >= target.size
    return word.fit != "similar" or abs(source.size - target.size) <= 1


def orderly(word: RelationWord, s: int, t: int, ranks: dict[str, list[int]]) -> bool:
    """Whether a relation agrees with the hidden places of its ends."""
    order = ranks.get(word.axis or "")
    return order is None or (order[s] < order[t]) == word.before


def _plain(s: int, t: int, ranks: dict[str, list[int]], taxonomy: Taxonomy, rng: random.Random) -> RelationWord:
    """Where nothing fits, the two things are simply near each other; without such a phrase, any relation holds."""
    known = [
        (word, weight)
        for phrase, weight in SECONDS
        if (word := taxonomy.relation.get(phrase)) is not None and orderly(word, s, t, ranks)
    ]
    if not known:
        words = [word for word in taxonomy.relation_words if taxonomy.is_on(word.switch) and orderly(word, s, t, ranks)]
        return rng.choice(words)
    words, weights = zip(*known, strict=True)
    return rng.choices(words, weights)[0]
