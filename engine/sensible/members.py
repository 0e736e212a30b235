"""Members of a group of things: its words as the taxonomy has them, `~dog` with every kind of dog below it.

Try it: `python -c "from engine.sensible.members import *; from engine.taxonomy import load; print(len(members(load('full'))['dogs']))"`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from engine.sensible import tables
from engine.taxonomy import Noun, Taxonomy

Weighed = tuple[tuple[Noun, float], ...]
DRAWABLE, KNOWN = 0.8, 0.45  # of `depict` and `common`: what has to be true of a word that nobody chose by hand


@lru_cache(maxsize=8)
def members(taxonomy: Taxonomy) -> dict[str, Weighed]:
    """Group name -> (noun, weight) of its words that are of one of its kinds, whether they are drawn or not.

    A word that several rows of a group give has the weight of the first.
    """
    below = _below(taxonomy)
    found: dict[str, Weighed] = {}
    for group in tables.things():
        kinds, weights = frozenset(group.kinds), dict[str, tuple[Noun, float]]()
        for noun, weight in _words(group, taxonomy, below):
            if kinds & taxonomy.above(noun.kind):
                weights.setdefault(noun.name, (noun, weight))
        found[group.name] = tuple(weights.values())
    return found


def _words(group: tables.Things, taxonomy: Taxonomy, below: dict[str, list[Noun]]) -> Iterator[tuple[Noun, float]]:
    for word, weight in group.words:
        noun = taxonomy.noun.get(word.lstrip("~"))
        if noun is not None and not word.startswith("~"):
            yield noun, weight
        elif noun is not None and noun.synset is not None:
            yield from ((other, weight) for other in below.get(noun.synset, ()))


def _below(taxonomy: Taxonomy) -> dict[str, list[Noun]]:
    """Synset of each `~word` -> the drawable, well-known words below it that are on by default."""
    roots = {word[1:] for group in tables.things() for word, _ in group.words if word.startswith("~")}
    wanted = {noun.synset for root in roots if (noun := taxonomy.noun.get(root)) is not None and noun.synset}
    found: dict[str, list[Noun]] = {synset: [] for synset in wanted}
    for noun in taxonomy.nouns:
        if not noun.switch and noun.depict >= DRAWABLE and noun.common >= KNOWN:
            for synset in wanted.intersection(taxonomy.line_of(noun)):
                found[synset].append(noun)
    return found
