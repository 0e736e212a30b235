"""Reads a caption that the grammar wrote back into a scene graph, and says where it stops when it cannot.

Try it: `python -c "from engine.parse import parse; from engine.taxonomy import load; print(parse('A red dog is above a cat.', load('pocket')))"`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from engine.errors import ParseError, closest, join_or, show
from engine.graph import Attribute, Object, Relation, SceneGraph
from engine.taxonomy import Taxonomy
from engine.wording import NUMBERS, ORDINALS

MAX_CAPTION = 4000
_TOKEN = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*|[.,]")
Phrase = tuple[str, ...]


def parse(text: str, taxonomy: Taxonomy) -> SceneGraph:
    """The scene graph of a caption in the grammar of `engine.caption`; raises `ParseError` where it is not."""
    if len(text) > MAX_CAPTION:
        raise ParseError(f"The caption has {len(text)} characters; at most {MAX_CAPTION} are read. Shorten it.")
    reader = _Reader(text, taxonomy)
    while not reader.done:
        reader.sentence()
    return reader.graph()


@dataclass
class _Known:
    """One object found so far."""

    id: str
    name: str
    marks: tuple[tuple[str, str], ...]
    ordinal: int | None


@dataclass
class _Reader:
    """A recursive descent over lower-case words; longest known phrase first."""

    text: str
    taxonomy: Taxonomy
    at: int = 0
    objects: list[_Known] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    scene: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        found = list(_TOKEN.finditer(self.text))
        self.words = [match.group().lower() for match in found]
        self.starts = [match.start() for match in found]
        t = self.taxonomy
        self.nouns = _phrases({noun.name: noun.name for noun in t.nouns})
        self.plurals = _phrases(t.singular)
        self.values = _phrases({value: (kind, value) for value, kind in t.kind_of_value.items()})
        self.links = _phrases({word.phrase: word for word in t.relation_words})
        scenes = {p: (kind.name, v) for kind in t.scene_kinds for v, p in kind.phrases.items()}
        self.scenes = _phrases(scenes)

    @property
    def done(self) -> bool:
        return self.at >= len(self.words)

    def sentence(self) -> None:
        if self._take("the", "scene", "is"):
            self._list(self._scene_value)
        elif self._take("there", "is") or self._take("there", "are"):
            self._list(self._new_things)
        else:
            source = self._thing()
            self._expect("is")
            self._list(lambda: self._relation(source))
        self._expect(".")

    def graph(self) -> SceneGraph:
        return SceneGraph(
            objects=tuple(Object(known.id, known.name) for known in self.objects),
            attributes=tuple(Attribute(known.id, kind, value) for known in self.objects for kind, value in known.marks),
            relations=tuple(self.relations),
            scene_attributes=tuple(self.scene),
        )

    def _list(self, item: object) -> None:
        assert callable(item)
        item()
        while self._take(",") or self._take("and"):
            item()

    def _scene_value(self) -> None:
        self.scene.append(self._longest(self.scenes, "a setting, weather or style"))

    def _relation(self, source: _Known) -> None:
        word = self._longest(self.links, "a relation")
        target = self._thing()
        self.relations.append(Relation(source.id, target.id, word.kind, word.phrase))

    def _new_things(self) -> None:
        count = NUMBERS.index(self._next()) if self._peek() in NUMBERS[2:] else 1
        if count == 1:
            self._thing()
            return
        self.at += 1
        marks = self._marks()
        name = self._longest(self.plurals, "an object in the plural")
        for _ in range(count):
            self._add(name, marks, None)

    def _thing(self) -> _Known:
        if self._take("the"):
            return self._known()
        if not (self._take("a") or self._take("an")):
            self._stop("“a”, “an” or “the”")
        place = self._ordinal()
        marks = self._marks()
        return self._add(self._longest(self.nouns, "an object"), marks, place)

    def _known(self) -> _Known:
        start = self.at
        place, marks = self._ordinal(), self._marks()
        name = self._longest(self.nouns, "an object")
        same = [k for k in self.objects if k.name == name and set(marks) <= set(k.marks)]
        fitting = [k for k in same if place in (None, k.ordinal)]
        if len(fitting) != 1:
            self.at = start
            self._stop("one object that was mentioned before" if not fitting else "words that single out one object")
        return fitting[0]

    def _add(self, name: str, marks: tuple[tuple[str, str], ...], place: int | None) -> _Known:
        known = _Known(f"{name.replace(' ', '_')}{len(self.objects) + 1}", name, marks, place)
        self.objects.append(known)
        return known

    def _ordinal(self) -> int | None:
        if self._peek() not in ORDINALS:
            return None
        self.at += 1
        return ORDINALS.index(self.words[self.at - 1]) + 1

    def _marks(self) -> tuple[tuple[str, str], ...]:
        found: list[tuple[str, str]] = []
        while (length := self._match(self.values)) and not self._match(self.nouns) >= length:
            found.append(self.values[tuple(self.words[self.at : self.at + length])])
            self.at += length
        return tuple(found)

    # -- words

    def _peek(self) -> str:
        return "" if self.done else self.words[self.at]

    def _next(self) -> str:
        return self._peek()

    def _take(self, *words: str) -> bool:
        if tuple(self.words[self.at : self.at + len(words)]) != words:
            return False
        self.at += len(words)
        return True

    def _expect(self, word: str) -> None:
        if not self._take(word):
            self._stop(f"“{word}”")

    def _match(self, phrases: dict[Phrase, object]) -> int:
        """Length of the longest known phrase that begins here; 0 for none."""
        longest = max(map(len, phrases), default=0)
        tries = range(min(longest, len(self.words) - self.at), 0, -1)
        return next((n for n in tries if tuple(self.words[self.at : self.at + n]) in phrases), 0)

    def _longest(self, phrases: dict[Phrase, object], what: str) -> object:
        length = self._match(phrases)
        if not length:
            self._stop(what, [" ".join(phrase) for phrase in phrases])
        self.at += length
        return phrases[tuple(self.words[self.at - length : self.at])]

    def _stop(self, expected: str, known: list[str] | None = None) -> None:
        if self.done:
            raise ParseError(f"The caption ends where {expected} should follow. Finish the sentence.")
        here = self.text[self.starts[self.at] : self.starts[self.at] + 30]
        near = closest(self.words[self.at], known or [])
        hint = f" Did you mean {join_or(near)}?" if near else ""
        raise ParseError(f"At character {self.starts[self.at] + 1}, {show(here)}: {expected} was expected.{hint}")


def _phrases(table: object) -> dict[Phrase, object]:
    assert isinstance(table, dict)
    return {tuple(match.lower() for match in _TOKEN.findall(key)): value for key, value in table.items()}
