"""Plurals of English nouns and compounds: WordNet's irregular forms, our own choices where it has several, then rules.

Try it: `python -c "from engine.taxonomy.build.noun_plural import Plurals; print(Plurals({}).of('ship of the line'))"`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from engine.taxonomy.build.noun_lists import sections

ENDINGS = {
    "woman": "women", "man": "men", "child": "children", "foot": "feet", "tooth": "teeth", "mouse": "mice",
    "knife": "knives", "wife": "wives", "wolf": "wolves", "leaf": "leaves", "shelf": "shelves", "loaf": "loaves",
    "calf": "calves", "thief": "thieves", "hoof": "hooves", "half": "halves", "person": "people", "fish": "fish",
}  # fmt: skip
# The head comes before these, and it is the head that changes.
_JOINT = re.compile(
    r" (?:of|in|on|with|for|at|to|from|by|without|de|du|la|a la|an|or|under) "
    r"|-(?:in-law|in-waiting|at-arms|at-law|o'-|of-|in-the-|de-)(?!.* )"
)
_LEARNED = ("ae", "i", "a", "ata", "ices", "odes", "oth", "ides", "im", "x", "opes", "en")
_HARD_CH = re.compile(r"(?:stoma|mon|patri|matri|tetr|olig|hier|lo|epo|eunu|cze|pibro)(?:ar)?ch$")


@dataclass(frozen=True)
class Plurals:
    """Plurals by table and rule; `irregular` is noun.exc turned round, from the singular to its forms."""

    irregular: Mapping[str, tuple[str, ...]]
    _known: dict[str, str] = field(default_factory=dict, compare=False)

    @classmethod
    def from_exceptions(cls, exceptions: Mapping[str, tuple[str, ...]]) -> Plurals:
        """Made from noun.exc, which leads from plurals to singulars."""
        turned: dict[str, list[str]] = {}
        for many, ones in exceptions.items():
            turned.setdefault(ones[0], []).append(many)
        return cls({one: tuple(many) for one, many in turned.items()})

    @cached_property
    def _lists(self) -> dict[str, frozenset[str]]:
        return {title: frozenset(words) for title, words in sections("noun-plurals.txt").items()}

    @cached_property
    def _chosen(self) -> dict[str, str]:
        """Our own choices; words of the same form lead to themselves."""
        pairs = (entry.partition(" = ") for entry in sections("noun-plurals.txt")["irregular"])
        return {word: word for word in self._lists["same"]} | {one: many for one, _, many in pairs}

    @staticmethod
    def head_first(name: str) -> bool:
        """Whether the head comes before a joint: "chest of drawers", "mother-in-law"."""
        return bool(_JOINT.search(name))

    def of(self, name: str) -> str:
        """The plural of a noun as it is spelled, "man-of-war" -> "men-of-war", "goose" -> "geese"."""
        if name not in self._known:
            self._known[name] = self._of(name)
        return self._known[name]

    def _of(self, name: str) -> str:
        if name in self._chosen or name.endswith("fish"):
            return self._chosen.get(name, name)
        if (" " in name or "-" in name) and name in self.irregular and not self._is_learned(name):
            return self.irregular[name][0]
        joint = _JOINT.search(name)
        if joint and joint.start() > 0:
            return self.of(name[: joint.start()]) + name[joint.start() :]
        before, gap, last = name.rpartition(" " if " " in name else "-")
        if before in ("man", "woman") and last not in ("eater", "hunt", "hater", "hour"):
            before = ENDINGS[before]
        return before + gap + self._word(last)

    def _word(self, word: str) -> str:
        if word in self._chosen or word == "":
            return self._chosen.get(word, word)
        if word in self.irregular and not self._is_learned(word):
            return self.irregular[word][0]
        low = word.lower()
        for one, many in ENDINGS.items():
            if low.endswith(one) and not (one == "man" and low.endswith(tuple(self._lists["not men"]))):
                return word[: len(word) - len(one)] + (many.title() if word == one.title() else many)
        return word + "es" if low in self._lists["oes"] else _regular(word, low)

    def _is_learned(self, word: str) -> bool:
        """Whether noun.exc has a plural that only the learned use, "camerae"."""
        head = word.rpartition(" ")[2].rpartition("-")[2]
        form = self.irregular[word][0]
        return head not in self._lists["learned"] and form.endswith(_LEARNED) and not form.endswith(("men", "children"))


def _regular(word: str, low: str) -> str:
    if low.endswith(("craft", "works")) and low not in ("craft", "handicraft", "witchcraft"):
        return word
    if low.endswith("quy") or (low.endswith("y") and len(low) > 2 and low[-2] not in "aeiou"):
        return word[:-1] + "ies"
    if low.endswith(("sis", "xis")):
        return word[:-2] + "es"
    if _HARD_CH.search(low):
        return word + "s"
    return word + ("es" if low.endswith(("s", "x", "z", "ch", "sh")) else "s")
