"""Cast: which things stand in a scene, chosen so that those that are joined have something to do with each other.

Try it: `python -m bench.plausible --scenes 5`.
"""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Sequence
from itertools import accumulate

from engine.sensible.stage import Group, Stage
from engine.structure import Structure
from engine.taxonomy import Noun

AGAIN = 0.3  # how much less a group is chosen when it is there already
AGAIN_ALONE = 0.02  # the same for a group of one or two words, which would be said twice
CRAMPED = 0.02  # the same for a group of which less is usually said than has to be
TWICE = 0.15  # how often a word may be said twice where another one was at hand


def cast(stage: Stage, structure: Structure, rng: random.Random) -> list[tuple[int, Noun]]:
    """For each object of the structure its group in the stage and its noun."""
    around = _around(structure)
    chosen: dict[int, int] = {}
    base = list(stage.base)
    for node in _order(structure, around):
        weights = _weights(stage, base, around[node], chosen)
        need = structure.attributes[node]
        if need > 2:
            weights = [w if room > need else w * CRAMPED for w, room in zip(weights, stage.room, strict=True)]
        place = _draw(weights, rng)
        chosen[node] = place
        base[place] *= AGAIN if len(stage.groups[place].nouns) > 2 else AGAIN_ALONE
    said: set[str] = set()
    return [(chosen[node], _noun(stage.groups[chosen[node]], said, rng)) for node in range(structure.objects)]


Around = list[tuple[int, bool]]  # (neighbour, whether the arc leads to it)


def _around(structure: Structure) -> list[Around]:
    found: list[Around] = [[] for _ in structure.attributes]
    for source, target in structure.arcs:
        found[source].append((target, True))
        found[target].append((source, False))
    return found


def _order(structure: Structure, around: Sequence[Around]) -> list[int]:
    """The best connected first, then always one that touches those that are there; the lonely ones last."""
    left = sorted(range(structure.objects), key=lambda node: -len(around[node]))
    found: list[int] = []
    touched: dict[int, int] = {}
    while left:
        node = max(left, key=lambda n: (touched.get(n, 0), len(around[n])))
        left.remove(node)
        found.append(node)
        for other, _ in around[node]:
            touched[other] = touched.get(other, 0) + 1
    return found


def _weights(stage: Stage, base: list[float], around: Around, chosen: dict[int, int]) -> list[float]:
    """How well each group of the stage fits at a node: with its neighbours where they are known, or in general."""
    weights, out, into = base, 0, 0
    for other, leads in around:
        if other in chosen:
            row = stage.push[chosen[other]] if leads else stage.pull[chosen[other]]
            weights = [a * b for a, b in zip(weights, row, strict=True)]
        elif leads:
            out += 1
        else:
            into += 1
    for count, potential in ((out, stage.gives), (into, stage.takes)):
        for _ in range(min(count, 2)):
            weights = [a * b for a, b in zip(weights, potential, strict=True)]
    return weights


def _draw(weights: list[float], rng: random.Random) -> int:
    limits = list(accumulate(weights))
    if limits[-1] <= 0:
        return int(rng.random() * len(weights))
    return min(bisect(limits, rng.random() * limits[-1]), len(weights) - 1)


def _noun(group: Group, said: set[str], rng: random.Random) -> Noun:
    limits = group.limits
    for _ in range(4):
        noun = group.nouns[bisect(limits, rng.random() * limits[-1])]
        if noun.name not in said or rng.random() < TWICE:
            break
    said.add(noun.name)
    return noun
