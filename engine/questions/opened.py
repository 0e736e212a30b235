"""Open questions: those that have one answer in every picture of the graph, each with a few answers that are false.

The place of the right answer among the choices moves from question to question.
Try it: `python cli.py questions scenes.jsonl`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from engine.graph import Attribute, Relation, attribute_element, object_element, relation_element, scene_element
from engine.programs import HowMany, Program, Thing, WhatAttribute, WhatRelated, WhatScene, WhatTarget, WhichObject, say
from engine.questions.meant import Meant, inside
from engine.questions.question import KINDS, Question
from engine.truth import denied
from engine.wording import number


class Ask(NamedTuple):
    """An open question before it has a place: `others` are answers that are false, even of what else is there."""

    program: Program
    answer: str
    elements: tuple[str, ...]
    parents: tuple[str, ...]
    others: tuple[str, ...]


def opened(meant: Meant, existence: Mapping[str, str]) -> Iterator[Question]:
    """The open questions; `existence` has for each object the question whether it is there, `kind-open-k` are the ids."""
    makers = (_existence, _attributes, _relations, _scene, _counts)
    asked, start = 0, meant.graph.complexity
    for kind, make in zip(KINDS, makers, strict=True):
        for i, ask in enumerate(make(meant, existence), start=1):
            choices = _placed(ask.answer, ask.others, start + asked)
            asked += 1
            text = say(ask.program, meant.taxonomy)
            yield Question(
                f"{kind}-open-{i}", text, ask.answer, choices, kind, ask.elements, ask.parents, None, ask.program
            )


def _placed(answer: str, others: tuple[str, ...], turn: int) -> tuple[str, ...]:
    """The answer among the others, in a place that takes turns."""
    place = turn % (len(others) + 1)
    return (*others[:place], answer, *others[place:])


def _existence(meant: Meant, existence: Mapping[str, str]) -> Iterator[Ask]:
    objects = meant.graph.objects
    if len(objects) == 1:
        item = objects[0]
        yield Ask(WhichObject(), item.name, (object_element(item.id),), (), meant.taxonomy.foils(item.name))
        return
    for item in objects:
        for pair in meant.pairs[item.id]:
            if _only_here(meant, item.id, pair) and not inside(item.name, pair[1]):
                yield Ask(
                    WhichObject((pair,)), item.name, (object_element(item.id),), (), meant.taxonomy.foils(item.name)
                )
                break


def _only_here(meant: Meant, id: str, pair: tuple[str, str]) -> bool:
    return all(meant.exclude((pair,), marks) for other, marks in meant.pairs.items() if other != id)


def _attributes(meant: Meant, existence: Mapping[str, str]) -> Iterator[Ask]:
    taxonomy = meant.taxonomy
    for mark in meant.graph.attributes:
        name = meant.names[mark.object]
        if not meant.alone(name) or inside(mark.value, name):
            continue
        noun = taxonomy.noun.get(name)
        others = taxonomy.other_values(mark.kind, mark.value, noun.kind if noun else "") if _one(meant, mark) else ()
        if others:
            program = WhatAttribute(meant.thing(mark.object), mark.kind)
            yield Ask(program, mark.value, (attribute_element(mark),), (existence[mark.object],), others)


def _one(meant: Meant, mark: Attribute) -> bool:
    """Whether an object has one value of this kind at most."""
    about = meant.taxonomy.attribute_kind.get(mark.kind)
    return about is not None and about.exclusive


def _relations(meant: Meant, existence: Mapping[str, str]) -> Iterator[Ask]:
    triples = {(link.source, link.phrase, link.target) for link in meant.graph.relations}
    for link in meant.graph.relations:
        if _only_source(meant, triples, link):
            yield _end(meant, existence, link, WhatRelated(link.phrase, meant.thing(link.target)), link.source)
        if not meant.book.closed and _only_target(meant, triples, link):
            yield _end(meant, existence, link, WhatTarget(meant.thing(link.source), link.phrase), link.target)


def _end(meant: Meant, existence: Mapping[str, str], link: Relation, program: Program, answer: str) -> Ask:
    """The question for the end of a relation that is the object `answer`."""
    asked = link.target if answer == link.source else link.source
    parents = tuple(dict.fromkeys((existence[asked], existence[answer])))
    name = meant.names[answer]
    return Ask(program, name, (relation_element(link),), parents, meant.taxonomy.foils(name))


def _only_source(meant: Meant, triples: set[tuple[str, str, str]], link: Relation) -> bool:
    """The target is told apart, and every other object stands to it in a way that rules this relation out."""
    target = meant.thing(link.target)
    if not target.definite or inside(meant.names[link.source], target.name, link.phrase):
        return False
    return all(
        denied(meant.taxonomy, triples, other, link.phrase, link.target)
        for other in meant.names
        if other not in (link.source, link.target)
    )


def _only_target(meant: Meant, triples: set[tuple[str, str, str]], link: Relation) -> bool:
    source = meant.thing(link.source)
    if not source.definite or inside(meant.names[link.target], source.name, link.phrase):
        return False
    return all(
        denied(meant.taxonomy, triples, link.source, link.phrase, other)
        for other in meant.names
        if other not in (link.source, link.target)
    )


def _scene(meant: Meant, existence: Mapping[str, str]) -> Iterator[Ask]:
    taxonomy = meant.taxonomy
    for kind, value in meant.graph.scene_attributes:
        others = taxonomy.other_scenes(kind, value)
        if others:
            yield Ask(WhatScene(kind), value, (scene_element(kind),), (), others)


def _counts(meant: Meant, existence: Mapping[str, str]) -> Iterator[Ask]:
    for name, ids in meant.same.items():
        n = len(ids)
        if meant.countable(name) and len(meant.kin[name]) == n:
            elements = tuple([object_element(id) for id in ids])
            others = tuple([number(other) for other in (n - 1, n + 1, n + 2)])
            yield Ask(HowMany(Thing(name)), number(n), elements, (existence[ids[0]],), others)
