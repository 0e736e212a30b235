"""The way back through one's own answers, changes as further rows, and flags with their comments.

Run it: `pytest tests/engine/test_store_walking.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.errors import StoreError
from engine.rating import export_project
from engine.store import Store, open_store
from engine.store.rating_values import NewItem, Settings
from tests.engine.rating_world import live_leases, make_project, rate_next

EASY = Settings(practice=0, gold_every=0)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with open_store(tmp_path_factory.mktemp("walking") / "home") as store:
        yield store


def said(store: Store, project: str, steps: int) -> int | None:
    past = store.step_back(project, "Ada", steps)
    return None if past is None else past.answers.get("plausibility")


def test_steps_go_back_to_the_first_answer_and_no_further(store: Store) -> None:
    project = make_project(store, items=5, settings=EASY)
    for value in (1, 2, 3):
        rate_next(store, project, "Ada", value)
    rate_next(store, project, "Bob", 5)
    assert [said(store, project, steps) for steps in (1, 2, 3, 4)] == [3, 2, 1, None]


def test_a_change_is_one_more_row_and_moves_nothing(store: Store) -> None:
    project = make_project(store, items=5, settings=EASY)
    first, *_ = [rate_next(store, project, "Ada", value) for value in (1, 2, 3)]
    open_ = store.claim_item(project, "Ada")
    before = live_leases(store, project)
    changed = store.change(first.item, "Ada", {"plausibility": 5}).rating
    assert (changed.supersedes, changed.status) == (first.id, "rated")
    assert [said(store, project, steps) for steps in (1, 2, 3)] == [3, 2, 5]
    assert [row.status for row in store.log(project)] == ["rated"] * 4
    assert store.claim_item(project, "Ada").token == open_.token and live_leases(store, project) == before
    assert store.project_progress(project, "Ada").mine == 3


def test_the_same_answer_again_adds_nothing(store: Store) -> None:
    project = make_project(store, items=1, settings=EASY)
    first = rate_next(store, project, "Ada", 4)
    assert store.change(first.item, "Ada", {"plausibility": 4}).rating.id == first.id
    assert len(store.log(project)) == 1


def test_what_was_skipped_can_be_rated_on_the_way_back(store: Store) -> None:
    project = make_project(store, items=1, overlap=1, settings=EASY)
    skipped = rate_next(store, project, "Ada", None, status="skipped")
    assert not store.change(skipped.item, "Ada", {"plausibility": 4}).rating.surplus
    assert store.project_progress(project, "Ada").team == 1


def test_only_ones_own_answer_can_be_changed_and_only_to_what_can_be(store: Store) -> None:
    project = make_project(store, items=1, settings=EASY)
    first = rate_next(store, project, "Ada", 4)
    with pytest.raises(StoreError, match="no answer of yours"):
        store.change(first.item, "Bob", {"plausibility": 1})
    with pytest.raises(StoreError, match="Choose one of"):
        store.change(first.item, "Ada", {"plausibility": 9})
    assert len(store.log(project)) == 1


def test_practice_is_no_step(store: Store) -> None:
    project = make_project(store, items=2, practice=1, settings=Settings(practice=1, gold_every=0))
    rate_next(store, project, "Ada", 2)
    assert store.step_back(project, "Ada", 1) is None
    rate_next(store, project, "Ada", 3)
    assert said(store, project, 1) == 3 and said(store, project, 2) is None


def test_a_past_pair_says_what_stood_where_the_person_saw_it(store: Store) -> None:
    project = store.create_project("pairs", owner="me", kind="caption-pair", settings=EASY).id
    store.add_items(project, [NewItem({"a": {"text": f"a{n}"}, "b": {"text": f"b{n}"}}) for n in range(8)])
    for _ in range(8):
        item = store.claim_item(project, "Ada")
        store.rate(item.id, "Ada", item.token, {"preference": "left"})
    assert {past.answers["preference"] for past in store.history(project, "Ada")} == {"left"}
    assert {past.rating.answers["preference"] for past in store.history(project, "Ada")} == {"a", "b"}


# Flags ---------------------------------------------------------------------------------------------------------


def test_a_flag_keeps_its_comment_in_one_line(store: Store) -> None:
    project = make_project(store, items=2, settings=EASY)
    item = store.claim_item(project, "Ada")
    store.rate(item.id, "Ada", item.token, {"comment": "  Two\nlines, \t one comment. "}, status="flagged")
    (flag,) = store.flags(project)
    assert (flag.comment, flag.rating.person, flag.item.id) == ("Two lines, one comment.", "Ada", item.id)


def test_a_flag_is_taken_back_by_a_later_row_and_the_log_keeps_both(store: Store) -> None:
    project = make_project(store, items=1, settings=EASY)
    item = store.claim_item(project, "Ada")
    store.rate(item.id, "Ada", item.token, {"comment": "Broken."}, status="flagged")
    store.change(item.id, "Ada", {"plausibility": 3})
    assert store.flags(project) == ()
    assert [(row.status, row.answers.get("comment")) for row in store.log(project)] == [
        ("flagged", "Broken."), ("rated", None),
    ]  # fmt: skip


def test_flags_are_exported_with_the_protocol(store: Store, tmp_path: Path) -> None:
    project = make_project(store, items=2, settings=EASY)
    item = store.claim_item(project, "Ada")
    store.rate(item.id, "Ada", item.token, {"comment": "The text is *cut* off."}, status="flagged")
    rate_next(store, project, "Ada", None, status="flagged")
    export_project(store, project, tmp_path / "out")
    protocol = (tmp_path / "out" / "protocol.md").read_text()
    assert "## Flags" in protocol and "item 0: The text is *cut* off." in protocol
    assert "item 1: no comment" in protocol and "Ada" not in protocol
    assert "The text is *cut* off." in (tmp_path / "out" / "ratings.csv").read_text()
