"""Asks everything about a graph that is true, each with its twist: what is there, what it is like, how it stands, how many.

The k-th question of a kind has the id `kind-k`, its counterfactual `kind-k-not`.
Try it: `python cli.py questions scenes.jsonl`.
"""

from __future__ import annotations

from engine.graph import (
    Attribute,
    Relation,
    SceneGraph,
    attribute_element,
    object_element,
    relation_element,
    scene_element,
)
from engine.programs import Exactly, Exists, Is, Program, Related, Scene, Thing, say
from engine.questions.meant import Meant, inside
from engine.questions.opened import opened
from engine.questions.question import YES_OR_NO, Question
from engine.questions.wrong import Wrong
from engine.taxonomy import Taxonomy

Ids = tuple[str, ...]


class Asker:
    """Collects the questions of one graph."""

    def __init__(self, graph: SceneGraph, taxonomy: Taxonomy) -> None:
        self.graph, self.taxonomy = graph, taxonomy
        self.meant = Meant(graph, taxonomy)
        self.wrong = Wrong(self.meant)
        self.found: list[Question] = []
        self.twists: list[Question] = []
        self.existence: dict[str, str] = {}
        self.numbers: dict[str, int] = {}
        self.told = self._told_by_name()

    def all(self) -> tuple[Question, ...]:
        """True questions, then their counterfactuals, then the open ones."""
        self._existence()
        self._attributes()
        self._relations()
        self._scene()
        self._counts()
        return (*self.found, *self.twists, *opened(self.meant, self.existence))

    def _told_by_name(self) -> dict[str, list[Attribute]]:
        """Attributes that the name of their object says already: to ask whether the red fox is red is idle."""
        found: dict[str, list[Attribute]] = {}
        for mark in self.graph.attributes:
            if inside(mark.value, self.meant.names[mark.object]):
                found.setdefault(mark.object, []).append(mark)
        return found

    # -- what is there

    def _existence(self) -> None:
        for name, ids in self.meant.same.items():
            if self.meant.countable(name):
                for k, id in enumerate(ids, start=1):
                    parents = (self.existence[ids[k - 2]],) if k > 1 else ()
                    wrong = self.wrong.existence(name, ids, k)
                    self.existence[id] = self._ask(Exists(Thing(name), k), "existence", self._there(id), parents, wrong)
            else:
                wrong = self.wrong.existence(name, ids, 1)
                elements = tuple([element for id in ids for element in self._there(id)])
                asked = self._ask(Exists(Thing(name)), "existence", elements, (), wrong)
                self.existence |= dict.fromkeys(ids, asked)

    def _there(self, id: str) -> Ids:
        return (object_element(id), *map(attribute_element, self.told.get(id, ())))

    def _counts(self) -> None:
        for name, ids in self.meant.same.items():
            if self.meant.countable(name) and len(self.meant.kin[name]) == len(ids):
                wrong = self.wrong.number(name, len(ids))
                elements = tuple([object_element(id) for id in ids])
                self._ask(Exactly(Thing(name), len(ids)), "count", elements, (self.existence[ids[0]],), wrong)

    # -- what it is like

    def _attributes(self) -> None:
        merged: dict[Exists, tuple[list[str], list[str]]] = {}
        for id, marks in self.graph.attributes_of.items():
            if id in self.told:
                marks = tuple([mark for mark in marks if mark not in self.told[id]])
            name = self.meant.names[id]
            if self.meant.alone(name):
                for mark in marks:
                    self._attribute_of_one(id, name, mark)
            elif self.meant.countable(name):
                self._attributes_of_many(id, name, marks)
            else:
                self._attributes_of_much(id, name, marks, merged)
        for right, (elements, parents) in merged.items():
            wrong = self.wrong.attributes(right.thing.name, right.thing.attributes, len(self.found))
            self._ask(right, "attribute", tuple(elements), tuple(dict.fromkeys(parents)), wrong)

    def _attribute_of_one(self, id: str, name: str, mark: Attribute) -> None:
        thing = self.meant.thing(id)
        wrong = self.wrong.attribute(mark, thing, len(self.found))
        right = Is(thing, mark.kind, mark.value)
        self._ask(right, "attribute", (attribute_element(mark),), (self.existence[id],), wrong)

    def _attributes_of_many(self, id: str, name: str, marks: tuple[Attribute, ...]) -> None:
        """Asked together, so that "a large red dog" is not confused with a large one and a red one."""
        parent, meant = self.existence[id], self.meant
        pairs = tuple([(mark.kind, mark.value) for mark in marks])
        for i, mark in enumerate(marks, start=1):
            some = pairs[:i]
            alike = [o for o in meant.kin[name] if meant.below(o, name) and set(some) <= set(meant.pairs[o])]
            right = Exists(Thing(name, some), alike.index(id) + 1)
            wrong = self.wrong.attributes(name, some, len(self.found))
            parent = self._ask(right, "attribute", (attribute_element(mark),), (parent,), wrong)

    def _attributes_of_much(
        self, id: str, name: str, marks: tuple[Attribute, ...], merged: dict[Exists, tuple[list[str], list[str]]]
    ) -> None:
        """Water is not counted, so one question asks for all of it that is alike."""
        for mark in marks:
            right = Exists(Thing(name, ((mark.kind, mark.value),)))
            elements, parents = merged.setdefault(right, ([], []))
            elements.append(attribute_element(mark))
            parents.append(self.existence[id])

    # -- how it stands

    def _relations(self) -> None:
        asked: dict[Related, list[Relation]] = {}
        thing = self.meant.thing
        for link in self.graph.relations:
            asked.setdefault(Related(thing(link.source), link.phrase, thing(link.target)), []).append(link)
        for turn, (program, links) in enumerate(asked.items()):
            ends = [end for link in links for end in (link.source, link.target)]
            parents = tuple(dict.fromkeys([self.existence[end] for end in ends]))
            elements = tuple([relation_element(link) for link in links])
            wrong = self.wrong.relation(program, (links[0].source, links[0].target), turn)
            self._ask(program, "relation", elements, parents, wrong)

    # -- the scene

    def _scene(self) -> None:
        for kind, value in self.graph.scene_attributes:
            wrong = self.wrong.scene(kind, value, len(self.found))
            if wrong is not None:
                self._ask(Scene(kind, value), "scene", (scene_element(kind),), (), wrong)

    def _ask(self, right: Program, kind: str, elements: Ids, parents: Ids, wrong: Program) -> str:
        number = self.numbers[kind] = self.numbers.get(kind, 0) + 1
        id, taxonomy = f"{kind}-{number}", self.taxonomy
        self.found.append(Question(id, say(right, taxonomy), "yes", YES_OR_NO, kind, elements, parents, None, right))
        self.twists.append(
            Question(f"{id}-not", say(wrong, taxonomy), "no", YES_OR_NO, kind, elements, parents, id, wrong)
        )
        return id
