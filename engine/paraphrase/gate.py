"""The gate: does a text still say every element of a scene, and nothing else? It would rather refuse than let pass.

An element is said if its words, or synonyms of them, stand where they can mean it: attributes in the sentence of their
object, a relation in a sentence with both ends. Anything else that the taxonomy can name is an addition.
Try it: `python cli.py paraphrase scenes.jsonl --level 3`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from engine.graph import SceneGraph, attribute_element, object_element, relation_element, scene_element
from engine.paraphrase import synonyms
from engine.taxonomy import Taxonomy
from engine.wording import NUMBERS

_TOKEN = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_SENTENCE = re.compile(r"(?<=[.!?;])\s+")
FREE = frozenset(
    "a an the is are was were be being been and or of in at by on under as with to from into there here this that these "
    "those it its which who whose while where one another other first second third picture image photo photograph scene "
    "view shot see seen shows show can we you also both all each set placed standing stands sits lying lies thing things "
    "left right side top bottom front back middle background foreground whole style time light".split()
)
"""Words that say nothing by themselves, although some of them are nouns as well."""
Words = tuple[str, ...]
REACH = 9
"""So many words after a relation its target has to be named."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`missing` are elements that the text does not say, `added` the words that it says beside them."""

    missing: tuple[str, ...]
    added: tuple[str, ...]

    @property
    def accepted(self) -> bool:
        """Nothing is missing and nothing was added."""
        return not self.missing and not self.added

    def __str__(self) -> str:
        if self.accepted:
            return "accepted"
        lost = f"does not say {', '.join(self.missing)}" if self.missing else ""
        more = f"adds {', '.join(self.added)}" if self.added else ""
        return " and ".join(part for part in (lost, more) if part)


def gate(graph: SceneGraph, text: str, taxonomy: Taxonomy, original: SceneGraph | None = None) -> Verdict:
    """Judge a text against a scene; `original`, where the text was made from a changed one, has more that may be said."""
    sentences = [_words(sentence) for sentence in _SENTENCE.split(text)]
    everything = [word for sentence in sentences for word in sentence]
    missing = list(_unsaid(graph, sentences, everything, taxonomy))
    allowed = _allowed(graph, taxonomy) | (_allowed(original, taxonomy) if original is not None else set())
    return Verdict(tuple(missing), tuple(dict.fromkeys(_added(everything, allowed, taxonomy))))


def _words(text: str) -> list[str]:
    return [word.lower() for word in _TOKEN.findall(text)]


def _unsaid(graph: SceneGraph, sentences: list[list[str]], everything: list[str], taxonomy: Taxonomy) -> Iterator[str]:
    counts = Counter(item.name for item in graph.objects)
    for item in graph.objects:
        if not _counted(item.name, counts[item.name], everything, taxonomy):
            yield object_element(item.id)
    for mark in graph.attributes:
        ways, owner = (mark.value, *synonyms.values(mark.value)), _ways(graph.names[mark.object], taxonomy)
        if not any(_any(ways, s) and (_any(owner, s) or len(graph.objects) == 1) for s in sentences):
            yield attribute_element(mark)
    for link in graph.relations:
        ends = _ways(graph.names[link.source], taxonomy), _ways(graph.names[link.target], taxonomy)
        if not any(_related(link.phrase, *ends, sentence, taxonomy) for sentence in sentences):
            yield relation_element(link)
    for kind, value in graph.scene_attributes:
        phrase = taxonomy.scene_kind[kind].phrases.get(value, value) if kind in taxonomy.scene_kind else value
        content = [word for word in _words(phrase) if word not in FREE]
        if not (_any((phrase, value), everything) or (content and set(content) <= set(everything))):
            yield scene_element(kind)


def _counted(name: str, number: int, everything: list[str], taxonomy: Taxonomy) -> bool:
    """Whether so many things of a name are mentioned: once each, or in the plural after the number."""
    if number == 1:
        return _any(_ways(name, taxonomy), everything)
    noun = taxonomy.noun.get(name)
    plural = noun.plural if noun else name + "s"
    said = NUMBERS[number] if number < len(NUMBERS) else str(number)
    together = _any((plural,), everything) and (said in everything or str(number) in everything)
    return together or sum(_find(tuple(_words(way)), everything) for way in _ways(name, taxonomy)) >= number


def _ways(name: str, taxonomy: Taxonomy) -> tuple[str, ...]:
    noun = taxonomy.noun.get(name)
    plurals = (noun.plural,) if noun else ()
    return (name, *plurals, *synonyms.names(name, taxonomy))


def _relation_ways(phrase: str, taxonomy: Taxonomy) -> tuple[str, ...]:
    word = taxonomy.relation.get(phrase)
    forms = tuple(form for form in (word.plural, word.base) if form) if word else ()
    return (phrase, *forms, *synonyms.phrases(phrase))


def _inverse_ways(phrase: str) -> tuple[str, ...]:
    inverse = synonyms.INVERSES.get(phrase)
    return (inverse, *synonyms.phrases(inverse)) if inverse else ()


def _related(phrase: str, source: Words, target: Words, sentence: list[str], taxonomy: Taxonomy) -> bool:
    """The relation is followed by its target before long, or its inverse by the source: never the wrong way round."""
    forward = any(_any(target, rest) for rest in _rests(_relation_ways(phrase, taxonomy), sentence))
    return forward or any(_any(source, rest) for rest in _rests(_inverse_ways(phrase), sentence))


def _rests(ways: Iterable[str], sentence: list[str]) -> Iterator[list[str]]:
    """What follows each place where one of the ways is said."""
    for way in ways:
        wanted = tuple(_words(way))
        for i in range(len(sentence) - len(wanted) + 1):
            if tuple(sentence[i : i + len(wanted)]) == wanted:
                start = i + len(wanted)
                yield sentence[start : start + REACH]


def _any(ways: Iterable[str], words: list[str]) -> bool:
    return any(_find(tuple(_words(way)), words) for way in ways)


def _find(wanted: Words, words: list[str]) -> int:
    """How often the words stand there in a row."""
    size = len(wanted)
    return sum(tuple(words[i : i + size]) == wanted for i in range(len(words) - size + 1)) if size else 0


# --- what was added ---------------------------------------------------------------------------------------------------


def _allowed(graph: SceneGraph, taxonomy: Taxonomy) -> set[str]:
    """Every word that some element may be said with."""
    texts: list[str] = []
    for item in graph.objects:
        texts += _ways(item.name, taxonomy)
    for mark in graph.attributes:
        texts += (mark.value, mark.kind, *synonyms.values(mark.value))
    for link in graph.relations:
        texts += (*_relation_ways(link.phrase, taxonomy), *_inverse_ways(link.phrase))
    for kind, value in graph.scene_attributes:
        about = taxonomy.scene_kind.get(kind)
        texts += (kind, value, about.phrases.get(value, value) if about else value)
    return {word for text in texts for word in _words(text)}


def _added(everything: list[str], allowed: set[str], taxonomy: Taxonomy) -> Iterator[str]:
    nameable = _nameable(taxonomy)
    for i, word in enumerate(everything):
        number = word in NUMBERS[2:] or word.isdigit()
        if word in allowed or word in FREE or number:
            continue
        if word in nameable or (i and f"{everything[i - 1]} {word}" in nameable):
            yield word


@lru_cache(maxsize=8)
def _nameable(taxonomy: Taxonomy) -> frozenset[str]:
    """What would be an addition: usual objects in singular and plural, and attribute values of one word."""
    found: set[str] = set()
    for noun in taxonomy.nouns:
        if taxonomy.is_on(noun.switch):
            found |= {noun.name.lower(), noun.plural.lower()}
    for kind in taxonomy.attribute_kinds:
        found |= {value.lower() for value in kind.values}
    return frozenset(found - FREE)
