"""Reads the database files of WordNet 3.0 (nouns, verbs, adjectives, adverbs) into plain values; nothing else is needed.

Try it: `python -c "from engine.taxonomy.build.wordnet import read; w = read(); print(w.synset[w.senses('dog', 'n')[0]])"`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from engine.errors import TaxonomyError, show

FOLDER = Path("/usr/share/wordnet")
FILES = {"n": "noun", "v": "verb", "a": "adj", "r": "adv"}
ISA = ("@", "@i")
"""Pointers up: a dog is an animal (`@`), the Amazon is an instance of river (`@i`)."""
# The categories of wndb(5WN), by number.
LEXNAMES = tuple(
    "adj.all adj.pert adv.all noun.Tops noun.act noun.animal noun.artifact noun.attribute noun.body noun.cognition "
    "noun.communication noun.event noun.feeling noun.food noun.group noun.location noun.motive noun.object noun.person "
    "noun.phenomenon noun.plant noun.possession noun.process noun.quantity noun.relation noun.shape noun.state "
    "noun.substance noun.time verb.body verb.change verb.cognition verb.communication verb.competition "
    "verb.consumption verb.contact verb.creation verb.emotion verb.motion verb.perception verb.possession "
    "verb.social verb.stative verb.weather adj.ppl".split()
)
_MARKER = re.compile(r"\((?:p|a|ip)\)$")


@dataclass(frozen=True, slots=True)
class Pointer:
    """A link to another synset: `symbol` as in wninput(5WN), `source` and `target` number words from 1, 0 means all."""

    symbol: str
    synset: str
    source: int = 0
    target: int = 0


@dataclass(frozen=True, slots=True)
class Synset:
    """One meaning: `id` is part of speech and offset (`n02084071`), `words` are spelled with spaces, the first leads.

    `frames` are pairs (number of the verb frame, number of the word or 0 for all); only verbs have them.
    """

    id: str
    lexname: str
    words: tuple[str, ...]
    gloss: str
    pointers: tuple[Pointer, ...] = ()
    frames: tuple[tuple[int, int], ...] = ()

    @property
    def pos(self) -> str:
        """Part of speech: `n`, `v`, `a` or `r`."""
        return self.id[0]

    @property
    def definition(self) -> str:
        """The gloss without its examples."""
        return self.gloss.split('; "', 1)[0].strip()

    def links(self, *symbols: str) -> tuple[str, ...]:
        """The synsets that pointers with one of these symbols lead to, in WordNet's order."""
        return tuple(p.synset for p in self.pointers if p.symbol in symbols)

    @property
    def parents(self) -> tuple[str, ...]:
        """What it is a kind or an instance of, the main one first."""
        return self.links(*ISA)

    @property
    def is_instance(self) -> bool:
        """Whether it is one named thing (the Amazon) instead of a kind of thing."""
        return any(p.symbol == "@i" for p in self.pointers)


@dataclass(frozen=True, eq=False)
class WordNet:
    """The whole database: `synset` by id in the order of the files, `index` (lower-case word, pos) -> ids by use.

    `exceptions` has pos -> irregular form -> base forms; `tags` (word, pos, sense number from 1) -> tagged uses.
    """

    synset: Mapping[str, Synset]
    index: Mapping[tuple[str, str], tuple[str, ...]]
    exceptions: Mapping[str, Mapping[str, tuple[str, ...]]]
    tags: Mapping[tuple[str, str, int], int]

    def senses(self, word: str, pos: str) -> tuple[str, ...]:
        """The synsets of a word, most used first; empty for a word it does not have."""
        return self.index.get((word.lower(), pos), ())

    def rank(self, word: str, synset: str) -> int:
        """Which sense of the word this is, from 1; 0 when it is none."""
        senses = self.senses(word, synset[0])
        return senses.index(synset) + 1 if synset in senses else 0

    def count(self, word: str, synset: str) -> int:
        """How often the word was tagged with this sense in the texts that WordNet's authors tagged."""
        return self.tags.get((word.lower(), synset[0], self.rank(word, synset)), 0)

    @cached_property
    def children(self) -> dict[str, tuple[str, ...]]:
        """Synset -> what is a kind or an instance of it, in WordNet's order."""
        found: dict[str, list[str]] = defaultdict(list)
        for synset in self.synset.values():
            for parent in synset.parents:
                found[parent].append(synset.id)
        return {parent: tuple(below) for parent, below in found.items()}

    def ancestors(self, id: str) -> Iterator[str]:
        """Every synset above, nearest first; where there are several ways up, level by level."""
        level, seen = self.synset[id].parents, {id}
        while level:
            fresh = [up for up in dict.fromkeys(level) if up not in seen]
            yield from fresh
            seen.update(fresh)
            level = tuple(parent for up in fresh for parent in self.synset[up].parents)

    def below(self, id: str) -> frozenset[str]:
        """Every synset under this one, itself included."""
        seen, open_ = {id}, [id]
        while open_:
            for child in self.children.get(open_.pop(), ()):
                if child not in seen:
                    seen.add(child)
                    open_.append(child)
        return frozenset(seen)


def read(folder: Path = FOLDER) -> WordNet:
    """The database in `folder`; raises `TaxonomyError` saying how to get it when it is not there."""
    if not (folder / "data.noun").is_file():
        raise TaxonomyError(
            f"WordNet's database is not in {show(folder)}. Install it (sudo apt-get install -y wordnet-base), "
            "or name its folder: make taxonomy WORDNET=DIR."
        )
    synsets = {s.id: s for pos, name in FILES.items() for s in _synsets(folder / f"data.{name}", pos)}
    index = {key: ids for pos, name in FILES.items() for key, ids in _index(folder / f"index.{name}", pos)}
    exceptions = {pos: _exceptions(folder / f"{name}.exc") for pos, name in FILES.items()}
    return WordNet(synsets, index, exceptions, _tags(folder / "cntlist.rev"))


def _lines(path: Path) -> Iterator[str]:
    """The lines of a database file without the licence, which is indented."""
    with path.open(encoding="utf-8") as file:
        yield from (line for line in file if not line.startswith("  "))


def _synsets(path: Path, pos: str) -> Iterator[Synset]:
    for line in _lines(path):
        data, _, gloss = line.partition(" | ")
        cells = iter(data.split())
        offset, lexname, _ss_type = next(cells), int(next(cells)), next(cells)
        words = []
        for _ in range(int(next(cells), 16)):
            words.append(_MARKER.sub("", next(cells)).replace("_", " "))
            next(cells)
        pointers = tuple(_pointer(cells) for _ in range(int(next(cells))))
        frames = tuple(_frame(cells) for _ in range(int(next(cells, "0"))))
        yield Synset(pos + offset, LEXNAMES[lexname], tuple(words), gloss.strip(), pointers, frames)


def _pointer(cells: Iterator[str]) -> Pointer:
    symbol, offset, pos, ends = (next(cells) for _ in range(4))
    return Pointer(symbol, pos.replace("s", "a") + offset, int(ends[:2], 16), int(ends[2:], 16))


def _frame(cells: Iterator[str]) -> tuple[int, int]:
    _plus, frame, word = (next(cells) for _ in range(3))
    return int(frame), int(word, 16)


def _index(path: Path, pos: str) -> Iterator[tuple[tuple[str, str], tuple[str, ...]]]:
    for line in _lines(path):
        cells = line.split()
        yield (cells[0].replace("_", " "), pos), tuple(pos + offset for offset in cells[-int(cells[2]) :])


def _exceptions(path: Path) -> dict[str, tuple[str, ...]]:
    rows = (line.split() for line in _lines(path))
    return {row[0].replace("_", " "): tuple(base.replace("_", " ") for base in row[1:]) for row in rows if row}


def _tags(path: Path) -> dict[tuple[str, str, int], int]:
    found = {}
    for line in _lines(path):
        key, sense, count = line.split()
        word, _, rest = key.partition("%")
        found[word.replace("_", " "), "?nvara"[int(rest[0])], int(sense)] = int(count)
    return found
