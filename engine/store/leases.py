"""Leases: which item a person has open, and which comes next, decided while the project's row is locked.

An item is lent to no more people than its overlap, those who have answered it counted in; a lease that ran out is
still its holder's until somebody else takes the place. Try it: `python -m pytest tests/engine/test_store_ratings.py`.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func
from sqlmodel import Session as Transaction
from sqlmodel import col, select

from engine.errors import StoreError, show
from engine.store.rating_answers import for_person, left_side
from engine.store.rating_rows import as_they_stand
from engine.store.rating_standing import refuse_blocked
from engine.store.rating_values import CHECKS, ITEM_ROLES, Item, Project
from engine.store.tables import LeaseRow, RatingItemRow, RatingRow, now

MOST_LEASES = 2  # the item on screen and the one that is loaded beforehand


def claim(transaction: Transaction, project: Project, person: str, *, place: int) -> Item | None:
    """The item at this place (0 or 1) of a person's line, leased; None where nothing is left.

    Raises `StoreError` for a closed project, and for who was stopped by the checks.
    """
    if project.status != "open":
        raise StoreError(f"The project {show(project.name)} is closed. Your answers are kept; ask {project.owner}.")
    refuse_blocked(transaction, project, person)
    line = _line(transaction, project, person)
    while len(line) <= place:
        row = _next(transaction, project, person)
        if row is None:
            return None
        last = max((lease.rank for lease in line), default=0)
        line.append(lend(transaction, row, project, person, rank=last + 1))
    row = transaction.get_one(RatingItemRow, line[place].item)
    return given(row, project, person, line[place])


def _line(transaction: Transaction, project: Project, person: str) -> list[LeaseRow]:
    """What this person may go on with, renewed; the rest is kept, so that an answer to it is accepted however late."""
    line: list[LeaseRow] = []
    for lease in leases_of(transaction, project.id, person):
        if len(line) < MOST_LEASES and _renewed(transaction, lease, project):
            line.append(lease)
    return line


def given(row: RatingItemRow, project: Project, person: str, lease: LeaseRow | None) -> Item:
    """The item as this person may see it; without a lease (in the history) it cannot be answered."""
    blinded = project.settings.blinded
    left = left_side(row.id, person, blinded=blinded)
    content = for_person(json.loads(row.content), project.kind, left=left, blinded=blinded)
    token, until = ("", "") if lease is None else (lease.token, lease.until)
    return Item(row.id, project.id, project.kind, content, row.role == "practice", token, until)


def leases_of(transaction: Transaction, project: str, person: str) -> Sequence[LeaseRow]:
    """What a person has open, first in line first, those that ran out included."""
    query = select(LeaseRow).where(LeaseRow.project == project, LeaseRow.person == person)
    return transaction.exec(query.order_by(col(LeaseRow.rank))).all()


def lend(transaction: Transaction, row: RatingItemRow, project: Project, person: str, *, rank: int) -> LeaseRow:
    """A lease with a fresh token."""
    until, token = later(project.settings.lease_seconds), secrets.token_urlsafe(12)
    lease = transaction.get(LeaseRow, (row.id, person))
    if lease is None:
        lease = LeaseRow(item=row.id, person=person, project=project.id, until=until, token=token)
    lease.rank, lease.until, lease.token = rank, until, token
    transaction.add(lease)
    transaction.flush()
    return lease


def run_out(transaction: Transaction, lease: LeaseRow) -> None:
    """Let it end now, so that others get the place; what its holder says about the item is still accepted."""
    lease.until = now()
    transaction.flush()


def later(seconds: float) -> str:
    """The moment so many seconds from now, as text that sorts."""
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat(timespec="microseconds")


def today() -> str:
    """The beginning of this day in UTC, as text that sorts."""
    return now()[:10]


# What comes next -----------------------------------------------------------------------------------------------


class Done(NamedTuple):
    """What a person has answered or has open, by role of the item."""

    practice: int
    real: int
    checks: int


def _next(transaction: Transaction, project: Project, person: str) -> RatingItemRow | None:
    """Practice first, a check when it is time, otherwise the first item with a place for this person."""
    done = _done(transaction, project, person)
    if done.practice < project.settings.practice:
        row = _first(transaction, project, person, col(RatingItemRow.role) == "practice")
        if row is not None:
            return row
    if _check_due(project, person, done):
        row = _first(transaction, project, person, col(RatingItemRow.role).in_(CHECKS))
        if row is not None:
            return row
    free = col(RatingItemRow.done) + _lent(person) < project.overlap
    return _first(transaction, project, person, col(RatingItemRow.role) == "item", free)


def _check_due(project: Project, person: str, done: Done) -> bool:
    """Every so many items, not at the same ones for everybody."""
    every = project.settings.gold_every
    if every == 0:
        return False
    offset = hashlib.sha256(f"{project.id}/{person}".encode()).digest()[0] % every
    return done.checks < (done.real + offset) // every


def _first(
    transaction: Transaction, project: Project, person: str, *conditions: ColumnElement[bool]
) -> RatingItemRow | None:
    """The first item of the project that this person has neither answered nor open."""
    open_ = select(LeaseRow.item).where(LeaseRow.project == project.id, LeaseRow.person == person)
    answered = select(RatingRow.item).where(*_standing(project, person))
    query = select(RatingItemRow).where(RatingItemRow.project == project.id, *conditions)
    query = query.where(col(RatingItemRow.id).not_in(open_), col(RatingItemRow.id).not_in(answered))
    return transaction.exec(query.order_by(col(RatingItemRow.place)).limit(1)).first()


def _standing(project: Project, person: str) -> list[Any]:
    return as_they_stand(RatingRow.project == project.id, RatingRow.person == person)


def _lent(person: str) -> Any:
    """How many others have the item open at this moment."""
    query = select(func.count()).where(
        LeaseRow.item == RatingItemRow.id, LeaseRow.person != person, LeaseRow.until > now()
    )
    return query.correlate(RatingItemRow).scalar_subquery()


def _renewed(transaction: Transaction, lease: LeaseRow, project: Project) -> bool:
    """Whether the person may keep it, for another while: not one that ran out and whose place is taken."""
    if lease.until <= now():
        free = col(RatingItemRow.done) + _lent(lease.person) < project.overlap
        shared = col(RatingItemRow.role) != "item"
        query = select(RatingItemRow.id).where(RatingItemRow.id == lease.item, free | shared)
        if transaction.exec(query).first() is None:
            return False
    lease.until = later(project.settings.lease_seconds)
    return True


def _done(transaction: Transaction, project: Project, person: str) -> Done:
    role = col(RatingItemRow.role)
    answered = select(role, func.count()).join(RatingRow, col(RatingRow.item) == RatingItemRow.id)
    open_ = select(role, func.count()).join(LeaseRow, col(LeaseRow.item) == RatingItemRow.id)
    counts: dict[str, int] = dict.fromkeys(ITEM_ROLES, 0)
    mine = (LeaseRow.project == project.id, LeaseRow.person == person)
    for query in (answered.where(*_standing(project, person)), open_.where(*mine)):
        for name, count in transaction.exec(query.group_by(role)):
            counts[name] += count
    return Done(counts["practice"], counts["item"], sum(counts[name] for name in CHECKS))
