"""Which nouns are off by default, and behind which switch: what cannot be drawn, hardly anyone knows, or may offend.

Try it: `python -m engine.taxonomy.build` prints how many rows are behind each switch.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from engine.taxonomy.build.noun_lists import Nearest, marks, sections
from engine.taxonomy.build.noun_rows import Row
from engine.taxonomy.build.wordnet import Synset, WordNet

DRAWN = 0.4
"""Words that can be drawn less well than this are behind `abstract`."""
KNOWN = 0.22
"""Words that are known less than this are behind `rare`."""
EATEN = frozenset(("fruit", "vegetable", "ingredient", "food"))
GROWN = frozenset(("plant", "tree", "plant-part", "flower"))
_SLUR = re.compile(
    r"offensive|ethnic slur|disparaging|derogat|obscene|insult|pejorative|contempt|abusive|slang term for|term of abuse"
)
_SEX = re.compile(
    r"\bobscene|sexual|\bsex\b|prostitut|erotic|copulat|intercourse|\bgenital|pornograph|\bpenis\b|\bvagina"
)
_BRAND = re.compile(r"trademark|trade name|brand name", re.IGNORECASE)
_ILL = re.compile(r"\b(?:suffer(?:s|ing)? from|afflicted with|person with an? [a-z]+ (?:disease|disorder))\b")


@dataclass(frozen=True, eq=False)
class Switches:
    """Finds the switch of a row; the lists are noun-switches.txt (synsets) and noun-slurs.txt (spellings)."""

    wordnet: WordNet

    @cached_property
    def _nearest(self) -> Nearest:
        return Nearest(self.wordnet, marks(self.wordnet, sections("noun-switches.txt"), where="noun-switches.txt"))

    @cached_property
    def _words(self) -> dict[str, str]:
        return {word: title for title, words in sections("noun-slurs.txt").items() for word in words}

    def of(self, row: Row) -> str:
        """The switch of a row by itself; empty for a word that is on."""
        synset = self.wordnet.synset[row.synset]
        if synset.is_instance:
            return "proper"
        listed = self._words.get(row.name.lower(), "") or self._nearest.title(row.synset)
        found = self._by_gloss(row, synset) if listed in ("", "on") else listed
        if row.synset not in self._nearest.marks.alone and listed == "on" and found not in ("slurs", "sex", "proper"):
            found = ""
        if found:
            return found
        if row.depict < DRAWN:
            return "abstract"
        return "rare" if row.common < KNOWN else ""

    def _by_gloss(self, row: Row, synset: Synset) -> str:
        person = row.kind == "person"
        if _SLUR.search(synset.gloss) and (person or "obscene" in synset.gloss):
            return "slurs"
        if _SEX.search(synset.definition) and row.kind not in ("animal", "plant", "flower", "plant-part"):
            return "sex"
        if person and _ILL.search(synset.definition):
            return "disease"
        if _BRAND.search(synset.gloss):
            return "proper"
        if row.name[0].isupper() and person and self._nearest.title(row.synset) != "on":
            return "peoples"
        return ""


def settle(rows: Iterable[Row], wordnet: WordNet) -> None:
    """Leaves at most one sense of a spelling on, the one that people think of; names the senses apart."""
    by_name: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_name[row.name].append(row)
    seen_as = dict(entry.split(" = ") for entry in sections("noun-usual.txt")["usual"])
    for name, same in by_name.items():
        _prefer_food(same)
        _prefer_kind(same, seen_as.get(name, ""))
        on = sorted((row for row in same if not row.switch), key=_first)
        for row in on[1:] if on and on[0].usual else on:
            row.switch = "other-senses"
        if len(same) > 1:
            _name_senses(same, wordnet)


def _prefer_food(same: list[Row]) -> None:
    """Who reads "banana" sees the fruit, though WordNet has the plant first."""
    grown = any(not row.switch and row.kind in GROWN and row.usual for row in same)
    for row in same:
        if grown and not row.switch and row.kind in EATEN:
            row.usual = True


def _prefer_kind(same: list[Row], kind: str) -> None:
    """Puts the first sense of this kind on, and before the others."""
    wanted = [row for row in same if row.kind == kind and row.switch in ("", "rare")]
    if wanted:
        for row in same:
            row.usual = False
        first = min(wanted, key=lambda row: row.rank)
        first.usual, first.switch, first.common = True, "", max(first.common, 0.6)


def _first(row: Row) -> tuple[bool, bool, int, int]:
    """The order of senses: usual ones, of plants the part that is eaten, then by use."""
    return not row.usual, row.kind in GROWN, -row.count, row.rank


def _name_senses(same: list[Row], wordnet: WordNet) -> None:
    """What tells each from the others: its kind, else the word above it, else the start of what it is."""
    taken: set[str] = set()
    kinds = [row.kind for row in same]
    for row in sorted(same, key=lambda row: (bool(row.switch), row.rank)):
        ways = [row.kind] if kinds.count(row.kind) == 1 else []
        above = list(wordnet.ancestors(row.synset))
        ways += [wordnet.synset[id].words[0] for id in above if wordnet.synset[id].words[0] != row.name]
        row.sense = next((way for way in ways if way not in taken), row.synset)
        taken.add(row.sense)
