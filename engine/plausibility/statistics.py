"""Statistics of a hand-written corpus of habits: what is met where, who does what with what, and how well known a word is.

The same tables fill plausible scenes; a word that no theme has is judged by what is met of its kind.
Try it: `python -m bench.plausible --scenes 5 --count 200`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from engine.graph import Attribute, Relation, SceneGraph, attribute_element, object_element, relation_element
from engine.plausibility.opinion import Opinion, Reason
from engine.sensible import tables
from engine.sensible.members import members
from engine.sensible.stage import Matcher
from engine.taxonomy import Noun, Taxonomy

APART, UNKNOWN_DOING, UNUSUAL_LOOK, RARE = 0.35, 0.55, 0.8, 0.75
WELL_KNOWN = 0.4  # of `common`: words below are rare
GENERAL = frozenset({"spatial"})  # relations that any two things may have


class StatisticsLayer:
    """Co-occurrence of things by theme, of phrases by who takes part, of looks by thing; None where no word is known."""

    name = "statistics"

    def score(self, graph: SceneGraph, taxonomy: Taxonomy) -> Opinion:
        """How usual it all is: a mean over objects, relations and attributes, with the least usual first."""
        if not taxonomy.kinds:
            return Opinion(None)
        census = _census(taxonomy)
        nouns = {item.id: taxonomy.noun[item.name] for item in graph.objects if item.name in taxonomy.noun}
        if not any(census.themes_of(noun) for noun in nouns.values()):
            return Opinion(None)
        found = [
            *_objects(nouns, census),
            *(_relation(link, nouns, census) for link in graph.relations if {link.source, link.target} <= nouns.keys()),
            *(_attribute(mark, nouns[mark.object], census) for mark in graph.attributes if mark.object in nouns),
        ]
        ranked = sorted(found, key=lambda judged: judged[0])
        score = sum(cost for cost, _ in found) / len(found)
        return Opinion(score, tuple(reason for _, reason in ranked if reason is not None))


Judged = tuple[float, Reason | None]


class _Census:
    """For every word its themes and groups, with a back-off to its kind of thing."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy
        groups, words = {group.name: group for group in tables.things()}, members(taxonomy)
        self._groups: dict[str, list[tables.Things]] = {}
        for name, found in words.items():
            for noun, _ in found:
                self._groups.setdefault(noun.name, []).append(groups[name])
        self._themes: dict[str, int] = {}
        by_kind: dict[str, Counter[int]] = {}
        for place, listed in enumerate(tables.themes().values()):
            for noun in (noun for name, _ in listed for noun, _ in words[name]):
                self._themes[noun.name] = self._themes.get(noun.name, 0) | 1 << place
                by_kind.setdefault(noun.kind, Counter())[place] += 1
        self._of_kind = {kind: sum(1 << place for place in places) for kind, places in by_kind.items()}
        self._doings: dict[str, list[tuple[Matcher, Matcher]]] = {}
        for habit in tables.habits():
            for phrase in habit.phrases:
                self._doings.setdefault(phrase, []).append((Matcher(habit.sources), Matcher(habit.targets)))
        self._looks: dict[tuple[str, str], list[Matcher]] = {}
        for look in tables.looks():
            for value, _ in look.values:
                self._looks.setdefault((look.kind, value), []).append(Matcher(look.things))

    def themes_of(self, noun: Noun) -> int:
        """The themes in which a word is met, as bits; of its kind where the word itself is in none."""
        return self._themes.get(noun.name) or self._of_kind.get(noun.kind, 0)

    def tags_of(self, noun: Noun) -> tuple[frozenset[str], ...]:
        """The tags of each group that has the word."""
        return _tags(self, noun.name)

    def knows_doing(self, source: Noun, phrase: str, target: Noun) -> bool | None:
        """Whether somebody wrote down that the one does that with the other; None for phrases nobody wrote about."""
        known = self._doings.get(phrase)
        if known is None:
            return None
        ends = [(a, b) for a in self.tags_of(source) for b in self.tags_of(target)]
        return any(sources(a) and targets(b) for sources, targets in known for a, b in ends) if ends else None

    def knows_look(self, noun: Noun, kind: str, value: str) -> bool | None:
        """The same for an attribute value."""
        known, tags = self._looks.get((kind, value)), self.tags_of(noun)
        return None if known is None or not tags else any(matcher(t) for matcher in known for t in tags)


@lru_cache(maxsize=20_000)
def _tags(census: _Census, word: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(group.tags) for group in census._groups.get(word, ()))


@lru_cache(maxsize=8)
def _census(taxonomy: Taxonomy) -> _Census:
    return _Census(taxonomy)


def _objects(nouns: dict[str, Noun], census: _Census) -> Iterator[Judged]:
    """Each object: whether it is met where most of the others are, and whether people know it."""
    bits = {id: census.themes_of(noun) for id, noun in nouns.items()}
    votes = Counter(place for themes in bits.values() for place in _bits(themes))
    best = max(votes, key=lambda place: votes[place]) if votes else None
    for id, noun in nouns.items():
        if best is not None and bits[id] and not bits[id] >> best & 1:
            others = [other.name for key, other in nouns.items() if bits[key] >> best & 1]
            text = f"{noun.name} and {others[0]} are seldom met in one place"
            yield APART, Reason((object_element(id),), text, "out of place")
        elif noun.common < WELL_KNOWN and not census.tags_of(noun):
            yield RARE, Reason((object_element(id),), f"few people know the word {noun.name}", "rare word")
        else:
            yield 1.0, None


def _bits(number: int) -> Iterator[int]:
    place = 0
    while number:
        if number & 1:
            yield place
        number >>= 1
        place += 1


def _relation(link: Relation, nouns: dict[str, Noun], census: _Census) -> Judged:
    source, target = nouns[link.source], nouns[link.target]
    known = census.knows_doing(source, link.phrase, target)
    if known or (known is None and link.kind in GENERAL):
        return 1.0, None
    at = (relation_element(link), object_element(link.source), object_element(link.target))
    text = f"{source.name} {link.phrase} {target.name} is not usual"
    return UNKNOWN_DOING, Reason(at, text, "unusual doing")


def _attribute(mark: Attribute, noun: Noun, census: _Census) -> Judged:
    if census.knows_look(noun, mark.kind, mark.value) is not False:
        return 1.0, None
    at = (object_element(mark.object), attribute_element(mark))
    return UNUSUAL_LOOK, Reason(at, f"{noun.name} is seldom {mark.value}", "unusual look")
