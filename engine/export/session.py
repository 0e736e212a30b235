"""A session as one zip file: graph, caption, questions, pictures and scores, for the download button.

Try it: the button "Download everything" of the Compose page.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import Any

import orjson

from engine.export.rows import ExportRow
from engine.graph import SceneGraph
from engine.questions import Question

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time a zip can tell; a fixed one, so that the same session is the same file."""


def session_zip(
    *, graph: SceneGraph, caption: str, questions: Sequence[Question] = (), pictures: Sequence[ExportRow] = ()
) -> bytes:
    """A zip with `graph.json`, `caption.txt`, `questions.json`, `scores.json` and `pictures/ID.png`.

    Pictures keep their bytes, so each can be dropped back into the app. Raises `FormatError` for one that is no PNG.
    """
    ordered = sorted(pictures, key=lambda row: row.id)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        _add(archive, "graph.json", _json(graph.to_dict()))
        _add(archive, "caption.txt", f"{caption}\n".encode())
        _add(archive, "questions.json", _json([question.to_dict() for question in questions]))
        _add(archive, "scores.json", _json({row.id: _scores(row) for row in ordered}))
        for row in ordered:
            _add(archive, f"pictures/{row.stem}.png", row.png(), packed=False)  # a PNG is packed already
    return file.getvalue()


def _scores(row: ExportRow) -> dict[str, Any]:
    known = {"file": f"pictures/{row.stem}.png", "caption": row.caption, "seed": row.seed, "generator": row.generator}
    return {**known, "judge": row.judge or None, "scores": row.scores}


def _add(archive: zipfile.ZipFile, name: str, data: bytes, *, packed: bool = True) -> None:
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.create_system = 3  # the same file, whatever system writes it
    entry.external_attr = 0o644 << 16
    entry.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    archive.writestr(entry, data)


def _json(value: object) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2) + b"\n"
