"""Where people differ, and what was settled: disagreements, flags with their comments, and adjudications.

Try it: `python -m pytest tests/engine/test_store_ratings.py -k "verdict or flag"`.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

from sqlmodel import col

from engine.store.connection import found
from engine.store.people import good_person
from engine.store.rating_answers import MAIN, SCALES
from engine.store.rating_projects import RatingProjects, latest_version, stored_item
from engine.store.rating_rows import checked, current, item_and_project, items_of, rating_of
from engine.store.rating_values import Answers, Disagreement, Flagged, Rating
from engine.store.tables import RatingItemRow, RatingProjectRow, RatingRow


class RatingVerdicts(RatingProjects):
    """What a curator settles; theirs is the last word, and what people said stays beside it."""

    def adjudicate(self, item: str, person: str, answers: Answers) -> Rating:
        """The final answer to an item on which people differ; theirs stay, and agreement is computed without it."""
        person = good_person(person)
        with self.writing() as transaction:
            row, project = item_and_project(transaction, item)
            said = checked(project, answers, status="rated", left=None)
            before = transaction.exec(current(RatingRow.item == item, adjudicated=True)).first()
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
            rows = transaction.exec(current(RatingRow.project == project, adjudicated=True))
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

    def flags(self, project: str) -> tuple[Flagged, ...]:
        """Flags as they stand, each with its item and the comment of who set it, in order of place and person."""
        query = current(RatingRow.project == project, RatingRow.status == "flagged")
        query = query.join(RatingItemRow, col(RatingItemRow.id) == RatingRow.item)
        query = query.order_by(col(RatingItemRow.place), col(RatingRow.person))
        with self.reading() as transaction:
            found(transaction, RatingProjectRow, project, what="rating project")
            rows = transaction.exec(query).all()
            items = items_of(transaction, rows)
            return tuple(Flagged(stored_item(items[row.item]), rating_of(row)) for row in rows)

    def ratings(self, project: str, *, everything: bool = False) -> tuple[Rating, ...]:
        """Answers as they stand, the newest of every person to every item, in order of place and person.

        Those that came late are among them and say so (`surplus`). `everything` adds skipped and flagged ones,
        practice, gold items and attention checks; adjudications are `verdicts`.
        """
        conditions: list[Any] = [col(RatingRow.project) == project]
        if not everything:
            conditions += [col(RatingRow.status) == "rated", col(RatingItemRow.role) == "item"]
        query = current(*conditions).join(RatingItemRow, col(RatingItemRow.id) == RatingRow.item)
        with self.reading() as transaction:
            found(transaction, RatingProjectRow, project, what="rating project")
            ordered = query.order_by(col(RatingItemRow.place), col(RatingRow.person))
            return tuple(rating_of(row) for row in transaction.exec(ordered))


def spread_of(values: list[Any], *, scale: bool) -> float:
    """How far answers to one question lie apart: on a scale of 1-5 the range over 4, otherwise twice the minority."""
    if len(values) < 2:
        return 0.0
    if scale:
        return float(max(values) - min(values)) / 4
    most = max(values.count(value) for value in values)
    return min(1.0, 2 * (1 - most / len(values)))
