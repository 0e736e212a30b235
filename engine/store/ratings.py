"""Ratings: what annotators and curators do with them, behind one face; answers are kept at once and never changed.

Turns are in `rating_turns`, what is settled in `rating_verdicts`, figures in `rating_progress`; here is the whole of it.
Try it: `python -m pytest tests/engine/test_store_ratings.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from sqlmodel import col, select

from engine.store.connection import found, held, unknown
from engine.store.people import good_person
from engine.store.rating_projects import project_of
from engine.store.rating_rows import append, checked, newest, rating_of
from engine.store.rating_standing import standing_of
from engine.store.rating_turns import RatingTurns
from engine.store.rating_values import Answers, Brought, Rating, Sheet, Standing
from engine.store.rating_verdicts import RatingVerdicts
from engine.store.tables import RatingItemRow, RatingProjectRow, RatingRow


class Ratings(RatingTurns, RatingVerdicts):
    """What one does with ratings. Unknown ids raise `StoreError`, everywhere; names of people are checked."""

    def log(self, project: str) -> tuple[Rating, ...]:
        """Every row that was ever written, oldest first: also what was superseded or undone, and adjudications."""
        query = select(RatingRow).where(RatingRow.project == project).order_by(col(RatingRow.number))
        with self.reading() as transaction:
            found(transaction, RatingProjectRow, project, what="rating project")
            return tuple(rating_of(row) for row in transaction.exec(query))

    def import_ratings(self, project: str, ratings: Iterable[Brought | tuple[str, str, Answers]]) -> int:
        """Add answers made elsewhere; what says the same as before is left out. Returns how many were added.

        All are kept, or none where one is wrong: raises `StoreError` for an item that is not of this project, and for
        answers that its kind of project does not ask for.
        """
        count = 0
        with self.writing() as transaction:
            whole = project_of(held(transaction, RatingProjectRow, project, what="rating project"))
            for item, name, answers, surplus in (Brought(*one) for one in ratings):
                row = found(transaction, RatingItemRow, item, what="item")
                if row.project != project:
                    raise unknown("item of this project", item)
                person, said = good_person(name), checked(whole, answers, status="rated", left=None)
                before = newest(transaction, item, person)
                if before is None or before.status != "rated" or json.loads(before.answers) != said:
                    more = {"status": "rated", "origin": "import", "surplus": surplus}
                    append(transaction, row, person, answers=said, **more)  # type: ignore[arg-type]
                    count += 1
        return count

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
