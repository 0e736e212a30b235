"""Plain scenes, for taxonomies without tables of what is usual: up to three kinds of things, relations that they take.

Words without kinds are drawn uniformly.
Try it: `python cli.py generate --count 3 --taxonomy pocket --mode plausible`.
"""

from __future__ import annotations

import random
from functools import lru_cache

from engine.errors import ConstraintError, TaxonomyError
from engine.sensible.links import RANKED, orderly, sized
from engine.sensible.looks import looks
from engine.structure import Structure
from engine.taxonomy import Noun, RelationWord, Taxonomy

KINDS = 3
TRIES = 12
AXES = (*RANKED, "y")


def plain(
    structure: Structure, taxonomy: Taxonomy, rng: random.Random
) -> tuple[list[Noun], list[RelationWord], list[list[tuple[str, str]]]]:
    """Nouns, a relation per arc, and attributes per object; raises `ConstraintError` where an object cannot carry them."""
    groups = _groups(taxonomy)
    kinds = rng.sample(sorted(groups), min(len(groups), KINDS)) if len(groups) > 1 else list(groups)
    pool = [noun for kind in kinds for noun in groups[kind]]
    nouns = [rng.choice(pool) for _ in structure.attributes]
    marks = []
    for place, need in enumerate(structure.attributes):
        noun, marked = _marked(nouns[place], need, pool, taxonomy, rng)
        nouns[place] = noun
        marks.append(marked)
    size = len(nouns)
    ranks = {axis: rng.sample(range(size), size) for axis in taxonomy.axes}
    words = [_relation(s, t, nouns, ranks, taxonomy, rng) for s, t in structure.arcs]
    return nouns, words, marks


def _marked(
    noun: Noun, need: int, pool: list[Noun], taxonomy: Taxonomy, rng: random.Random
) -> tuple[Noun, list[tuple[str, str]]]:
    """The noun with its attributes, or another one that can carry as many."""
    for attempt in range(TRIES):
        try:
            return noun, looks(None, noun, need, (), taxonomy, rng)
        except ConstraintError:
            if attempt == TRIES - 1:
                raise
            noun = rng.choice(pool)
    raise AssertionError("the last try returns or raises")


def _relation(
    s: int, t: int, nouns: list[Noun], ranks: dict[str, list[int]], taxonomy: Taxonomy, rng: random.Random
) -> RelationWord:
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


@lru_cache(maxsize=16)
def _groups(taxonomy: Taxonomy) -> dict[str, tuple[Noun, ...]]:
    """Kind -> nouns that are drawn."""
    topics = None
    if taxonomy.choice.topics:
        from engine.taxonomy.wordfile import under

        topics = under(taxonomy, taxonomy.choice.topics)
    found: dict[str, list[Noun]] = {}
    for noun in taxonomy.nouns:
        drawn = taxonomy.is_on(noun.switch) and noun.name not in taxonomy.choice.without
        if drawn and (topics is None or noun.name in topics):
            found.setdefault(noun.kind, []).append(noun)
    if not found:
        raise TaxonomyError("No object is left to draw. Choose other topics, or take fewer words away.")
    return {kind: tuple(nouns) for kind, nouns in found.items()}
