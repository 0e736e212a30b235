"""An annotator's turns: an item under a lease, an answer that is kept at once, and the way back through one's own.

No item is leased to more people than its overlap, no answer is lost or kept twice, a reload resumes where one was.
Try it: `python -m pytest tests/engine/test_store_ratings.py`.
"""

from __future__ import annotations

import json

from sqlalchemy import func
from sqlmodel import Session as Transaction
from sqlmodel import col, select

from engine.errors import StoreError
from engine.store.connection import found, held, unknown
from engine.store.leases import MOST_LEASES, claim, given, leases_of, lend, run_out
from engine.store.people import good_person
from engine.store.rating_answers import against_gold, left_side, on_screen, to_screen
from engine.store.rating_progress import RatingProgress
from engine.store.rating_projects import RatingProjects, project_of
from engine.store.rating_rows import append, checked, current, good_moment, item_and_project, items_of, rating_of
from engine.store.rating_standing import is_fast
from engine.store.rating_values import PAIRS, Answers, Item, Outcome, Past, Project, Said
from engine.store.tables import LeaseRow, RatingItemRow, RatingProjectRow, RatingRow


class RatingTurns(RatingProjects, RatingProgress):
    """What an annotator does. Unknown ids raise `StoreError`, everywhere; names of people are checked."""

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
        out is kept all the same, as surplus where others have filled the item meanwhile. `shown` is when the item came
        on screen (ISO 8601), for answers that are too fast.
        Raises `StoreError` for answers that cannot be (`rating_answers.good_answers`) or a token that was never given.
        """
        person = good_person(person)
        with self.writing() as transaction:
            row, project = item_and_project(transaction, item)
            kept = transaction.exec(select(RatingRow).where(RatingRow.token == token)).one_or_none()
            if kept is not None and (kept.item, kept.person) == (item, person):
                return _outcome(transaction, kept)
            lease = transaction.get(LeaseRow, (item, person), with_for_update=True)
            if lease is None or lease.token != token:
                raise StoreError(
                    "This item is not open for you any more. Nothing was changed; go on with the next one."
                )
            rating = _keep(transaction, row, project, person, answers, status=status, shown=shown, token=token)
            transaction.delete(lease)
            return _outcome(transaction, rating)

    def change(
        self, item: str, person: str, answers: Answers, *, shown: str | None = None, status: Said = "rated"
    ) -> Outcome:
        """Another answer to an item that this person has answered: one more row, which supersedes theirs.

        Nothing is taken back or leased for it; the same answer as before adds nothing. Raises `StoreError` where there
        is no answer of theirs that stands, and as `rate`.
        """
        person = good_person(person)
        with self.writing() as transaction:
            row, project = item_and_project(transaction, item)
            before = _standing(transaction, item, person)
            said = checked(project, answers, status=status, left=_left(project, item, person))
            if (before.status, json.loads(before.answers)) == (status, said):
                return _outcome(transaction, before)
            rating = _keep(transaction, row, project, person, answers, status=status, shown=shown)
            return _outcome(transaction, rating)

    def undo(self, project: str, person: str) -> Item | None:
        """Take back this person's newest answer: the item is claimed again and comes next; None if there is none.

        A row says that it was undone, and the new answer supersedes it; pressing undo again goes one further back.
        """
        person = good_person(person)
        with self.writing() as transaction:
            held(transaction, RatingProjectRow, project, what="rating project")
            query = current(RatingRow.project == project, RatingRow.person == person).limit(1)
            rating = transaction.exec(query.order_by(col(RatingRow.number).desc())).first()
            return None if rating is None else _reopen(transaction, rating)

    def give_back(self, project: str, person: str) -> int:
        """Let go of the items this person has open, so that others get them at once; returns how many."""
        with self.writing() as transaction:
            leases = leases_of(transaction, project, good_person(person))
            for lease in leases:
                transaction.delete(lease)
            return len(leases)

    # One's own answers -------------------------------------------------------------------------------------

    def history(self, project: str, person: str, *, limit: int = 50) -> tuple[Past, ...]:
        """This person's answers as they stand, newest first, each beside its item, as the person saw and said it."""
        person = good_person(person)
        query = current(RatingRow.project == project, RatingRow.person == person)
        return self._past(project, query.order_by(col(RatingRow.number).desc()).limit(limit))

    def steps_back(self, project: str, person: str, *, limit: int = 50, offset: int = 0) -> tuple[Past, ...]:
        """One's answers without practice, from the last step back to the first.

        The order is that in which items were first answered, so a change moves nothing.
        """
        person = good_person(person)
        mine = (RatingRow.project == project, RatingRow.person == person, RatingRow.origin != "adjudication")
        first = select(RatingRow.item, func.min(RatingRow.number).label("first")).where(*mine)
        firsts = first.group_by(col(RatingRow.item)).subquery()
        query = current(*mine[:2]).join(firsts, firsts.c.item == RatingRow.item)
        query = query.join(RatingItemRow, col(RatingItemRow.id) == RatingRow.item)
        query = query.where(RatingItemRow.role != "practice").order_by(firsts.c.first.desc())
        return self._past(project, query.limit(limit).offset(offset))

    def step_back(self, project: str, person: str, steps: int) -> Past | None:
        """One's answer that lies so many (1, 2, ...) steps back; None before the first one."""
        return next(iter(self.steps_back(project, person, limit=1, offset=max(steps, 1) - 1)), None)

    def _past(self, project: str, query: object) -> tuple[Past, ...]:
        with self.reading() as transaction:
            whole = project_of(found(transaction, RatingProjectRow, project, what="rating project"))
            rows = transaction.exec(query).all()  # type: ignore[call-overload]
            items = items_of(transaction, rows)
            return tuple(_seen(items[row.item], whole, row) for row in rows)


# Rows ----------------------------------------------------------------------------------------------------------


def _left(project: Project, item: str, person: str) -> str | None:
    """The side of a pair that this person sees on the left."""
    return left_side(item, person, blinded=project.settings.blinded) if project.kind in PAIRS else None


def _keep(
    transaction: Transaction,
    row: RatingItemRow,
    project: Project,
    person: str,
    answers: Answers,
    *,
    status: Said,
    shown: str | None,
    token: str | None = None,
) -> RatingRow:
    said = checked(project, answers, status=status, left=_left(project, row.id, person))
    return append(
        transaction,
        row,
        person,
        answers=said,
        status=status,
        overlap=project.overlap,
        token=token,
        shown=good_moment(shown),
    )


def _outcome(transaction: Transaction, rating: RatingRow) -> Outcome:
    row, project = item_and_project(transaction, rating.item)
    value = rating_of(rating)
    feedback = None
    if row.role == "practice" and row.gold is not None and rating.status == "rated":
        feedback = on_screen(against_gold(value.answers, json.loads(row.gold)), value.answers)
    notice = None
    if rating.surplus:
        notice = "While this item was open, others filled its places. Your answer is kept, as surplus."
    elif is_fast(value, project.settings.min_seconds):
        notice = "That was very fast. Take the time to look."
    return Outcome(value, feedback, notice)


def _standing(transaction: Transaction, item: str, person: str) -> RatingRow:
    rating: RatingRow | None = transaction.exec(current(RatingRow.item == item, RatingRow.person == person)).first()
    if rating is None:
        raise unknown("answer of yours to item", item)
    return rating


def _reopen(transaction: Transaction, rating: RatingRow) -> Item:
    """The item of this answer, leased again to its person and first in line; the answer is undone."""
    row, project = item_and_project(transaction, rating.item)
    append(transaction, row, rating.person, answers={}, status="undone")
    leases = leases_of(transaction, project.id, rating.person)
    first = min((lease.rank for lease in leases), default=1) - 1
    for lease in leases[MOST_LEASES - 1 :]:
        run_out(transaction, lease)
    return given(row, project, rating.person, lend(transaction, row, project, rating.person, rank=first))


def _seen(item: RatingItemRow, project: Project, row: RatingRow) -> Past:
    rating = rating_of(row)
    answers = to_screen(rating.answers) if project.kind in PAIRS else rating.answers
    return Past(given(item, project, row.person, None), rating, answers)
