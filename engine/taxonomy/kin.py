"""What a word that a small world lacks means there: the same thing under another name, or the nearest things by meaning.

Nearness is a shared hypernym in the full taxonomy (WordNet's tree), never spelling.
Try it: `python -c "from engine.taxonomy import load; from engine.taxonomy.kin import Kin; print(Kin(load('pocket')).nearest('zebra'))"`.
"""

from __future__ import annotations

from collections import Counter
from functools import cached_property

from engine.taxonomy import Taxonomy, load

WIDE = 700
"""A hypernym with more nouns than this below it (“animal”, “device”) says nothing about what a thing is like."""
MOST = 3


class Kin:
    """The relatives that words of the full taxonomy have in a small `world`."""

    def __init__(self, world: Taxonomy, full: Taxonomy | None = None) -> None:
        self.world, self.full = world, full or load("full")

    def known(self, word: str) -> bool:
        """Whether the full taxonomy has this word as a thing, in singular or plural."""
        return self._name(word) in self.full.noun

    def same(self, word: str) -> str | None:
        """The world's own name for the same thing (sofa -> couch), None where it has none."""
        line = self._line(word)
        return next((name for name, at in self._synsets.items() if line and line[0] == at), None)

    def nearest(self, word: str) -> tuple[str, ...]:
        """Up to three things of the world that share the narrowest hypernym with `word`; none where that says too little.

        A word that is a kind of one of them has that one alone: a parrot is a bird.
        """
        for at in self._line(word):
            own = [name for name, synset in self._synsets.items() if synset == at]
            here = own or [name for name, line in self._lines.items() if at in line]
            if here:
                return tuple(here[:MOST]) if own or self._below[at] <= WIDE else ()
        return ()

    def _name(self, word: str) -> str:
        word = word.lower()
        return word if word in self.full.noun else self.full.singular.get(word, word)

    def _line(self, word: str) -> tuple[str, ...]:
        noun = self.full.noun.get(self._name(word))
        return self.full.line_of(noun) if noun else ()

    @cached_property
    def _lines(self) -> dict[str, tuple[str, ...]]:
        return {noun.name: self._line(noun.name) for noun in self.world.nouns}

    @cached_property
    def _synsets(self) -> dict[str, str]:
        return {name: line[0] for name, line in self._lines.items() if line}

    @cached_property
    def _below(self) -> Counter[str]:
        """Hypernym -> how many nouns of the full taxonomy are of its kind."""
        return Counter(at for noun in self.full.nouns for at in self.full.line_of(noun))
