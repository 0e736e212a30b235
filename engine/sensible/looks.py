"""Looks: what the things of a scene are like, from what is usual for them and without clashing with what they do.

Try it: `python -m bench.plausible --scenes 5`.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import lru_cache

from engine.sampler.urns import Pair, urns
from engine.sensible import tables
from engine.sensible.stage import Group
from engine.taxonomy import Noun, Taxonomy

Options = tuple[tuple[str, float, tuple[tuple[str, float], ...]], ...]
SAFE = {"size": 1.0, "opinion": 1.0, "colour": 1.0, "age": 0.7, "condition": 0.7, "cleanliness": 0.5, "material": 0.3}
USUAL = 0.8  # values weigh at least this share of the heaviest of their kind to be usual for anything


def looks(
    group: Group, noun: Noun, count: int, doing: Sequence[str], taxonomy: Taxonomy, rng: random.Random
) -> list[Pair]:
    """`count` attributes of a thing, in the order in which English says them; `doing` are keys of the table of clashes.

    Raises `ConstraintError` when no more can be said of it.
    """
    if not count:
        return []
    found: list[Pair] = []
    clashes = tables.clashes()
    banned = {value for key in (*doing, *noun.name.split()) for value in clashes.get(key, ())} | set(noun.name.split())
    for options in (_usual(taxonomy, noun.kind, group), _possible(taxonomy, noun.kind)):
        _fill(found, count, options, banned, taxonomy, rng)
        if len(found) == count:
            place = taxonomy.attribute_place
            return sorted(found, key=lambda pair: place[pair[0]])
    return urns(taxonomy).marks(noun, count - len(found), rng, given=found)


def _fill(
    found: list[Pair], count: int, options: Options, banned: set[str], taxonomy: Taxonomy, rng: random.Random
) -> None:
    clashes = tables.clashes()
    left = [option for option in options if _free(option[0], found, taxonomy)]
    while left and len(found) < count:
        place = _pick([weight for _, weight, _ in left], rng)
        kind, _, values = left.pop(place)
        allowed = [(value, weight) for value, weight in values if value not in banned]
        if not allowed:
            continue
        value = allowed[_pick([weight for _, weight in allowed], rng)][0]
        found.append((kind, value))
        banned.update(clashes.get(value, ()))
        ruled_out = taxonomy.attribute_kind[kind].clashes
        left = [o for o in left if o[0] not in ruled_out and kind not in taxonomy.attribute_kind[o[0]].clashes]


def _free(kind: str, found: Sequence[Pair], taxonomy: Taxonomy) -> bool:
    """Whether another kind can be said beside those that have been; each kind is said once."""
    about = taxonomy.attribute_kind
    return all(
        kind != there and kind not in about[there].clashes and there not in about[kind].clashes for there, _ in found
    )


def _pick(weights: Sequence[float], rng: random.Random) -> int:
    at = rng.random() * sum(weights)
    for place, weight in enumerate(weights):
        at -= weight
        if at < 0:
            return place
    return len(weights) - 1


@lru_cache(maxsize=4096)
def _usual(taxonomy: Taxonomy, thing: str, group: Group) -> Options:
    """What the tables say is usual for a group, as far as the taxonomy has it for such a kind of thing."""
    found = []
    for kind, weight, values in group.kinds:
        about = taxonomy.attribute_kind.get(kind)
        if about is None:
            continue
        known = set(about.values)
        fitting = tuple(pair for pair in values if pair[0] in known and _fits(taxonomy, thing, kind, pair[0]))
        if fitting:
            found.append((kind, weight, fitting))
    return tuple(found)


@lru_cache(maxsize=512)
def _possible(taxonomy: Taxonomy, thing: str) -> Options:
    """The commoner values of every kind that can be said of such a thing."""
    found = []
    for about in taxonomy.attribute_kinds:
        fitting = [value for value in about.values if _fits(taxonomy, thing, about.name, value)]
        weigh = about.weights
        top = max((weigh.get(value, 1.0) for value in fitting), default=1.0)
        common = [(value, weigh.get(value, 1.0)) for value in fitting if weigh.get(value, 1.0) >= USUAL * top]
        if common and about.name in SAFE:
            found.append((about.name, SAFE[about.name], tuple(common)))
    return tuple(found)


def _fits(taxonomy: Taxonomy, thing: str, kind: str, value: str) -> bool:
    about = taxonomy.attribute_kind[kind]
    drawn = taxonomy.is_on(about.switches.get(value, "")) and value not in taxonomy.choice.without
    return drawn and taxonomy.accepts(about.narrow.get(value, about.applies), thing)
