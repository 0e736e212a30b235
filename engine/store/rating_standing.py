"""How a person does in a project: checks met and failed, answers that came too fast, and when that is too much.

Try it: `python -m pytest tests/engine/test_store_ratings.py -k "gold or fast"`.
"""

from __future__ import annotations

import json
from datetime import datetime

from sqlmodel import Session as Transaction
from sqlmodel import col, select

from engine.errors import StoreError
from engine.store.rating_answers import against_gold
from engine.store.rating_rows import as_they_stand
from engine.store.rating_values import CHECKS, COUNTED, Project, Rating, Standing
from engine.store.tables import RatingItemRow, RatingRow


def standing_of(transaction: Transaction, project: Project, person: str) -> Standing:
    """Checks met and failed, answers that came too fast, and whether that is too much."""
    query = select(RatingRow, RatingItemRow).join(RatingItemRow, col(RatingItemRow.id) == RatingRow.item)
    mine = as_they_stand(RatingRow.project == project.id, RatingRow.person == person)
    rows = transaction.exec(query.where(*mine)).all()
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


def refuse_blocked(transaction: Transaction, project: Project, person: str) -> None:
    """Raises `StoreError` for who failed too many checks."""
    if project.settings.block_after and standing_of(transaction, project, person).blocked:
        raise StoreError(
            f"{project.settings.block_after} of your answers to check items were not as expected, so no more items "
            f"come. Your answers are kept; ask {project.owner} to look at them with you."
        )
