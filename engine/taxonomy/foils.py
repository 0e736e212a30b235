"""Wrong answers that could be right: which words are of the same sort as a word and yet never true where it is.

An object's foils are neither above nor below it in the tree of hypernyms, an attribute's are far from it, a scene's too.
Try it: `python -c "from engine.taxonomy import load; from engine.taxonomy.foils import *; print(book(load('full')).objects('dog'))"`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from engine.taxonomy.families import far, known, placed, words

if TYPE_CHECKING:
    from engine.taxonomy import Taxonomy
    from engine.taxonomy.words import AttributeKind

FOILS = 3
"""How many wrong answers a word has ready: three make a question of four choices."""
USUAL, MOST = 24, 72
"""Foils are taken from so many of the most usual values of a kind, and then from so many others."""
FAMILIAR = 0.5
"""Foils are objects that at least this share of strangers would know, where there are enough of them."""
_SMALL = frozenset("a an the in on at of with by from to and as set shown seen shot made light style view time".split())

_DIGIT = re.compile(r"\d")

Line = tuple[frozenset[str], frozenset[str]]
Pools = tuple[tuple[str, ...], tuple[str, ...]]


class Foils:
    """The wrong answers of one taxonomy, each worked out when it is first asked for."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy
        self.closed = taxonomy.max_objects is not None
        """A world that is painted to the word: there any two values are different."""
        self.typed = bool(taxonomy.kinds)
        self._cohorts: dict[tuple[str, str], tuple[str, ...]] = {}
        self._lines: dict[str, Line] = {}
        self._objects: dict[str, tuple[str, ...]] = {}
        self._values: dict[tuple[str, str, str], tuple[str, ...]] = {}
        self._pools: dict[tuple[str, str], Pools] = {}
        self._scenes: dict[tuple[str, str], tuple[str, ...]] = {}
        self._apart: dict[tuple[str, str, str], bool] = {}
        self._tags: dict[str, dict[str, frozenset[str]]] = {}

    # -- objects

    def line(self, name: str) -> Line:
        """What names a thing by itself, and that with everything above it: synsets, and "car" above "toy car"."""
        found = self._lines.get(name)
        if found is None:
            noun = self.taxonomy.noun.get(name)
            parts = name.lower().split()
            ends = frozenset(" ".join(parts[i:]) for i in range(1, len(parts)))
            own = frozenset((name.lower(), noun.synset)) if noun and noun.synset else frozenset((name.lower(),))
            above = own | ends | (frozenset(self.taxonomy.line_of(noun)) if noun and noun.synset else frozenset())
            found = self._lines[name] = own, above
        return found

    def in_line(self, a: str, b: str) -> bool:
        """Whether one of the words may name what the other does: equal, above or below it."""
        (own, above), (other, higher) = self.line(a), self.line(b)
        return not (own.isdisjoint(higher) and other.isdisjoint(above))

    def objects(self, name: str) -> tuple[str, ...]:
        """Up to three other objects, counted alike in English, of the same kind where possible."""
        found = self._objects.get(name)
        if found is None:
            found = self._objects[name] = tuple(self._object_foils(name))
        return found

    def _object_foils(self, name: str) -> list[str]:
        noun = self.taxonomy.noun.get(name)
        kind, number = (noun.kind, noun.number) if noun else ("", "count")
        found: list[str] = []
        while True:
            _take(found, self._cohort(kind, number), name, lambda other: self._fine_object(name, other, found))
            if len(found) >= FOILS or not kind:
                return found
            above = self.taxonomy.kinds.get(kind)
            kind = (above.parent or "") if above else ""

    def _fine_object(self, name: str, other: str, found: Sequence[str]) -> bool:
        return words(name).isdisjoint(words(other)) and not any(self.in_line(other, word) for word in (name, *found))

    def _cohort(self, kind: str, number: str) -> tuple[str, ...]:
        """Names that are drawn of this kind (all kinds under "") and are counted alike, the familiar ones if enough."""
        found = self._cohorts.get((kind, number))
        if found is None:
            every = [
                noun
                for noun in self.taxonomy.nouns
                if noun.number == number
                and self.taxonomy.is_on(noun.switch)
                and self.taxonomy.noun[noun.name] is noun
                and (not kind or kind in self.taxonomy.above(noun.kind))
            ]
            familiar = [noun.name for noun in every if noun.common >= FAMILIAR]
            found = tuple(familiar if len(familiar) > 2 * FOILS else [noun.name for noun in every])
            self._cohorts[kind, number] = found
        return found

    # -- attributes

    def apart(self, kind: str, a: str, b: str) -> bool:
        """Whether nothing that is `a` can be `b`; kinds that are not exclusive have no such values.

        Where a value is in no family, our own kinds have none that is far from it; the untyped words of other people's
        lists count as far apart when they share no word, which is the best that can be known of them.
        """
        found = self._apart.get((kind, a, b))
        if found is None:
            found = self._apart[kind, a, b] = self._are_apart(kind, a, b)
        return found

    def _are_apart(self, kind: str, a: str, b: str) -> bool:
        about = self.taxonomy.attribute_kind.get(kind)
        if a == b or about is None or not about.exclusive:
            return False
        if self.closed or far(kind, a, b):
            return True
        unheard = not known(kind) if self.typed else not (placed(kind, a) and placed(kind, b))
        return unheard and words(a).isdisjoint(words(b))

    def values(self, kind: str, value: str, thing: str) -> tuple[str, ...]:
        """Up to three values of the kind that fit a thing of kind `thing` and are false of it where `value` is true."""
        found = self._values.get((kind, value, thing))
        if found is None:
            found = self._values[kind, value, thing] = self._value_foils(kind, value, thing)
        return found

    def _value_foils(self, kind: str, value: str, thing: str) -> tuple[str, ...]:
        about = self.taxonomy.attribute_kind.get(kind)
        if about is None or not about.exclusive:
            return ()
        parts = self._pool(about, thing)
        found: list[str] = []
        for part in parts:
            _take(found, part, value, lambda other: self._distinct(kind, value, other, found))
        for part in parts:
            _take(found, part, value, lambda other: self.apart(kind, value, other) and other not in found)
        return tuple(found)

    def _distinct(self, kind: str, value: str, other: str, found: Sequence[str]) -> bool:
        return self.apart(kind, value, other) and all(self.apart(kind, other, known) for known in found)

    def _pool(self, about: AttributeKind, thing: str) -> Pools:
        """The values that are drawn and fit: the usual ones, and some of the others."""
        found = self._pools.get((about.name, thing))
        if found is None:
            taxonomy = self.taxonomy
            values = [
                value
                for value in about.values
                if taxonomy.is_on(about.switches.get(value, ""))
                and (not thing or taxonomy.accepts(about.narrow.get(value, about.applies), thing))
            ]
            found = self._pools[about.name, thing] = _by_use(values, about.weights)
        return found

    # -- scenes

    def scenes(self, kind: str, value: str) -> tuple[str, ...]:
        """Up to three other values of a scene attribute kind that are far from this one."""
        found = self._scenes.get((kind, value))
        if found is None:
            taken: list[str] = []
            for part in self._scene_pool(kind):
                _take(taken, part, value, lambda other: self.scenes_apart(kind, value, other) and other not in taken)
            found = self._scenes[kind, value] = tuple(taken)
        return found

    def _scene_pool(self, kind: str) -> Pools:
        found = self._pools.get((kind, "scene"))
        if found is None:
            about = self.taxonomy.scene_kind[kind]
            values = [value for value in about.phrases if self.taxonomy.is_on(about.switches.get(value, ""))]
            found = self._pools[kind, "scene"] = _by_use(values, about.weights)
        return found

    def scenes_apart(self, kind: str, a: str, b: str) -> bool:
        """Whether no scene is both: other figures or no word in common, and where both have tags none of them either."""
        if a == b or self.closed:
            return a != b
        if _DIGIT.search(a) and _DIGIT.search(b):
            return True
        idle = _SMALL | words(kind)
        if not (words(a) - idle).isdisjoint(words(b) - idle):
            return False
        tags = self._scene_tags(kind)
        return tags.get(a, frozenset()).isdisjoint(tags.get(b, frozenset())) or self._excludes(kind, a, b)

    def _scene_tags(self, kind: str) -> dict[str, frozenset[str]]:
        """Value -> its tags, without those that every value of the kind has."""
        found = self._tags.get(kind)
        if found is None:
            about = self.taxonomy.scene_kind.get(kind)
            given = {v: frozenset(about.tags.get(v, ())) for v in about.phrases} if about else {}
            idle = frozenset.intersection(*given.values()) if given else frozenset()
            found = self._tags[kind] = {value: tags - idle for value, tags in given.items()}
        return found

    def _excludes(self, kind: str, a: str, b: str) -> bool:
        about = self.taxonomy.scene_kind[kind]
        return any(not set(about.excludes.get(v, ())).isdisjoint(about.tags.get(w, ())) for v, w in ((a, b), (b, a)))


@lru_cache(maxsize=32)
def book(taxonomy: Taxonomy) -> Foils:
    """The wrong answers of a taxonomy."""
    return Foils(taxonomy)


def _by_use(values: list[str], weights: Mapping[str, float]) -> Pools:
    """The most usual values and all that are used as much; and as many again as are worth looking through."""
    values = sorted(values, key=lambda value: -weights.get(value, 1.0))
    last = weights.get(values[min(USUAL, len(values)) - 1], 1.0) if values else 0.0
    usual = [value for value in values if weights.get(value, 1.0) >= last]
    return tuple(usual), tuple(values[len(usual) : len(usual) + MOST])


def _take(found: list[str], pool: Sequence[str], word: str, fine: Callable[[str], bool]) -> None:
    """Add fine words of a list until there are enough, spread over it, each word beginning at a place of its own."""
    for other in _around(pool, word):
        if len(found) >= FOILS:
            return
        if fine(other):
            found.append(other)


def _around(pool: Sequence[str], word: str) -> Iterator[str]:
    """Every word of a list once, in strides; where it begins follows from the letters of `word`."""
    if not pool:
        return
    start = sum(i * ord(letter) for i, letter in enumerate(word, start=1)) % len(pool)
    stride = max(1, len(pool) // (FOILS + 1))
    for offset in range(stride):
        for at in range(offset, len(pool), stride):
            yield pool[(start + at) % len(pool)]
