"""Sessions: the scenes people work on, saved as they change, with everything they were before.

Try it: `python -c "from engine.store import open_store; print(open_store().list_sessions())"`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple, Unpack

from sqlalchemy import ColumnElement, func, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session as Transaction
from sqlmodel import col, select

from engine.errors import StoreError, show
from engine.store.connection import Database, found, held
from engine.store.pictures import copy_pictures
from engine.store.tables import JudgementRow, PictureRow, RevisionRow, SessionRow, frozen, new_id, now
from engine.store.values import Revision, SceneFields, Session, SessionSummary, json_text

LONGEST_NAME = 120
LONGEST_SEARCH = 200
JSON_FIELDS = ("graph", "questions", "constraints", "settings")


class ScoredPicture(NamedTuple):
    """What the list needs to know of a picture."""

    path: str
    score: float | None


class Sessions(Database):
    """What one does with sessions. An id that nobody knows raises `StoreError`, everywhere."""

    def create_session(self, *, owner: str, **scene: Unpack[SceneFields]) -> Session:
        """A new session; without a name it is “Untitled scene”."""
        values = checked({"name": "Untitled scene", **scene})
        with self.writing() as transaction:
            row = SessionRow(owner=owner, **values)
            transaction.add(row)
            transaction.flush()
            return frozen(Session, row)

    def save_session(self, id: str, *, expected_updated: str | None = None, **scene: Unpack[SceneFields]) -> Session:
        """Save the fields that are given; what graph and caption were before becomes a revision.

        With `expected_updated` (the `updated` of the session that was edited), a session that somebody else saved
        in between raises `StoreError` and stays as it is.
        """
        values = checked(dict(scene))
        with self.writing() as transaction:
            row = held(transaction, SessionRow, id, what="session")
            refuse_overwriting(row, expected_updated)
            if any(values.get(part, getattr(row, part)) != getattr(row, part) for part in ("graph", "caption")):
                keep_revision(transaction, row)
            row.sqlmodel_update({**values, "updated": now()})
            return frozen(Session, row)

    def get_session(self, id: str) -> Session:
        """The session, also one that was deleted: its `deleted` says when."""
        with self.reading() as transaction:
            return frozen(Session, found(transaction, SessionRow, id, what="session"))

    def rename_session(self, id: str, name: str) -> Session:
        """Give it another name of 1 to 120 characters."""
        return self.save_session(id, name=name)

    def duplicate_session(self, id: str, *, owner: str | None = None) -> Session:
        """A copy to go on with, its pictures and their judgements included (the files are shared, not copied)."""
        with self.writing() as transaction:
            row = held(transaction, SessionRow, id, what="session")
            fresh = {"id": new_id(), "name": copy_name(row.name), "owner": owner or row.owner, "deleted": None}
            copy = SessionRow(**{**row.model_dump(), **fresh, "created": now(), "updated": now()})
            transaction.add(copy)
            transaction.flush()
            copy_pictures(transaction, row.id, copy.id)
            return frozen(Session, copy)

    def delete_session(self, id: str) -> Session:
        """Out of the list, but kept with all its pictures: `restore_session` brings it back."""
        return self._mark_deleted(id, now())

    def restore_session(self, id: str) -> Session:
        """Back into the list; one that was never deleted stays as it is."""
        return self._mark_deleted(id, None)

    def _mark_deleted(self, id: str, when: str | None) -> Session:
        with self.writing() as transaction:
            row = held(transaction, SessionRow, id, what="session")
            row.deleted = when
            return frozen(Session, row)

    def list_sessions(
        self, *, search: str = "", owner: str | None = None, deleted: bool = False, limit: int = 50, offset: int = 0
    ) -> tuple[SessionSummary, ...]:
        """Sessions whose name or caption holds every word of `search`, last changed first; `deleted` lists the bin."""
        query = select(SessionRow).where(*matching(search=search, owner=owner, deleted=deleted))
        query = query.order_by(col(SessionRow.updated).desc(), SessionRow.id).limit(limit).offset(offset)
        with self.reading() as transaction:
            rows = transaction.exec(query).all()
            pictures = scored_pictures(transaction, [row.id for row in rows])
            return tuple(summary(row, pictures.get(row.id, ())) for row in rows)

    def count_sessions(self, *, search: str = "", owner: str | None = None, deleted: bool = False) -> int:
        """How many `list_sessions` would list without a limit."""
        conditions = matching(search=search, owner=owner, deleted=deleted)
        with self.reading() as transaction:
            return transaction.exec(select(func.count()).select_from(SessionRow).where(*conditions)).one()

    def revisions(self, id: str, *, limit: int = 100) -> tuple[Revision, ...]:
        """What the session was before its edits, newest first."""
        query = select(RevisionRow).where(RevisionRow.session == id).order_by(col(RevisionRow.number).desc())
        with self.reading() as transaction:
            found(transaction, SessionRow, id, what="session")
            return tuple(frozen(Revision, row) for row in transaction.exec(query.limit(limit)))


# Saving --------------------------------------------------------------------------------------------------------


def checked(scene: dict[str, Any]) -> dict[str, Any]:
    """The fields to save, after a look at what a caller can get wrong."""
    strange = scene.keys() - SceneFields.__annotations__.keys()
    if strange:
        raise TypeError(f"A session has no field {', '.join(sorted(strange))}.")
    if "name" in scene:
        scene["name"] = good_name(scene["name"])
    if "caption" in scene:
        scene["caption"] = scene["caption"].replace("\0", "")  # which no database can search
    for field in JSON_FIELDS & scene.keys():
        json_text(scene[field], what=field)
    return scene


def good_name(name: str) -> str:
    """The name without stray spaces; an empty or very long one raises `StoreError`."""
    name = " ".join(name.replace("\0", " ").split())
    if not name:
        raise StoreError("A session needs a name. Give it one or two words that you will find again.")
    if len(name) > LONGEST_NAME:
        raise StoreError(f"The name {show(name)} has {len(name)} characters. Keep it to {LONGEST_NAME}.")
    return name


def copy_name(name: str) -> str:
    ending = " (copy)"
    return name[: LONGEST_NAME - len(ending)] + ending


def refuse_overwriting(row: SessionRow, expected: str | None) -> None:
    if expected is not None and expected != row.updated:
        raise StoreError(
            f"{show(row.name)} was saved in another window at {row.updated[11:19]} UTC, so this edit was not saved "
            "over it. Reload to go on from there, or duplicate it to keep both."
        )


def keep_revision(transaction: Transaction, row: SessionRow) -> None:
    last = select(func.max(RevisionRow.number)).where(RevisionRow.session == row.id)
    number = (transaction.exec(last).one() or 0) + 1
    transaction.add(RevisionRow(session=row.id, number=number, graph=row.graph, caption=row.caption))


# Listing -------------------------------------------------------------------------------------------------------


def matching(*, search: str, owner: str | None, deleted: bool) -> list[ColumnElement[bool]]:
    """The conditions of the list; every character of `search` stands for itself."""
    conditions: list[ColumnElement[bool]] = [
        col(SessionRow.deleted).is_not(None) if deleted else col(SessionRow.deleted).is_(None)
    ]
    if owner is not None:
        conditions.append(col(SessionRow.owner) == owner)
    for word in search[:LONGEST_SEARCH].replace("\0", " ").split():
        inside = (col(text).icontains(word, autoescape=True) for text in (SessionRow.name, SessionRow.caption))
        conditions.append(or_(*inside))
    return conditions


def scored_pictures(transaction: Transaction, sessions: Collection[str]) -> dict[str, list[ScoredPicture]]:
    """The pictures of these sessions with their newest score, best first, those without a score last."""
    any_judgement = aliased(JudgementRow)
    newest = select(func.max(any_judgement.number)).where(any_judgement.picture == PictureRow.id)
    same = (col(JudgementRow.picture) == PictureRow.id) & (col(JudgementRow.number) == newest.scalar_subquery())
    query = (
        select(PictureRow.session, PictureRow.path, JudgementRow.score)
        .outerjoin(JudgementRow, same)
        .where(col(PictureRow.session).in_(sessions))
        .order_by(col(JudgementRow.score).desc().nulls_last(), col(PictureRow.created).desc())
    )
    pictures = defaultdict(list)
    for session, path, score in transaction.exec(query):
        pictures[str(session)].append(ScoredPicture(path, score))
    return pictures


def summary(row: SessionRow, pictures: Sequence[ScoredPicture]) -> SessionSummary:
    scores = [picture.score for picture in pictures if picture.score is not None]
    return frozen(
        SessionSummary,
        row,
        pictures=len(pictures),
        best=max(scores, default=None),
        mean=sum(scores) / len(scores) if scores else None,
        cover=pictures[0].path if pictures else None,
    )
