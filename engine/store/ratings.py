"""Ratings: items are given out one by one under a lease, answers are kept at once and never changed.

No item is leased to more people than its overlap, no answer is lost or kept twice, a reload resumes where one was.
Try it: `python -m pytest tests/engine/test_store_ratings.py`.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, case, func
from sqlmodel import Session as Transaction
from sqlmodel import col, select

from engine.errors import StoreError, show
from engine.store.connection import found, held, unknown
from engine.store.leases import (
    MOST_LEASES,
    as_they_stand,
    claim,
    given,
    is_fast,
    leases_of,
    lend,
    release,
    standing_of,
    today,
)
from engine.store.people import good_person
from engine.store.rating_answers import MAIN, SCALES, against_gold, from_screen, good_answers, left_side, on_screen
from engine.store.rating_projects import RatingProjects, latest_version, project_of
from engine.store.rating_values import (
    COUNTED,
    PAIRS,
    Answers,
    Disagreement,
    Item,
    Outcome,
    Past,
    Progress,
    Project,
    Rating,
    Said,
    Sheet,
    Standing,
)
from engine.store.tables import LeaseRow, RatingItemRow, RatingProjectRow, RatingRow, now


class Ratings(RatingProjects):
    """What one does with ratings. Unknown ids raise `StoreError`, everywhere; names of people are checked."""

    # For annotators ----------------------------------------------------------------------------------------

    def claim_item(self, project: str, person: str) -> Item | None:
        """The item to rate now: the one this person has open, or the next; None when nothing is left for them.

        Practice items come first, gold items and attention checks in between. An open item is the same after a reload,
        in another window and the next day, unless its lease ran out and others have taken its place.
        Raises `StoreError` for a closed project, or a person who failed too many checks.
        """
        return self._claim(project, person, place=0)

    def peek_next(self, project: str, person: str) -> Item | None:
        """The item after the one of `claim_item`, to load beforehand; leased as well, at most two a person."""
        return self._claim(project, person, place=1)

    def _claim(self, project: str, person: str, *, place: int) -> Item | None:
        with self.writing() as transaction:
            row = held(transaction, RatingProjectRow, project, what="rating project")
            return claim(transaction, project_of(row), good_person(person), place=place)

    def rate(
        self,
        item: str,
        person: str,
        token: str,
        answers: Answers,
        *,
        shown: str | None = None,
        status: Said = "rated",
    ) -> Outcome:
        """Keep an answer to an item that was claimed with `token`; skipped and flagged ones need no answers.

        The same token again gives the rating that was kept the first time. An answer that comes after its lease ran
        out is kept all the same. `shown` is when the item came on screen (ISO 8601), for answers that are too fast.
        Raises `StoreError` for answers that cannot be (`rating_answers.good_answers`) or a token that was never given.
        """
        person = good_person(person)
        with self.writing() as transaction:
            row, project = _item_and_project(transaction, item)
            kept = transaction.exec(select(RatingRow).where(RatingRow.token == token)).one_or_none()
            if kept is not None and (kept.item, kept.person) == (item, person):
                return self._outcome(transaction, kept)
            lease = transaction.get(LeaseRow, (item, person), with_for_update=True)
            if lease is None or lease.token != token:
                raise StoreError(
                    "This item is not open for you any more. Nothing was changed; go on with the next one."
                )
            left = left_side(item, person, blinded=project.settings.blinded) if project.kind in PAIRS else None
            said = _said(project, answers, status=status, left=left)
            rating = _append(transaction, row, person, answers=said, status=status, token=token, shown=_moment(shown))
            transaction.delete(lease)
            return self._outcome(transaction, rating)

    def _outcome(self, transaction: Transaction, rating: RatingRow) -> Outcome:
        row, project = _item_and_project(transaction, rating.item)
        value = rating_of(rating)
        feedback = None
        if row.role == "practice" and row.gold is not None and rating.status == "rated":
            feedback = on_screen(against_gold(value.answers, json.loads(row.gold)), value.answers)
        fast = is_fast(value, project.settings.min_seconds)
        return Outcome(value, feedback, "That was very fast. Take the time to look." if fast else None)

    def undo(self, project: str, person: str) -> Item | None:
        """Take back this person's newest answer: the item is claimed again and comes next; None if there is none.

        A row says that it was undone, and the new answer supersedes it; pressing undo again goes one further back.
        """
        person = good_person(person)
        with self.writing() as transaction:
            held(transaction, RatingProjectRow, project, what="rating project")
            query = _current(RatingRow.project == project, RatingRow.person == person).limit(1)
            rating = transaction.exec(query.order_by(col(RatingRow.number).desc())).first()
            return None if rating is None else _reopen(transaction, rating)

    def reopen(self, item: str, person: str) -> Item:
        """As `undo`, for any earlier answer of one's own; raises `StoreError` where there is none."""
        person = good_person(person)
        with self.writing() as transaction:
            _item_and_project(transaction, item)
            query = _current(RatingRow.item == item, RatingRow.person == person)
            rating = transaction.exec(query).first()
            if rating is None:
                raise unknown("answer of yours to item", item)
            return _reopen(transaction, rating)

    def give_back(self, project: str, person: str) -> int:
        """Let go of the items this person has open, so that others get them at once; returns how many."""
        with self.writing() as transaction:
            leases = leases_of(transaction, project, good_person(person))
            for lease in leases:
                transaction.delete(lease)
            return len(leases)

    def history(self, project: str, person: str, *, limit: int = 50) -> tuple[Past, ...]:
        """This person's answers as they stand, newest first, each beside its item."""
        person = good_person(person)
        with self.reading() as transaction:
            whole = project_of(found(transaction, RatingProjectRow, project, what="rating project"))
            query = _current(RatingRow.project == project, RatingRow.person == person)
            rows = transaction.exec(query.order_by(col(RatingRow.number).desc()).limit(limit)).all()
            items = _items(transaction, rows)
            return tuple(Past(given(items[row.item], whole, person, None), rating_of(row)) for row in rows)

    def project_progress(self, project: str, person: str | None = None) -> Progress:
        """How far the project is, and this person in it; counts of answers as they stand."""
        with self.reading() as transaction:
            whole = project_of(found(transaction, RatingProjectRow, project, what="rating project"))
            return _progress(transaction, whole, person)

    # For curators ------------------------------------------------------------------------------------------

    def ratings(self, project: str, *, everything: bool = False) -> tuple[Rating, ...]:
        """Answers as they stand, the newest of every person to every item, in order of place and person.

        `everything` adds skipped and flagged ones, practice, gold items and attention checks; adjudications are
        `verdicts`.
        """
        conditions: list[ColumnElement[bool]] = [col(RatingRow.project) == project]
        if not everything:
            conditions += [col(RatingRow.status) == "rated", col(RatingItemRow.role) == "item"]
        query = _current(*conditions).join(RatingItemRow, col(RatingItemRow.id) == RatingRow.item)
        with self.reading() as transaction:
            found(transaction, RatingProjectRow, project, what="rating project")
            ordered = query.order_by(col(RatingItemRow.place), col(RatingRow.person))
            return tuple(rating_of(row) for row in transaction.exec(ordered))

    def log(self, project: str) -> tuple[Rating, ...]:
        """Every row that was ever written, oldest first: also what was superseded or undone, and adjudications."""
        query = select(RatingRow).where(RatingRow.project == project).order_by(col(RatingRow.number))
        with self.reading() as transaction:
            found(transaction, RatingProjectRow, project, what="rating project")
            return tuple(rating_of(row) for row in transaction.exec(query))

    def import_ratings(self, project: str, ratings: Iterable[tuple[str, str, Answers]]) -> int:
        """Add (item id, person, answers) made elsewhere; what says the same as before is left out. Returns how many.

        All are kept, or none where one is wrong: raises `StoreError` for an item that is not of this project, and for
        answers that its kind of project does not ask for.
        """
        count = 0
        with self.writing() as transaction:
            whole = project_of(held(transaction, RatingProjectRow, project, what="rating project"))
            for item, name, answers in ratings:
                row = found(transaction, RatingItemRow, item, what="item")
                if row.project != project:
                    raise unknown("item of this project", item)
                person, said = good_person(name), _said(whole, answers, status="rated", left=None)
                before = _newest(transaction, item, person)
                if before is None or before.status != "rated" or json.loads(before.answers) != said:
                    _append(transaction, row, person, answers=said, status="rated", origin="import")
                    count += 1
        return count

    def adjudicate(self, item: str, person: str, answers: Answers) -> Rating:
        """The final answer to an item on which people differ; theirs stay, and agreement is computed without it."""
        person = good_person(person)
        with self.writing() as transaction:
            row, project = _item_and_project(transaction, item)
            said = _said(project, answers, status="rated", left=None)
            before = transaction.exec(_current(RatingRow.item == item, adjudicated=True)).first()
            rating = RatingRow(
                project=row.project,
                item=item,
                person=person,
                guideline=latest_version(transaction, row.project),
                answers=json.dumps(said),
                origin="adjudication",
                supersedes=None if before is None else before.id,
            )
            transaction.add(rating)
            transaction.flush()
            return rating_of(rating)

    def verdicts(self, project: str) -> tuple[Rating, ...]:
        """The adjudications as they stand."""
        with self.reading() as transaction:
            found(transaction, RatingProjectRow, project, what="rating project")
            rows = transaction.exec(_current(RatingRow.project == project, adjudicated=True))
            return tuple(rating_of(row) for row in rows)

    def disagreements(self, project: str, *, least: float = 0.0) -> tuple[Disagreement, ...]:
        """Items with two or more answers that differ by more than `least` (0-1), the widest first, open ones first."""
        whole, by_item = self.project(project), defaultdict(list)
        for rating in self.ratings(project):
            by_item[rating.item].append(rating)
        verdicts = {verdict.item: verdict for verdict in self.verdicts(project)}
        items = {item.id: item for item in self.items(project, role="item")}
        question = MAIN[whole.kind]
        wide = [
            Disagreement(items[item], tuple(said), spread, verdicts.get(item))
            for item, said in by_item.items()
            if (spread := spread_of([one.answers[question] for one in said], scale=question in SCALES)) > least
        ]
        return tuple(sorted(wide, key=lambda one: (one.verdict is not None, -one.spread, one.item.place)))

    def standings(self, project: str) -> tuple[Standing, ...]:
        """How everybody who answered does on checks, and how often they were too fast, by name."""
        with self.reading() as transaction:
            whole = project_of(found(transaction, RatingProjectRow, project, what="rating project"))
            names = transaction.exec(
                select(RatingRow.person).where(RatingRow.project == project, RatingRow.origin == "app").distinct()
            ).all()
            return tuple(standing_of(transaction, whole, name) for name in sorted(names))

    def sheet(self, project: str) -> Sheet:
        """The whole project in one piece: for agreement and export."""
        return Sheet(
            self.project(project),
            self.guidelines(project),
            self.items(project),
            self.ratings(project, everything=True),
            self.verdicts(project),
            self.standings(project),
        )


# Rows ----------------------------------------------------------------------------------------------------------


def rating_of(row: RatingRow) -> Rating:
    """The row as a value."""
    names = ("id", "project", "item", "person", "guideline", "status", "origin", "supersedes", "shown", "created")
    return Rating(**{name: getattr(row, name) for name in names}, answers=json.loads(row.answers))


def spread_of(values: list[Any], *, scale: bool) -> float:
    """How far answers to one question lie apart: on a scale of 1-5 the range over 4, otherwise twice the minority."""
    if len(values) < 2:
        return 0.0
    if scale:
        return float(max(values) - min(values)) / 4
    most = max(values.count(value) for value in values)
    return min(1.0, 2 * (1 - most / len(values)))


def _current(*conditions: Any, adjudicated: bool = False) -> Any:
    """Ratings as they stand."""
    return select(RatingRow).where(*as_they_stand(*conditions, adjudicated=adjudicated))


def _newest(transaction: Transaction, item: str, person: str) -> RatingRow | None:
    query = select(RatingRow).where(RatingRow.item == item, RatingRow.person == person)
    query = query.where(RatingRow.origin != "adjudication").order_by(col(RatingRow.number).desc()).limit(1)
    return transaction.exec(query).first()


def _append(
    transaction: Transaction, item: RatingItemRow, person: str, *, answers: Answers, status: str, **more: Any
) -> RatingRow:
    """One more row after this person's newest for the item, and the item's count of answers with it."""
    before = _newest(transaction, item.id, person)
    counted = before is not None and before.status in COUNTED
    row = RatingRow(
        project=item.project,
        item=item.id,
        person=person,
        guideline=latest_version(transaction, item.project),
        answers=json.dumps(dict(answers)),
        status=status,
        supersedes=None if before is None else before.id,
        **more,
    )
    transaction.add(row)
    transaction.flush()
    item.done += (status in COUNTED) - counted
    return row


def _item_and_project(transaction: Transaction, item: str) -> tuple[RatingItemRow, Project]:
    """The item with its project, which is locked first, as everywhere: two writers never wait for each other."""
    row = found(transaction, RatingItemRow, item, what="item")
    project = held(transaction, RatingProjectRow, row.project, what="rating project")
    transaction.refresh(row)
    return row, project_of(project)


def _reopen(transaction: Transaction, rating: RatingRow) -> Item:
    """The item of this answer, leased again to its person and first in line; the answer is undone."""
    row, project = _item_and_project(transaction, rating.item)
    _append(transaction, row, rating.person, answers={}, status="undone")
    leases = leases_of(transaction, project.id, rating.person)
    first = min((lease.rank for lease in leases), default=1) - 1
    for lease in leases[MOST_LEASES - 1 :]:
        release(transaction, lease)
    return given(row, project, rating.person, lend(transaction, row, project, rating.person, rank=first))


def _said(project: Project, answers: Answers, *, status: str, left: str | None) -> dict[str, Any]:
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


def _items(transaction: Transaction, rows: Iterable[RatingRow]) -> dict[str, RatingItemRow]:
    wanted = {row.item for row in rows}
    query = select(RatingItemRow).where(col(RatingItemRow.id).in_(wanted))
    return {row.id: row for row in transaction.exec(query)}


def _moment(shown: str | None) -> str | None:
    if shown is None:
        return None
    try:
        moment = datetime.fromisoformat(shown)
    except (TypeError, ValueError) as error:
        raise StoreError(f"{show(shown)} is no moment in time. Leave it out, or write it as {now()}.") from error
    if moment.tzinfo is None:
        raise StoreError(f"{show(shown)} has no time zone. Leave it out, or write it as {now()}.")
    return shown


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
    return Progress(
        mine=sum(heap.answers for heap in mine),
        mine_today=sum(heap.fresh for heap in mine),
        skipped=sum(heap.answers for heap in mine_too if (heap.role, heap.status) == ("item", "skipped")),
        practice_done=sum(heap.answers for heap in mine_too if heap.role == "practice"),
        practice=min(project.settings.practice, transaction.exec(practice).one()),
        team=sum(min(done, project.overlap) * count for done, count in counts.items()),
        team_today=sum(heap.fresh for heap in answers),
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
