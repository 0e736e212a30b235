"""Who is meant by a word in a graph, and which words mean nobody there.

"The animal" may be the dog, so a word can mean every object that is equal to it, above it or below it.
Try it: `python -m pytest tests/engine/test_questions.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.asking import COUNT, Pairs, number_of
from engine.caption import ambiguous
from engine.graph import SceneGraph
from engine.programs import Thing
from engine.taxonomy import FOILS, Taxonomy
from engine.taxonomy.foils import book


class Meant:
    """A graph's words: `same` are the ids of each name, `kin` the ids of all that the name could mean."""

    def __init__(self, graph: SceneGraph, taxonomy: Taxonomy) -> None:
        self.graph, self.taxonomy, self.book = graph, taxonomy, book(taxonomy)
        self.names = graph.names
        self.pairs: dict[str, Pairs] = {
            id: tuple([(mark.kind, mark.value) for mark in marks]) for id, marks in graph.attributes_of.items()
        }
        self.same: dict[str, list[str]] = {}
        for item in graph.objects:
            self.same.setdefault(item.name, []).append(item.id)
        self.counted = {name: number_of(name, taxonomy) for name in self.same}
        self._look_up()
        self.kin = self.same if self.apart else self._kin()
        self._things: dict[str, Thing] = {}

    def _look_up(self) -> None:
        lines = [self.book.line(name) for name in self.same]
        self.owns: frozenset[str] = frozenset().union(*(own for own, _ in lines))
        self.above: frozenset[str] = frozenset().union(*(above for _, above in lines))
        self.apart = self.book.closed or (
            len(self.owns) == sum([len(own) for own, _ in lines])
            and all(len(above & self.owns) == len(own) for own, above in lines)
        )
        """No word of the graph could mean what another one names."""

    def _kin(self) -> dict[str, list[str]]:
        return {name: [id for id, other in self.names.items() if self.book.in_line(name, other)] for name in self.same}

    # -- wrong objects

    @property
    def plain(self) -> bool:
        """All names differ, none could mean another's thing, and the first foil of each is its own and means nobody."""
        if self.book.closed or not self.apart or len(self.same) < len(self.names):
            return False
        foils = [self.taxonomy.foils(name) for name in self.same]
        if min(map(len, foils), default=FOILS) < FOILS:
            return False
        first = {three[0] for three in foils}
        return len(first) == len(foils) and all(self.absent(foil) for foil in first)

    def absent(self, name: str) -> bool:
        """Whether a word means nothing in the graph."""
        own, above = self.book.line(name)
        return own.isdisjoint(self.above) and above.isdisjoint(self.owns)

    def foils(self, name: str) -> Iterator[str]:
        """Words for what is not there, those that stand for the name first, then all that are counted like it."""
        for foil in self.taxonomy.foils(name):
            if self.absent(foil):
                yield foil
        counted = number_of(name, self.taxonomy)
        for noun in self.taxonomy.nouns:
            if noun.number == counted and self.taxonomy.is_on(noun.switch) and self.absent(noun.name):
                yield noun.name

    # -- references

    def alone(self, name: str) -> bool:
        """Whether "the NAME" can mean one object only."""
        return len(self.kin[name]) == 1

    def countable(self, name: str) -> bool:
        """Whether things of this name are counted in English: dogs, not water nor scissors."""
        return self.counted[name] == COUNT

    def thing(self, id: str) -> Thing:
        """A reference that means this object alone; where attributes could mean another as well, one with "a"."""
        found = self._things.get(id)
        if found is None:
            name = self.names[id]
            alone = self.alone(name)
            found = Thing(name, () if alone else self.pairs[id], alone or self._told_apart(name))
            self._things[id] = found
        return found

    def _told_apart(self, name: str) -> bool:
        """No picture of the graph can show two of these to which the same words apply."""
        groups = [self.pairs[id] for id in self.kin[name]]
        return not ambiguous([frozenset(v for _, v in pairs) for pairs in groups]) and all(
            self.exclude(a, b) for i, a in enumerate(groups) for b in groups[i + 1 :]
        )

    def exclude(self, a: Iterable[tuple[str, str]], b: Pairs) -> bool:
        """Whether nothing can have all of these attributes."""
        return any(kind == k and self.book.apart(kind, value, v) for kind, value in a for k, v in b)

    def fitting(self, name: str, pairs: Pairs) -> int:
        """How many things that the name could mean could have these attributes in some picture of the graph."""
        return sum(not self.exclude(pairs, self.pairs[id]) for id in self.kin[name])

    def below(self, id: str, name: str) -> bool:
        """Whether an object surely is a NAME: it has that name, or one below it."""
        other = self.names[id]
        return other == name or not self.book.line(name)[0].isdisjoint(self.book.line(other)[1])


def inside(word: str, *texts: str) -> bool:
    """Whether one of the texts says the word: "red" is in "red fox", not in "redwood"."""
    return any(word in text and f" {word} " in f" {text.replace('-', ' ')} " for text in texts)
