"""Awkward scenes: those whose words, put side by side, could be read in another way ("black" + "bear", a black bear).

Cheap and careful: it may say yes to a scene that reads well, never no to one that does not.
Try it: `python -m pytest tests/engine/test_caption_awkward.py -q`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from engine.caption.lexicon import CLOSE, OPEN, Lexicon, key_of, lexicon, tokens
from engine.graph import Attribute, Relation, SceneGraph
from engine.taxonomy import Taxonomy
from engine.wording import NUMBERS, ORDINALS

DETERMINERS = frozenset({"a", "an", "the", "some", *NUMBERS[2:]})
BEFORE_NOUNS = DETERMINERS | {*ORDINALS, "scene", "image"}
"""A noun or an attribute that begins like this could be taken for grammar."""
BEFORE_PHRASES = frozenset({"is", "are", "also", "that", "and", "while", ",", "."})
"""So could a relation that begins like this."""
AFTER = frozenset({"is", "are", "and", "that", "also", "while", ",", "."})
"""What can follow a noun."""
ALWAYS = "*"


class Edge(NamedTuple):
    """A word as its neighbours see it."""

    first: str
    second: str
    """The second token; empty for a word of one."""
    last: str
    risky: bool
    """Whether it looks like grammar by itself."""
    noun: int
    """1 if it is also the name of a thing, 2 if of many things."""


class Edges:
    """What each word of a taxonomy can collide with, worked out word by word as they are met."""

    def __init__(self, words: Lexicon) -> None:
        self.lexicon = words
        self._known: dict[str, Edge] = {}
        self._ends: dict[str, bool] = {}

    @cached_property
    def inside(self) -> frozenset[str]:
        """Every two tokens that stand side by side within a noun, a plural or an attribute."""
        return frozenset(pair for key in self._names() for pair in _pairs(key))

    def _names(self) -> Iterator[str]:
        for table in (self.lexicon.nouns, self.lexicon.plurals, self.lexicon.values):
            yield from (key for key in table.meanings if " " in key)

    @cached_property
    def tails(self) -> frozenset[str]:
        """Last tokens of nouns from which a longer one goes on with words that can follow in a sentence."""
        found = set()
        for key in self._names():
            words = key.split(" ")
            for before, here, after in zip(words, words[1:], [*words[2:], ""], strict=False):
                if here in AFTER and (here != "and" or not after or after in DETERMINERS or self._two_in_one(after)):
                    found.add(before)
        return frozenset(found)

    @cached_property
    def ordinals(self) -> tuple[str, ...]:
        """Ordinals that are also names of things ("a second")."""
        return tuple(word for word in ORDINALS if self.of(word).noun)

    @cached_property
    def parts(self) -> bool:
        """Whether some word has "set of" or "portion of" inside, as repeated scissors and water have before them."""
        return not self.inside.isdisjoint(("portion of", "set of", "portions of", "sets of"))

    def _two_in_one(self, first: str) -> bool:
        """Whether a relation that begins like this has another one inside."""
        return any(second in self.actions for second in self.actions.get(first, ()))

    @cached_property
    def counted(self) -> frozenset[str]:
        """Tokens that stand behind an ordinal or a number within a word."""
        before = {*ORDINALS, *NUMBERS[2:]}
        return frozenset(pair.split(" ")[1] for pair in self.inside if pair.split(" ")[0] in before)

    @cached_property
    def longer(self) -> dict[str, frozenset[str]]:
        """Relation phrase -> tokens that lead on to a longer one, with or without an article in between."""
        keys = {key for table in self._relation_tables for key in table}
        found: dict[str, set[str]] = {}
        for key in keys:
            words = key.split(" ")
            for n in range(1, len(words)):
                shorter = " ".join(words[:n])
                if shorter in keys:
                    more = found.setdefault(shorter, set())
                    more.add(words[n])
                    if n + 1 == len(words) and words[n] in DETERMINERS:
                        more.add(ALWAYS)
                        found.setdefault(key, set()).add(ALWAYS)
                    if words[n] in DETERMINERS and n + 1 < len(words):
                        more.add(words[n + 1])
        return {key: frozenset(more) for key, more in found.items()}

    @cached_property
    def hostile(self) -> bool:
        """Whether some relation is like the grammar between things ("and", "that a")."""
        return any(
            second in ("", *DETERMINERS, *AFTER)
            for table in (self.actions, self.plural_actions)
            for first in (",", ".", "and", "that", "also", "while")
            for second in table.get(first, ())
        )

    @cached_property
    def actions(self) -> dict[str, frozenset[str]]:
        """First token of what can be said of one thing -> what comes second; empty text where it ends there."""
        return _seconds(self.lexicon.phrases.meanings, self.lexicon.verbs.meanings)

    @cached_property
    def plural_actions(self) -> dict[str, frozenset[str]]:
        """The same for what can be said of many things."""
        return _seconds(self.lexicon.phrases.meanings, self.lexicon.plural_verbs.meanings)

    @property
    def _relation_tables(self) -> tuple[Iterable[str], ...]:
        words = self.lexicon
        return words.phrases.meanings, words.verbs.meanings, words.plural_verbs.meanings

    @cached_property
    def scene_starts(self) -> dict[str, frozenset[str]]:
        """First token of scene phrases -> what comes second; empty text where one ends there."""
        return _seconds(self.lexicon.scenes.meanings)

    @cached_property
    def bad_scenes(self) -> frozenset[str]:
        """Scene phrases that two values share, or that go on in a longer one."""
        keys = self.lexicon.scenes.meanings
        bad = {key for key, meanings in keys.items() if len(meanings) > 1 or OPEN in key or CLOSE in key}
        for key in keys:
            words = key.split(" ")
            for n in range(1, len(words)):
                if words[n] in (",", "and") and " ".join(words[:n]) in keys:
                    bad.add(" ".join(words[:n]))
        return frozenset(bad)

    def of(self, word: str) -> Edge:
        """How a word looks to its neighbours."""
        found = self._known.get(word)
        if found is None:
            parts = tokens(word)
            risky = parts[0] in BEFORE_NOUNS or parts[0].isdigit() or OPEN in parts or CLOSE in parts
            names = self.lexicon.nouns.meanings.get(" ".join(parts), ())
            noun = bool(names) + any(self.lexicon.numbers.get(name) == "plural" for _, name in names)
            second = parts[1] if len(parts) > 1 else ""
            found = self._known[word] = Edge(parts[0], second, parts[-1], risky, noun)
        return found

    def collide(self, word: str, after: str, further: Iterable[str]) -> bool:
        """Whether two words side by side could be cut elsewhere, or read as a thing and what it does.

        `further` are the tokens that can follow the second word where it has only one.
        """
        one, other = self.of(word), self.of(after)
        if one.last == other.first or f"{one.last} {other.first}" in self.inside:
            return True
        actions = self.plural_actions if one.noun == 2 else self.actions
        if not one.noun or other.first not in actions:
            return False
        seconds = actions[other.first]
        return "" in seconds or (other.second in seconds if other.second else not seconds.isdisjoint(further))

    def ends_badly(self, noun: str) -> bool:
        """Whether a noun and what follows it in a sentence could be the beginning of a relation."""
        first = self.of(noun).first
        found = self._ends.get(first)
        if found is None:
            seconds = self.actions.get(first, frozenset()) | self.plural_actions.get(first, frozenset())
            found = self._ends[first] = not seconds.isdisjoint(AFTER) or not seconds.isdisjoint(self.actions)
        return found


def _seconds(*tables: Iterable[str]) -> dict[str, frozenset[str]]:
    """First token of each key -> second tokens; empty text where a key has only one."""
    found: dict[str, set[str]] = {}
    for key in (key for table in tables for key in table):
        first, _, rest = key.partition(" ")
        found.setdefault(first, set()).add(rest.partition(" ")[0])
    return {first: frozenset(seconds) for first, seconds in found.items()}


def _pairs(key: str) -> Iterator[str]:
    words = key.split(" ")
    return (f"{a} {b}" for a, b in pairwise(words))


def edges(taxonomy: Taxonomy) -> Edges:
    """The edges of a taxonomy's words, kept with its lexicon."""
    words = lexicon(taxonomy)
    found: Edges | None = words.__dict__.get("_edges")
    if found is None:
        found = words.__dict__["_edges"] = Edges(words)
    return found


def awkward(graph: SceneGraph, taxonomy: Taxonomy) -> bool:
    """Whether the caption of a graph has to be read back before it can be trusted; of other graphs it is a mere pattern.

    A pattern depends on words only in what they are called, in their article and in how they are counted.
    """
    about = edges(taxonomy)
    if about.hostile:
        return True
    names, marks, inside, tails = graph.names, graph.attributes_of, about.inside, about.tails
    starts = about.scene_starts if graph.scene_attributes else {}
    for id, name in names.items():
        own, edge = marks[id], about.of(name)
        if edge.risky or edge.last in tails or (edge.first in starts and _scenic(about, graph, edge.first)):
            return True
        if own:
            values = said_values(own, taxonomy) if len(own) > 1 else [own[0].value]
            if awkward_marks(about, values, name) or (starts and _scenic_marks(about, graph, values)):
                return True
    if len(set(names.values())) < len(names) and _repeats(about, graph):
        return True
    for link in graph.relations:
        first, last = about.of(link.phrase).first, about.of(names[link.source]).last
        if first == last or f"{last} {first}" in inside or _awkward_link(about, graph, link):
            return True
    return any(_awkward_scene(about, taxonomy, kind, value) for kind, value in graph.scene_attributes)


def awkward_marks(about: Edges, values: list[str], name: str) -> bool:
    """Whether attributes before a noun, in the order in which they are said, could be read in another way."""
    for value in values:
        if about.of(value).risky or about.collide(value, name, ()):
            return True
        if about.of(value).noun and not about.of(name).second and about.ends_badly(name):
            return True
    if len(values) == 1:
        return False
    further = [about.of(word).first for word in (*values, name)]
    return any(about.collide(one, other, further) for one, other in pairwise(values))


def said_values(marks: Sequence[Attribute], taxonomy: Taxonomy) -> list[str]:
    """The values of attributes in the order in which they are said."""
    place = taxonomy.attribute_place
    return [mark.value for mark in sorted(marks, key=lambda mark: place.get(mark.kind, len(place)))]


def _scenic(about: Edges, graph: SceneGraph, first: str) -> bool:
    """Whether a fragment that begins with this token could be a scene phrase."""
    seconds = about.scene_starts.get(first)
    if seconds is None:
        return False
    words = [*graph.names.values(), *(m.value for m in graph.attributes), *(r.phrase for r in graph.relations)]
    return "" in seconds or not seconds.isdisjoint(token for word in words for token in tokens(word))


def _scenic_marks(about: Edges, graph: SceneGraph, values: list[str]) -> bool:
    return any(
        (first := about.of(value).first) in about.scene_starts and _scenic(about, graph, first) for value in values
    )


def _repeats(about: Edges, graph: SceneGraph) -> bool:
    """Whether ordinals and numbers before the repeated things could be read as part of a word."""
    times, after = Counter(graph.names.values()), about.counted
    for id, name in graph.names.items():
        if times[name] == 1:
            continue
        if about.parts and name in about.lexicon.numbers:
            return True
        words = [name, *(mark.value for mark in graph.attributes_of[id])]
        firsts = [about.of(word).first for word in words]
        if not after.isdisjoint(firsts) or any(about.collide(o, w, firsts) for o in about.ordinals for w in words):
            return True
        if about.ordinals and not about.of(name).second and about.ends_badly(name):
            return True
    return False


def _awkward_link(about: Edges, graph: SceneGraph, link: Relation) -> bool:
    """Whether a relation looks like grammar, or goes on into a longer one."""
    phrase, name = link.phrase, graph.names[link.source]
    if (
        about.of(phrase).first in BEFORE_PHRASES
        or OPEN in phrase
        or CLOSE in phrase
        or _leads_on(about, graph, link, phrase)
    ):
        return True
    if about.lexicon.numbers.get(name) != "plural":
        return False
    word = about.lexicon.relation.get(phrase)
    if word is None or not word.plural:
        return False
    plural = about.of(word.plural)
    alike = about.lexicon.plural_verbs.meanings.get(key_of(word.plural), ())
    collides = plural.first in BEFORE_PHRASES or f"{about.of(name).last} {plural.first}" in about.inside
    return collides or len(alike) > 1 or _leads_on(about, graph, link, word.plural)


def _leads_on(about: Edges, graph: SceneGraph, link: Relation, phrase: str) -> bool:
    """Whether a phrase and what it leads to could be read as a longer phrase."""
    more = about.longer.get(key_of(phrase) if " " in phrase or not phrase.isalpha() else phrase.lower())
    if not more:
        return False
    if ALWAYS in more or about.of(graph.names[link.target]).first in more:
        return True
    if any(about.of(mark.value).first in more for mark in graph.attributes_of[link.target]):
        return True
    return not more.isdisjoint(ORDINALS) and len(set(graph.names.values())) < len(graph.names)


def _awkward_scene(about: Edges, taxonomy: Taxonomy, kind: str, value: str) -> bool:
    known = taxonomy.scene_kind.get(kind)
    phrase = known.phrases.get(value) if known else None
    return phrase is not None and bool(about.bad_scenes) and key_of(phrase) in about.bad_scenes
