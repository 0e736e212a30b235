"""Urns: what words are drawn from, by kind and then by value, with their weights, switches and topics applied once.

`urns(taxonomy)` keeps one set per taxonomy. Try it: `python cli.py generate --count 3 --taxonomy full --mode imaginative`.
"""

from __future__ import annotations

import random
from bisect import bisect
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import Generic, TypeVar

from engine.errors import ConstraintError, TaxonomyError
from engine.taxonomy import AttributeKind, Noun, RelationWord, Taxonomy

T = TypeVar("T")
Pair = tuple[str, str]
TRIES = 20


class Urn(Generic[T]):
    """Values to draw from with replacement; equal weights are drawn without looking them up."""

    __slots__ = ("limits", "total", "values")

    def __init__(self, values: Sequence[T], weights: Sequence[float] | None = None) -> None:
        self.values = list(values)
        self.limits: list[float] | None = None
        if weights is not None and len(set(weights)) > 1:
            self.limits = list(accumulate(weights))
        self.total = self.limits[-1] if self.limits else float(len(self.values))

    @classmethod
    def pooled(cls, urns: Iterable[Urn[T]]) -> Urn[T]:
        """One urn with all values of several, each with its weight."""
        values: list[T] = []
        weights: list[float] = []
        for urn in urns:
            values += urn.values
            limits = urn.limits or list(range(1, len(urn.values) + 1))
            weights += [limit - before for before, limit in pairwise([0.0, *limits])]
        return cls(values, weights)

    def draw(self, rng: random.Random) -> T:
        """One value, by weight."""
        place = rng.random() * self.total
        return self.values[int(place) if self.limits is None else bisect(self.limits, place)]

    def __len__(self) -> int:
        return len(self.values)


class Urns:
    """All urns of a taxonomy as its choice has it; raises `TaxonomyError` where the choice leaves nothing to draw."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy, self.flat = taxonomy, taxonomy.choice.flat
        self._factor = dict(taxonomy.choice.weights)
        self._without = taxonomy.choice.without
        self._marks: dict[str, tuple[tuple[AttributeKind, Urn[str]], ...]] = {}
        self._room: dict[str, int] = {}
        self.things = self._things()
        self._by_need: dict[int, Urn[Urn[Noun]]] = {0: self._kinds(0)}
        self.relations = self._relations()
        self.capacity = max((self._capacity(kind) for kind in self.things), default=0)

    # -- objects

    def noun(self, rng: random.Random, need: int = 0) -> Noun:
        """An object that can carry `need` attributes, by kind and then by value."""
        urn = self._by_need.get(need)
        if urn is None:
            urn = self._by_need[need] = self._kinds(need)
        return urn.draw(rng).draw(rng)

    def _things(self) -> dict[str, Urn[Noun]]:
        taxonomy, topics = self.taxonomy, None
        if taxonomy.choice.topics:
            from engine.taxonomy.wordfile import under

            topics = under(taxonomy, taxonomy.choice.topics)
        groups: dict[str, list[Noun]] = defaultdict(list)
        for noun in taxonomy.nouns:
            drawn = taxonomy.is_on(noun.switch) and noun.name not in self._without
            if drawn and self._weight(noun.name, noun.weight) > 0 and (topics is None or noun.name in topics):
                groups[noun.kind].append(noun)
        if not groups:
            raise TaxonomyError("No object is left to draw. Choose other topics, or take fewer words away.")
        return {
            kind: Urn(nouns, [self._weight(noun.name, noun.weight) for noun in nouns]) for kind, nouns in groups.items()
        }

    def _kinds(self, need: int) -> Urn[Urn[Noun]]:
        fitting = [urn for kind, urn in self.things.items() if need == 0 or self._capacity(kind) >= need]
        if not fitting:
            raise ConstraintError(
                f"No object of the {self.taxonomy.name} taxonomy has {need} attributes. Ask for fewer attributes, "
                "or for more objects."
            )
        return Urn(fitting, [urn.total for urn in fitting] if self.flat else None)

    # -- attributes

    def marks(self, noun: Noun, count: int, rng: random.Random, given: Sequence[Pair] = ()) -> list[Pair]:
        """`count` attributes of an object beside the given ones, in the order in which English says all of them.

        Kind first, then value; an exclusive kind is drawn once, kinds that clash never together.
        Raises `ConstraintError` when the object cannot carry so many.
        """
        if not count and not given:
            return []
        for _ in range(TRIES):
            found = self._drawn(noun, count, rng, given)
            if found is not None:
                break
        else:  # kinds that clash stood in each other's way every time
            found = self._widest(noun, count, rng, given)
        order = self.taxonomy.attribute_place
        return sorted(found, key=lambda pair: order[pair[0]]) if len(found) > 1 else found

    def _drawn(self, noun: Noun, count: int, rng: random.Random, given: Sequence[Pair]) -> list[Pair] | None:
        left = self._free(noun, given)
        found, wanted = list(given), count + len(given)
        while len(found) < wanted:
            if not left:
                return None
            place = self._place(left, rng)
            kind, urn = left[place]
            value = urn.draw(rng)
            if not kind.exclusive and (kind.name, value) in found:
                if all((kind.name, other) in found for other in urn.values):
                    del left[place]
                continue
            found.append((kind.name, value))
            if len(found) < wanted:
                left = self._without_kind(left, kind.name, exclusive=kind.exclusive)
        return found

    def _widest(self, noun: Noun, count: int, rng: random.Random, given: Sequence[Pair]) -> list[Pair]:
        """Attributes of kinds taken in their order, which is how `_capacity` counts how many there can be."""
        left, found = self._free(noun, given), list(given)
        while left and len(found) < count + len(given):
            kind, urn = left[0]
            found.append((kind.name, urn.draw(rng)))
            left = self._without_kind(left[1:], kind.name, exclusive=True)
        if len(found) < count + len(given):
            raise ConstraintError(
                f"A {noun.name} of the {self.taxonomy.name} taxonomy has no {count} attributes. Ask for fewer."
            )
        return found

    def _free(self, noun: Noun, given: Sequence[Pair]) -> list[tuple[AttributeKind, Urn[str]]]:
        """The attribute kinds that an object can still have beside the given ones."""
        left = list(self.marks_of(noun.kind))
        for kind, _ in given:
            left = self._without_kind(left, kind, exclusive=self.taxonomy.attribute_kind[kind].exclusive)
        return left

    def _place(self, left: Sequence[tuple[AttributeKind, Urn[str]]], rng: random.Random) -> int:
        if not self.flat:
            return int(rng.random() * len(left))
        return bisect(list(accumulate(urn.total for _, urn in left)), rng.random() * sum(urn.total for _, urn in left))

    def _without_kind(
        self, left: list[tuple[AttributeKind, Urn[str]]], name: str, *, exclusive: bool
    ) -> list[tuple[AttributeKind, Urn[str]]]:
        clashes = self.taxonomy.attribute_kind[name].clashes
        if not exclusive and not clashes:
            return left
        return [
            (kind, urn)
            for kind, urn in left
            if not (kind.name == name and exclusive) and kind.name not in clashes and name not in kind.clashes
        ]

    def marks_of(self, thing: str) -> tuple[tuple[AttributeKind, Urn[str]], ...]:
        """The attribute kinds that a thing of this kind can have, each with the values that fit it."""
        found = self._marks.get(thing)
        if found is None:
            found = self._marks[thing] = tuple(self._fitting(thing))
        return found

    def _fitting(self, thing: str) -> list[tuple[AttributeKind, Urn[str]]]:
        found = []
        for kind in self.taxonomy.attribute_kinds:
            values = [value for value in kind.values if self._has(kind, value, thing)]
            if values:
                found.append((kind, Urn(values, [self._weight(v, kind.weights.get(v, 1.0)) for v in values])))
        return found

    def _has(self, kind: AttributeKind, value: str, thing: str) -> bool:
        taxonomy = self.taxonomy
        on = taxonomy.is_on(kind.switches.get(value, "")) and value not in self._without
        return on and taxonomy.accepts(kind.narrow.get(value, kind.applies), thing)

    def _capacity(self, thing: str) -> int:
        """How many attributes a thing of this kind can carry, kinds taken in their order."""
        found = self._room.get(thing)
        if found is None:
            found, left = 0, list(self.marks_of(thing))
            while left:
                kind, urn = left[0]
                found += 1 if kind.exclusive else len(urn)
                left = self._without_kind(left[1:], kind.name, exclusive=True)
            self._room[thing] = found
        return found

    # -- relations

    def relation(self, rng: random.Random) -> RelationWord:
        """A relation, by kind and then by phrase, whatever it joins."""
        return self.relations.draw(rng).draw(rng)

    def _relations(self) -> Urn[Urn[RelationWord]]:
        groups: dict[str, list[RelationWord]] = defaultdict(list)
        for word in self.taxonomy.relation_words:
            if self.taxonomy.is_on(word.switch) and word.phrase not in self._without:
                groups[word.kind].append(word)
        urns = [Urn(words, [self._weight(w.phrase, w.weight) for w in words]) for words in groups.values()]
        return Urn(urns, [urn.total for urn in urns] if self.flat else None)

    def _weight(self, word: str, weight: float) -> float:
        return weight * self._factor.get(word, 1.0) if self._factor else weight


@lru_cache(maxsize=16)
def urns(taxonomy: Taxonomy) -> Urns:
    """The urns of a taxonomy, made at first use."""
    return Urns(taxonomy)
