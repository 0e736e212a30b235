"""Mentions: an estimate of what any text says, by the longest words of a taxonomy that stand in it.

Nothing is understood: a word counts once per place, as the longest thing, attribute or relation that begins there. On our own
captions the exact numbers are known, so the estimate's error can be shown beside it.
Try it: `python cli.py study captions human.txt`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from engine.caption.lexicon import tokens
from engine.studies.textstats import GRAMMATICAL
from engine.taxonomy import Taxonomy

NOUN, ATTRIBUTE, RELATION, SCENE = "noun", "attribute", "relation", "scene"
PLAIN_RELATIONS = frozenset(
    "on in under over above below behind beside near with at by inside against between holding wearing riding carrying eating "
    "sitting standing lying hanging".split()
)
"""Single words that join two things in most descriptions, whether or not a taxonomy has them."""
_LINKS = frozenset({"is", "are", "was", "were"})


@dataclass(frozen=True, slots=True)
class Counted:
    """How many things, attributes and relations a text seems to mention, and how many different things."""

    objects: int
    attributes: int
    relations: int
    different: int

    @property
    def elements(self) -> int:
        """All of them."""
        return self.objects + self.attributes + self.relations


@dataclass(frozen=True)
class Index:
    """Key -> what it can be, and first word -> how long phrases that begin with it are, longest first."""

    meanings: dict[str, frozenset[str]]
    names: dict[str, str]
    lengths: dict[str, tuple[int, ...]]

    def at(self, words: list[str], place: int) -> tuple[int, frozenset[str]]:
        """(number of words, meanings) of the longest phrase that begins at a place; (1, nothing) for none."""
        for length in self.lengths.get(words[place], ()):
            found = self.meanings.get(" ".join(words[place : place + length]))
            if found and place + length <= len(words):
                return length, found
        return 1, frozenset()


@lru_cache(maxsize=4)
def index(taxonomy: Taxonomy) -> Index:
    """The words that the taxonomy draws by default, and those of relations without their "is"."""
    meanings: dict[str, set[str]] = {}
    names: dict[str, str] = {}
    for text, kind, name in _entries(taxonomy):
        key = " ".join(tokens(text))
        if key and not (kind != RELATION and key in GRAMMATICAL):
            meanings.setdefault(key, set()).add(kind)
            if kind == NOUN:
                names.setdefault(key, name)
    lengths: dict[str, set[int]] = {}
    for key in meanings:
        lengths.setdefault(key.partition(" ")[0], set()).add(key.count(" ") + 1)
    return Index(
        {key: frozenset(found) for key, found in meanings.items()},
        names,
        {first: tuple(sorted(found, reverse=True)) for first, found in lengths.items()},
    )


def _entries(taxonomy: Taxonomy) -> Iterator[tuple[str, str, str]]:
    for noun in taxonomy.noun.values():
        if taxonomy.is_on(noun.switch):
            yield noun.name, NOUN, noun.name
            yield noun.plural, NOUN, noun.name
    for kind in taxonomy.attribute_kinds:
        for value in kind.values:
            if taxonomy.is_on(kind.switches.get(value, "")):
                yield value, ATTRIBUTE, value
    for word in taxonomy.relation_words:
        if taxonomy.is_on(word.switch):
            yield from ((form, RELATION, word.phrase) for form in (word.phrase, word.plural) if form)
    yield from ((word, RELATION, word) for word in PLAIN_RELATIONS)
    for scene in taxonomy.scene_kinds:
        yield from ((phrase, SCENE, value) for value, phrase in scene.phrases.items() if " " in phrase)


def counted(text: str, taxonomy: Taxonomy) -> Counted:
    """What a text seems to mention. Named again after "the" a thing is the same one; a relation has to lead to a thing."""
    reader = _Reader(index(taxonomy), tokens(text))
    reader.read()
    return Counted(reader.objects, reader.attributes, reader.relations, len(reader.seen))


class _Reader:
    """Goes over the words once; `phrase` is what may still belong to the next thing, `joined` a relation that waits for it."""

    def __init__(self, known: Index, words: list[str]) -> None:
        self.known, self.words = known, words
        self.objects = self.attributes = self.relations = 0
        self.seen: set[str] = set()
        self.phrase: list[str] = []
        self.joined = self.begun = False

    def read(self) -> None:
        place = 0
        while place < len(self.words):
            size, meanings = self.known.at(self.words, place)
            kind = _kind(meanings, self.known, self.words, place, place + size)
            if kind == NOUN:
                self._thing(place, size)
            elif kind == ATTRIBUTE:
                self._attribute(place + size)
            elif kind == RELATION:
                self.joined, self.phrase = self.begun, []
            elif kind is None:
                self._other(self.words[place])
            place += size

    def _thing(self, place: int, size: int) -> None:
        end = place + size
        if end < len(self.words) and NOUN in self.known.at(self.words, end)[1]:
            return  # a laptop keyboard is one thing
        name = self.known.names[" ".join(self.words[place : place + size])]
        again = "the" in self.phrase and name in self.seen
        self.objects += not again
        self.attributes += 0 if again else self.phrase.count(ATTRIBUTE)
        self.relations += self.joined
        self.seen.add(name)
        self.phrase, self.joined, self.begun = [], False, True

    def _attribute(self, end: int) -> None:
        if _leads_to_a_thing(self.known, self.words, end):
            self.phrase.append(ATTRIBUTE)
        else:
            self.attributes += 1
            self.phrase = []

    def _other(self, word: str) -> None:
        if word in ".!?;":
            self.joined = self.begun = False
        self.phrase = [*self.phrase, word] if word in GRAMMATICAL else []


def _kind(meanings: frozenset[str], known: Index, words: list[str], start: int, end: int) -> str | None:
    """What a phrase is here: a scene phrase, before a thing an attribute, after an article no relation, otherwise a thing."""
    if len(meanings) < 2:
        return next(iter(meanings), None)
    before = words[start - 1] if start else ""
    if SCENE in meanings:
        return SCENE
    if ATTRIBUTE in meanings and _leads_to_a_thing(known, words, end):
        return ATTRIBUTE
    if RELATION in meanings and before not in {"a", "an", "the", "some"}:
        return RELATION
    if ATTRIBUTE in meanings and before in _LINKS:
        return ATTRIBUTE
    return NOUN if NOUN in meanings else ATTRIBUTE


def _leads_to_a_thing(known: Index, words: list[str], place: int) -> bool:
    """Whether the next phrase is a thing or an attribute, with nothing in between."""
    if place >= len(words):
        return False
    meanings = known.at(words, place)[1]
    return NOUN in meanings or (ATTRIBUTE in meanings and RELATION not in meanings)
