"""Typed rules: what fits what, sizes, places, things that are in two places at once, things nobody could draw.

Every broken rule multiplies the score by what it costs, and says so in a sentence.
Try it: `python -m bench.plausible --scenes 5 --count 200`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from engine.graph import Attribute, Relation, SceneGraph, attribute_element, object_element, relation_element
from engine.plausibility.opinion import Opinion, Reason
from engine.taxonomy import Noun, RelationWord, Taxonomy
from engine.wording import indefinite

Cost = tuple[float, Reason]
PLACING = ("support", "containment")  # kinds of relations that say where their source is
POSED = ("sitting", "standing", "lying", "kneeling", "sleeping", "perched", "parked", "riding", "hanging", "floating")
# What somebody does with a thing that is not far larger than they are.
CARRYING = frozenset(
    "holding carrying wearing lifting throwing catching eating drinking hugging kicking swinging bouncing dropping waving "
    "balancing chewing licking swallowing juggling pocketing holds carries wears lifts throws catches eats hugs kicks".split()
)
CARRIED = frozenset("held by,carried by,worn by,lifted by,thrown by,eaten by,hugged by,kicked by".split(","))
ALONE = frozenset({"sun", "moon", "full moon", "rainbow", "sky", "sea", "ocean", "beach"})  # seldom two in one picture
INDOORS, OUTDOORS = frozenset({"room"}), frozenset({"landform", "water", "sky", "nature"})
MANY = 3  # equal things that nobody minds


class RulesLayer:
    """The rules of a typed taxonomy; "I don't know" for one whose words have no kinds."""

    name = "rules"

    def score(self, graph: SceneGraph, taxonomy: Taxonomy) -> Opinion:
        """The product of what all broken rules cost; 1 when none is broken."""
        if not taxonomy.kinds:
            return Opinion(None)
        score, reasons = 1.0, []
        for cost, reason in sorted(_broken(graph, taxonomy), key=lambda found: found[0]):
            score *= cost
            reasons.append(reason)
        return Opinion(score, tuple(reasons))


def _broken(graph: SceneGraph, taxonomy: Taxonomy) -> Iterator[Cost]:
    known = taxonomy.noun
    nouns = {item.id: known[item.name] for item in graph.objects if item.name in known}
    book = _book(taxonomy)
    for id, noun in nouns.items():
        yield from _undrawable(id, noun, taxonomy)
    for mark in graph.attributes:
        if mark.object in nouns and (mark.kind, mark.value) in book.values:
            yield from _unfitting(mark, nouns[mark.object], book)
    for link in graph.relations:
        word = taxonomy.relation.get(link.phrase)
        if word is not None and link.source in nouns and link.target in nouns:
            yield from _joined_wrongly(link, word, nouns[link.source], nouns[link.target], book)
    if len(graph.relations) > 1:
        yield from _twice_placed(graph, taxonomy)
    if len(nouns) > 1:
        yield from _crowded(graph, nouns)


class _Book:
    """Kinds that attributes and relations take, worked out once for each."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy
        self.values = frozenset((kind.name, value) for kind in taxonomy.attribute_kinds for value in kind.values)
        self._taken: dict[tuple[str, ...], frozenset[str]] = {}
        self._ends: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
        self._fits: dict[tuple[str, str, str], bool] = {}

    def ends(self, word: RelationWord) -> tuple[frozenset[str], frozenset[str]]:
        """Kinds of sources and of targets that a relation takes."""
        found = self._ends.get(word.phrase)
        if found is None:
            found = self._ends[word.phrase] = self._kinds(word.subjects), self._kinds(word.objects)
        return found

    def fits(self, noun: Noun, kind: str, value: str) -> bool:
        """Whether such a thing can have an attribute."""
        key = noun.kind, kind, value
        found = self._fits.get(key)
        if found is None:
            found = self._fits[key] = self.taxonomy.fits(noun, kind, value)
        return found

    def _kinds(self, applies: tuple[str, ...]) -> frozenset[str]:
        if applies not in self._taken:
            self._taken[applies] = frozenset(
                kind for kind in self.taxonomy.kinds if self.taxonomy.accepts(applies, kind)
            )
        return self._taken[applies]


@lru_cache(maxsize=8)
def _book(taxonomy: Taxonomy) -> _Book:
    return _Book(taxonomy)


def _undrawable(id: str, noun: Noun, taxonomy: Taxonomy) -> Iterator[Cost]:
    at = (object_element(id),)
    if "abstract" in taxonomy.above(noun.kind) or noun.depict < 0.4:
        yield 0.3, Reason(at, f"{_a(noun)} is nothing that one could draw", "not a thing to draw")
    elif noun.depict < 0.6:
        yield 0.7, Reason(at, f"{_a(noun)} is hard to draw", "hard to draw")
    elif noun.number == "mass" and noun.kind == "substance":
        yield 0.85, Reason(at, f"{noun.name} is a stuff rather than a thing", "stuff")


def _unfitting(mark: Attribute, noun: Noun, book: _Book) -> Iterator[Cost]:
    if not book.fits(noun, mark.kind, mark.value):
        at = object_element(mark.object), attribute_element(mark)
        yield (
            0.2,
            Reason(at, f"{indefinite(mark.value)} {noun.name}: {mark.kind} is not said of it like that", "attribute"),
        )


def _joined_wrongly(link: Relation, word: RelationWord, source: Noun, target: Noun, book: _Book) -> Iterator[Cost]:
    sources, targets = book.ends(word)
    at = (relation_element(link), object_element(link.source), object_element(link.target))
    said = f"{_a(source)} {word.phrase} {_a(target)}"
    if source.kind not in sources:
        yield 0.2, Reason(at, f"{said}: {_a(source)} cannot do or be that", "source of a relation")
    if target.kind not in targets:
        yield 0.3, Reason(at, f"{said}: that is not done to {_a(target)}", "target of a relation")
    yield from _sizes(word, source, target, said, at)


def _sizes(word: RelationWord, source: Noun, target: Noun, said: str, at: tuple[str, ...]) -> Iterator[Cost]:
    gap = source.size - target.size
    first = word.phrase.split(" ", 1)[0]
    if word.fit == "smaller" and gap > 0:
        yield 0.35**gap, Reason(at, f"{said}: the source is larger than the target", "size")
    elif (word.fit == "larger" and gap < 0) or (first in CARRYING and gap < -1):
        yield 0.35**-gap, Reason(at, f"{said}: the source is {'far ' * (gap < -1)}smaller than the target", "size")
    elif word.phrase in CARRIED and gap > 1:
        yield 0.35**gap, Reason(at, f"{said}: the source is far larger than the target", "size")
    elif word.fit == "similar" and abs(gap) > 1:
        yield 0.5 ** (abs(gap) - 1), Reason(at, f"{said}: they are of very different sizes", "size")


def _twice_placed(graph: SceneGraph, taxonomy: Taxonomy) -> Iterator[Cost]:
    """Things that are in two places at once, or in each other."""
    placed: dict[str, list[Relation]] = {}
    for link in graph.relations:
        if link.kind in PLACING or link.phrase.split(" ", 1)[0] in POSED:
            placed.setdefault(link.source, []).append(link)
    for id, links in placed.items():
        if len(links) > 1:
            both = " and ".join(f"{link.phrase} the {graph.names[link.target]}" for link in links[:2])
            at = (object_element(id), *(relation_element(link) for link in links))
            yield 0.5 ** (len(links) - 1), Reason(at, f"the {graph.names[id]} is {both} at once", "two places")
    pairs = {(link.source, link.target): link for links in placed.values() for link in links}
    for (source, target), link in pairs.items():
        if source < target and (target, source) in pairs:
            at = (relation_element(link), relation_element(pairs[target, source]))
            names = graph.names[source], graph.names[target]
            yield 0.05, Reason(at, f"the {names[0]} and the {names[1]} cannot hold each other", "circle")


def _crowded(graph: SceneGraph, nouns: dict[str, Noun]) -> Iterator[Cost]:
    """Several places in one scene, the inside and the outside, more equal things than one expects."""
    kinds = {id: noun.kind for id, noun in nouns.items()}
    places = [id for id, kind in kinds.items() if kind in ("room", "place")]
    if len(places) > 1:
        listed = ", ".join(nouns[id].name for id in places)
        at = tuple(map(object_element, places))
        yield 0.6 ** (len(places) - 1), Reason(at, f"several places in one scene: {listed}", "several places")
    for name, count in Counter(noun.name for noun in nouns.values()).items():
        if count > (1 if name in ALONE else MANY):
            at = tuple(object_element(id) for id, noun in nouns.items() if noun.name == name)
            cost = 0.3 if name in ALONE else 0.8
            yield (
                cost ** (count - 1 if name in ALONE else count - MANY),
                Reason(at, f"{count} times {_a(nouns[at[0][2:]])}", "repeats"),
            )
    inside = [id for id, kind in kinds.items() if kind in INDOORS]
    outside = [id for id, kind in kinds.items() if kind in OUTDOORS]
    if inside and outside:
        at = (object_element(inside[0]), object_element(outside[0]))
        both = f"{_a(nouns[inside[0]])} and {_a(nouns[outside[0]])}"
        yield 0.6, Reason(at, f"{both} in one scene: inside and outside at once", "inside and outside")


def _a(noun: Noun) -> str:
    return noun.name if noun.number in ("mass", "plural") else indefinite(noun.name)
