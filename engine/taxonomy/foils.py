"""Wrong answers that could be right: which words are of the same sort as a word and yet never true where it is.

An object's foils are neither above nor below it in the tree of hypernyms, an attribute's are far from it, a scene's too.
Try it: `python -c "from engine.taxonomy import load; from engine.taxonomy.foils import *; print(book(load('full')).objects('dog'))"`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from engine.taxonomy.families import far, known, placed, scenes_far, tags_far, words

if TYPE_CHECKING:
    from engine.taxonomy import Taxonomy
    from engine.taxonomy.words import AttributeKind, Noun

FOILS = 3
"""How many wrong answers a word has ready: three make a question of four choices."""
USUAL, MOST = 24, 72
"""Foils are taken from so many of the most usual values of a kind, and then from so many others."""
FAMILIAR = 4
"""Foils are taken from the most familiar of every so many objects of a kind, where that leaves enough."""
LOOSE = frozenset(
    "thing living animal food artifact vehicle abstract person group part body-part plant-part opening substance "
    "ingredient clothing footwear place nature sky".split()
)
"""Kinds whose words are foils only where nothing else is left, for their things come with others or are several.

A rider may be a woman, a car has wheels, and there is sky behind a tower.
"""
_SMALL = frozenset("a an the in on at of with by from to and as set shown seen shot made light style view time".split())

PERSON = "person"
_PEOPLE = frozenset(("person", "people", "human", "human being", "human beings", "man", "mankind", "homo"))
"""Words that may name any person, wherever the tree of hypernyms has them."""

Line = tuple[frozenset[str], frozenset[str]]
Pools = tuple[tuple[str, ...], tuple[str, ...]]
NO_POOLS: Pools = ((), ())


class Foils:
    """The wrong answers of one taxonomy, each worked out when it is first asked for."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy
        self.closed = taxonomy.max_objects is not None
        """A world that is painted to the word: there any two values are different."""
        self.typed = bool(taxonomy.kinds)
        self._cohorts: dict[tuple[str, str, bool], tuple[str, ...]] = {}
        self._lines: dict[str, Line] = {}
        self._near: dict[str, frozenset[str]] = {}
        self._objects: dict[str, tuple[str, ...]] = {}
        self._values: dict[tuple[str, str, str], tuple[str, ...]] = {}
        self._pools: dict[tuple[str, str], Pools] = {}
        self._alike: dict[tuple[str, Pools], Pools] = {}
        self._shared: dict[tuple[str, str, int], tuple[str, ...]] = {}
        """Foils by kind, value and pool: most kinds of things share one pool of values."""
        self._scenes: dict[tuple[str, str], tuple[str, ...]] = {}
        self._apart: dict[tuple[str, str, str], bool] = {}

    # -- objects

    def line(self, name: str) -> Line:
        """What names a thing by itself, and that with everything above it: synsets, and "car" above "toy car"."""
        found = self._lines.get(name)
        if found is None:
            noun = self.taxonomy.noun.get(name)
            parts = name.lower().split()
            above = {" ".join(parts[i:]) for i in range(len(parts))}
            own = {name.lower()}
            if noun is not None and noun.synset:
                own.add(noun.synset)
                above.update(self.taxonomy.line_of(noun))
            if noun is not None and PERSON in self.taxonomy.above(noun.kind):
                above |= _PEOPLE
            found = self._lines[name] = frozenset(own), frozenset(own | above)
        return found

    def near(self, name: str) -> frozenset[str]:
        """What names a thing by itself, and what is just above it: the spruce beside the house may be a shade tree."""
        found = self._near.get(name)
        if found is None:
            noun = self.taxonomy.noun.get(name)
            line = self.taxonomy.line_of(noun)[:2] if noun is not None and noun.synset else ()
            found = self._near[name] = self.line(name)[0].union(line)
        return found

    def in_line(self, a: str, b: str) -> bool:
        """Whether one of the words may name what the other does: equal, above or below it."""
        (own, above), (other, higher) = self.line(a), self.line(b)
        return not (own.isdisjoint(higher) and other.isdisjoint(above))

    def related(self, a: str, b: str) -> bool:
        """Whether the words are in line or next to a line: a thing that is one may well be the other, too."""
        return not (self.near(a).isdisjoint(self.line(b)[1]) and self.near(b).isdisjoint(self.line(a)[1]))

    def objects(self, name: str) -> tuple[str, ...]:
        """Up to three other objects, counted alike in English, of the same kind where possible."""
        found = self._objects.get(name)
        if found is None:
            found = self._objects[name] = tuple(self._object_foils(name))
        return found

    def _object_foils(self, name: str) -> list[str]:
        noun = self.taxonomy.noun.get(name)
        first, number = (noun.kind, noun.number) if noun else ("", "count")
        found: list[str] = []
        for loose in (False, True):
            kind: str | None = first
            while kind is not None and len(found) < FOILS:
                _take(
                    found, self._cohort(kind, number, loose), name, lambda other: self._fine_object(name, other, found)
                )
                above = self.taxonomy.kinds.get(kind)
                kind = None if not kind else (above.parent or "") if above else ""
        return found

    def _fine_object(self, name: str, other: str, found: Sequence[str]) -> bool:
        return words(name).isdisjoint(words(other)) and not any(self.related(other, word) for word in (name, *found))

    def _cohort(self, kind: str, number: str, loose: bool) -> tuple[str, ...]:
        """The most familiar names that are drawn of this kind (of all kinds under "") and are counted alike."""
        found = self._cohorts.get((kind, number, loose))
        if found is None:
            taxonomy = self.taxonomy
            every = [
                noun
                for noun in taxonomy.nouns
                if noun.number == number
                and (loose or not self.typed or self._is_thing_apart(noun))
                and taxonomy.is_on(noun.switch)
                and taxonomy.noun[noun.name] is noun
                and (not kind or kind in taxonomy.above(noun.kind))
            ]
            every.sort(key=lambda noun: -noun.common)
            kept = every if len({noun.common for noun in every}) == 1 else every[: max(USUAL, len(every) // FAMILIAR)]
            found = self._cohorts[kind, number, loose] = tuple(noun.name for noun in kept)
        return found

    def _is_thing_apart(self, noun: Noun) -> bool:
        """Whether a thing neither comes with others nor is where scenes are set: no wheels, no beaches; nor like many."""
        if noun.number == "count" and noun.plural == noun.name:
            return False
        return noun.kind not in LOOSE and noun.name.lower().rsplit(" ", 1)[-1] not in self._places

    @cached_property
    def _places(self) -> frozenset[str]:
        """The last words of all settings: kitchen, market, bridge."""
        kinds = [kind for kind in self.taxonomy.scene_kinds if kind.group == "setting"]
        return frozenset(value.lower().rsplit(" ", 1)[-1] for kind in kinds for value in kind.phrases)

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
            about = self.taxonomy.attribute_kind.get(kind)
            pools = self._pool(about, thing) if about is not None and about.exclusive else NO_POOLS
            found = self._shared.get((kind, value, id(pools)))
            if found is None:
                found = self._shared[kind, value, id(pools)] = self._value_foils(kind, value, pools)
            self._values[kind, value, thing] = found
        return found

    def _value_foils(self, kind: str, value: str, parts: Pools) -> tuple[str, ...]:
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
            pools = _by_use(values, about.weights)
            found = self._pools[about.name, thing] = self._alike.setdefault((about.name, pools), pools)
        return found

    # -- scenes

    def scenes(self, kind: str, value: str) -> tuple[str, ...]:
        """Up to three other values of a scene attribute kind that are far from this one."""
        found = self._scenes.get((kind, value))
        if found is None:
            found = self._scenes[kind, value] = tuple(self._scene_foils(kind, value))
        return found

    def _scene_foils(self, kind: str, value: str) -> list[str]:
        """Those that no scene can be beside this one; then those that have no word in common with it."""
        found: list[str] = []
        for fine in (self.scenes_apart, self._scenes_unlike):
            for part in self._scene_pool(kind):
                _take(found, part, value, lambda other, fine=fine: fine(kind, value, other) and other not in found)  # type: ignore[misc]
        return found

    def _scene_pool(self, kind: str) -> Pools:
        found = self._pools.get((kind, "scene"))
        if found is None:
            about = self.taxonomy.scene_kind[kind]
            values = [value for value in about.phrases if self.taxonomy.is_on(about.switches.get(value, ""))]
            found = self._pools[kind, "scene"] = _by_use(values, about.weights)
        return found

    def scenes_apart(self, kind: str, a: str, b: str) -> bool:
        """Whether surely no scene is both: by name, or because their tags exclude each other."""
        if a == b or self.closed:
            return a != b
        if scenes_far(kind, a, b):
            return True
        about = self.taxonomy.scene_kind.get(kind)
        if about is None or not self._scenes_unlike(kind, a, b):
            return False
        return tags_far(about.tags.get(a, ()), about.tags.get(b, ())) or self._excludes(kind, a, b)

    def _scenes_unlike(self, kind: str, a: str, b: str) -> bool:
        """Whether they have no word in common, which is the best that can be known of most."""
        return (words(a) - _SMALL - words(kind)).isdisjoint(words(b)) and a != b

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
