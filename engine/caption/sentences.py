"""Sentences: the plain and the rich captions, written statement by statement in the manner of a phrasing.

Try it: `python -c "from engine.caption import *; help(caption)"`.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.caption.cast import Cast, Thing
from engine.caption.plan import VERB, WORDS, by_source, cost, is_clause, reading_order, take
from engine.caption.style import HOUSE
from engine.caption.text import Caption, Text
from engine.graph import Relation, SceneGraph, relation_element, scene_element

ITEMS = 4
"""So many things are listed in one sentence."""
SCENES = 4


def joint(i: int, count: int) -> str:
    """What stands behind the i-th of a list: a comma, `and`, or nothing."""
    return "" if i == count - 1 else " and " if i == count - 2 else ", "


class Sentences:
    """Writes one caption; `statement`, `existence` and `scene` each write sentences about their part of the graph."""

    def __init__(self, graph: SceneGraph, cast: Cast) -> None:
        self.graph, self.cast, self.manner = graph, cast, cast.manner
        self.words = cast.taxonomy.relation
        self.house = cast.taxonomy.max_objects is not None and cast.manner is HOUSE
        self.text = Text()
        self.links = by_source(graph)
        self.loose = {item.id for item in graph.objects} - {e for r in graph.relations for e in (r.source, r.target)}
        self.subjects: set[str] = set()
        self.before = manner_opening(graph, cast)
        self.length = 0
        """About how many words the sentence has that another statement may join; 0 for none."""

    def caption(self) -> Caption:
        """The whole caption."""
        place = self.manner.scene
        first = place == "first" or (place == "in" and not self.before)
        if first:
            self.scene()
        if self.manner.careful:
            self.introductions()
        if self.manner.listing:
            self.existence(list(self.cast.of))
        self.statements()
        self.existence([id for id, thing in self.cast.of.items() if not thing.said])
        if not first and place != "in":
            self.scene()
        return self.text.caption()

    # -- sentences

    def begin(self) -> None:
        """A new sentence, after what stands before the first one."""
        self.text.begin()
        if self.before:
            opening, self.before = self.before, ""
            if opening == "in":
                self.text.say("in a scene that is ")
                self._scene_list(self.graph_scene())
                opening = ", "
            self.text.say(opening)

    @property
    def spent(self) -> int:
        """About how many words stand before the next sentence begins."""
        return 5 + 6 * len(self.graph.scene_attributes) if self.before == "in" else len(self.before.split())

    def end(self) -> None:
        """The full stop, and sentences with what did not fit before the nouns."""
        self.text.say(".")
        self.length = 0
        for thing in [t for t in self.cast.of.values() if t.said and t.rest]:
            self._rest(thing)

    def _rest(self, thing: Thing) -> None:
        marks, thing.rest = thing.rest, []
        for start in range(0, len(marks), ITEMS):
            self.text.begin()
            self.cast.mention(self.text, thing)
            self.text.say(" are " if thing.many else " is ")
            self._values(marks[start : start + ITEMS])
            self.text.say(".")

    def _values(self, marks: Sequence[tuple[str, str]]) -> None:
        for i, (value, element) in enumerate(marks):
            self.text.say(self.cast.quoted(value), element)
            self.text.say(joint(i, len(marks)))

    def introductions(self) -> None:
        """`There is a bear that is black.`, for things whose attributes cannot stand before their names."""
        for thing in self.cast.of.values():
            if not thing.rest:
                continue
            marks, thing.rest = thing.rest[:ITEMS], thing.rest[ITEMS:]
            self.begin()
            many = thing.many
            self.text.say("there are " if many else "there is ")
            self.cast.mention(self.text, thing)
            self.text.say(" that are " if many else " that is ")
            self._values(marks)
            self.end()

    # -- relations

    def statements(self) -> None:
        """All that is said with a relation."""
        turn, leads = 0, self.manner.leads
        for id in reading_order(self.graph):
            links, source = self.links[id], self.cast.of[id]
            while links:
                chunk = take(self.cast, source, links, spent=self.spent, all_at_once=self.house)
                self.statement(source, chunk, leads[turn % len(leads)])
                turn += 1
        if self.length:
            self.end()

    def statement(self, source: Thing, links: Sequence[Relation], lead: str) -> None:
        """One sentence, or one half of one."""
        size = cost(self.cast, source, links) + self.spent
        joined = self.length and self.length + size <= WORDS and len(links) == 1
        if joined:
            self.text.say(self.manner.join)
        else:
            if self.length:
                self.end()
            self.begin()
        chain = self._lead(source, links, *(("plain", WORDS) if joined else (lead, size)))
        self.subjects.add(source.id)
        if self.manner.join and not joined and not chain and not source.rest and len(links) == 1:
            self.length = size
        else:
            self.end()

    def _lead(self, source: Thing, links: Sequence[Relation], lead: str, size: int) -> bool:
        """Write a statement as its lead says, if that can be; whether it took a relative clause."""
        new, phrases = not source.said, not any(is_clause(link, self.words) for link in links)
        if lead == "front" and new and phrases and len(links) == 1:
            self._fronted(source, links[0])
            return False
        if lead in ("there", "that", "see") and new:
            self.text.say(self.manner.seeing + " " if lead == "see" else "there are " if source.many else "there is ")
            start = self.cast.mention(self.text, source)
            if phrases and lead != "that":
                self.text.say(" ")
                return self._phrases(source, links, start, size)
            self.text.say(" that")
            self._verb_phrase(source, links, start, WORDS)
            return True
        start = self.cast.mention(self.text, source)
        return self._verb_phrase(source, links, start, size)

    def _fronted(self, source: Thing, link: Relation) -> None:
        start = self.text.at
        self.text.say(self.cast.quoted(link.phrase))
        self.text.say(" ")
        self.cast.mention(self.text, self.cast.of[link.target])
        self.text.say(" are " if source.many else " is ")
        self.cast.mention(self.text, source)
        self.text.mark(start, relation_element(link))

    def _verb_phrase(self, source: Thing, links: Sequence[Relation], start: int, size: int) -> bool:
        """` is next to a cat and chases an owl`."""
        also = self.manner.also and source.id in self.subjects
        if is_clause(links[0], self.words):
            self.text.say(" also " if also else " ")
        else:
            self.text.say((" are also " if also else " are ") if source.many else " is also " if also else " is ")
        return self._phrases(source, links, start, size)

    def _phrases(self, source: Thing, links: Sequence[Relation], start: int, size: int) -> bool:
        """`next to a cat, behind a tree and above an owl`; the last one may take a relative clause."""
        text, chained = self.text, False
        for i, link in enumerate(links):
            if i:
                start = text.at
            text.say(self._said(source, link))
            text.say(" ")
            target = self.cast.of[link.target]
            new, here = not target.said, self.cast.mention(text, target)
            text.mark(start, relation_element(link))
            if i < len(links) - 1:
                text.say(joint(i, len(links)))
            elif self.manner.chain and new:
                chained = self._chain(source, target, here, size)
        return chained

    def _said(self, source: Thing, link: Relation) -> str:
        words = self.words.get(link.phrase)
        plural = words is not None and words.form == "clause" and source.many
        return self.cast.quoted(words.plural if words and plural and words.plural else link.phrase)

    def _chain(self, source: Thing, target: Thing, start: int, size: int) -> bool:
        """` that is behind a tree`, about the last thing of a sentence, where there is room."""
        links = self.links[target.id]
        if not links or target.rest or links[0].target == source.id:
            return False
        link = links[0]
        if size + VERB + 3 + self.cast.of[link.target].cost > WORDS:
            return False
        del links[0]
        self.text.say(" that ")
        if not is_clause(link, self.words):
            self.text.say("are " if target.many else "is ")
        self.text.say(self._said(target, link))
        self.text.say(" ")
        self.cast.mention(self.text, self.cast.of[link.target])
        self.text.mark(start, relation_element(link))
        self.subjects.add(target.id)
        return True

    # -- things without relations

    def existence(self, ids: Sequence[str]) -> None:
        """`There are two dogs, a cat and an owl.`"""
        groups = self.cast.countable(ids, self.loose)
        also = False
        while groups:
            count, opened = len(groups) if self.house else self._room(groups), bool(self.before)
            self.begin()
            self._exist(groups[0], also or bool(self.subjects and self.manner.also), opened)
            for i, group in enumerate(groups[:count]):
                if len(group) > 1:
                    self.cast.counted(self.text, group)
                else:
                    self.cast.mention(self.text, group[0])
                self.text.say(joint(i, count))
            self.end()
            groups, also = groups[count:], True

    def _room(self, groups: Sequence[Sequence[Thing]]) -> int:
        left, count = WORDS - 3 - self.spent, 0
        for group in groups[:ITEMS]:
            left -= group[0].cost + 1
            if left < 0 and count:
                break
            count += 1
        return count

    def _exist(self, group: Sequence[Thing], also: bool, opened: bool) -> None:
        many = len(group) > 1 or group[0].many
        if self.manner.exist == "we see":
            words = "we also see " if also else "we see "
        elif self.manner.exist == "the image shows":
            words = "the image also shows " if also else "the image shows "
        elif self.manner.exist == "in the scene is" and not opened:
            words = ("also " if also else "") + ("in the scene are " if many else "in the scene is ")
        else:
            words = ("there are " if many else "there is ") + ("also " if also else "")
        self.text.say(words)

    # -- the scene

    def graph_scene(self) -> list[tuple[str, str]]:
        """(phrase, element) of the scene attributes, in the order of their kinds."""
        kinds = self.cast.taxonomy.scene_kind
        place = {name: i for i, name in enumerate(kinds)}
        scene = sorted(self.graph.scene_attributes, key=lambda pair: place.get(pair[0], len(place)))
        return [
            (kinds[kind].phrases.get(value, value) if kind in kinds else value, scene_element(kind))
            for kind, value in scene
        ]

    def scene(self) -> None:
        """`The scene is set in a courtyard, in heavy rain and seen from above.`"""
        if not self.graph.scene_attributes:
            return
        if self.manner.kinds:
            self._scene_with_kinds()
            return
        scene, words = self.graph_scene(), self.manner.scene_words
        count = len(scene) if self.house else SCENES
        for start in range(0, len(scene), count):
            self.text.begin()
            self.text.say(words + " ")
            self._scene_list(scene[start : start + count])
            self.text.say(".")
            words = "the scene is also"

    def _scene_with_kinds(self) -> None:
        """`The weather of the scene is rain.`, where a phrase would say too little."""
        quoted = self.cast.quoted
        for kind, value in self.graph.scene_attributes:
            self.text.begin()
            self.text.say(f"the {quoted(kind)} of the scene is ")
            self.text.say(quoted(value), scene_element(kind))
            self.text.say(".")

    def _scene_list(self, scene: Sequence[tuple[str, str]]) -> None:
        for i, (words, element) in enumerate(scene):
            self.text.say(words, element)
            self.text.say(joint(i, len(scene)))


def manner_opening(graph: SceneGraph, cast: Cast) -> str:
    """What stands before the first statement: literal words, or `in` for the scene attributes."""
    if cast.manner.scene != "in":
        return cast.manner.opening
    return "in" if graph.objects and len(graph.scene_attributes) == 1 else ""
