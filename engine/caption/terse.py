"""Terse captions: fragments as prompts are written for models with few tokens, "red dog above cat, at night".

Only what was named before has an article, "the cat". Try it: `python -c "from engine.caption import *; help(Style)"`.
"""

from __future__ import annotations

from engine.caption.cast import Cast, Thing
from engine.caption.plan import by_source, is_clause, reading_order, take
from engine.caption.sentences import Sentences
from engine.caption.text import Caption, Text
from engine.graph import Relation, SceneGraph, relation_element


class Fragments:
    """Writes one terse caption, fragment by fragment."""

    def __init__(self, graph: SceneGraph, cast: Cast) -> None:
        self.graph, self.cast = graph, cast
        cast.bare = True
        self.text = Text()
        self.links = by_source(graph)

    def caption(self) -> Caption:
        """The whole caption."""
        if self.cast.manner.scene == "first":
            self._scene()
        if self.cast.manner.listing:
            self._existence()
        for id in reading_order(self.graph):
            source, links = self.cast.of[id], self.links[id]
            while links:
                self._fragment(source, take(self.cast, source, links))
        self._existence()
        if self.cast.manner.scene != "first":
            self._scene()
        return self.text.caption()

    def _next(self) -> None:
        if self.text.pieces:
            self.text.say(", ")

    def _fragment(self, source: Thing, links: list[Relation]) -> None:
        self._next()
        words = self.cast.taxonomy.relation
        start = self.cast.mention(self.text, source)
        for i, link in enumerate(links):
            self.text.say(" and " if i else " ")
            start = self.text.at if i else start
            plural = is_clause(link, words) and source.many
            self.text.say((words[link.phrase].plural if plural else "") or link.phrase)
            self.text.say(" ")
            self.cast.mention(self.text, self.cast.of[link.target])
            self.text.mark(start, relation_element(link))

    def _existence(self) -> None:
        loose = {item.id for item in self.graph.objects} - {
            end for link in self.graph.relations for end in (link.source, link.target)
        }
        for group in self.cast.countable([id for id, thing in self.cast.of.items() if not thing.said], loose):
            self._next()
            if len(group) > 1:
                self.cast.counted(self.text, group)
            else:
                self.cast.mention(self.text, group[0])

    def _scene(self) -> None:
        for words, element in Sentences(self.graph, self.cast).graph_scene():
            self._next()
            self.text.say(words, element)
