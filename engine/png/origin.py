"""Where a picture comes from, as the JSON it carries: written so that equal origins give equal bytes, read with suspicion.

Try it: `python -c "from engine.png.origin import Origin; help(Origin)"`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from engine.disk import to_json
from engine.errors import FormatError, GraphError, show
from engine.graph import SceneGraph
from engine.judgement import Judgement
from engine.png.chunks import MAX_TEXT
from engine.questions import Question
from engine.scene import VERSION

SCHEMA = 1
MAX_DEPTH = 32
MAX_QUESTIONS = 5_000
SETTING_NAMES = {"steps": "Steps", "guidance": "CFG scale", "scheduler": "Sampler"}


@dataclass(frozen=True)
class Origin:
    """Where a picture comes from, enough to make it again.

    `settings` are those of the generator (steps, guidance, size in pixels); `record` is what an oracle needs to see,
    such as `{"pocket": {...}}`; `judgements` are `{"judge", "scores", "oracle"}`. All of it plain JSON values.
    """

    graph: SceneGraph
    caption: str
    seed: int
    generator: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    record: Mapping[str, Any] = field(default_factory=dict)
    questions: tuple[Question, ...] = ()
    judgements: tuple[Mapping[str, Any], ...] = ()
    taxonomy: str = "pocket"
    taxonomy_version: str = ""
    program: str = VERSION


def parameters(origin: Origin) -> str:
    """The line that other programs show: caption, then "Steps: 20, CFG scale: 2.0, Seed: 5, Model: pocket"."""
    used = {name: origin.settings[name] for name in sorted(origin.settings) if origin.settings[name] is not None}
    known = {told: used.pop(name) for name, told in SETTING_NAMES.items() if name in used}
    others = {name.capitalize(): value for name, value in used.items()}
    if isinstance(others.get("Size"), int):
        others["Size"] = "{0}x{0}".format(others["Size"])
    program = f"Scenewright {origin.program}"
    pairs = {**known, "Seed": origin.seed, **others, "Model": origin.generator, "Version": program}
    return f"{origin.caption}\n" + ", ".join(f"{name}: {_one_line(value)}" for name, value in pairs.items())


def document(origin: Origin) -> bytes:
    """The JSON of an origin in at most `MAX_TEXT` bytes; judgements, then questions stay out where it would be longer.

    Raises `FormatError` for what JSON cannot hold and for a scene that is larger by itself.
    """
    record = {
        "schema": SCHEMA,
        "program": origin.program,
        "taxonomy": origin.taxonomy,
        "taxonomy_version": origin.taxonomy_version,
        "hash": origin.graph.hash,
        "scene_graph": origin.graph.to_dict(),
        "caption": origin.caption,
        "seed": origin.seed,
        "generator": origin.generator,
        "settings": _sorted(origin.settings),
        "record": _sorted(origin.record),
        "questions": [question.to_dict() for question in origin.questions],
        "judgements": [dict(judgement) for judgement in origin.judgements],
    }
    for dropped in ((), ("judgements",), ("questions", "judgements")):
        text = to_json({**record, **{name: [] for name in dropped}})
        if len(text) <= MAX_TEXT:
            return text
    raise FormatError(
        f"This scene takes {len(text)} bytes; a picture carries up to {MAX_TEXT}. Make the scene smaller."
    )


def origin_from(text: bytes) -> Origin:
    """The origin that `document` wrote; raises `FormatError` for whatever else."""
    return _origin(_json(text))


def _sorted(value: Mapping[str, Any]) -> orjson.Fragment:
    """Equal settings give equal bytes, in whatever order they were set."""
    try:
        return orjson.Fragment(orjson.dumps(dict(value), option=orjson.OPT_SORT_KEYS))
    except orjson.JSONEncodeError as error:
        raise FormatError(f"These settings are not plain text and numbers ({error}): {show(value)}.") from error


def _one_line(value: object) -> str:
    """As the other programs read it back: with a comma, colon or line end inside, in quotation marks."""
    text = str(value)
    return json.dumps(text, ensure_ascii=False) if any(mark in text for mark in ",:\n") else text


def _json(text: bytes) -> Mapping[str, Any]:
    try:
        data = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise FormatError(f"The scene in this picture is not JSON ({error}). Use the original file.") from error
    _check_depth(data)
    if not isinstance(data, dict):
        raise FormatError(f"The scene in this picture is not a JSON object but {show(data)}. Use the original file.")
    if data.get("schema") != SCHEMA:
        raise FormatError(
            f"The scene in this picture has schema {show(data.get('schema'))}; this program reads schema {SCHEMA}. "
            "Update the program."
        )
    return data


def _check_depth(data: object) -> None:
    level = [data]
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for value in level
            if isinstance(value, dict | list)
            for inner in (value.values() if isinstance(value, dict) else value)
        ]
    if level:
        raise FormatError(f"The scene in this picture is nested deeper than {MAX_DEPTH} levels. Use the original file.")


def _origin(data: Mapping[str, Any]) -> Origin:
    try:
        return Origin(
            graph=SceneGraph.from_dict(data.get("scene_graph")),
            caption=_typed(data, "caption", str, "text"),
            seed=_seed(data),
            generator=_typed(data, "generator", str, "text"),
            settings=_typed(data, "settings", dict, "a JSON object"),
            record=_typed(data, "record", dict, "a JSON object"),
            questions=tuple(_question(row) for row in _rows(data, "questions")),
            judgements=tuple(_judgement(row) for row in _rows(data, "judgements")),
            taxonomy=_typed(data, "taxonomy", str, "text"),
            taxonomy_version=_typed(data, "taxonomy_version", str, "text"),
            program=_typed(data, "program", str, "text"),
        )
    except GraphError as error:
        raise FormatError(f"The scene in this picture contradicts itself: {error}") from error
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise FormatError(
            f"The scene in this picture is not one of ours ({show(error)}). Use the original file."
        ) from error


def _typed(data: Mapping[str, Any], name: str, kind: type, told: str) -> Any:
    value = data.get(name)
    if not isinstance(value, kind):
        raise FormatError(f"{show(name)} in this picture has to be {told}, got {show(value)}. Use the original file.")
    return value


def _seed(data: Mapping[str, Any]) -> int:
    if isinstance(data.get("seed"), bool):
        raise FormatError("“seed” in this picture has to be a whole number, got a truth value. Use the original file.")
    return int(_typed(data, "seed", int, "a whole number"))


def _rows(data: Mapping[str, Any], name: str) -> list[Any]:
    rows: list[Any] = _typed(data, name, list, "a list")
    if len(rows) > MAX_QUESTIONS:
        raise FormatError(
            f"This picture has {len(rows)} {name}; up to {MAX_QUESTIONS} are read. Use the original file."
        )
    return rows


def _question(row: object) -> Question:
    if not isinstance(row, dict) or not isinstance(row.get("program"), dict):
        raise FormatError(f"This is not a question of ours: {show(row)}. Use the original file.")
    for name, value in row["program"].items():
        wanted = {"n": int, "thing": dict, "source": dict, "target": dict, "attributes": list}.get(name, str)
        _typed({name: value}, name, wanted, wanted.__name__)
    return Question.from_dict(row)


def _judgement(row: object) -> Mapping[str, Any]:
    said = Judgement.from_dict(row).to_dict()
    return {name: orjson.loads(orjson.dumps(said[name])) for name in ("judge", "scores", "oracle")}
