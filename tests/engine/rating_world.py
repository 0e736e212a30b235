"""Small rating projects, and people who rate them all at once: for SQLite and for PostgreSQL.

Use it: `from tests.engine.rating_world import make_project`.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

from sqlalchemy import func
from sqlmodel import select

from engine.store import Store
from engine.store.rating_values import NewItem, Rating, Settings
from engine.store.tables import LeaseRow, RatingItemRow, now

FALSE = {"answers": {"plausibility": [1, 2]}, "why": "Dogs do not fly."}


def make_project(
    store: Store,
    *,
    items: int,
    overlap: int = 3,
    practice: int = 0,
    gold: int = 0,
    settings: Settings | None = None,
) -> str:
    """A project of scenes; returns its id."""
    project = store.create_project("Scenes", owner="me", kind="scene", overlap=overlap, settings=settings).id
    lessons = [NewItem({"text": f"lesson {place}"}, "practice", FALSE) for place in range(practice)]
    checks = [NewItem({"text": f"check {place}"}, "gold", FALSE) for place in range(gold)]
    scenes = [NewItem({"text": f"scene {place}"}) for place in range(items)]
    store.add_items(project, [*lessons, *checks, *scenes])
    return project


def rate_next(store: Store, project: str, person: str, value: int | None, **more: Any) -> Rating:
    """Claim the next item and answer it with `value`."""
    item = store.claim_item(project, person)
    assert item is not None
    answers = {} if value is None else {"plausibility": value}
    return store.rate(item.id, person, item.token, answers, **more).rating


def everybody_rates(store: Store, project: str, *, people: int) -> list[str]:
    """All begin at the same moment and go on until nothing is left; returns the tokens they answered with.

    At each step the leases and answers of an item are counted: more than the overlap is an assertion error.
    """
    start = Barrier(people)

    def work(number: int) -> list[str]:
        name, tokens = f"person {number}", []
        start.wait()
        while (item := store.claim_item(project, name)) is not None:
            store.peek_next(project, name)
            assert store.item(item.id).role != "item" or crowd(store, item.id) <= store.project(project).overlap
            store.rate(item.id, name, item.token, {"plausibility": 1 + number % 5})
            tokens.append(item.token)
        return tokens

    with ThreadPoolExecutor(people) as pool:
        return [token for tokens in pool.map(work, range(people)) for token in tokens]


def crowd(store: Store, item: str) -> int:
    """How many people have this item open or have answered it, at one moment."""
    open_ = select(func.count()).select_from(LeaseRow).where(LeaseRow.item == item, LeaseRow.until > now())
    with store.reading() as transaction:
        row = transaction.exec(
            select(RatingItemRow.done, open_.scalar_subquery()).where(RatingItemRow.id == item)
        ).one()
        return row[0] + row[1]


def expire_all(store: Store) -> None:
    """Let every lease run out."""
    with store.writing() as transaction:
        for lease in transaction.exec(select(LeaseRow)):
            lease.until = (datetime.now(UTC) - timedelta(seconds=1)).isoformat(timespec="microseconds")


def live_leases(store: Store, project: str) -> int:
    """How many leases of the project run."""
    query = select(func.count()).select_from(LeaseRow).where(LeaseRow.project == project, LeaseRow.until > now())
    with store.reading() as transaction:
        return transaction.exec(query).one()
