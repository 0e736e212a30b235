"""Forms: every string that a line can take from one word, in fixed places, worked out once per word.

A hole of a template is the place of a form: the word itself, its plural, an article before it, a wrong answer beside it.
Try it: `python -m pytest tests/engine/corpus -q`.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from engine.asking import frame
from engine.sampler.draft import Draft
from engine.taxonomy import FOILS, Noun, RelationWord, Taxonomy
from engine.wording import article

EACH = tuple(range(FOILS))
NOUN = ("name", "plural", "sense", *(f"foil {j}" for j in EACH), *(f"foils {j}" for j in EACH))
MARK = ("kind", "value", "before", "behind", *(f"other {j}" for j in EACH))
LINK = ("phrase", "plural", "base", "kind", "opposite", "opposite plural", "opposite base")
SCENE = ("kind", "value", "phrase", "question", *(f"other {j}" for j in EACH), *(f"other phrase {j}" for j in EACH))
SECTIONS = {"noun": NOUN, "mark": MARK, "link": LINK, "scene": SCENE}
TURNS = ("", "a", "A", "Capital")
"""As it is; the article before it; that with a capital; the word with a capital."""
MISSING = "\ud7a3"
"""Stands where a word has no such form; a line that would show one is written in the ordinary way."""
Pair = tuple[str, str]
article_of = lru_cache(maxsize=None)(article)


def place(section: str, form: str, turn: str = "") -> int:
    """Where a form stands among those of its word."""
    return SECTIONS[section].index(form) * len(TURNS) + TURNS.index(turn)


class Forms:
    """The forms of all words of a taxonomy, each word's as it is met."""

    def __init__(self, taxonomy: Taxonomy, *, ask: bool) -> None:
        self.taxonomy, self.ask = taxonomy, ask
        self._nouns: dict[int, tuple[str, ...]] = {}
        self._marks: dict[tuple[str, str, str], tuple[str, ...]] = {}
        self._links: dict[str, tuple[str, ...]] = {}
        self._scene: dict[Pair, tuple[str, ...]] = {}

    def of(self, draft: Draft) -> list[str]:
        """The forms of all words of a draft: nouns, attributes, relations, scene attributes, in its order."""
        found: list[str] = []
        nouns, marks, links, scene = self._nouns, self._marks, self._links, self._scene
        for noun in draft.nouns:
            found += nouns.get(id(noun)) or self._noun(noun)
        for noun, pairs in zip(draft.nouns, draft.marks, strict=True):
            for kind, value in pairs:
                found += marks.get((kind, value, noun.kind)) or self._mark(kind, value, noun.kind)
        for word in draft.links:
            found += links.get(word.phrase) or self._link(word)
        for pair in draft.scene:
            found += scene.get(pair) or self._scene_pair(pair)
        return found

    def _noun(self, noun: Noun) -> tuple[str, ...]:
        foils = _three(self.taxonomy.foils(noun.name)) if self.ask else [MISSING] * FOILS
        plurals = [foil if foil == MISSING else self.taxonomy.noun[foil].plural for foil in foils]
        sense = f',"sense":"{noun.sense}"' if noun.sense else ""
        found = self._nouns[id(noun)] = _turned([noun.name, noun.plural, sense, *foils, *plurals])
        return found

    def _mark(self, kind: str, value: str, thing: str) -> tuple[str, ...]:
        before, _, behind = frame(self.taxonomy.attribute_kind[kind].question)
        others = _three(self.taxonomy.other_values(kind, value, thing)) if self.ask else [MISSING] * FOILS
        found = self._marks[kind, value, thing] = _turned([kind, value, before, behind, *others])
        return found

    def _link(self, word: RelationWord) -> tuple[str, ...]:
        other = self.taxonomy.relation.get(word.opposite or "")
        away = (other.phrase, other.plural, other.base) if other else (MISSING,) * 3
        found = self._links[word.phrase] = _turned([word.phrase, word.plural, word.base, word.kind, *away])
        return found

    def _scene_pair(self, pair: Pair) -> tuple[str, ...]:
        kind = self.taxonomy.scene_kind[pair[0]]
        others = _three(self.taxonomy.other_scenes(*pair)) if self.ask else [MISSING] * FOILS
        phrases = [other if other == MISSING else kind.phrases[other] for other in others]
        words = [pair[0], pair[1], kind.phrases[pair[1]], kind.question, *others, *phrases]
        found = self._scene[pair] = _turned(words)
        return found


def _three(words: tuple[str, ...]) -> list[str]:
    return [*words, *[MISSING] * FOILS][:FOILS]


def _turned(words: Iterable[str]) -> tuple[str, ...]:
    found: list[str] = []
    for word in words:
        if word == MISSING or not word:
            found += [word] * len(TURNS)
            continue
        before = article_of(word)
        found += [word, before, before.capitalize(), word[:1].upper() + word[1:]]
    return tuple(found)
