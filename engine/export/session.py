"""A session as one zip file: graph, caption, questions, pictures and scores, for the download button.

Try it: the button "Download everything" of the Compose page.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from typing import IO, Any

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
    file = io.BytesIO()
    write_session(file, graph=graph, caption=caption, questions=questions, pictures=pictures)
    return file.getvalue()


def write_session(
    file: IO[bytes], *, graph: SceneGraph, caption: str, questions: Sequence[Question] = (),
    pictures: Sequence[ExportRow] = (), on_step: Callable[[int, int], None] | None = None,
) -> None:  # fmt: skip
    """The zip of `session_zip` into a file that can be written and sought; `on_step` is told (pictures in it, of how many)."""
    ordered = sorted(pictures, key=lambda row: row.id)
    with zipfile.ZipFile(file, "w") as archive:
        _add(archive, "graph.json", _json(graph.to_dict()))
        _add(archive, "caption.txt", f"{caption}\n".encode())
        _add(archive, "questions.json", _json([question.to_dict() for question in questions]))
        _add(archive, "scores.json", _json({row.id: _scores(row) for row in ordered}))
        for number, row in enumerate(ordered, start=1):
            _add(archive, f"pictures/{row.stem}.png", row.png(), packed=False)  # a PNG is packed already
            if on_step:
                on_step(number, len(ordered))


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
