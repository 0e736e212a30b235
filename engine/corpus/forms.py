"""Forms: every string that a line can take from one word, in fixed places, worked out once per word.

A hole of a template is the place of a form: the word itself, its plural, the article before it, the word with a capital.
Try it: `python -m pytest tests/engine/corpus -q`.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from engine.sampler.draft import Draft
from engine.taxonomy import Noun, RelationWord, Taxonomy
from engine.wording import article

SECTIONS = {
    "noun": ("name", "plural", "sense"),
    "mark": ("kind", "value"),
    "link": ("phrase", "plural", "base", "kind"),
    "scene": ("kind", "value", "phrase"),
}
TURNS = ("", "a", "A", "Capital")
"""As it is; the article before it; that with a capital; the word with a capital."""
Pair = tuple[str, str]
article_of = lru_cache(maxsize=None)(article)


def place(section: str, form: str, turn: str = "") -> int:
    """Where a form stands among those of its word."""
    return SECTIONS[section].index(form) * len(TURNS) + TURNS.index(turn)


class Forms:
    """The forms of all words of a taxonomy, each word's as it is met."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy
        self._nouns: dict[int, tuple[str, ...]] = {}
        self._marks: dict[Pair, tuple[str, ...]] = {}
        self._links: dict[str, tuple[str, ...]] = {}
        self._scene: dict[Pair, tuple[str, ...]] = {}

    def of(self, draft: Draft) -> list[str]:
        """The forms of all words of a draft: nouns, attributes, relations, scene attributes, in its order."""
        found: list[str] = []
        nouns, marks, links, scene = self._nouns, self._marks, self._links, self._scene
        for noun in draft.nouns:
            found += nouns.get(id(noun)) or self._noun(noun)
        for pairs in draft.marks:
            for pair in pairs:
                found += marks.get(pair) or self._mark(pair)
        for word in draft.links:
            found += links.get(word.phrase) or self._link(word)
        for pair in draft.scene:
            found += scene.get(pair) or self._scene_pair(pair)
        return found

    def _noun(self, noun: Noun) -> tuple[str, ...]:
        sense = f',"sense":"{noun.sense}"' if noun.sense else ""
        found = self._nouns[id(noun)] = _turned([noun.name, self.taxonomy.noun[noun.name].plural, sense])
        return found

    def _mark(self, pair: Pair) -> tuple[str, ...]:
        found = self._marks[pair] = _turned(pair)
        return found

    def _link(self, word: RelationWord) -> tuple[str, ...]:
        found = self._links[word.phrase] = _turned([word.phrase, word.plural, word.base, word.kind])
        return found

    def _scene_pair(self, pair: Pair) -> tuple[str, ...]:
        found = self._scene[pair] = _turned([*pair, self.taxonomy.scene_kind[pair[0]].phrases[pair[1]]])
        return found


def _turned(words: Iterable[str]) -> tuple[str, ...]:
    found: list[str] = []
    for word in words:
        before = article_of(word) if word else ""
        found += [word, before, before.capitalize(), word[:1].upper() + word[1:]]
    return tuple(found)
