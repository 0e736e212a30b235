"""Leases: which item a person has open, and which comes next, decided while the project's row is locked.

An item is lent to no more people than its overlap, those who have answered it counted in; a lease that ran out is
still its holder's until somebody else needs the place. Try it: `python -m pytest tests/engine/test_store_ratings.py`.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func
from sqlalchemy.orm import aliased
from sqlmodel import Session as Transaction
from sqlmodel import col, select

from engine.errors import StoreError, show
from engine.store.rating_answers import against_gold, for_person, left_side
from engine.store.rating_values import CHECKS, COUNTED, ITEM_ROLES, Item, Project, Rating, Standing
from engine.store.tables import LeaseRow, RatingItemRow, RatingRow, now

MOST_LEASES = 2  # the item on screen and the one that is loaded beforehand


def claim(transaction: Transaction, project: Project, person: str, *, place: int) -> Item | None:
    """The item at this place (0 or 1) of a person's line, leased; None where nothing is left.

    Raises `StoreError` for a closed project, and for who was stopped by the checks.
    """
    if project.status != "open":
        raise StoreError(f"The project {show(project.name)} is closed. Your answers are kept; ask {project.owner}.")
    _refuse_blocked(transaction, project, person)
    line = [lease for lease in leases_of(transaction, project.id, person) if _renewed(transaction, lease, project)]
    while len(line) <= place:
        row = _next(transaction, project, person)
        if row is None:
            return None
        last = max((lease.rank for lease in line), default=0)
        line.append(lend(transaction, row, project, person, rank=last + 1))
    row = transaction.get_one(RatingItemRow, line[place].item)
    return given(row, project, person, line[place])


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


def release(transaction: Transaction, lease: LeaseRow) -> None:
    """Let go of it."""
    transaction.delete(lease)
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


def as_they_stand(*conditions: Any, adjudicated: bool = False) -> list[Any]:
    """These conditions on ratings, and that nothing supersedes them and that they were not undone."""
    later_row = aliased(RatingRow)
    superseded = select(later_row.number).where(later_row.supersedes == RatingRow.id).exists()
    origin = col(RatingRow.origin)
    whose = origin == "adjudication" if adjudicated else origin != "adjudication"
    return [*conditions, ~superseded, RatingRow.status != "undone", whose]


def _standing(project: Project, person: str) -> list[Any]:
    return as_they_stand(RatingRow.project == project.id, RatingRow.person == person)


def _lent(person: str) -> Any:
    """How many others have the item open at this moment."""
    query = select(func.count()).where(
        LeaseRow.item == RatingItemRow.id, LeaseRow.person != person, LeaseRow.until > now()
    )
    return query.correlate(RatingItemRow).scalar_subquery()


def _renewed(transaction: Transaction, lease: LeaseRow, project: Project) -> bool:
    """Whether the person may keep it, for another while; one that ran out and whose place is taken is let go."""
    if lease.until <= now():
        free = col(RatingItemRow.done) + _lent(lease.person) < project.overlap
        shared = col(RatingItemRow.role) != "item"
        query = select(RatingItemRow.id).where(RatingItemRow.id == lease.item, free | shared)
        if transaction.exec(query).first() is None:
            release(transaction, lease)
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


# How a person does ---------------------------------------------------------------------------------------------


def standing_of(transaction: Transaction, project: Project, person: str) -> Standing:
    """Checks met and failed, answers that came too fast, and whether that is too much."""
    query = select(RatingRow, RatingItemRow).join(RatingItemRow, col(RatingItemRow.id) == RatingRow.item)
    rows = transaction.exec(query.where(*_standing(project, person))).all()
    checks = [
        against_gold(json.loads(rating.answers), json.loads(item.gold)).right
        for rating, item in rows
        if item.role in CHECKS and item.gold is not None and rating.status == "rated"
    ]
    wrong = checks.count(False)
    return Standing(
        person,
        answered=sum(item.role == "item" and rating.status in COUNTED for rating, item in rows),
        checks_right=checks.count(True),
        checks_wrong=wrong,
        fast=sum(is_fast(rating, project.settings.min_seconds) for rating, _ in rows),
        blocked=0 < project.settings.block_after <= wrong,
    )


def is_fast(rating: Rating | RatingRow, least: float) -> bool:
    """Whether it came sooner than `least` seconds after its item was shown."""
    if rating.shown is None or rating.status != "rated" or rating.origin != "app":
        return False
    return seconds(rating.shown, rating.created) < least


def seconds(start: str, end: str) -> float:
    """From one moment to another, both ISO 8601 with a time zone."""
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()


def _refuse_blocked(transaction: Transaction, project: Project, person: str) -> None:
    if project.settings.block_after and standing_of(transaction, project, person).blocked:
        raise StoreError(
            f"{project.settings.block_after} of your answers to check items were not as expected, so no more items "
            f"come. Your answers are kept; ask {project.owner} to look at them with you."
        )
