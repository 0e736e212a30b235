"""Rows of ratings: how one is appended after the newest of its person, and which stand; for the rooms of ratings alone.

Try it: `python -m pytest tests/engine/test_store_ratings.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import aliased
from sqlmodel import Session as Transaction
from sqlmodel import col, select

from engine.errors import StoreError, show
from engine.store.connection import found, held
from engine.store.rating_answers import from_screen, good_answers
from engine.store.rating_projects import latest_version, project_of
from engine.store.rating_values import COUNTED, Answers, Project, Rating
from engine.store.tables import RatingItemRow, RatingProjectRow, RatingRow, now


def rating_of(row: RatingRow) -> Rating:
    """The row as a value."""
    names = ("id", "project", "item", "person", "guideline", "status", "origin", "supersedes", "shown", "created")
    values = {name: getattr(row, name) for name in (*names, "surplus")}
    return Rating(**values, answers=json.loads(row.answers))


def as_they_stand(*conditions: Any, adjudicated: bool = False) -> list[Any]:
    """These conditions on ratings, and that nothing supersedes them and that they were not undone."""
    later_row = aliased(RatingRow)
    superseded = select(later_row.number).where(later_row.supersedes == RatingRow.id).exists()
    origin = col(RatingRow.origin)
    whose = origin == "adjudication" if adjudicated else origin != "adjudication"
    return [*conditions, ~superseded, RatingRow.status != "undone", whose]


def current(*conditions: Any, adjudicated: bool = False) -> Any:
    """The query for ratings as they stand."""
    return select(RatingRow).where(*as_they_stand(*conditions, adjudicated=adjudicated))


def newest(transaction: Transaction, item: str, person: str) -> RatingRow | None:
    """The last row of a person about an item, undone ones included, adjudications not."""
    query = select(RatingRow).where(RatingRow.item == item, RatingRow.person == person)
    query = query.where(RatingRow.origin != "adjudication").order_by(col(RatingRow.number).desc()).limit(1)
    return transaction.exec(query).first()


def append(
    transaction: Transaction,
    item: RatingItemRow,
    person: str,
    *,
    answers: Answers,
    status: str,
    overlap: int | None = None,
    surplus: bool = False,
    **more: Any,
) -> RatingRow:
    """One more row after this person's newest for the item, and the item's count of answers with it.

    With `overlap`, an answer for which others have left no place is surplus; a surplus answer fills no place.
    """
    before = newest(transaction, item.id, person)
    had_place = before is not None and before.status in COUNTED and not before.surplus
    counts = status in COUNTED
    full = overlap is not None and item.role == "item" and not had_place and item.done >= overlap
    row = RatingRow(
        project=item.project,
        item=item.id,
        person=person,
        guideline=latest_version(transaction, item.project),
        answers=json.dumps(dict(answers)),
        status=status,
        supersedes=None if before is None else before.id,
        surplus=counts and (surplus or full),
        **more,
    )
    transaction.add(row)
    transaction.flush()
    item.done += (counts and not row.surplus) - had_place
    return row


def item_and_project(transaction: Transaction, item: str) -> tuple[RatingItemRow, Project]:
    """The item with its project, which is locked first, as everywhere: two writers never wait for each other."""
    row = found(transaction, RatingItemRow, item, what="item")
    project = held(transaction, RatingProjectRow, row.project, what="rating project")
    transaction.refresh(row)
    return row, project_of(project)


def items_of(transaction: Transaction, rows: Iterable[RatingRow]) -> dict[str, RatingItemRow]:
    """The items of these ratings by id."""
    wanted = {row.item for row in rows}
    query = select(RatingItemRow).where(col(RatingItemRow.id).in_(wanted))
    return {row.id: row for row in transaction.exec(query)}


def checked(project: Project, answers: Answers, *, status: str, left: str | None) -> dict[str, Any]:
    """The answers as they are kept; `left` is the side that was on the left where a person answered on a screen.

    Raises `StoreError` for answers that cannot be.
    """
    if status not in ("rated", "skipped", "flagged"):
        raise StoreError(f"{show(status)} is no way to answer. Rate, skip or flag the item.")
    said = good_answers(project.kind, answers, whole=status == "rated")
    if left is not None:
        return from_screen(said, left=left)
    if said.get("preference") in ("left", "right"):
        raise StoreError(
            "A preference made elsewhere is a, b or tie, since left and right differ by person. Say a or b."
        )
    return said


def good_moment(shown: str | None) -> str | None:
    """When an item came on screen, ISO 8601 with a time zone; raises `StoreError` for anything else but None."""
    if shown is None:
        return None
    try:
        moment = datetime.fromisoformat(shown)
    except (TypeError, ValueError) as error:
        raise StoreError(f"{show(shown)} is no moment in time. Leave it out, or write it as {now()}.") from error
    if moment.tzinfo is None:
        raise StoreError(f"{show(shown)} has no time zone. Leave it out, or write it as {now()}.")
    return shown
