"""A grammar check by rules: articles, agreement, forms of verbs, doubled words, punctuation, capitals, long sentences.

With the spans of a caption every mention is checked; a rewording, which has none, is checked as a text.
Try it: `python cli.py study captions-check`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from engine.caption import Span
from engine.graph import SceneGraph
from engine.taxonomy import Taxonomy
from engine.wording import NUMBERS, article

LONGEST = 30
"""Words of a sentence; a longer one is a finding."""
_DOUBLED = re.compile(r"\b(\w+) \1\b", re.I)
_BROKEN = re.compile(r"  | ,| \.(?!\d)|,,|\.\.|,\.|\band(?: and\b|[,.])")
_ARTICLE = re.compile(r"\b([Aa]n?) (?=[“\w])")
_EXIST = re.compile(r"(?:[Tt]here|in the scene) (is|are) (?:also )?([^,.]*)")
_JOINT = re.compile(r", (?:while|and) ")
_STOP = re.compile(r"(?<=[.!?])\s+(?=[A-Z“\d])")
_PART = re.compile(r"(?:\w+ )?(?:portion|set) of ")


@dataclass(frozen=True, slots=True)
class Finding:
    """What broke which rule."""

    rule: str
    what: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.what}"


@dataclass(frozen=True)
class Subject:
    """A text about a graph, as the rules see it; `spans` is empty for a rewording."""

    text: str
    graph: SceneGraph
    taxonomy: Taxonomy
    spans: Mapping[str, Sequence[Span]] = field(default_factory=dict)

    @property
    def terse(self) -> bool:
        """Whether it is made of fragments, which have neither articles nor full stops."""
        return not self.text.rstrip().endswith(".")

    @property
    def sentences(self) -> list[str]:
        """Its sentences; with spans, full stops inside of words do not count."""
        if not self.spans:
            return [part.rstrip(".") for part in _STOP.split(self.text)]
        inside = {i for found in self.spans.values() for start, end in found for i in range(start, end)}
        cuts = [-1, *(i for i, sign in enumerate(self.text) if sign == "." and i not in inside)]
        return [self.text[a + 1 : b].strip() for a, b in pairwise(cuts)] or [self.text]

    def within_a_word(self, piece: str) -> bool:
        """Whether a word of the scene has this inside of it."""
        return any(piece.lower() in word.lower() for word in self.words())

    def words(self) -> Iterator[str]:
        """Every word of the scene as it is said."""
        yield from self.graph.names.values()
        yield from (mark.value for mark in self.graph.attributes)
        yield from (link.phrase for link in self.graph.relations)
        for kind, value in self.graph.scene_attributes:
            known = self.taxonomy.scene_kind.get(kind)
            yield known.phrases.get(value, value) if known else value

    def mentions(self, id: str) -> list[str]:
        """What is said at each mention of an object, lower-case at the start."""
        return [self.text[a].lower() + self.text[a + 1 : b] for a, b in self.spans.get(f"o:{id}", ())]

    def number(self, id: str) -> str:
        """How English counts an object: count, mass or plural."""
        noun = self.taxonomy.noun.get(self.graph.names[id])
        return noun.number if noun else "count"


def findings(
    text: str, graph: SceneGraph, taxonomy: Taxonomy, *, spans: Mapping[str, Sequence[Span]] | None = None
) -> tuple[Finding, ...]:
    """Everything in a text about a graph that breaks a rule; `spans` are those of its caption, where it is one."""
    about = Subject(text, graph, taxonomy, spans or {})
    return tuple(found for rule in RULES for found in rule(about))


# --- rules for any text -----------------------------------------------------------------------------------------------


def _doubled(about: Subject) -> Iterator[Finding]:
    for found in _DOUBLED.finditer(about.text):
        if not about.within_a_word(found[0]):
            yield Finding("a doubled word", about.text[max(0, found.start() - 25) : found.end() + 25])


def _punctuation(about: Subject) -> Iterator[Finding]:
    for found in _BROKEN.finditer(about.text):
        if not about.within_a_word(found[0]):
            yield Finding("punctuation", about.text[max(0, found.start() - 25) : found.end() + 25])


def _capitals(about: Subject) -> Iterator[Finding]:
    if not about.terse:
        for sentence in about.sentences:
            if sentence[:1].islower():
                yield Finding("a sentence without a capital", sentence[:50])


def _articles(about: Subject) -> Iterator[Finding]:
    """A or an, by the sound of what follows."""
    if about.terse:
        return
    for found in _ARTICLE.finditer(about.text):
        rest = about.text[found.end() : found.end() + 40].lstrip("“")
        if article(rest) != found[1].lower() and not about.within_a_word(f"{found[1]} {rest.split(' ')[0]}"):
            yield Finding("a or an", f"{found[1]} {rest.split(' ')[0]}")


def _existence(about: Subject) -> Iterator[Finding]:
    for be, what in _EXIST.findall(about.text):
        first = what.split(" ", 1)[0]
        if be == "are" if first in ("a", "an") else be == "is" and first in NUMBERS[2:]:
            yield Finding("there is or there are", f"{be} {what}")


def _length(about: Subject) -> Iterator[Finding]:
    if not about.terse:
        for sentence in about.sentences:
            if len(sentence.split()) > LONGEST:
                yield Finding("a long sentence", sentence)


def _clauses(about: Subject) -> Iterator[Finding]:
    """At most one relative clause and one joint in a sentence."""
    if about.terse or any(" that " in f" {word} " or _JOINT.search(word) for word in about.words()):
        return
    for sentence in about.sentences:
        if len(re.findall(r"\bthat\b", sentence.replace("in a scene that is", ""))) > 1:
            yield Finding("two relative clauses in one sentence", sentence)
        if len(_JOINT.findall(sentence)) > 1:
            yield Finding("two joints in one sentence", sentence)


# --- rules that need spans --------------------------------------------------------------------------------------------


def _mentions(about: Subject) -> Iterator[Finding]:
    """A, an, some or a number before every first mention, "the" before every later one."""
    for id in about.graph.names if about.spans else ():
        first, *later = about.mentions(id) or [""]
        yield from (Finding("a later mention without the", words) for words in later if not words.startswith("the "))
        if about.terse:
            continue
        word, _, rest = first.partition(" ")
        counted = about.number(id) == "count"
        if word in ("a", "an") and not counted and not _PART.match(rest):
            yield Finding("a before what is not counted", first)
        elif word == "some" and counted:
            yield Finding("some before one thing", first)
        elif word not in ("a", "an", "some", *NUMBERS):
            yield Finding("a first mention with the wrong article", first)


def _agreement(about: Subject) -> Iterator[Finding]:
    """Is or are after every subject that is followed by one."""
    for id in about.graph.names if about.spans else ():
        for start, end in about.spans.get(f"o:{id}", ()):
            after = re.match(r" (?:that )?(is|are)\b", about.text[end:])
            plural = about.number(id) == "plural" and "set of " not in about.text[start:end]
            if after and (after[1] == "are") != plural and not _fronted(about, id, start, end):
                yield Finding("is or are", about.text[start : end + 12])


def _fronted(about: Subject, id: str, start: int, end: int) -> bool:
    """Whether a mention stands before the verb of something else: "above a cat is a dog"."""
    links = [link for link in about.graph.relations if link.target == id]
    places = [p for r in links for p in about.spans.get(f"r:{r.source}:{r.phrase}:{r.target}", ())]
    return any(a < start and end + 3 < b for a, b in places)


def _verbs(about: Subject) -> Iterator[Finding]:
    """The form of every finite verb."""
    for link in about.graph.relations if about.spans else ():
        word = about.taxonomy.relation.get(link.phrase)
        if word is None or word.form != "clause":
            continue
        many = about.number(link.source) == "plural" and "set of " not in (about.mentions(link.source) or [""])[0]
        for start, end in about.spans.get(f"r:{link.source}:{link.phrase}:{link.target}", ()):
            there = about.text[start:end]
            if (word.plural if many else word.phrase) not in there.replace("“", "").replace("”", ""):
                yield Finding("a verb of the wrong number", there)


RULES: tuple[Callable[[Subject], Iterator[Finding]], ...] = (
    _doubled, _punctuation, _capitals, _articles, _existence, _length, _clauses, _mentions, _agreement, _verbs,
)  # fmt: skip
