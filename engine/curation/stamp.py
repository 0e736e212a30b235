"""Stamp: a short text that changes whenever an answer of Curate could, so that answers may be kept until then.

A dozen counts over indexes take milliseconds where the answers take a second. Try it:
`python -c "from engine.store import open_store; from engine.curation import stamp; print(stamp(open_store()))"`.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from engine.store import Store
from engine.store.tables import FactsRow, JudgementRow, PictureRow, RatingRow, SessionRow, SetMemberRow, SetRow, TagRow


def stamp(store: Store) -> str:
    """Of pictures, facts, ratings, judgements, tags, sets and deleted sessions, as they are in the store now.

    Rows that are only ever added are counted; for the others the time of the newest counts too. Raises `StoreError`
    and its kinds when the store cannot be read.
    """
    with store.reading() as transaction:
        found = [value for query in _counts() for value in transaction.execute(query).one()]
    return "/".join(map(str, found))


def _counts() -> tuple[Any, ...]:
    return (
        select(func.count()).select_from(PictureRow),
        select(func.count()).select_from(FactsRow),
        select(func.count()).select_from(RatingRow),
        select(func.count()).select_from(JudgementRow),
        select(func.count(), func.max(col(TagRow.created))).select_from(TagRow),
        select(func.count(), func.max(col(SetRow.updated)), func.count(col(SetRow.deleted))).select_from(SetRow),
        select(func.count()).select_from(SetMemberRow),
        select(func.count(), func.max(col(SessionRow.deleted))).where(col(SessionRow.deleted).is_not(None)),
    )
