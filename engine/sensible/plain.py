"""Plain scenes, for words without tables of what is usual: up to three kinds of things, and relations that they take.

Words without kinds are drawn uniformly.
Try it: `python cli.py generate --count 3 --taxonomy pocket --mode plausible`.
"""

from __future__ import annotations

import random
from contextlib import suppress
from functools import lru_cache

from engine.errors import ConstraintError
from engine.sampler.urns import Pair, Urn, Urns, urns
from engine.sensible.links import Ranks, orderly, sized
from engine.structure import Structure
from engine.taxonomy import Noun, RelationWord, Taxonomy

KINDS = 3
TRIES = 12
Marked = tuple[Noun, list[Pair]]


def plain(
    structure: Structure, taxonomy: Taxonomy, rng: random.Random
) -> tuple[list[Noun], list[RelationWord], list[list[Pair]]]:
    """Nouns, a relation per arc, attributes per object; raises `ConstraintError` where an object cannot carry them."""
    words = urns(taxonomy)
    kinds = list(words.things)
    chosen = [words.things[kind] for kind in (rng.sample(kinds, KINDS) if len(kinds) > KINDS else kinds)]
    things = Urn.pooled(chosen)
    marked = [_marked(things, need, words, rng) for need in structure.attributes]
    nouns = [noun for noun, _ in marked]
    ranks: Ranks = {axis: rng.sample(range(len(nouns)), len(nouns)) for axis in taxonomy.axes}
    links = [_relation(s, t, nouns, ranks, taxonomy, rng) for s, t in structure.arcs]
    return nouns, links, [marks for _, marks in marked]


def _marked(things: Urn[Noun], need: int, words: Urns, rng: random.Random) -> Marked:
    """A noun with its attributes; where none of the chosen kinds can carry as many, one of any kind that can."""
    for _ in range(TRIES):
        noun = things.draw(rng)
        with suppress(ConstraintError):
            return noun, words.marks(noun, need, rng) if need else []
    with suppress(ConstraintError):  # where nothing can, the last noun says so by its name
        noun = words.noun(rng, need)
    return noun, words.marks(noun, need, rng)


def _relation(s: int, t: int, nouns: list[Noun], ranks: Ranks, taxonomy: Taxonomy, rng: random.Random) -> RelationWord:
    """A relation that takes such things, if there is one that agrees with their places; otherwise any that agrees."""
    source, target = nouns[s], nouns[t]
    words = _between(taxonomy, source.kind, target.kind)
    fitting = [word for word in words if orderly(word, s, t, ranks) and sized(word, source, target)]
    fitting = fitting or [word for word in _drawn(taxonomy) if orderly(word, s, t, ranks)]
    return rng.choices(fitting, [word.weight for word in fitting])[0]


@lru_cache(maxsize=4096)
def _between(taxonomy: Taxonomy, source: str, target: str) -> tuple[RelationWord, ...]:
    accepts = taxonomy.accepts
    return tuple(w for w in _drawn(taxonomy) if accepts(w.subjects, source) and accepts(w.objects, target))


@lru_cache(maxsize=16)
def _drawn(taxonomy: Taxonomy) -> tuple[RelationWord, ...]:
    without = taxonomy.choice.without
    return tuple(w for w in taxonomy.relation_words if taxonomy.is_on(w.switch) and w.phrase not in without)
