"""The store on a real PostgreSQL server: migrations, sessions, the queue, and many annotators at once.

Needs Debian's `postgresql` and `psycopg[binary]`. Run it: `pytest tests/engine/test_postgres.py`.
"""

from __future__ import annotations

import importlib.util
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from engine.errors import StoreError
from engine.rating import export_project, import_ratings
from engine.store import Store, open_store
from engine.store.rating_values import Settings
from tests.engine.postgres_server import binaries, server
from tests.engine.rating_world import everybody_rates, live_leases, make_project, rate_next

pytestmark = [
    pytest.mark.skipif(binaries() is None, reason="no PostgreSQL server is installed: apt-get install postgresql"),
    pytest.mark.skipif(importlib.util.find_spec("psycopg") is None, reason="pip install 'psycopg[binary]'"),
]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with server() as url:
        yield url


@pytest.fixture(scope="module")
def store(url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with open_store(tmp_path_factory.mktemp("home"), url=url) as store:
        yield store


def test_a_second_program_finds_the_tables_and_what_is_in_them(store: Store, url: str, tmp_path: Path) -> None:
    session = store.create_session(owner="ada", name="Äpfel im Gras", graph='{"objects": []}')
    with open_store(tmp_path / "other", url=url.replace("postgresql://", "postgres://")) as other:
        assert other.get_session(session.id) == session
        assert [one.id for one in other.list_sessions(search="äpfel")] == [session.id]
    assert not (tmp_path / "other" / "scenewright.db").exists()


def test_sessions_and_revisions(store: Store) -> None:
    session = store.create_session(owner="bob", caption="one")
    store.save_session(session.id, caption="two")
    with pytest.raises(StoreError, match="another window"):
        store.save_session(session.id, expected_updated=session.updated, caption="three")
    assert [revision.caption for revision in store.revisions(session.id)] == ["one"]
    store.delete_session(session.id)
    assert store.count_sessions(owner="bob") == 0 and store.count_sessions(owner="bob", deleted=True) == 1


def test_half_a_character_and_a_server_that_is_gone_are_one_sentence(store: Store, tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        store.create_session(owner="ada", name="half \ud800")
    with pytest.raises(StoreError, match="DATABASE_URL"):
        open_store(tmp_path, url="postgresql://nobody@127.0.0.1:1/nothing")


def test_no_job_is_claimed_twice(store: Store) -> None:
    ids = {store.enqueue("render", owner="ada") for _ in range(60)}
    start = Barrier(20)

    def work(number: int) -> list[str]:
        start.wait()
        claimed = []
        while (job := store.claim("cpu", f"worker {number}")) is not None:
            assert job.token is not None
            claimed.append(job.id)
            store.finish(job.id, job.token)
        return claimed

    with ThreadPoolExecutor(20) as pool:
        claimed = [id for part in pool.map(work, range(20)) for id in part]
    assert len(claimed) == 60 and set(claimed) == ids
    assert all(store.get_job(id).status == "done" for id in ids)


def test_twenty_annotators_at_once_get_no_item_too_often_and_lose_no_answer(store: Store) -> None:
    project = make_project(store, items=20, overlap=3, practice=1, gold=2, settings=Settings(practice=1, gold_every=5))
    tokens = everybody_rates(store, project, people=20)
    ratings = store.ratings(project)
    assert Counter(rating.item for rating in ratings) == {item.id: 3 for item in store.items(project, role="item")}
    assert len(tokens) == len(set(tokens)) == len(store.log(project))
    assert len(ratings) == 60 == store.project_progress(project).team
    assert live_leases(store, project) == 0


def test_the_same_click_twenty_times_is_one_answer(store: Store) -> None:
    project = make_project(store, items=1)
    item = store.claim_item(project, "Ada")
    assert item is not None
    with ThreadPoolExecutor(20) as pool:
        kept = list(pool.map(lambda _: store.rate(item.id, "Ada", item.token, {"plausibility": 5}), range(20)))
    assert len({outcome.rating.id for outcome in kept}) == 1 == len(store.log(project))


def test_two_programs_with_the_same_people_share_the_leases(store: Store, url: str, tmp_path: Path) -> None:
    project = make_project(store, items=6, overlap=2)
    with open_store(tmp_path, url=url) as other, ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda each: everybody_rates(each, project, people=8), (store, other)))
    assert set(Counter(one.item for one in store.ratings(project)).values()) == {2}


def test_undo_verdicts_and_exchange(store: Store, tmp_path: Path) -> None:
    project = make_project(store, items=2, overlap=2)
    for name, value in (("Ada", 1), ("Bob", 5)):
        rate_next(store, project, name, value)
    assert store.undo(project, "Ada") is not None
    rate_next(store, project, "Ada", 2)
    (wide,) = store.disagreements(project)
    store.adjudicate(wide.item.id, "Cy", {"plausibility": 3})
    assert (wide.spread, len(store.log(project))) == (0.75, 5)
    export_project(store, project, tmp_path / "out")
    done = import_ratings(store, project, tmp_path / "out" / "ratings.csv")
    assert (done.kept, done.new_items, done.empty) == (0, 0, 1)


def test_people_keep_their_roles(store: Store) -> None:
    assert store.person("Ada", role="curator").role == "curator"
    assert store.set_role("Bob", "annotator", by="Ada").role == "annotator"
