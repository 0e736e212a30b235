"""Reads a caption that the grammar wrote back into a scene graph, and says where it stops when it cannot.

Try it: `python cli.py parse "A red dog is above a cat."`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NoReturn, TypeVar

from engine.caption import Span
from engine.errors import ParseError, closest, join_or, show
from engine.graph import (
    Attribute,
    Object,
    Relation,
    SceneGraph,
    attribute_element,
    object_element,
    relation_element,
    scene_element,
)
from engine.taxonomy import RelationWord, Taxonomy
from engine.wording import NUMBERS, ORDINALS

MAX_CAPTION = 4000
_TOKEN = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*|\S")
T = TypeVar("T")
Phrases = dict[tuple[str, ...], T]
"""What each phrase, as a tuple of words, means."""
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Reading:
    """A caption understood; `spans` maps each element id to the character ranges that say it, first mention first."""

    graph: SceneGraph
    spans: Mapping[str, tuple[Span, ...]]


def parse(text: str, taxonomy: Taxonomy) -> SceneGraph:
    """The scene graph of a caption in the grammar of `engine.caption`.

    Raises `ParseError` where the caption is not of the grammar and `GraphError` where it contradicts itself.
    """
    return read(text, taxonomy).graph


def read(text: str, taxonomy: Taxonomy) -> Reading:
    """As `parse`, with the place in `text` of every element."""
    if len(text) > MAX_CAPTION:
        raise ParseError(f"The caption has {len(text)} characters; at most {MAX_CAPTION} are read. Shorten it.")
    reader = _Reader(text, taxonomy)
    while not reader.done:
        reader.sentence()
    return reader.reading()


@dataclass
class _Known:
    """One object found so far."""

    id: str
    name: str
    marks: tuple[Pair, ...]
    ordinal: int | None


@dataclass
class _Reader:
    """A recursive descent over lower-case words; longest known phrase first."""

    text: str
    taxonomy: Taxonomy
    at: int = 0
    objects: list[_Known] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    scene: list[Pair] = field(default_factory=list)
    spans: dict[str, list[Span]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        found = list(_TOKEN.finditer(self.text))
        self.words = [match.group().lower() for match in found]
        self.places = [match.span() for match in found]

    # -- what is known

    @cached_property
    def nouns(self) -> Phrases[str]:
        return _phrases({noun.name: noun.name for noun in self.taxonomy.nouns})

    @cached_property
    def plurals(self) -> Phrases[str]:
        return _phrases(self.taxonomy.singular)

    @cached_property
    def values(self) -> Phrases[Pair]:
        return _phrases({value: (kind, value) for value, kind in self.taxonomy.kind_of_value.items()})

    @cached_property
    def links(self) -> Phrases[RelationWord]:
        return _phrases(self.taxonomy.relation)

    @cached_property
    def settings(self) -> Phrases[Pair]:
        kinds = self.taxonomy.scene_kinds
        return _phrases({phrase: (kind.name, value) for kind in kinds for value, phrase in kind.phrases.items()})

    # -- the grammar

    @property
    def done(self) -> bool:
        return self.at >= len(self.words)

    def reading(self) -> Reading:
        graph = SceneGraph(
            objects=tuple(Object(known.id, known.name) for known in self.objects),
            attributes=tuple(Attribute(known.id, kind, value) for known in self.objects for kind, value in known.marks),
            relations=tuple(self.relations),
            scene_attributes=tuple(self.scene),
        )
        return Reading(graph, {element: tuple(spans) for element, spans in self.spans.items()})

    def sentence(self) -> None:
        start = self.at
        if self._take("the", "scene", "is"):
            self._list(self._scene_value)
        elif self._take("there", "is") or self._take("there", "are"):
            self._list(self._new_things)
        else:
            source = self._thing()
            self._expect("is")
            self._relation(source, start)
            while self._take(",") or self._take("and"):
                self._relation(source, self.at)
        self._expect(".")

    def _list(self, item: Callable[[], None]) -> None:
        item()
        while self._take(",") or self._take("and"):
            item()

    def _scene_value(self) -> None:
        start = self.at
        kind, value = self._longest(self.settings, "a setting, weather or style")
        self.scene.append((kind, value))
        self._span(scene_element(kind), start)

    def _relation(self, source: _Known, start: int) -> None:
        word = self._longest(self.links, "a relation")
        target = self._thing()
        self.relations.append(Relation(source.id, target.id, word.kind, word.phrase))
        self._span(relation_element(self.relations[-1]), start)

    def _new_things(self) -> None:
        if self._peek() not in NUMBERS[2:]:
            self._thing()
            return
        start, count = self.at, NUMBERS.index(self._peek())
        self.at += 1
        marked = self.at
        marks = self._marks()
        name = self._longest(self.plurals, "an object in the plural")
        for _ in range(count):
            self._mention(self._add(name, marks, None), marks, start, marked)

    def _thing(self) -> _Known:
        if self._take("the"):
            return self._known()
        if not (self._take("a") or self._take("an")):
            self._stop("“a”, “an” or “the”")
        start = self.at - 1
        place = self._ordinal()
        marked = self.at
        marks = self._marks()
        return self._mention(self._add(self._longest(self.nouns, "an object"), marks, place), marks, start, marked)

    def _known(self) -> _Known:
        start = self.at
        place = self._ordinal()
        marked = self.at
        marks = self._marks()
        name = self._longest(self.nouns, "an object")
        same = [known for known in self.objects if known.name == name and set(marks) <= set(known.marks)]
        fitting = [known for known in same if place in (None, known.ordinal)]
        if len(fitting) != 1:
            self.at = start
            self._stop("one object that was mentioned before" if not fitting else "words that single out one object")
        return self._mention(fitting[0], marks, start - 1, marked)

    def _add(self, name: str, marks: tuple[Pair, ...], place: int | None) -> _Known:
        known = _Known(f"{name.replace(' ', '_')}{len(self.objects) + 1}", name, marks, place)
        self.objects.append(known)
        return known

    def _mention(self, known: _Known, marks: tuple[Pair, ...], start: int, marked: int) -> _Known:
        """Note where the object (from word `start` to here) and its attributes (from word `marked`) are said."""
        end = self.at
        self.at = marked
        for kind, value in marks:
            here = self.at
            self.at += self._match(self.values)
            self._span(attribute_element(Attribute(known.id, kind, value)), here)
        self.at = end
        self._span(object_element(known.id), start)
        return known

    def _span(self, element: str, start: int) -> None:
        """Note that the words from `start` to here say the element."""
        self.spans[element].append((self.places[start][0], self.places[self.at - 1][1]))

    def _ordinal(self) -> int | None:
        if self._peek() not in ORDINALS:
            return None
        self.at += 1
        return ORDINALS.index(self.words[self.at - 1]) + 1

    def _marks(self) -> tuple[Pair, ...]:
        found: list[Pair] = []
        while (length := self._match(self.values)) and self._match(self.nouns) < length:
            found.append(self.values[tuple(self.words[self.at : self.at + length])])
            self.at += length
        return tuple(found)

    # -- words

    def _peek(self) -> str:
        return "" if self.done else self.words[self.at]

    def _take(self, *words: str) -> bool:
        if tuple(self.words[self.at : self.at + len(words)]) != words:
            return False
        self.at += len(words)
        return True

    def _expect(self, word: str) -> None:
        if not self._take(word):
            self._stop(f"“{word}”")

    def _match(self, phrases: Phrases[T]) -> int:
        """Length of the longest known phrase that begins here; 0 for none."""
        longest = max(map(len, phrases), default=0)
        tries = range(min(longest, len(self.words) - self.at), 0, -1)
        return next((n for n in tries if tuple(self.words[self.at : self.at + n]) in phrases), 0)

    def _longest(self, phrases: Phrases[T], what: str) -> T:
        length = self._match(phrases)
        if not length:
            self._stop(what, self._closest(phrases))
        self.at += length
        return phrases[tuple(self.words[self.at - length : self.at])]

    def _closest(self, phrases: Phrases[T]) -> tuple[str, ...]:
        """The phrases spelled most like as many words as they have from here, the longest ones first."""
        for n in sorted({len(phrase) for phrase in phrases}, reverse=True):
            here = " ".join(self.words[self.at : self.at + n])
            if near := closest(here, [" ".join(phrase) for phrase in phrases if len(phrase) == n]):
                return near
        return ()

    def _stop(self, expected: str, near: tuple[str, ...] = ()) -> NoReturn:
        if self.done:
            raise ParseError(f"The caption ends where {expected} should follow. Finish the sentence.")
        start = self.places[self.at][0]
        hint = f" Did you mean {join_or(near)}?" if near else ""
        raise ParseError(
            f"At character {start + 1}, {show(self.text[start : start + 30])}: {expected} was expected.{hint}"
        )


def _phrases(table: Mapping[str, T]) -> Phrases[T]:
    return {tuple(match.lower() for match in _TOKEN.findall(key)): value for key, value in table.items()}
