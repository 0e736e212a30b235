"""Graph to question-answer pairs: existence, attribute, relation, scene attribute and count, yes/no and open.

Every true question has a counterfactual whose right answer is "no" for certain, and parents that must hold first
(DSG, arXiv 2310.18235). Try it: `python cli.py questions scenes.jsonl`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from engine.caption import ambiguous
from engine.errors import FormatError, show
from engine.graph import (
    Attribute,
    Relation,
    SceneGraph,
    attribute_element,
    object_element,
    relation_element,
    scene_element,
)
from engine.programs import (
    YES_NO,
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
    WhichObject,
    from_dict,
    say,
    to_dict,
)
from engine.taxonomy import Taxonomy
from engine.wording import number

KINDS = ("existence", "attribute", "relation", "scene", "count")
YES_OR_NO = ("yes", "no")


@dataclass(frozen=True, slots=True)
class Question:
    """One question about a scene.

    `choices` is ("yes", "no") or the words an open answer can be; `elements` are the graph elements it asks about;
    `parents` are ids of questions that must be answered right before this one means anything; `counterfactual_of`
    is the id of the true question that this one twists, and `program` says exactly what is asked.
    """

    id: str
    text: str
    answer: str
    choices: tuple[str, ...]
    kind: str
    elements: tuple[str, ...]
    parents: tuple[str, ...]
    counterfactual_of: str | None
    program: Program

    @property
    def open(self) -> bool:
        """True when the answer is a word other than yes and no."""
        return self.choices != YES_OR_NO

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        plain = {name: getattr(self, name) for name in ("id", "text", "answer", "kind", "counterfactual_of")}
        lists = {name: list(getattr(self, name)) for name in ("choices", "elements", "parents")}
        return {**plain, **lists, "program": to_dict(self.program)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Question:
        """Read what `to_dict` wrote; raises `FormatError` for anything else."""
        try:
            return cls(
                id=str(data["id"]),
                text=str(data["text"]),
                answer=str(data["answer"]),
                choices=tuple(map(str, data["choices"])),
                kind=str(data["kind"]),
                elements=tuple(map(str, data["elements"])),
                parents=tuple(map(str, data["parents"])),
                counterfactual_of=None if data["counterfactual_of"] is None else str(data["counterfactual_of"]),
                program=from_dict(data["program"]),
            )
        except (KeyError, TypeError) as error:
            raise FormatError(f"This is not a question of ours: {show(data)} ({error}).") from error


def questions(graph: SceneGraph, taxonomy: Taxonomy) -> tuple[Question, ...]:
    """Every question about a graph, true ones first, then their counterfactuals, then the open ones."""
    return _Asker(graph, taxonomy).all()


@dataclass
class _Asker:
    """Collects questions; the k-th question of a kind has the id `kind-k`, counterfactuals end in `-not`."""

    graph: SceneGraph
    taxonomy: Taxonomy
    found: list[Question] = field(default_factory=list)
    counterfactuals: list[Question] = field(default_factory=list)
    existence: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def __post_init__(self) -> None:
        self.same: dict[str, list[str]] = defaultdict(list)
        for item in self.graph.objects:
            self.same[item.name].append(item.id)
        self.pairs = {
            id: tuple((mark.kind, mark.value) for mark in marks) for id, marks in self.graph.attributes_of.items()
        }

    def all(self) -> tuple[Question, ...]:
        self._existence()
        self._attributes()
        self._relations()
        self._scene()
        self._counts()
        true = list(self.found)
        return (*true, *self.counterfactuals, *self._open())

    # -- true questions and their twists

    def _existence(self) -> None:
        for name, ids in self.same.items():
            for k, id in enumerate(ids, start=1):
                element = (object_element(id),)
                absent = None if k == len(ids) > 1 else self._absent()
                wrong = Exists(Thing(absent)) if absent else Exists(Thing(name), len(ids) + 1 + k % len(ids))
                parents = (self.existence[ids[k - 2]],) if k > 1 else ()
                self.existence[id] = self._ask(Exists(Thing(name), k), "existence", element, parents, wrong)

    def _attributes(self) -> None:
        for id, marks in self.graph.attributes_of.items():
            name = self.graph.names[id]
            if len(self.same[name]) == 1:
                for mark in marks:
                    self._attribute_of_one(id, name, mark)
            else:
                self._attributes_of_many(id, name, marks)

    def _attribute_of_one(self, id: str, name: str, mark: Attribute) -> None:
        thing, other = Thing(name, definite=True), self._other_value(mark)
        wrong = Is(thing, mark.kind, other) if other else Exists(Thing(name, ((mark.kind, mark.value),)), 2)
        parents = (self.existence[id],)
        self._ask(Is(thing, mark.kind, mark.value), "attribute", (attribute_element(mark),), parents, wrong)

    def _attributes_of_many(self, id: str, name: str, marks: tuple[Attribute, ...]) -> None:
        """Asked together, so that "a large red dog" is not confused with a large one and a red one."""
        parent = self.existence[id]
        for i, mark in enumerate(marks):
            pairs = self.pairs[id][: i + 1]
            alike = [other for other in self.same[name] if set(pairs) <= set(self.pairs[other])]
            n = alike.index(id) + 1
            wrong = self._wrong_attributes(name, pairs)
            parent = self._ask(Exists(Thing(name, pairs), n), "attribute", (attribute_element(mark),), (parent,), wrong)

    def _relations(self) -> None:
        asked: dict[Related, list[Relation]] = {}
        for link in self.graph.relations:
            program = Related(self._thing(link.source), link.phrase, self._thing(link.target))
            asked.setdefault(program, []).append(link)
        for program, links in asked.items():
            ends = [end for link in links for end in (link.source, link.target)]
            parents = tuple(dict.fromkeys(self.existence[end] for end in ends))
            elements = tuple(relation_element(link) for link in links)
            self._ask(program, "relation", elements, parents, self._wrong_relation(program))

    def _scene(self) -> None:
        for kind, value in self.graph.scene_attributes:
            others = [other for other in self.taxonomy.scene_kind[kind].phrases if other != value]
            if others:
                wrong = Scene(kind, others[len(self.found) % len(others)])
                self._ask(Scene(kind, value), "scene", (scene_element(kind),), (), wrong)

    def _counts(self) -> None:
        for name, ids in self.same.items():
            elements = tuple(object_element(id) for id in ids)
            n = len(ids)
            wrong = Exactly(Thing(name), n + 1)
            self._ask(Exactly(Thing(name), n), "count", elements, (self.existence[ids[0]],), wrong)

    def _ask(
        self, right: Program, kind: str, elements: tuple[str, ...], parents: tuple[str, ...], wrong: Program
    ) -> str:
        self.numbers[kind] += 1
        id = f"{kind}-{self.numbers[kind]}"
        self.found.append(self._question(id, right, "yes", kind, elements, parents))
        twist = self._question(f"{id}-not", wrong, "no", kind, elements, parents, counterfactual_of=id)
        self.counterfactuals.append(twist)
        return id

    def _question(
        self, id: str, program: Program, answer: str, kind: str, elements: tuple[str, ...], parents: tuple[str, ...],
        *, choices: tuple[str, ...] = YES_OR_NO, counterfactual_of: str | None = None,
    ) -> Question:  # fmt: skip
        text = say(program, self.taxonomy)
        return Question(id, text, answer, choices, kind, elements, parents, counterfactual_of, program)

    # -- what is certainly false

    def _absent(self) -> str | None:
        """An object word that the graph does not have, each once, of the same kind as one that it has where possible."""
        kinds = {self.taxonomy.noun[name].kind for name in self.same if name in self.taxonomy.noun}
        used = {q.program.thing.name for q in self.counterfactuals if isinstance(q.program, Exists)}
        absent = [noun for noun in self.taxonomy.nouns if noun.name not in self.same and noun.name not in used]
        near = [noun.name for noun in absent if noun.kind in kinds] or [noun.name for noun in absent]
        start = sum(map(len, self.same)) * 7
        return near[(start + len(self.counterfactuals) * 3) % len(near)] if near else None

    def _wrong_attributes(self, name: str, pairs: tuple[tuple[str, str], ...]) -> Program:
        """The last attribute changed to one that none of this name can have, otherwise more than there can be of these."""
        *others, (kind, value) = pairs
        about = self.taxonomy.attribute_kind.get(kind)
        start = len(self.found) * 3 + len(value)
        values = [other for other in about.values if other != value] if about else []
        for turn in range(len(values)):
            marks = (*others, (kind, values[(start + turn) % len(values)]))
            wrong = Exists(Thing(name, marks))
            if self._fitting(name, marks) == 0 and self._is_new(wrong):
                return wrong
        most = self._fitting(name, pairs)
        return next(wrong for n in count(most + 1) if self._is_new(wrong := Exists(Thing(name, pairs), n)))

    def _fitting(self, name: str, pairs: tuple[tuple[str, str], ...]) -> int:
        """How many things of this name could have these attributes in some picture of the graph."""
        return sum(not self._exclude(pairs, self.pairs[id]) for id in self.same[name])

    def _is_new(self, program: Program) -> bool:
        return all(twist.program != program for twist in self.counterfactuals)

    def _other_value(self, mark: Attribute) -> str | None:
        """Another value of an exclusive kind; None where two values could be true at once."""
        kind = self.taxonomy.attribute_kind.get(mark.kind)
        if kind is None or not kind.exclusive:
            return None
        others = [value for value in kind.values if value != mark.value]
        return others[(len(self.found) * 3 + len(mark.value)) % len(others)] if others else None

    def _wrong_relation(self, program: Related) -> Related:
        word = self.taxonomy.relation.get(program.phrase)
        certain = program.source.definite and program.target.definite
        if certain and word is not None and word.opposite is not None:
            return Related(program.source, word.opposite, program.target)
        source = Thing(program.source.name, program.source.attributes)
        return Related(source, program.phrase, program.target, len(self.same[source.name]) + 1)

    def _thing(self, id: str) -> Thing:
        """A reference that means this object alone; where attributes could mean another as well, one with "a"."""
        name = self.graph.names[id]
        if len(self.same[name]) == 1:
            return Thing(name, definite=True)
        return Thing(name, self.pairs[id], definite=self._told_apart(name))

    def _told_apart(self, name: str) -> bool:
        """No picture of the graph can show two of these to which the same words apply."""
        groups = [self.pairs[id] for id in self.same[name]]
        return not ambiguous([frozenset(v for _, v in pairs) for pairs in groups]) and all(
            self._exclude(a, b) for i, a in enumerate(groups) for b in groups[i + 1 :]
        )

    def _exclude(self, a: Iterable[tuple[str, str]], b: Iterable[tuple[str, str]]) -> bool:
        other = dict(b)
        return any(
            kind in other and other[kind] != value and self.taxonomy.attribute_kind[kind].exclusive for kind, value in a
        )

    # -- open questions, only where the answer is unique in every picture of the graph

    def _open(self) -> Iterator[Question]:
        makers = (
            self._open_existence,
            self._open_attributes,
            self._open_relations,
            self._open_scene,
            self._open_counts,
        )
        for kind, make in zip(KINDS, makers, strict=True):
            for i, (program, answer, elements, parents, choices) in enumerate(make(), start=1):
                yield self._question(f"{kind}-open-{i}", program, answer, kind, elements, parents, choices=choices)

    def _open_existence(self) -> Iterator[tuple[Program, str, tuple[str, ...], tuple[str, ...], tuple[str, ...]]]:
        names = tuple(noun.name for noun in self.taxonomy.nouns)
        if len(self.graph.objects) == 1:
            item = self.graph.objects[0]
            yield WhichObject(), item.name, (object_element(item.id),), (), names
        for item in self.graph.objects if len(self.graph.objects) > 1 else ():
            for pair in self.pairs[item.id]:
                if all(self._exclude((pair,), self.pairs[o.id]) for o in self.graph.objects if o.id != item.id):
                    yield WhichObject((pair,)), item.name, (object_element(item.id),), (), names
                    break

    def _open_attributes(self) -> Iterator[tuple[Program, str, tuple[str, ...], tuple[str, ...], tuple[str, ...]]]:
        for mark in self.graph.attributes:
            name = self.graph.names[mark.object]
            kind = self.taxonomy.attribute_kind.get(mark.kind)
            if len(self.same[name]) == 1 and kind is not None and kind.exclusive:
                program = WhatAttribute(Thing(name, definite=True), mark.kind)
                yield program, mark.value, (attribute_element(mark),), (self.existence[mark.object],), kind.values

    def _open_relations(self) -> Iterator[tuple[Program, str, tuple[str, ...], tuple[str, ...], tuple[str, ...]]]:
        names = tuple(noun.name for noun in self.taxonomy.nouns)
        for link in self.graph.relations:
            target = self._thing(link.target)
            if target.definite and self._only_source(link):
                parents = tuple(dict.fromkeys(self.existence[end] for end in (link.target, link.source)))
                program = WhatRelated(link.phrase, target)
                yield program, self.graph.names[link.source], (relation_element(link),), parents, names

    def _only_source(self, link: Relation) -> bool:
        """Every other object stands to the target in a way that rules this relation out."""
        word = self.taxonomy.relation.get(link.phrase)
        others = [o.id for o in self.graph.objects if o.id not in (link.source, link.target)]
        return all(
            word is not None and word.opposite is not None and self._stands(other, word.opposite, link.target)
            for other in others
        )

    def _stands(self, source: str, phrase: str, target: str) -> bool:
        opposite = self.taxonomy.relation[phrase].opposite
        return any(
            (r.source, r.phrase, r.target) in ((source, phrase, target), (target, opposite, source))
            for r in self.graph.relations
        )

    def _open_scene(self) -> Iterator[tuple[Program, str, tuple[str, ...], tuple[str, ...], tuple[str, ...]]]:
        for kind, value in self.graph.scene_attributes:
            yield WhatScene(kind), value, (scene_element(kind),), (), tuple(self.taxonomy.scene_kind[kind].phrases)

    def _open_counts(self) -> Iterator[tuple[Program, str, tuple[str, ...], tuple[str, ...], tuple[str, ...]]]:
        words = tuple(number(n) for n in range(max(7, len(self.graph.objects) + 2)))
        for name, ids in self.same.items():
            elements = tuple(object_element(id) for id in ids)
            yield HowMany(Thing(name)), number(len(ids)), elements, (self.existence[ids[0]],), words


def is_yes_no(program: Program) -> bool:
    """True for programs whose answer is yes or no."""
    return isinstance(program, YES_NO)
