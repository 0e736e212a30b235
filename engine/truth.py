"""What a graph says to a question program: yes, no, a word, or that it cannot be known.

The reading is closed in objects (nothing is there but what the graph names) and open in all else: an attribute or a
relation that is not mentioned may hold. Try it: `python -m pytest tests/engine/test_truth.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable

from engine.asking import one_way
from engine.graph import SceneGraph
from engine.programs import (
    Exactly,
    Exists,
    HowMany,
    Is,
    Program,
    Related,
    Scene,
    Thing,
    WhatAttribute,
    WhatRelated,
    WhatScene,
    WhatTarget,
    WhichObject,
)
from engine.taxonomy import Taxonomy
from engine.taxonomy.foils import book
from engine.wording import number

Triple = tuple[str, str, str]
Maybe = bool | None


def holds(program: Program, graph: SceneGraph, taxonomy: Taxonomy) -> bool | str | None:
    """True or False for a yes/no program, the answer of an open one; None where pictures of the graph differ."""
    return _Reading(graph, taxonomy).answer(program)


def denied(taxonomy: Taxonomy, triples: Container[Triple], source: str, phrase: str, target: str) -> bool:
    """Whether the (source, phrase, target) relations of a graph rule this one out."""
    word = taxonomy.relation.get(phrase)
    if word is None:
        return False
    if word.opposite is not None and (source, word.opposite, target) in triples:
        return True
    return one_way(word) and (target, phrase, source) in triples


class _Reading:
    """A graph as it is read: of every question, how many things certainly answer to it and how many might."""

    def __init__(self, graph: SceneGraph, taxonomy: Taxonomy) -> None:
        self.graph, self.taxonomy, self.foils = graph, taxonomy, book(taxonomy)
        self.triples = {(link.source, link.phrase, link.target) for link in graph.relations}

    def answer(self, program: Program) -> bool | str | None:
        match program:
            case Exists(thing, n):
                return _at_least([self.fits(id, thing) for id in self.graph.names], n)
            case Exactly(thing, n):
                found = self._number([self.fits(id, thing) for id in self.graph.names])
                return found if found is None else found == n
            case HowMany(thing):
                found = self._number([self.fits(id, thing) for id in self.graph.names])
                return None if found is None else number(found)
            case Is(thing, kind, value):
                marks = (*thing.attributes, (kind, value))
                return _at_least([self.fits(id, Thing(thing.name, marks)) for id in self.graph.names], 1)
            case Related():
                return self._related(program)
            case Scene(kind, value):
                return self._scene(kind, value)
            case WhatScene(kind):
                return dict(self.graph.scene_attributes).get(kind)
            case WhichObject(marks):
                return self._only({id: self._marked(id, marks) for id in self.graph.names})
            case WhatAttribute(thing, kind):
                return self._value(thing, kind)
            case WhatRelated(phrase, target):
                return self._partner(target, lambda other, one: self._stands(other, phrase, one))
            case WhatTarget(source, phrase):
                return self._partner(source, lambda other, one: self._stands(one, phrase, other))

    # -- things

    def fits(self, id: str, thing: Thing) -> Maybe:
        """Whether an object is such a thing: surely, surely not, or perhaps."""
        return _all(self._named(self.graph.names[id], thing.name), self._marked(id, thing.attributes))

    def _named(self, name: str, asked: str) -> Maybe:
        if name == asked:
            return True
        if self.foils.closed or not self.foils.in_line(name, asked):
            return False
        own, _ = self.foils.line(asked)
        return None if own.isdisjoint(self.foils.line(name)[1]) else True

    def _marked(self, id: str, marks: Iterable[tuple[str, str]]) -> Maybe:
        has = [(mark.kind, mark.value) for mark in self.graph.attributes_of[id]]
        found: Maybe = True
        for kind, value in marks:
            if (kind, value) in has:
                continue
            if any(k == kind and self.foils.apart(kind, v, value) for k, v in has):
                return False
            found = None
        return found

    def _number(self, fits: list[Maybe]) -> int | None:
        return None if None in fits else fits.count(True)

    def _only(self, fits: dict[str, Maybe]) -> str | None:
        """The name of the only thing that fits, where no other might."""
        able = [id for id, fit in fits.items() if fit is not False]
        return self.graph.names[able[0]] if len(able) == 1 and fits[able[0]] else None

    def _value(self, thing: Thing, kind: str) -> str | None:
        able = [id for id in self.graph.names if self.fits(id, thing) is not False]
        about = self.taxonomy.attribute_kind.get(kind)
        if len(able) != 1 or about is None or not about.exclusive:
            return None
        return next((mark.value for mark in self.graph.attributes_of[able[0]] if mark.kind == kind), None)

    # -- relations

    def _stands(self, source: str, phrase: str, target: str) -> Maybe:
        if (source, phrase, target) in self.triples:
            return True
        word = self.taxonomy.relation.get(phrase)
        if word is not None and word.axis is not None and (target, word.opposite, source) in self.triples:
            return True
        return False if denied(self.taxonomy, self.triples, source, phrase, target) else None

    def _related(self, program: Related) -> Maybe:
        names = self.graph.names
        sources = {id: self.fits(id, program.source) for id in names}
        targets = {id: self.fits(id, program.target) for id in names}
        rows = [
            [
                _all(sources[s], targets[t], self._stands(s, program.phrase, t) if sources[s] is not False else False)
                for t in names
                if s != t
            ]
            for s in names
        ]
        if program.n > 1 and program.source.definite:
            return _any(_at_least(row, program.n) for row in rows)
        return _at_least([_any(row) for row in rows], program.n)

    def _partner(self, thing: Thing, stands: Callable[[str, str], Maybe]) -> str | None:
        able = [id for id in self.graph.names if self.fits(id, thing) is not False]
        if len(able) != 1:
            return None
        return self._only({other: stands(other, able[0]) for other in self.graph.names if other != able[0]})

    # -- the scene

    def _scene(self, kind: str, value: str) -> Maybe:
        has = dict(self.graph.scene_attributes).get(kind)
        if has is None or has == value:
            return None if has is None else True
        return False if self.foils.scenes_apart(kind, has, value) else None


def _all(*parts: Maybe) -> Maybe:
    return False if False in parts else None if None in parts else True


def _any(parts: Iterable[Maybe]) -> Maybe:
    found = list(parts)
    return True if True in found else None if None in found else False


def _at_least(fits: list[Maybe], n: int) -> Maybe:
    if fits.count(True) >= n:
        return True
    return None if len(fits) - fits.count(False) >= n else False
