"""Cast: the things of a scene, and what makes each of them unmistakable: a name, attributes, an ordinal, a number.

Try it: `python -m pytest tests/engine/test_caption.py -q`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from engine.caption.style import Manner
from engine.caption.text import Text
from engine.graph import Attribute, SceneGraph, attribute_element
from engine.taxonomy import Taxonomy
from engine.wording import article, number, ordinal

PART = {"mass": "portion of ", "plural": "set of "}
PARTS = {"mass": "portions of ", "plural": "sets of "}
_article = lru_cache(maxsize=65536)(article)


@dataclass(slots=True)
class Thing:
    """An object as captions need it; `front` attributes stand before the noun, `rest` are said afterwards."""

    id: str
    name: str
    number: str
    element: str
    marks: list[tuple[str, str]]
    """(value, element) in the order in which English says them."""
    alike: list[Thing] = field(default_factory=list)
    """All things of this name, itself among them."""
    front: list[tuple[str, str]] = field(default_factory=list)
    rest: list[tuple[str, str]] = field(default_factory=list)
    by_ordinal: bool = False
    ordinal: int = 0
    said: bool = False

    @property
    def many(self) -> bool:
        """Whether the verb is plural."""
        return self.number == "plural" and not self.by_ordinal

    @property
    def cost(self) -> int:
        """About how many words naming it takes."""
        return 2 if self.said else 2 + len(self.front) + (1 if self.by_ordinal else 0)


def ambiguous(groups: Sequence[frozenset[str]]) -> bool:
    """True when one set of attribute values is contained in another, so that "the red dog" could mean both."""
    return any(a <= b for i, a in enumerate(groups) for j, b in enumerate(groups) if i != j)


class Cast:
    """The things of a graph by id; `awkward` are ids whose attributes cannot stand before their names."""

    def __init__(
        self, graph: SceneGraph, taxonomy: Taxonomy, manner: Manner, *, awkward: frozenset[str] = frozenset()
    ) -> None:
        self.taxonomy, self.manner = taxonomy, manner
        self.of: dict[str, Thing] = {}
        self.bare = False
        """Whether first mentions go without articles."""
        groups: dict[str, list[Thing]] = {}
        marks, nouns, place = graph.attributes_of, taxonomy.noun, taxonomy.attribute_place
        for item in graph.objects:
            noun = nouns.get(item.name)
            own = _ordered(marks[item.id], place)
            thing = Thing(item.id, item.name, noun.number if noun else "count", "o:" + item.id, own)
            thing.front = [] if item.id in awkward else own[: manner.front]
            thing.rest = own if item.id in awkward else own[manner.front :]
            self.of[item.id] = thing
            groups.setdefault(item.name, []).append(thing)
        for group in groups.values():
            for thing in group:
                thing.alike = group
            if len(group) > 1 and self._unclear(group):
                for thing in group:
                    thing.by_ordinal = True

    def _unclear(self, group: Sequence[Thing]) -> bool:
        """Attributes alone do not tell these things apart."""
        return any(t.rest for t in group) or ambiguous([frozenset(value for value, _ in t.marks) for t in group])

    def countable(self, ids: Sequence[str], loose: frozenset[str] | set[str]) -> list[list[Thing]]:
        """The things in groups that are said together, "two red dogs": same words, none of them elsewhere or related."""
        groups: dict[tuple[str, frozenset[str]], list[Thing]] = {}
        for id in ids:
            thing = self.of[id]
            groups.setdefault((thing.name, frozenset([value for value, _ in thing.marks])), []).append(thing)
        found: list[list[Thing]] = []
        for group in groups.values():
            found += [group] if len(group) > 1 and self._together(group[0], loose) else [[thing] for thing in group]
        return found

    def _together(self, thing: Thing, loose: frozenset[str] | set[str]) -> bool:
        group = thing.alike
        if not self._counts(thing):
            return False
        values = {value for value, _ in thing.marks}
        return all(t.id in loose and not t.said and not t.rest for t in group) and all(
            {value for value, _ in t.marks} == values for t in group
        )

    def _counts(self, thing: Thing) -> bool:
        """Whether the plural leads back to this name."""
        noun = self.taxonomy.noun.get(thing.name)
        return noun is None or noun.number != "count" or self.taxonomy.singular.get(noun.plural) == thing.name

    # -- saying them

    def quoted(self, word: str, *, noun: bool = False) -> str:
        """The word, in quotation marks where this manner wants them."""
        quotes = self.manner.quotes
        return f"“{word}”" if quotes == "all" or (noun and quotes) else word

    def mention(self, text: Text, thing: Thing) -> int:
        """`a large red dog`, `a first dog`, `some water`; later `the dog`, `the red dog`, `the first dog`."""
        start = text.at
        if thing.said:
            self._again(text, thing)
        else:
            self._first(text, thing)
        text.say(self.quoted(thing.name, noun=True) if self.manner.quotes else thing.name)
        text.mark(start, thing.element)
        return start

    def _first(self, text: Text, thing: Thing) -> None:
        thing.said = True
        text.mentions.append(thing.id)
        if thing.by_ordinal:
            thing.ordinal = 1 + sum(other.ordinal > 0 for other in thing.alike)
            word = ordinal(thing.ordinal)
            text.say(f"{'' if self.bare else article(word) + ' '}{word} {PART.get(thing.number, '')}")
        elif not self.bare:
            text.say(self._opening(thing))
        self._attributes(text, thing.front)

    def _opening(self, thing: Thing) -> str:
        if thing.number != "count":
            return "some "
        return _article(thing.front[0][0] if thing.front else thing.name) + " "

    def _again(self, text: Text, thing: Thing) -> None:
        text.say("the ")
        if thing.by_ordinal:
            text.say(f"{ordinal(thing.ordinal)} {PART.get(thing.number, '')}")
        elif len(thing.alike) > 1:
            self._attributes(text, thing.front)

    def counted(self, text: Text, group: Sequence[Thing]) -> None:
        """`two red dogs`, `three portions of cold water`."""
        thing, start = group[0], text.at
        noun = self.taxonomy.noun.get(thing.name)
        text.say(f"{number(len(group))} {PARTS.get(thing.number, '')}")
        for value, element in thing.front:
            begin = text.at
            text.say(self.quoted(value), element)
            for other in group[1:]:
                text.mark(begin, next(mark for word, mark in other.marks if word == value))
            text.say(" ")
        plural = noun.plural if noun else thing.name + "s"
        text.say(self.quoted(plural if thing.number == "count" else thing.name, noun=True))
        for other in group:
            text.mark(start, other.element)
            text.mentions.append(other.id)
            other.said = True

    def _attributes(self, text: Text, marks: Sequence[tuple[str, str]]) -> None:
        for value, element in marks:
            text.say(self.quoted(value) if self.manner.quotes else value, element)
            text.say(" ")


def _ordered(marks: Sequence[Attribute], place: dict[str, int]) -> list[tuple[str, str]]:
    """(value, element) in the order of the attribute kinds, of one kind in the order of the graph."""
    if len(marks) > 1:
        marks = sorted(marks, key=lambda mark: place.get(mark.kind, len(place)))
    return [(mark.value, attribute_element(mark)) for mark in marks]
