"""Reads our hand lists about nouns: sections of words, and sections of WordNet synsets that stand for all below them.

The forms are told at the head of `assets/taxonomy/sources/noun-kinds.txt`.
Try it: `python -c "from engine.taxonomy.build.noun_lists import sections; print(sections('noun-kinds.txt')['tree'])"`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from engine.errors import TaxonomyError, show
from engine.taxonomy.build.wordnet import WordNet

SOURCES = Path(__file__).resolve().parents[3] / "assets" / "taxonomy" / "sources"
ROOTS = ("n00001930", "n09483738", "n09504135")
"""Physical entity, imaginary being, spiritual being: what an entry without a sense number is looked for under."""
_ENTRY = re.compile(r"^(?P<word>[^#@!]+?)(?:#(?P<sense>\d+)|@(?P<lexname>\w+))?(?P<alone>!?)$")


def sections(name: str) -> dict[str, tuple[str, ...]]:
    """`[title]` -> the comma-separated entries under it; lines that begin with `#` are comments."""
    found: dict[str, list[str]] = {}
    title = ""
    for line in (SOURCES / name).read_text(encoding="utf-8").splitlines():
        line = line.strip()
        if line.startswith("["):
            title = line.strip("[]")
            found.setdefault(title, [])
        elif line and not line.startswith("#"):
            found[title] += [entry.strip() for entry in line.split(",") if entry.strip()]
    return {title: tuple(entries) for title, entries in found.items()}


@dataclass(frozen=True, eq=False)
class Marks:
    """What is said of synsets: `below` of one and everything under it, `alone` of just that one."""

    below: dict[str, str] = field(default_factory=dict)
    alone: dict[str, str] = field(default_factory=dict)


def marks(wordnet: WordNet, said: Mapping[str, tuple[str, ...]], *, where: str) -> Marks:
    """Section titles by synset; raises `TaxonomyError` for an entry that WordNet does not have."""
    found = Marks()
    things = frozenset().union(*map(wordnet.below, ROOTS))
    for title, entries in said.items():
        for entry in entries:
            synset, alone = _resolve(wordnet, entry, things, where)
            (found.alone if alone else found.below)[synset] = title
    return found


def _resolve(wordnet: WordNet, entry: str, things: frozenset[str], where: str) -> tuple[str, bool]:
    match = _ENTRY.match(entry)
    senses = wordnet.senses(match["word"], "n") if match else ()
    if match and match["sense"]:
        senses = senses[int(match["sense"]) - 1 : int(match["sense"])]
    elif match and match["lexname"]:
        senses = tuple(s for s in senses if wordnet.synset[s].lexname == "noun." + match["lexname"])
    else:
        senses = tuple(s for s in senses if s in things) or senses
    if match is None or not senses:
        raise TaxonomyError(f"WordNet has no {show(entry)}, in {where}. Mend the list: word, word#2 or word@food.")
    return senses[0], bool(match["alone"])


@dataclass(frozen=True, eq=False)
class Nearest:
    """For any synset the mark of the nearest ancestor, itself included: the fewest steps up, then WordNet's order."""

    wordnet: WordNet
    marks: Marks
    _known: dict[str, tuple[int, str, str | None]] = field(default_factory=dict)

    def title(self, synset: str) -> str:
        """The mark itself, or the nearest one above; empty where nothing above is marked."""
        return self.marks.alone.get(synset) or self._find(synset)[1]

    def parent(self, synset: str) -> str | None:
        """The parent that leads to the mark; for what is marked itself, the first parent."""
        parents = self.wordnet.synset[synset].parents
        return self._find(synset)[2] or (parents[0] if parents else None)

    def steps(self, synset: str) -> int:
        """How many steps above the marked ancestor is; 999 where there is none."""
        return self._find(synset)[0]

    def _find(self, synset: str) -> tuple[int, str, str | None]:
        if synset not in self._known:
            self._known[synset] = (999, "", None)  # a circle upwards ends here
            self._known[synset] = self._look(synset)
        return self._known[synset]

    def _look(self, synset: str) -> tuple[int, str, str | None]:
        if synset in self.marks.below:
            return 0, self.marks.below[synset], None
        ways = [(*self._find(parent)[:2], parent) for parent in self.wordnet.synset[synset].parents]
        if not ways:
            return 999, "", None
        steps, title, parent = min(ways, key=lambda way: way[0])
        return steps + 1, title, parent
