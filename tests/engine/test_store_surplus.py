"""Answers that come late: kept in every case, marked as surplus where others had filled the item, out of agreement.

Run it: `pytest tests/engine/test_store_surplus.py`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.rating import agreements, export_project, import_ratings
from engine.store import Store, open_store
from engine.store.rating_values import Item, Settings
from tests.engine.rating_world import expire_all, make_project, rate_next

EASY = Settings(practice=0, gold_every=0)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with open_store(tmp_path_factory.mktemp("late") / "home") as store:
        yield store


def late(store: Store, *, items: int = 1) -> tuple[str, Item]:
    """A project whose first item Ada has open, though her lease ran out and Bob has filled its one place."""
    project = make_project(store, items=items, overlap=1, settings=EASY)
    slow = store.claim_item(project, "Ada")
    assert slow is not None
    expire_all(store)
    assert rate_next(store, project, "Bob", 2).item == slow.id
    return project, slow


def test_a_late_answer_is_surplus(store: Store) -> None:
    project, slow = late(store)
    outcome = store.rate(slow.id, "Ada", slow.token, {"plausibility": 4})
    assert outcome.rating.surplus and outcome.notice is not None and "kept" in outcome.notice
    assert [(one.person, one.surplus) for one in store.ratings(project)] == [("Ada", True), ("Bob", False)]
    progress = store.project_progress(project, "Ada")
    assert (progress.mine, progress.team, progress.needed) == (1, 1, 1)
    assert store.claim_item(project, "Ada") is None  # what one has said is not asked again


def test_a_late_answer_is_kept_though_the_next_items_were_loaded_meanwhile(store: Store) -> None:
    project, slow = late(store, items=3)
    following = store.peek_next(project, "Ada"), store.claim_item(project, "Ada")
    assert all(one is not None and one.id != slow.id for one in following)
    assert store.rate(slow.id, "Ada", slow.token, {"plausibility": 4}).rating.surplus


def test_a_late_answer_whose_place_is_free_is_an_answer_like_any(store: Store) -> None:
    project = make_project(store, items=1, overlap=1, settings=EASY)
    slow = store.claim_item(project, "Ada")
    assert slow is not None
    expire_all(store)
    outcome = store.rate(slow.id, "Ada", slow.token, {"plausibility": 4})
    assert not outcome.rating.surplus and outcome.notice is None
    assert store.project_progress(project).team == 1


def test_surplus_fills_no_place(store: Store) -> None:
    project, slow = late(store)
    store.rate(slow.id, "Ada", slow.token, {"plausibility": 4})
    assert store.undo(project, "Bob") is not None
    store.give_back(project, "Bob")
    again = store.claim_item(project, "Cy")
    assert again is not None and again.id == slow.id


def test_a_surplus_answer_that_is_changed_stays_surplus_until_a_place_is_free(store: Store) -> None:
    project, slow = late(store)
    store.rate(slow.id, "Ada", slow.token, {"plausibility": 4})
    assert store.change(slow.id, "Ada", {"plausibility": 5}).rating.surplus
    store.undo(project, "Bob")
    assert not store.change(slow.id, "Ada", {"plausibility": 1}).rating.surplus
    assert store.project_progress(project).team == 1


def test_a_flag_can_be_surplus_and_a_skip_cannot(store: Store) -> None:
    _, slow = late(store)
    assert store.rate(slow.id, "Ada", slow.token, {"comment": "Torn."}, status="flagged").rating.surplus
    _, slow = late(store)
    assert not store.rate(slow.id, "Ada", slow.token, {}, status="skipped").rating.surplus


def test_agreement_leaves_surplus_out_unless_it_is_asked_for(store: Store) -> None:
    project, slow = late(store)
    store.rate(slow.id, "Ada", slow.token, {"plausibility": 4})
    ratings = store.ratings(project)
    assert agreements(ratings, "scene", resamples=10)["plausibility"].units == 0
    assert agreements(ratings, "scene", resamples=10, surplus=True)["plausibility"].units == 1


def test_surplus_is_exported_said_in_the_protocol_and_comes_back(store: Store, tmp_path: Path) -> None:
    project, slow = late(store)
    store.rate(slow.id, "Ada", slow.token, {"plausibility": 4})
    export_project(store, project, tmp_path / "out")
    with (tmp_path / "out" / "ratings.csv").open() as file:
        assert {row["person"]: row["surplus"] for row in csv.DictReader(file)} == {"Ada": "True", "Bob": "False"}
    assert "1 answer came after others had filled" in (tmp_path / "out" / "protocol.md").read_text()
    other = make_project(store, items=0, overlap=1, settings=EASY)
    import_ratings(store, other, tmp_path / "out" / "ratings.csv")
    assert [(one.person, one.surplus) for one in store.ratings(other)] == [("Ada", True), ("Bob", False)]
