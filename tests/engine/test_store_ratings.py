"""Ratings: claims that never go beyond the overlap, answers that are never lost or doubled, undo, gold, adjudication.

Run it: `pytest tests/engine/test_store_ratings.py`.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.errors import StoreError
from engine.roles import ACTIONS, ROLES, allowed, may
from engine.store import Store, open_store
from engine.store.rating_answers import good_answers
from engine.store.rating_values import Item, Kind, NewItem, Settings
from tests.engine.rating_world import everybody_rates, expire_all, live_leases, make_project, rate_next

EASY = Settings(practice=0, gold_every=0)


@pytest.fixture(scope="module")
def new_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("ratings") / "new"
    open_store(home).close()
    return home


@pytest.fixture
def store(new_home: Path, tmp_path: Path) -> Iterator[Store]:
    with open_store(shutil.copytree(new_home, tmp_path / "home"), timeout=30.0) as store:
        yield store


def claimed(item: Item | None) -> Item:
    assert item is not None
    return item


# Claims --------------------------------------------------------------------------------------------------------


def test_no_item_goes_to_more_people_than_its_overlap(store: Store) -> None:
    project = make_project(store, items=2, overlap=2)
    given = [store.claim_item(project, name) for name in ("Ada", "Bob", "Cy", "Di", "Eve")]
    assert [item.content["text"] if item else None for item in given] == [
        "scene 0",
        "scene 0",
        "scene 1",
        "scene 1",
        None,
    ]


def test_a_reload_and_the_next_day_resume_where_one_was(store: Store) -> None:
    project = make_project(store, items=3)
    first, ahead = claimed(store.claim_item(project, "Ada")), claimed(store.peek_next(project, "Ada"))
    assert first.id != ahead.id
    again = claimed(store.claim_item(project, "Ada"))
    assert (again.id, again.token) == (first.id, first.token)
    store.rate(first.id, "Ada", first.token, {"plausibility": 3})
    assert claimed(store.claim_item(project, "Ada")).id == ahead.id
    assert live_leases(store, project) == 1


def test_a_lease_that_ran_out_goes_to_others_and_a_late_answer_is_kept(store: Store) -> None:
    project = make_project(store, items=1, overlap=1, settings=EASY)
    slow = claimed(store.claim_item(project, "Ada"))
    assert store.claim_item(project, "Bob") is None
    expire_all(store)
    assert claimed(store.claim_item(project, "Ada")).id == slow.id  # nobody else came: still hers
    expire_all(store)
    quick = claimed(store.claim_item(project, "Bob"))
    store.rate(quick.id, "Bob", quick.token, {"plausibility": 2})
    store.rate(slow.id, "Ada", slow.token, {"plausibility": 4})
    assert [(one.person, one.answers["plausibility"]) for one in store.ratings(project)] == [("Ada", 4), ("Bob", 2)]


def test_a_lease_whose_place_is_taken_is_let_go(store: Store) -> None:
    project = make_project(store, items=2, overlap=1, settings=EASY)
    first = claimed(store.claim_item(project, "Ada"))
    expire_all(store)
    assert claimed(store.claim_item(project, "Bob")).id == first.id
    assert claimed(store.claim_item(project, "Ada")).id != first.id


def test_giving_back_frees_the_place_at_once(store: Store) -> None:
    project = make_project(store, items=1, overlap=1)
    store.claim_item(project, "Ada")
    assert store.give_back(project, "Ada") == 1
    assert store.claim_item(project, "Bob") is not None


def test_thirty_people_at_once_get_no_item_too_often_and_lose_no_answer(store: Store) -> None:
    project = make_project(store, items=12, overlap=3)
    tokens = everybody_rates(store, project, people=30)
    ratings = store.ratings(project)
    assert Counter(rating.item for rating in ratings) == {item.id: 3 for item in store.items(project)}
    assert len(tokens) == len(set(tokens)) == len(ratings) == 36 == len(store.log(project))
    assert live_leases(store, project) == 0
    assert len({(rating.item, rating.person) for rating in ratings}) == 36
    progress = store.project_progress(project)
    assert (progress.team, progress.needed, progress.items_done) == (36, 36, 12)


def test_the_same_click_thirty_times_is_one_answer(store: Store) -> None:
    project = make_project(store, items=1)
    item = claimed(store.claim_item(project, "Ada"))
    with ThreadPoolExecutor(30) as pool:
        kept = list(pool.map(lambda _: store.rate(item.id, "Ada", item.token, {"plausibility": 5}), range(30)))
    assert len({outcome.rating.id for outcome in kept}) == 1 == len(store.log(project))


# Answers -------------------------------------------------------------------------------------------------------


def test_undo_brings_the_item_back_and_the_new_answer_supersedes(store: Store) -> None:
    project = make_project(store, items=3, settings=EASY)
    first, second = rate_next(store, project, "Ada", 1), rate_next(store, project, "Ada", 2)
    ahead = claimed(store.claim_item(project, "Ada"))
    back = claimed(store.undo(project, "Ada"))
    assert back.id == second.item == claimed(store.claim_item(project, "Ada")).id
    assert claimed(store.undo(project, "Ada")).id == first.item
    assert [one.item for one in store.ratings(project)] == []
    assert store.undo(project, "Ada") is None
    assert live_leases(store, project) <= 2
    order = [rate_next(store, project, "Ada", 4).item for _ in range(3)]
    assert order == [first.item, second.item, ahead.id]
    log = store.log(project)
    assert [row.status for row in log] == ["rated", "rated", "undone", "undone", "rated", "rated", "rated"]
    assert log[4].supersedes == log[3].id and log[3].supersedes == log[0].id
    assert {one.answers["plausibility"] for one in store.ratings(project)} == {4}


def test_ones_answers_are_listed_newest_first(store: Store) -> None:
    project = make_project(store, items=4, settings=EASY)
    for value in (1, 2, 3):
        rate_next(store, project, "Ada", value)
    assert [past.rating.answers["plausibility"] for past in store.history(project, "Ada")] == [3, 2, 1]


def test_what_one_skips_goes_to_another_and_what_one_flags_does_not(store: Store) -> None:
    project = make_project(store, items=2, overlap=1)
    rate_next(store, project, "Ada", None, status="skipped")
    flagged = rate_next(store, project, "Ada", None, status="flagged")
    assert store.claim_item(project, "Ada") is None
    assert claimed(store.claim_item(project, "Bob")).id != flagged.item
    assert store.ratings(project) == () and len(store.ratings(project, everything=True)) == 2
    mine = store.project_progress(project, "Ada")
    assert (mine.mine, mine.skipped, mine.team) == (1, 1, 1)


@pytest.mark.parametrize(
    ("kind", "answers", "message"),
    [
        ("scene", {"plausibility": 6}, "1, 2, 3, 4, 5"),
        ("scene", {"plausibility": True}, "no answer"),
        ("scene", {"plausibility": "3"}, "no answer"),
        ("scene", {"real": "artefact"}, "missing"),
        ("scene", {"plausibility": 3, "mood": 1}, "no question about a scene"),
        ("scene", {"plausibility": 3, "left": "a"}, "no question about a scene"),
        ("scene", {"plausibility": 3, "elements": {"o1": "maybe"}}, "no answer for"),
        ("scene", {"plausibility": 3, "elements": ["o1"]}, "no list"),
        ("scene", {"plausibility": 3, "comment": "x" * 2001}, "2001 characters"),
        ("picture", {"plausibility": 3}, "no question about a picture"),
        ("caption-pair", {"preference": "up"}, "no answer"),
        ("caption-pair", "left", "no list of questions"),
    ],
)
def test_answers_that_cannot_be_are_refused_in_one_sentence(kind: Kind, answers: Any, message: str) -> None:
    with pytest.raises(StoreError, match=message):
        good_answers(kind, answers)


def test_a_refused_answer_leaves_the_item_open(store: Store) -> None:
    project = make_project(store, items=1)
    item = claimed(store.claim_item(project, "Ada"))
    for token, shown in ((item.token, "yesterday"), (item.token, "2026-01-01T00:00:00"), ("made up", None)):
        with pytest.raises(StoreError):
            store.rate(item.id, "Ada", token, {"plausibility": 3}, shown=shown)
    with pytest.raises(StoreError, match="not open for you"):
        store.rate(item.id, "Bob", item.token, {"plausibility": 3})
    assert claimed(store.claim_item(project, "Ada")).token == item.token and store.log(project) == ()


# Blinding, practice, gold --------------------------------------------------------------------------------------


def pair(number: int) -> NewItem:
    sides = {side: {"text": f"{side}{number}", "hidden": {"source": side}} for side in "ab"}
    return NewItem({**sides, "hidden": {"from": "here"}})


def test_blinded_pairs_hide_their_source_and_change_sides_by_person(store: Store) -> None:
    project = store.create_project("pairs", owner="me", kind="caption-pair", overlap=9, settings=EASY).id
    store.add_items(project, [pair(number) for number in range(12)])
    seen = Counter()
    for name in ("Ada", "Bob"):
        for _ in range(12):
            item = claimed(store.claim_item(project, name))
            assert "hidden" not in str(item.content) and set(item.content) == {"left", "right"}
            rating = store.rate(item.id, name, item.token, {"preference": "left"}).rating
            assert item.content["left"]["text"].startswith(rating.answers["preference"])
            seen[rating.answers["preference"]] += 1
    assert 4 < seen["a"] < 20


def test_an_open_project_shows_side_a_on_the_left_and_hides_nothing(store: Store) -> None:
    settings = Settings(blinded=False, practice=0, gold_every=0)
    project = store.create_project("pairs", owner="me", kind="caption-pair", settings=settings).id
    store.add_items(project, [pair(0)])
    assert claimed(store.claim_item(project, "Ada")).content["left"] == {"text": "a0", "hidden": {"source": "a"}}


def test_practice_comes_first_with_feedback_and_is_no_rating(store: Store) -> None:
    project = make_project(store, items=2, practice=3, settings=Settings(practice=2, gold_every=0))
    item = claimed(store.claim_item(project, "Ada"))
    assert item.practice
    feedback = store.rate(item.id, "Ada", item.token, {"plausibility": 5}).feedback
    assert feedback is not None and not feedback.right and feedback.why == "Dogs do not fly."
    item = claimed(store.claim_item(project, "Ada"))
    feedback = store.rate(item.id, "Ada", item.token, {"plausibility": 2}).feedback
    assert feedback is not None and feedback.right
    assert not claimed(store.claim_item(project, "Ada")).practice
    assert store.ratings(project) == ()
    progress = store.project_progress(project, "Ada")
    assert (progress.practice_done, progress.practice, progress.mine) == (2, 2, 0)


def test_gold_items_come_in_between_unseen_and_count(store: Store) -> None:
    settings = Settings(practice=0, gold_every=2, block_after=2)
    project = make_project(store, items=8, gold=3, settings=settings)
    roles = []
    for _ in range(6):
        item = claimed(store.claim_item(project, "Ada"))
        assert not item.practice
        roles.append(store.item(item.id).role)
        assert store.rate(item.id, "Ada", item.token, {"plausibility": 5}).feedback is None
        if roles.count("gold") == 2:
            break
    with pytest.raises(StoreError, match="check items"):
        store.claim_item(project, "Ada")
    (standing,) = store.standings(project)
    assert (standing.checks_wrong, standing.checks_right, standing.blocked) == (2, 0, True)
    assert store.claim_item(project, "Bob") is not None
    assert all(store.item(one.item).role == "item" for one in store.ratings(project))


def test_an_answer_that_is_too_fast_is_kept_and_noted(store: Store) -> None:
    project = make_project(store, items=2, settings=Settings(practice=0, gold_every=0, min_seconds=2))
    item = claimed(store.claim_item(project, "Ada"))
    outcome = store.rate(item.id, "Ada", item.token, {"plausibility": 5}, shown=datetime.now(UTC).isoformat())
    assert outcome.notice is not None and store.standings(project)[0].fast == 1
    early = (datetime.now(UTC) - timedelta(seconds=5)).isoformat()
    item = claimed(store.claim_item(project, "Ada"))
    assert store.rate(item.id, "Ada", item.token, {"plausibility": 5}, shown=early).notice is None


# Curators ------------------------------------------------------------------------------------------------------


def test_disagreements_come_widest_first_and_a_verdict_settles_one(store: Store) -> None:
    project = make_project(store, items=3, overlap=2, settings=EASY)
    for name, values in (("Ada", (1, 3, 4)), ("Bob", (5, 3, 3))):
        for value in values:
            rate_next(store, project, name, value)
    found = store.disagreements(project)
    assert [(one.item.place, one.spread) for one in found] == [(0, 1.0), (2, 0.25)]
    store.adjudicate(found[0].item.id, "Cy", {"plausibility": 2})
    verdict = store.adjudicate(found[0].item.id, "Cy", {"plausibility": 3})
    assert [(one.item.place, one.verdict) for one in store.disagreements(project)] == [(2, None), (0, verdict)]
    assert store.verdicts(project) == (verdict,) and len(store.ratings(project)) == 6
    assert len(store.log(project)) == 8


def test_guidelines_have_versions_and_ratings_say_which(store: Store) -> None:
    project = make_project(store, items=2, settings=EASY)
    assert store.guideline(project) is None
    store.add_guideline(project, "Look.", author="me")
    rate_next(store, project, "Ada", 3)
    store.add_guideline(project, "Look twice.", examples=[{"content": {"text": "x"}, "why": "y"}], author="me")
    rate_next(store, project, "Ada", 3)
    assert [rating.guideline for rating in store.ratings(project)] == [1, 2]
    newest = store.guideline(project)
    assert newest is not None and (newest.version, newest.examples[0]["why"]) == (2, "y")
    old = store.guideline(project, 1)
    assert old is not None and old.text == "Look."


def test_a_closed_project_gives_nothing_and_takes_what_is_open(store: Store) -> None:
    project = make_project(store, items=2)
    item = claimed(store.claim_item(project, "Ada"))
    assert store.change_project(project, open=False).status == "closed"
    with pytest.raises(StoreError, match="closed"):
        store.claim_item(project, "Bob")
    store.rate(item.id, "Ada", item.token, {"plausibility": 3})
    assert len(store.ratings(project)) == 1


def test_imported_ratings_are_kept_once(store: Store) -> None:
    project = make_project(store, items=2)
    items = store.items(project)
    rows = [(items[0].id, "Ada", {"plausibility": 2}), (items[1].id, "Ada", {"plausibility": 4})]
    assert store.import_ratings(project, rows) == 2
    assert store.import_ratings(project, rows) == 0
    assert store.import_ratings(project, [(items[0].id, "Ada", {"plausibility": 3})]) == 1
    assert [one.answers["plausibility"] for one in store.ratings(project)] == [3, 4]
    with pytest.raises(StoreError):
        store.import_ratings(
            project, [(items[1].id, "Bob", {"plausibility": 1}), ("nowhere", "Bob", {"plausibility": 1})]
        )
    assert len(store.ratings(project)) == 2


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"name": " "}, "needs a name"),
        ({"owner": ""}, "needs a name"),
        ({"kind": "video"}, "no kind"),
        ({"overlap": 0}, "goes from 1"),
        ({"overlap": True}, "goes from 1"),
        ({"settings": Settings(lease_seconds=1)}, "lease_seconds"),
    ],
)
def test_projects_that_cannot_be_are_refused(store: Store, values: dict[str, Any], message: str) -> None:
    with pytest.raises(StoreError, match=message):
        store.create_project(**{"name": "P", "owner": "me", "kind": "scene", **values})


@pytest.mark.parametrize(
    ("item", "message"),
    [
        (NewItem({}), "needs a text"),
        (NewItem({"text": "x", "more": {1, 2}}), "no JSON"),
        (NewItem({"text": "x\0"}), "NUL"),
        (NewItem({"text": "half \ud800"}), "no JSON"),
        (NewItem({"text": "x", "more": float("nan")}), "no JSON"),
        (NewItem({"text": "x" * 200_001}), "200,000"),
        (NewItem({"text": "x"}, role="gold"), "needs a gold"),
        (NewItem({"text": "x"}, role="gold", gold={"why": "y"}), "answers"),
        (NewItem({"text": "x"}, gold={"answers": {"real": "real"}}), "has no gold"),
        (NewItem({"text": "x"}, role="silver"), "no role"),  # type: ignore[arg-type]
    ],
)
def test_items_that_cannot_be_are_refused_together(store: Store, item: NewItem, message: str) -> None:
    project = make_project(store, items=1)
    with pytest.raises(StoreError, match=f"Item 2: .*{message}"):
        store.add_items(project, [NewItem({"text": "good"}), item])
    assert len(store.items(project)) == 1


def test_unknown_ids_are_one_sentence(store: Store) -> None:
    for call in (store.project, store.items, store.ratings, store.disagreements, store.item, store.guideline):
        with pytest.raises(StoreError, match="There is no"):
            call("nowhere")
    with pytest.raises(StoreError, match="There is no"):
        store.claim_item("nowhere", "Ada")


# People --------------------------------------------------------------------------------------------------------


def test_roles_are_a_ladder() -> None:
    assert [[may(role, action) for role in ROLES].index(True) for action in ACTIONS] == [
        ROLES.index(least) for least in ACTIONS.values()
    ]
    assert not may("owner", "look") and not may("admin", "fly")
    with pytest.raises(StoreError, match="curator"):
        allowed("annotator", "adjudicate", who="Ada")


def test_the_last_admin_stays_and_only_admins_give_roles(store: Store) -> None:
    assert store.person("  Ada ").role == "curator" and store.person("Bob", role="annotator").name == "Bob"
    assert store.person("Ada", role="viewer").role == "curator"  # known already
    with pytest.raises(StoreError, match="cannot give roles"):
        store.set_role("Bob", "admin", by="Bob")
    store.set_role("Ada", "admin", by="Ada")
    with pytest.raises(StoreError, match="last admin"):
        store.set_role("Ada", "viewer", by="Ada")
    assert [(one.name, one.role) for one in store.people()] == [("Ada", "admin"), ("Bob", "annotator")]
    for name, role in (("", "viewer"), ("x" * 81, "viewer"), ("Cy", "king")):
        with pytest.raises(StoreError):
            store.set_role(name, role, by="Ada")


def test_the_configuration_appoints_without_asking_an_admin(store: Store) -> None:
    assert store.appoint("eve@example.org", "admin").role == "admin"
    assert store.appoint("eve@example.org", "viewer").role == "viewer"  # even the last one
    for name, role in (("", "viewer"), ("Cy", "king")):
        with pytest.raises(StoreError):
            store.appoint(name, role)
