"""Prompts alone, as GenAI-Bench has them: `{"00001": {"id": "00001", "prompt": …}}`, JSON Lines with a prompt, or plain lines.

A caption of ours gives its graph back; any other prompt becomes a scene of itself with one question, VQAScore's, so that
judges and metrics can look at it. Try it: `python cli.py convert genai_image.json scenes.jsonl`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import BinaryIO

import orjson

from engine.asking import SHOWS
from engine.errors import FormatError, ScenewrightError, show
from engine.graph import MAX_TEXT, SceneGraph, scene_element
from engine.interchange.assemble import Assembly, Passage, text_of
from engine.interchange.leftovers import note
from engine.interchange.record import SceneRecord
from engine.interchange.said import captioned
from engine.interchange.stream import MAX_FIELD, MAX_ROWS, Source, documents
from engine.parse import parse
from engine.programs import Scene
from engine.questions import YES_OR_NO, Question

KIND = "prompt"
"""The scene attribute that stands for a prompt without a graph."""
HELD = frozenset(("id", "prompt"))
GRAPHS = "graphs (a reader finds them only in captions of ours)"


def read(source: Source, shape: str, passage: Passage) -> Iterator[SceneRecord]:
    """The prompts in their order; raises `FormatError` with the place for one that is no text."""
    if shape == "table":
        yield from _plain(source, passage)
        return
    for document in documents(source, shape, passage.losses):
        value = document.value
        id = document.key or text_of(value, "id", document.place, str(document.number))
        for name in value.keys() - HELD:
            passage.losses.add(id, name, str(value[name]))
        yield _record(id, text_of(value, "prompt", document.place), passage, document.place)


def _plain(source: Source, passage: Passage) -> Iterator[SceneRecord]:
    """One prompt a line; empty lines are left out, numbers go on."""
    with source.open() as lines:
        for number in range(1, MAX_ROWS):
            line = lines.readline(MAX_FIELD + 1)
            if not line:
                return
            place = f"Line {number} of {source.name}"
            if len(line) > MAX_FIELD:
                raise FormatError(f"{place} has more than {MAX_FIELD:,} bytes. Shorten it.")
            if line.strip():
                yield _record(str(number), _decoded(line, place), passage, place)


def _decoded(line: bytes, place: str) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError as error:
        raise FormatError(f"{place} is not UTF-8. Save it as UTF-8.") from error


def _record(id: str, text: str, passage: Passage, place: str) -> SceneRecord:
    prompt = " ".join(text.split())
    if not prompt:
        raise FormatError(f"{place} has an empty prompt. Take it out.")
    graph = _parsed(prompt, passage)
    if graph is not None:
        return SceneRecord(id, graph, prompt)
    made = Assembly(id, passage)
    made.scenery(KIND, _named(prompt))
    graph = made.graph()
    if not graph.scene_attributes:
        raise FormatError(f"{place} has a prompt without a printable character: {show(prompt)}. Take it out.")
    asked = SHOWS.replace("{caption}", prompt)
    question = Question(
        "prompt",
        asked,
        "yes",
        YES_OR_NO,
        "scene",
        (scene_element(KIND),),
        (),
        None,
        Scene(KIND, graph.scene_attributes[0][1]),
    )
    return SceneRecord(id, graph, prompt, (question,))


def _parsed(prompt: str, passage: Passage) -> SceneGraph | None:
    """The graph of a caption that our grammar wrote."""
    try:
        return parse(prompt, passage.taxonomy) if passage.taxonomy.nouns else None
    except ScenewrightError:
        return None


def _named(prompt: str) -> str:
    """The prompt, or its beginning and a number that no other prompt has: words of a graph are short."""
    if len(prompt) <= MAX_TEXT:
        return prompt
    mark = hashlib.sha256(prompt.encode()).hexdigest()[:10]
    return f"{prompt[: MAX_TEXT - 14].strip()}… {mark}"


def write(scenes: Iterable[SceneRecord], out: BinaryIO, passage: Passage) -> None:
    """JSON Lines of id and prompt, our caption where a scene has none."""
    for scene, caption in captioned(scenes, passage.taxonomy):
        note(
            scene,
            passage,
            holds=("captions", "scene attributes", "kinds of attributes", "kinds of relations", "object ids"),
        )
        passage.losses.add(scene.id, GRAPHS, caption)
        out.write(orjson.dumps({"id": scene.id, "prompt": caption}) + b"\n")
