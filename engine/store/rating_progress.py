"""How far a rating project is: answers as they stand, counted by person, role of item and status.

Try it: `python cli.py ratings list`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import case, func
from sqlmodel import Session as Transaction
from sqlmodel import col, select

from engine.store.connection import Database, found
from engine.store.leases import today
from engine.store.rating_projects import project_of
from engine.store.rating_rows import as_they_stand
from engine.store.rating_values import COUNTED, Progress, Project
from engine.store.tables import RatingItemRow, RatingProjectRow, RatingRow


class RatingProgress(Database):
    """Figures of a project; an unknown id raises `StoreError`."""

    def project_progress(self, project: str, person: str | None = None) -> Progress:
        """How far the project is, and this person in it; counts of answers as they stand."""
        with self.reading() as transaction:
            whole = project_of(found(transaction, RatingProjectRow, project, what="rating project"))
            return _progress(transaction, whole, person)


class Heap(NamedTuple):
    """How many answers of one person, role of item and status there are, and how many of them are of today."""

    person: str
    role: str
    status: str
    answers: int
    fresh: int


def _progress(transaction: Transaction, project: Project, person: str | None) -> Progress:
    heaps = _heaps(transaction, project)
    answers = [heap for heap in heaps if heap.role == "item" and heap.status in COUNTED]
    mine = [heap for heap in answers if heap.person == person]
    mine_too = [heap for heap in heaps if heap.person == person]
    done = select(RatingItemRow.done, func.count()).where(
        RatingItemRow.project == project.id, RatingItemRow.role == "item"
    )
    counts = dict(transaction.exec(done.group_by(col(RatingItemRow.done))).all())
    practice = select(func.count()).where(RatingItemRow.project == project.id, RatingItemRow.role == "practice")
    team = sum(min(done, project.overlap) * count for done, count in counts.items())
    return Progress(
        mine=sum(heap.answers for heap in mine),
        mine_today=sum(heap.fresh for heap in mine),
        skipped=sum(heap.answers for heap in mine_too if (heap.role, heap.status) == ("item", "skipped")),
        practice_done=sum(heap.answers for heap in mine_too if heap.role == "practice"),
        practice=min(project.settings.practice, transaction.exec(practice).one()),
        team=team,
        team_today=min(team, sum(heap.fresh for heap in answers)),
        needed=sum(counts.values()) * project.overlap,
        items=sum(counts.values()),
        items_done=sum(count for done, count in counts.items() if done >= project.overlap),
        people=len({heap.person for heap in answers}),
    )


def _heaps(transaction: Transaction, project: Project) -> list[Heap]:
    keys: list[Any] = [RatingRow.person, RatingItemRow.role, RatingRow.status]
    chosen: Any = select  # of more columns than its types are written for
    fresh = func.sum(case((col(RatingRow.created) >= today(), 1), else_=0))
    query = chosen(*keys, func.count(), fresh)
    query = query.join(RatingItemRow, col(RatingItemRow.id) == RatingRow.item)
    query = query.where(*as_they_stand(RatingRow.project == project.id)).group_by(*keys)
    return [Heap(*row) for row in transaction.exec(query)]
