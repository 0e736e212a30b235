"""Tells the format of a file by what is in it: which shape (lines, list, map, one record, table) and whose scenes.

The ending of its name is never asked. Try it: `python -c "from engine.interchange.detect import *; print(detect(Source.of(b'{}')))"`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from engine.errors import FormatError, show
from engine.interchange.stream import HEAD, Source, documents, parsed

KNOWN = (
    "Known formats: scenewright, paper, visual-genome, gqa, dsg, tifa, geneval and prompts (name it for plain lines)."
)


def detect(source: Source) -> tuple[str, str]:
    """(format, shape); raises `FormatError` for an empty file, and for one that is none of the known formats."""
    head = source.head()
    if not head:
        raise FormatError(f"{show(source.name)} is empty. Use a file with scenes.")
    if head[:1] == b"[":
        return _of_list(source), "list"
    if head[:1] == b"{":
        return _of_object(source, head)
    line = head.split(b"\n", 1)[0].decode(errors="replace")
    if "item_id" in line and "," in line:
        return "dsg", "table"
    raise FormatError(
        f"{show(source.name)} holds {source.size:,} bytes that are neither JSON nor a table of DSG, beginning with "
        f"{show(line, limit=20)}. {KNOWN}"
    )


def shape_of(source: Source) -> str:
    """The shape alone, for a format that was named; raises `FormatError` if the file is empty."""
    head = source.head()
    if not head:
        raise FormatError(f"{show(source.name)} is empty. Use a file with scenes.")
    if head[:1] == b"[":
        return "list"
    if head[:1] != b"{":
        return "table"
    return _shape_of_object(source, head)[0]


def _of_list(source: Source) -> str:
    for document in documents(source, "list"):
        return _known(format_of(document.value), source, document.value)
    raise FormatError(f"{show(source.name)} is an empty list. Use a file with scenes.")


def _of_object(source: Source, head: bytes) -> tuple[str, str]:
    shape, first = _shape_of_object(source, head)
    if first is None:
        first = next((document.value for document in documents(source, "map")), {})
    return _known(format_of(first), source, first), shape


def _shape_of_object(source: Source, head: bytes) -> tuple[str, Mapping[str, Any] | None]:
    """`lines`, `record` or `map`, with the first record where that is at hand."""
    line, newline, rest = head.partition(b"\n")
    first = _object(line) if newline or len(head) < HEAD else None
    if first is not None:
        if rest.strip() or format_of(first):
            return "lines", first
        return _map_or_nothing(source, first)
    if len(head) < HEAD:
        whole = parsed(head, source.name)
        if not isinstance(whole, Mapping) or not format_of(whole):
            return _map_or_nothing(source, whole)
        return "record", whole
    return "map", None


def _map_or_nothing(source: Source, whole: Any) -> tuple[str, None]:
    if isinstance(whole, Mapping) and whole and all(isinstance(value, Mapping) for value in whole.values()):
        return "map", None
    raise _unknown(source, whole)


def _object(line: bytes) -> Mapping[str, Any] | None:
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    return value if isinstance(value, dict) else None


def format_of(record: Mapping[str, Any]) -> str | None:
    """Whose scene a record is, by its fields; None for nobody's."""
    graph = record.get("scene_graph")
    if isinstance(graph, Mapping):
        return "paper" if "nodes" in graph else "scenewright"
    if isinstance(record.get("include"), list):
        return "geneval"
    if "question" in record and ("element" in record or "choices" in record):
        return "tifa"
    if isinstance(record.get("prompt"), str) and not record.keys() & {"objects", "relationships"}:
        return "prompts"
    things = record.get("objects")
    if isinstance(things, Mapping):
        return "gqa"
    if "objects" not in record:
        return None
    foreign = "relationships" in record or "image_id" in record
    return "visual-genome" if foreign and "schema" not in record else "scenewright"


def _known(found: str | None, source: Source, record: Any) -> str:
    if found is None:
        raise _unknown(source, record)
    return found


def _unknown(source: Source, record: Any) -> FormatError:
    fields = ", ".join(list(record)[:6]) if isinstance(record, Mapping) else type(record).__name__
    return FormatError(f"{show(source.name)} holds no scenes that this program knows (it has {show(fields)}). {KNOWN}")
