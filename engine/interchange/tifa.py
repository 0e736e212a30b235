"""TIFA's question JSON: a list of `{id, caption, question, choices, answer, element_type, element}`.

Holds captions and questions with their choices; a graph is read back from captions of ours, otherwise from what the
elements say. Try it: `python cli.py convert scenes.jsonl questions.json --to tifa`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, BinaryIO

import orjson

from engine.errors import FormatError, ScenewrightError, show
from engine.graph import SceneGraph
from engine.interchange.assemble import Assembly, Passage, list_of, text_of
from engine.interchange.leftovers import note
from engine.interchange.record import SceneRecord
from engine.interchange.said import batches, said
from engine.interchange.stream import MAX_ROWS, Source, documents
from engine.parse import parse
from engine.questions import Question
from engine.scene import SceneLine
from engine.taxonomy import Taxonomy, forms
from engine.wording import NUMBERS

THINGS = ("object", "animal/human", "food")
MARKS = ("color", "material", "shape", "attribute")
PLACES = ("location",)
MAX_CHOICES = 8
HOLDS = ("captions", "questions", "scene attributes", "kinds of attributes", "kinds of relations", "object ids")
GRAPHS = "graphs (a reader finds them only in captions of ours)"


# --- in ---------------------------------------------------------------------------------------------------------------


def read(source: Source, shape: str, passage: Passage) -> Iterator[SceneRecord]:
    """A scene for each id; raises `FormatError` with the place for a row that is none."""
    items: dict[str, list[Mapping[str, Any]]] = {}
    for number, document in enumerate(documents(source, shape, passage.losses)):
        if number == MAX_ROWS:
            raise FormatError(f"{show(source.name)} has more than {MAX_ROWS:,} questions. Cut it into several files.")
        row = document.value
        for key in ("caption", "question", "answer", "element", "element_type"):
            text_of(row, key, document.place, "")
        list_of(row, "choices", document.place)
        items.setdefault(text_of(row, "id", document.place, document.key or "?"), []).append(row)
    for id, found in items.items():
        yield _record(id, found, passage)


def _record(id: str, found: list[Mapping[str, Any]], passage: Passage) -> SceneRecord:
    caption = str(found[0].get("caption", "")).strip()
    graph = _parsed(caption, passage.taxonomy)
    if graph is None:
        graph = _guessed(id, found, passage)
    passage.losses.add(
        id, "questions (they are made anew from the graph)", str(found[0].get("question", "")), len(found)
    )
    return SceneRecord(id, graph, caption or None)


def _parsed(caption: str, taxonomy: Taxonomy) -> SceneGraph | None:
    """The graph of a caption that our grammar wrote."""
    try:
        return parse(caption, taxonomy) if caption and taxonomy.nouns else None
    except ScenewrightError:
        return None


def _guessed(id: str, found: list[Mapping[str, Any]], passage: Passage) -> SceneGraph:
    """Things by their element, attributes where "is the X Y?" names a thing, numbers where "how many X" has an answer."""
    made = Assembly(id, passage)
    counts = _counts(found)
    names: dict[str, list[str]] = {}
    for row in found:
        name = str(row.get("element", "")).strip().lower()
        if row.get("element_type") in THINGS and name and name not in names:
            names[name] = _objects(made, name, counts.get(name, 1))
        elif row.get("element_type") in PLACES and name and name not in made.scene_attributes.values():
            made.scenery("location", name)
    for row in found:
        if row.get("element_type") in MARKS:
            _mark(made, row, names)
        elif row.get("element_type") not in (*THINGS, *PLACES, "counting"):
            passage.losses.add(id, f"elements of the type {row.get('element_type')}", str(row.get("element", "")))
    return made.graph()


def _objects(made: Assembly, name: str, count: int) -> list[str]:
    single = (forms.singular(name) or name) if count > 1 else name
    ids = [f"o{len(made.objects) + i}" for i in range(1, count + 1)]
    return [key for key in ids if made.object(key, single)]


def _counts(found: list[Mapping[str, Any]]) -> dict[str, int]:
    """Thing -> its number, of questions such as "how many cats are in the picture?"."""
    counts: dict[str, int] = {}
    for row in found:
        question, answer = str(row.get("question", "")).lower(), str(row.get("answer", "")).lower()
        if question.startswith("how many ") and (answer.isdecimal() or answer in NUMBERS):
            name = question.removeprefix("how many ").split(" are ")[0].strip(" ?")
            counts[name] = min(64, max(1, int(answer) if answer.isdecimal() else NUMBERS.index(answer)))
    return counts


def _mark(made: Assembly, row: Mapping[str, Any], names: Mapping[str, list[str]]) -> None:
    value, question = str(row.get("element", "")).strip(), str(row.get("question", "")).lower()
    kind = "colour" if row.get("element_type") == "color" else str(row.get("element_type"))
    thing = next(
        (name for name in sorted(names, key=len, reverse=True) if f" {name} " in question.rstrip("?") + " "), None
    )
    if thing is None:
        made.passage.losses.add(made.scene, "attributes of things that are not there", value)
        return
    for id in names[thing]:
        if value and (id, value) not in made.attributes:
            made.attribute(id, value, None if kind == "attribute" else kind)


# --- out --------------------------------------------------------------------------------------------------------------


def write(scenes: Iterable[SceneRecord], out: BinaryIO, passage: Passage) -> None:
    """One list of questions, those of a scene together; ours where it has none."""
    first = True
    out.write(b"[")
    for batch, taxonomy in batches(scenes, passage.taxonomy):
        for scene, words in said(batch, taxonomy):
            note(scene, passage, holds=HOLDS)
            passage.losses.add(scene.id, GRAPHS, words.caption)
            for row in _rows(scene, words, taxonomy, passage):
                out.write((b"\n" if first else b",\n") + orjson.dumps(row))
                first = False
    out.write(b"\n]\n")


def _rows(scene: SceneRecord, words: SceneLine, taxonomy: Taxonomy, passage: Passage) -> Iterator[dict[str, Any]]:
    names = {f"o:{item.id}": item.name for item in scene.graph.objects}
    caption = scene.caption if scene.caption is not None else words.caption
    for question in scene.questions or words.questions:
        if question.parents and scene.questions:
            passage.losses.add(scene.id, "what questions depend on", question.text)
        choices = question.choices
        if len(choices) > MAX_CHOICES:
            others = [choice for choice in choices if choice != question.answer]
            choices = tuple(sorted((question.answer, *others[:: max(1, len(others) // 3)][:3])))
        kind, element = _element(question, scene.graph, names, taxonomy)
        yield {
            "id": scene.id, "caption": caption, "question": question.text, "choices": list(choices),
            "answer": question.answer, "element_type": kind, "element": element,
        }  # fmt: skip


def _element(question: Question, graph: SceneGraph, names: Mapping[str, str], taxonomy: Taxonomy) -> tuple[str, str]:
    """TIFA's type of what is asked, and the word."""
    first = question.elements[0] if question.elements else ""
    if question.kind == "count":
        return "counting", names.get(first, first)
    if question.kind == "existence":
        name = names.get(first, first)
        kind = taxonomy.noun[name].kind if name in taxonomy.noun else ""
        living = {"person", "animal"} & taxonomy.above(kind)
        return ("animal/human" if living else "object"), name
    if question.kind == "scene":
        kind = first.removeprefix("s:")
        return ("location" if kind in ("location", "setting") else "other"), dict(graph.scene_attributes).get(
            kind, kind
        )
    if question.kind == "attribute":
        _, kind, value = (first.rsplit(":", 2) + ["", ""])[:3]
        known = {"colour": "color", "material": "material", "shape": "shape"}
        return known.get(kind, "attribute"), value
    phrase = first.split(":")[2] if first.count(":") >= 3 else first
    spatial = phrase in taxonomy.relation and taxonomy.relation[phrase].kind == "spatial"
    return ("spatial" if spatial else "activity"), phrase
