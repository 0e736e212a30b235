"""Words that mean the same in a picture: our own short lists, and nouns that share a WordNet synset.

Used twice: to reword, and to see that a rewording still says what it should.
Try it: `python -c "from engine.paraphrase.synonyms import *; print(phrases('to the left of'), values('large'))"`.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache

from engine.taxonomy import Taxonomy

RELATIONS = (
    ("to the left of", "left of", "on the left of", "on the left side of"),
    ("to the right of", "right of", "on the right of", "on the right side of"),
    ("above", "over", "higher than"),
    ("below", "under", "beneath", "underneath"),
    ("next to", "beside", "alongside"),
    ("on top of", "atop"),
    ("inside", "within"),
    ("near", "close to"),
    ("far from", "a long way from"),
    ("holding", "gripping"),
    ("looking at", "watching"),
    ("leaning against", "propped against"),
)
ATTRIBUTES = (
    ("large", "big"),
    ("small", "little"),
    ("medium", "medium-sized"),
    ("huge", "enormous", "gigantic"),
    ("tiny", "minute", "very small"),
    ("purple", "violet"),
    ("grey", "gray"),
    ("shiny", "gleaming"),
    ("old", "aged"),
    ("wet", "soaked"),
    ("round", "circular"),
    ("beautiful", "lovely"),
    ("broken", "damaged"),
    ("happy", "cheerful"),
    ("striped", "stripy"),
)
INVERSES = {
    "to the left of": "to the right of",
    "to the right of": "to the left of",
    "above": "below",
    "below": "above",
    "in front of": "behind",
    "behind": "in front of",
    "next to": "next to",
    "beside": "beside",
    "near": "near",
    "larger than": "smaller than",
    "smaller than": "larger than",
}
"""What B is to A when A is this to B; both say the same picture."""


def _table(groups: tuple[tuple[str, ...], ...]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for group in groups:
        for word in group:
            found[word] = tuple(other for other in group if other != word)
    return found


_RELATIONS, _ATTRIBUTES = _table(RELATIONS), _table(ATTRIBUTES)


@lru_cache(maxsize=4096)
def phrases(phrase: str) -> tuple[str, ...]:
    """Other ways to say a relation; `sleeping next to` has those of its last words, `sleeping beside`."""
    if phrase in _RELATIONS:
        return _RELATIONS[phrase]
    words = phrase.split(" ")
    for place in range(1, len(words)):
        others = _RELATIONS.get(" ".join(words[place:]))
        if others:
            return tuple(" ".join((*words[:place], other)) for other in others)
    return ()


def values(value: str) -> tuple[str, ...]:
    """Other ways to say an attribute."""
    return _ATTRIBUTES.get(value, ())


def names(name: str, taxonomy: Taxonomy) -> tuple[str, ...]:
    """Other spellings of the same thing: lemmas of its synset that the taxonomy has, common ones first."""
    noun = taxonomy.noun.get(name)
    if noun is None or noun.synset is None:
        return ()
    return tuple(other for other in _lemmas(taxonomy).get(noun.synset, ()) if other != name)


@lru_cache(maxsize=8)
def _lemmas(taxonomy: Taxonomy) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for noun in taxonomy.nouns:
        if noun.synset is not None and taxonomy.noun[noun.name] is noun:
            found[noun.synset].append((-noun.common, noun.name))
    return {synset: tuple(name for _, name in sorted(rows)) for synset, rows in found.items() if len(rows) > 1}
