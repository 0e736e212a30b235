"""Lexicon: the words of a taxonomy by their first word, so that a reader finds the longest of thirty thousand at once.

Built once per taxonomy in a fraction of a second. Try it:
`python -c "from engine.caption.lexicon import *; print(tokens('A one-eyed cat, at night.'))"`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, Generic, TypeVar

from engine.taxonomy import RelationWord, Taxonomy

TOKEN = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*|\S")
_PLAIN = re.compile(r"[A-Za-z]+(?:[ -][A-Za-z]+)*")
"""What needs no cutting."""
T = TypeVar("T")
Pair = tuple[str, str]
OPEN, CLOSE = "“", "”"
_KEPT = 16


def tokens(text: str) -> list[str]:
    """The lower-case words and signs of a text."""
    return key_of(text).split(" ") if text else []


def key_of(text: str) -> str:
    """The lower-case words and signs of a text, joined by spaces."""
    if _PLAIN.fullmatch(text):
        return text.lower()
    return " ".join(TOKEN.findall(text)).lower()


class Words(Generic[T]):
    """What each phrase means: key (words joined by spaces) -> (spelling, meaning) pairs."""

    def __init__(self, entries: Iterable[tuple[str, T]]) -> None:
        self.meanings: dict[str, list[tuple[str, T]]] = {}
        for spelling, meaning in entries:
            self.meanings.setdefault(key_of(spelling), []).append((spelling, meaning))
        lengths: dict[str, set[int]] = {}
        for key in self.meanings:
            lengths.setdefault(key.partition(" ")[0], set()).add(key.count(" ") + 1)
        self.lengths = {first: sorted(found, reverse=True) for first, found in lengths.items()}

    def at(self, words: Sequence[str], place: int, *, quoted: bool = False) -> list[tuple[int, list[tuple[str, T]]]]:
        """(number of words, what they can mean) of every phrase that begins at this place, the longest first.

        With `quoted`, only of phrases in quotation marks.
        """
        if place >= len(words):
            return []
        first = words[place]
        if first == OPEN:
            return self._quoted(words, place)
        if quoted:
            return []
        found = []
        for length in self.lengths.get(first, ()):
            if place + length <= len(words):
                meanings = self.meanings.get(" ".join(words[place : place + length]))
                if meanings:
                    found.append((length, meanings))
        return found

    def _quoted(self, words: Sequence[str], place: int) -> list[tuple[int, list[tuple[str, T]]]]:
        """A phrase in quotation marks stands for itself and nothing longer or shorter."""
        for end in range(place + 2, len(words)):
            if words[end] == CLOSE:
                meanings = self.meanings.get(" ".join(words[place + 1 : end]))
                if meanings:
                    return [(end + 1 - place, meanings)]
        return []


class Lexicon:
    """All words of a taxonomy, indexed; it holds the word lists, so that their identity can stand for it."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.lists = _lists(taxonomy)
        self._taxonomy_parts = taxonomy.noun, taxonomy.singular, taxonomy.kind_of_value
        self.scene_kinds = taxonomy.scene_kinds
        self.relation = taxonomy.relation
        self.numbers = {name: noun.number for name, noun in taxonomy.noun.items() if noun.number != "count"}

    @cached_property
    def nouns(self) -> Words[str]:
        """Names of objects."""
        return Words((name, name) for name in self._taxonomy_parts[0])

    @cached_property
    def plurals(self) -> Words[str]:
        """Plurals, which mean names."""
        return Words(self._taxonomy_parts[1].items())

    @cached_property
    def values(self) -> Words[Pair]:
        """Attribute values, which mean (kind, value)."""
        return Words((value, (kind, value)) for value, kind in self._taxonomy_parts[2].items())

    @cached_property
    def phrases(self) -> Words[RelationWord]:
        """Relation phrases that follow "is"."""
        return Words((word.phrase, word) for word in self.relation.values() if word.form != "clause")

    @cached_property
    def verbs(self) -> Words[RelationWord]:
        """Relation phrases that are verbs, said of one thing."""
        return Words((word.phrase, word) for word in self.relation.values() if word.form == "clause")

    @cached_property
    def plural_verbs(self) -> Words[RelationWord]:
        """The same, said of many things."""
        return Words((word.plural or word.phrase, word) for word in self.relation.values() if word.form == "clause")

    @cached_property
    def scenes(self) -> Words[Pair]:
        """Scene phrases, which mean (kind, value)."""
        return Words(
            (phrase, (kind.name, value)) for kind in self.scene_kinds for value, phrase in kind.phrases.items()
        )

    @cached_property
    def scene_names(self) -> Words[str]:
        """Names of kinds of scene attributes."""
        return Words((kind.name, kind.name) for kind in self.scene_kinds)

    @cached_property
    def scene_values(self) -> dict[str, Words[Pair]]:
        """The values of each kind of scene attribute."""
        return {kind.name: Words((value, (kind.name, value)) for value in kind.phrases) for kind in self.scene_kinds}


_known: dict[tuple[int, ...], Lexicon] = {}


def lexicon(taxonomy: Taxonomy) -> Lexicon:
    """The lexicon of a taxonomy, kept with it; taxonomies that share all their words share it."""
    found: Lexicon | None = taxonomy.__dict__.get("_lexicon")
    if found is None:
        key = tuple(map(id, _lists(taxonomy)))
        found = _known.get(key)
        if found is None:
            found = Lexicon(taxonomy)
            while len(_known) >= _KEPT:
                _known.pop(next(iter(_known)), None)
            _known[key] = found
        taxonomy.__dict__["_lexicon"] = found
    return found


def _lists(taxonomy: Taxonomy) -> tuple[Any, ...]:
    return taxonomy.nouns, taxonomy.attribute_kinds, taxonomy.relation_words, taxonomy.scene_kinds
