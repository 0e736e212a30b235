"""One row of nouns.tsv and how a synset of WordNet becomes one: its spellings, kind, number, size and scores.

Try it: `python -m engine.taxonomy.build` writes them all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from engine.taxonomy.build.noun_common import Common
from engine.taxonomy.build.noun_lists import Nearest, marks, sections
from engine.taxonomy.build.noun_plural import Plurals
from engine.taxonomy.build.wordnet import Synset, WordNet

DEPICT = {
    "thing": 0.2, "living": 0.3, "person": 0.25, "group": 0.6, "creature": 0.7, "part": 0.6, "plant-part": 0.7,
    "body-part": 0.6, "nature": 0.6, "place": 0.6, "substance": 0.3, "abstract": 0.1, "device": 0.8, "structure": 0.8,
    "stone": 0.7, "ingredient": 0.7, "room": 0.8, "sign": 0.8, "artifact": 0.7,
}  # fmt: skip
"""How well things of a kind can be drawn where no list says so; 0.9 for the others."""
_BINOMIAL = re.compile(r"^[A-Z][a-z]+ [a-z-]+$")
_COUNT = re.compile(r"^(?:\([^)]*\) )?(?:an?|any|one|each|either|the) ")
_PIECE = re.compile(r"^(?:piece|article|sheet|slip|page|pane|loaf|slice|bed|row|block|lump|coat|suit) of ")
_STUFF = re.compile(
    r"(?:clothing|(?:^|[ a-z])wear|equipment|furniture|jewelry|luggage|machinery|tableware|glassware|silverware|traffic)$"
)
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
        return Common(self.wordnet, self._lists["known"], self._lists["rare"], self._lists["rare words"])

    @cached_property
    def _lists(self) -> dict[str, frozenset[str]]:
        return {title: frozenset(map(str.lower, words)) for title, words in sections("noun-known.txt").items()}

    def rows(self, synset: Synset) -> Iterator[Row]:
        """The row of the preferred spelling, then those of other ordinary ones; none for what no list types."""
        kind = self.kinds.title(synset.id)
        if not kind:
            return
        lead, *others = self._spellings(synset, kind)
        first = self._row(synset, lead, kind)
        yield first
        seen = {_bare(lead)}
        for name in others:
            if _bare(name) not in seen and self._ordinary(synset, name, kind):
                seen.add(_bare(name))
                row = self._row(synset, name, kind)
                if (row.number == "plural") == (first.number == "plural"):
                    yield row

    def _spellings(self, synset: Synset, kind: str) -> list[str]:
        words = [w for w in synset.words if not (kind in LIVING and _BINOMIAL.match(w) and w != synset.words[0])]
        words = words or list(synset.words)
        best = max(words, key=lambda word: self._known(word, kind) + 0.3 * (word == synset.words[0]))
        return [best, *(word for word in words if word != best)]

    def _ordinary(self, synset: Synset, name: str, kind: str) -> bool:
        if synset.is_instance or self._known(name, kind) < 0.4 or not re.fullmatch(r"[a-z' -]{3,}", name):
            return False
        return self.wordnet.rank(name, synset.id) == 1 or self.wordnet.count(name, synset.id) > 0

    def _known(self, word: str, kind: str) -> float:
        return self.common.of(word, parts_tell=kind not in LIVING)

    def _row(self, synset: Synset, word: str, kind: str) -> Row:
        name, plural, number = self._number(synset, word, kind)
        rank, count = self.wordnet.rank(word, synset.id), self.wordnet.count(word, synset.id)
        size = self._mark(self.sizes, synset.id)
        depict = float(self._mark(self.depicts, synset.id) or DEPICT.get(kind, 0.9))
        usual = self._usual(word, synset.id, rank, count)
        common = self._known(name, kind) * (1 if usual else 0.6)
        return Row(
            name, plural, kind, number, synset.id, min(depict, 0.3) if self._vague(name.lower()) else depict, round(common, 2),
            "" if size == self.sizes_of_kinds[kind] else size, "", "", rank, count, usual,
        )  # fmt: skip

    def _vague(self, name: str) -> bool:
        return name in self._lists["vague"] or name.rpartition(" ")[2] in self._lists["vague heads"]

    def _mark(self, among: Nearest, id: str) -> str:
        """The nearest mark, unless that of the kind is nearer and so tells more; empty for none."""
        nearer = id in among.marks.alone or among.steps(id) <= self.kinds.steps(id)
        return among.title(id) if nearer else ""

    def _usual(self, word: str, id: str, rank: int, count: int) -> bool:
        """Whether people who hear the word think of this: its first sense, or one that is nearly as common."""
        top = max((self.wordnet.count(word, sense) for sense in self.wordnet.senses(word, "n")), default=0)
        verbs = sum(self.wordnet.count(word, s) for pos in "var" for s in self.wordnet.senses(word, pos))
        if verbs >= 20 and count * 10 < verbs:
            return False
        if rank == 1:
            return True
        return 8 * count >= top if count else top <= 3 and rank <= 2

    def _number(self, synset: Synset, word: str, kind: str) -> tuple[str, str, str]:
        """Name, plural and number; "trouser" becomes "trousers", which has no other plural."""
        plural = self.plurals.of(word)
        if self._looks_plural(word):
            return word, word, "plural"
        if plural.rpartition(" ")[2] in self.always_plural and "plural" in synset.gloss:
            return plural, plural, "plural"
        said = self._counted(synset, word, kind)
        return word, word if said == "mass" else plural, said

    def _counted(self, synset: Synset, word: str, kind: str) -> str:
        """`count` or `mass`: by the word itself, by the nearest mark, by the definition."""
        if _PIECE.match(word):
            return "count"
        if _STUFF.search(word):
            return "mass"
        said = self.numbers.title(synset.id)
        if said == "guess":
            return "count" if _COUNT.match(synset.gloss) else "mass"
        return said or ("mass" if kind in ("drink", "substance") else "count")

    def _looks_plural(self, word: str) -> bool:
        """A last word in -s that is the plural of another noun: "water wings", "rings", "deer's-ears"; not "gas"."""
        last = re.split(r"[ -]", word)[-1]
        if self.plurals.head_first(word):
            return False
        if not last.endswith("s") or last.endswith(("ss", "us", "is", "'s", "works")):
            return False
        if last in self.always_plural:
            return True
        ones = [one for one in (last[:-1], last[:-2], last[:-3] + "y") if len(one) > 2]
        return any(self.wordnet.senses(one, "n") and self.plurals.of(one) == last for one in ones)


def _bare(name: str) -> str:
    return re.sub(r"[ '-]", "", name.lower()).replace("colour", "color").replace("grey", "gray")
