"""The rows of a named set in the store, for training and for export, with the newest scores of a judge.

Try it: `python -c "from engine.store import open_store; print(next(open_store().set_rows('best of four')).columns())"`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import nullcontext, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
from sqlmodel import col, select

from engine.errors import FormatError, ScenewrightError, show
from engine.export.rows import ExportRow
from engine.graph import SceneGraph
from engine.judgement import read_scores
from engine.scoring import Scores
from engine.store.pictures import judged
from engine.store.set_values import Member
from engine.store.sets import Sets
from engine.store.tables import PictureRow
from engine.store.values import Judgement, Picture

if TYPE_CHECKING:
    from engine.store import Store

PART = 200
"""Members that are read at once; their answers are long."""


def rows_of_set(store: Sets, name: str, *, judge: str | None = None) -> Iterator[ExportRow]:
    """The pictures of a set in its order; scores are the newest of `judge`, or of whoever spoke last.

    The oracle's scores, which lie beside a judge's, are not read. Raises `StoreError` for an unknown set and
    `FormatError` for a picture whose graph or scores cannot be read.
    """
    members = store.members(name)
    for start in range(0, len(members), PART):
        part = members[start : start + PART]
        known = _pictures(store, [member.picture for member in part])
        for member in part:
            yield _row(store, known[member.picture], member, judge)


def rows_of_session(store: Store, session: str) -> list[ExportRow]:
    """The pictures of a session that are still there, in the order they were made, named by their place and seed.

    Scores that cannot be read count as none. Raises `StoreError` for a session that is not there and `FormatError` for a
    graph that cannot be read.
    """
    rows = (
        (place, picture, _row(store, picture, Member(picture.id), None, strict=False))
        for place, picture in enumerate(store.pictures(store.get_session(session).id), start=1)
    )
    return [
        replace(row, id=f"{place:03}-{picture.seed}")
        for place, picture, row in rows
        if isinstance(row.image, Path) and row.image.is_file()
    ]


def _pictures(store: Sets, ids: Sequence[str]) -> dict[str, Picture]:
    with store.reading() as transaction:
        found = judged(transaction, select(PictureRow).where(col(PictureRow.id).in_(ids)))
    return {picture.id: picture for picture in found}


def _row(
    store: Sets, picture: Picture, member: Member, judge: str | None, *, strict: bool = True
) -> ExportRow:  # fmt: skip
    said = next((one for one in picture.judgements if judge in (None, one.judge)), None)
    scores = None
    with nullcontext() if strict else suppress(FormatError):
        scores = _scores(said, picture.id) if said else None
    return ExportRow(
        id=picture.id,
        image=_file(store, picture),
        caption=picture.caption,
        graph=_graph(picture),
        scores=scores,
        seed=picture.seed,
        generator=picture.generator,
        judge=said.judge if said else "",
        role=member.role,
        partner=member.partner,
    )


def _file(store: Sets, picture: Picture) -> Path:
    return store.image_path(picture.path, run=picture.run)


def _graph(picture: Picture) -> SceneGraph:
    try:
        return SceneGraph.from_dict(orjson.loads(picture.graph))
    except (orjson.JSONDecodeError, ScenewrightError) as error:
        raise FormatError(
            f"The graph of the picture {show(picture.id)} cannot be read ({show(error)}). Leave it out."
        ) from error


def _scores(said: Judgement, picture: str) -> Scores:
    """What the judge saw, and nothing of what the oracle knows."""
    data = orjson.loads(said.scores)
    try:
        return read_scores(data.get("judge", data) if isinstance(data, dict) else data)
    except FormatError as error:
        raise FormatError(f"The scores of the picture {show(picture)} cannot be read. Judge it again.") from error
