"""One row of nouns.tsv and how a synset of WordNet becomes one: its spellings, kind, number, size and scores.

Try it: `python -m engine.taxonomy.build` writes them all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from engine.taxonomy.build.noun_common import Common
from engine.taxonomy.build.noun_lists import Marks, Nearest, marks, sections
from engine.taxonomy.build.noun_plural import Plurals
from engine.taxonomy.build.wordnet import Synset, WordNet

DEPICT = {
    "thing": 0.2, "living": 0.3, "person": 0.25, "group": 0.6, "creature": 0.7, "part": 0.6, "plant-part": 0.7,
    "body-part": 0.6, "nature": 0.6, "place": 0.6, "substance": 0.5, "abstract": 0.1, "device": 0.8, "structure": 0.8,
    "stone": 0.7, "ingredient": 0.7, "room": 0.8, "sign": 0.8, "artifact": 0.7,
}  # fmt: skip
"""How well things of a kind can be drawn where no list says so; 0.9 for the others."""
_BINOMIAL = re.compile(r"^[A-Z][a-z]+ [a-z-]+$")
_COUNT = re.compile(r"^(?:\([^)]*\) )?(?:an?|any|one|each|either|the) ")
LIVING = frozenset(
    "living animal mammal bird reptile amphibian fish insect invertebrate plant tree flower fungus".split()
)


@dataclass(slots=True)
class Row:
    """A line of nouns.tsv in the making; `rank` and `count` are WordNet's sense number and tagged uses."""

    name: str
    plural: str
    kind: str
    number: str
    synset: str
    depict: float
    common: float
    size: str
    switch: str = ""
    sense: str = ""
    rank: int = 1
    count: int = 0
    usual: bool = True
    lead: bool = True

    @property
    def cells(self) -> tuple[str, ...]:
        """In the order of the columns."""
        return (
            self.name, self.plural, self.kind, self.number, self.sense, self.synset,
            f"{self.depict:g}", f"{self.common:g}", self.size, self.switch,
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Reader:
    """Makes rows of synsets, by the hand lists."""

    wordnet: WordNet
    sizes_of_kinds: dict[str, str]

    def _nearest(self, name: str) -> Nearest:
        return Nearest(self.wordnet, marks(self.wordnet, sections(name), where=name))

    @cached_property
    def kinds(self) -> Nearest:
        """The kind of each noun; also says which parent leads there."""
        return self._nearest("noun-kinds.txt")

    @cached_property
    def depicts(self) -> Nearest:
        """Scores from 0 to 1."""
        return self._nearest("noun-depict.txt")

    @cached_property
    def sizes(self) -> Nearest:
        """Sizes from 0 to 6."""
        return self._nearest("noun-sizes.txt")

    @cached_property
    def numbers(self) -> Nearest:
        """`mass`, `count` or `guess`."""
        return self._nearest("noun-numbers.txt")

    @cached_property
    def plurals(self) -> Plurals:
        """The plural of a name."""
        return Plurals.from_exceptions(self.wordnet.exceptions["n"])

    @cached_property
    def always_plural(self) -> frozenset[str]:
        """Nouns without a singular: "scissors"."""
        return frozenset(sections("noun-plurals.txt")["plural"])

    @cached_property
    def common(self) -> Common:
        """How well a word is known."""
        lists = sections("noun-known.txt")
        return Common(self.wordnet, frozenset(lists["known"]), frozenset(lists["rare"]))

    def rows(self, synset: Synset) -> Iterator[Row]:
        """The row of the preferred spelling, then those of other ordinary ones; none for what no list types."""
        kind = self.kinds.title(synset.id)
        if not kind:
            return
        lead, *others = self._spellings(synset, kind)
        yield self._row(synset, lead, kind, lead=True)
        seen = {_bare(lead)}
        for name in others:
            if _bare(name) not in seen and self._ordinary(synset, name):
                seen.add(_bare(name))
                yield self._row(synset, name, kind, lead=False)

    def _spellings(self, synset: Synset, kind: str) -> list[str]:
        words = [w for w in synset.words if not (kind in LIVING and _BINOMIAL.match(w) and w != synset.words[0])]
        words = words or list(synset.words)
        best = max(words, key=lambda word: self.common.of(word, synset.id) + 0.2 * (word == synset.words[0]))
        return [best, *(word for word in words if word != best)]

    def _ordinary(self, synset: Synset, name: str) -> bool:
        if synset.is_instance or self.common.of(name, synset.id) < 0.4 or not re.fullmatch(r"[a-z' -]{3,}", name):
            return False
        return self.wordnet.rank(name, synset.id) == 1 or self.wordnet.count(name, synset.id) > 0

    def _row(self, synset: Synset, word: str, kind: str, *, lead: bool) -> Row:
        name, plural, number = self._number(synset, word, kind)
        rank, count = self.wordnet.rank(word, synset.id), self.wordnet.count(word, synset.id)
        size = self.sizes.title(synset.id)
        depict = float(self.depicts.title(synset.id) or 1) if self._deeper(synset.id) else DEPICT.get(kind, 0.9)
        usual = self._usual(word, synset.id, rank, count)
        common = self.common.of(name, synset.id)
        return Row(
            name, plural, kind, number, synset.id, depict, round(common * (1 if usual else 0.6), 2),
            "" if size == self.sizes_of_kinds[kind] else size, "", "", rank, count, usual, lead,
        )  # fmt: skip

    def _deeper(self, id: str) -> bool:
        """Whether the mark for depicting is at least as near as the one for the kind."""
        if id in self.depicts.marks.alone:
            return True
        return self.depicts.steps(id) <= self.kinds.steps(id)

    def _usual(self, word: str, id: str, rank: int, count: int) -> bool:
        """Whether people who hear the word think of this: its first sense, or one that is nearly as common."""
        top = max((self.wordnet.count(word, sense) for sense in self.wordnet.senses(word, "n")), default=0)
        verbs = sum(self.wordnet.count(word, s) for pos in "var" for s in self.wordnet.senses(word, pos))
        if count == 0 and verbs >= 20:
            return False
        if rank == 1:
            return True
        return 8 * count >= top if count else top <= 3 and rank <= 2

    def _number(self, synset: Synset, word: str, kind: str) -> tuple[str, str, str]:
        """Name, plural and number; "trouser" becomes "trousers", which has no other plural."""
        plural = self.plurals.of(word)
        if word.rpartition(" ")[2] in self.always_plural:
            return word, word, "plural"
        if plural.rpartition(" ")[2] in self.always_plural and "plural" in synset.gloss:
            return plural, plural, "plural"
        said = self.numbers.title(synset.id) if self.numbers.steps(synset.id) < 90 or self._alone(synset.id) else ""
        if said == "guess":
            said = "count" if _COUNT.match(synset.gloss) else "mass"
        if kind in ("drink", "substance") and not said:
            said = "mass"
        said = said or "count"
        return word, word if said == "mass" else self._same(word, plural, kind), said

    def _alone(self, id: str) -> bool:
        return id in self.numbers.marks.alone

    @staticmethod
    def _same(word: str, plural: str, kind: str) -> str:
        return word if word.endswith("fish") and kind in ("fish", "invertebrate", "meat") else plural


def _bare(name: str) -> str:
    return re.sub(r"[ '-]", "", name.lower()).replace("colour", "color").replace("grey", "gray")


__all__ = ["DEPICT", "Marks", "Reader", "Row"]
