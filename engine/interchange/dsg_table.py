"""Writes DSG's table: a proposition for each element that a true question asks about, with what it depends on.

The way in is `engine.interchange.dsg`. Try it: `python cli.py convert scenes.jsonl scenes.csv --to dsg`.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import BinaryIO

from engine.graph import (
    SceneGraph,
    attribute_element,
    object_element,
    relation_element,
    scene_element,
)
from engine.interchange.assemble import Passage
from engine.interchange.leftovers import note
from engine.interchange.record import SceneRecord
from engine.interchange.said import said
from engine.programs import Exists, Thing
from engine.questions import YES_OR_NO, Question
from engine.scene import SceneLine
from engine.taxonomy import paper

COLUMNS = (
    "item_id", "text", "keywords", "proposition_id", "dependency", "category_broad", "category_detailed", "tuple",
    "question_natural_language",
)  # fmt: skip
COMMAS = "names and relations with a comma, at which a tuple would be split"


def write(scenes: Iterable[SceneRecord], out: BinaryIO, passage: Passage) -> None:
    """The table with its header; questions of ours where a scene has none of its own."""
    text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
    try:
        table = csv.writer(text, lineterminator="\n")
        table.writerow(COLUMNS)
        for scene, words in said(scenes, passage.taxonomy):
            table.writerows(_Table(scene, words, passage).rows())
    finally:
        text.detach()  # the file below stays open, and is its owner's to close


@dataclass
class _Table:
    """The rows of one scene: a proposition for each element that a true question asks about."""

    scene: SceneRecord
    words: SceneLine
    passage: Passage

    def __post_init__(self) -> None:
        graph = self.scene.graph
        self.names = _names(graph)
        self.tuples = _tuples(graph, self.names)
        self.numbers: dict[str, list[int]] = {}

    def rows(self) -> list[tuple[str, ...]]:
        """Entities first, so that every dependency is above what depends on it."""
        asked = self._asked()
        place = 0
        for question, elements in asked:
            self.numbers[question.id] = [place + 1 + i for i in range(len(elements))]
            place += len(elements)
        text = self.scene.caption if self.scene.caption is not None else self.words.caption
        found: list[tuple[str, ...]] = []
        for question, elements in asked:
            above = [str(n) for parent in question.parents for n in self.numbers.get(parent, ())[:1]]
            for number, element in zip(self.numbers[question.id], elements, strict=True):
                broad, detail, words = element
                commas = any("," in word for word in (words if broad == "relation" else words[:-1]))
                self.passage.losses.add(self.scene.id, COMMAS, ", ".join(words), int(commas))
                found.append(
                    (self.scene.id, text, ", ".join(words), str(number), ",".join(above) or "0", broad, detail,
                     f"{broad} - {detail} ({', '.join(words)})", question.text)
                )  # fmt: skip
        note(replace(self.scene, questions=()), self.passage,
             holds=("captions", "scene attributes", "kinds of attributes", "kinds of relations", "object ids"))  # fmt: skip
        return found

    def _asked(self) -> list[tuple[Question, list[tuple[str, str, tuple[str, ...]]]]]:
        found = []
        covered: set[str] = set()
        for question in self.scene.questions or self.words.questions:
            if question.counterfactual_of or question.open or question.answer != "yes":
                what = "counterfactual questions" if question.counterfactual_of else "open questions"
                self.passage.losses.add(self.scene.id, what, question.text, int(bool(self.scene.questions)))
                continue
            if question.kind == "count":
                found.append((question, [self._count(question)]))
                continue
            elements = [e for e in question.elements if e in self.tuples and e not in covered]
            if question.kind in ("existence", "attribute", "relation", "scene") and elements:
                covered.update(elements)
                found.append((question, [self.tuples[element] for element in elements]))
            else:
                self.passage.losses.add(
                    self.scene.id, f"{question.kind} questions beyond one for each part", question.text
                )
        for element in self.tuples:
            if element not in covered:
                found.append((self._plain(element), [self.tuples[element]]))
        return sorted(found, key=lambda pair: pair[1][0][0] != "entity")

    def _count(self, question: Question) -> tuple[str, str, tuple[str, ...]]:
        ids = [element.removeprefix("o:") for element in question.elements]
        name = self.scene.graph.names.get(ids[0], ids[0]) if ids else ""
        return "other", "count", (name, f"=={len(ids)}")

    def _plain(self, element: str) -> Question:
        """A proposition that no question asks about keeps its place, with the plainest question."""
        broad, detail, words = self.tuples[element]
        text = {"entity": f"Is there {' '.join(words)}?", "global": f"Is the {detail} {words[0]}?"}.get(
            broad, f"Is the {words[0]} {' '.join(words[:0:-1])}?"
        )
        return Question(element, text, "yes", YES_OR_NO, broad, (element,), (), None, Exists(Thing(words[0])))


def _names(graph: SceneGraph) -> dict[str, str]:
    """Object id -> what tuples call it: its name, numbered where several have it, as in "woman_2"."""
    counts = Counter(item.name for item in graph.objects)
    numbers: Counter[str] = Counter()
    found = {}
    for item in graph.objects:
        numbers[item.name] += 1
        found[item.id] = f"{item.name}_{numbers[item.name]}" if counts[item.name] > 1 else item.name
    return found


def _tuples(graph: SceneGraph, names: Mapping[str, str]) -> dict[str, tuple[str, str, tuple[str, ...]]]:
    """Element id -> broad category, detailed category, words."""
    found: dict[str, tuple[str, str, tuple[str, ...]]] = {}
    for item in graph.objects:
        found[object_element(item.id)] = ("entity", "whole", (names[item.id],))
    for mark in graph.attributes:
        kind = paper.CATEGORIES.get(mark.kind, mark.kind)
        found[attribute_element(mark)] = ("attribute", kind, (names[mark.object], mark.value))
    for link in graph.relations:
        words = (names[link.source], names[link.target], link.phrase)
        found[relation_element(link)] = ("relation", link.kind, words)
    for kind, value in graph.scene_attributes:
        found[scene_element(kind)] = ("global", kind, (value,))
    return found
