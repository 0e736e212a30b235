"""The stamp: the same while nothing changes, another after everything that Curate shows.

Run it: `pytest tests/engine/curation/test_stamp.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from engine.curation import refresh, stamp
from engine.store import Member, Store, open_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path) as store:
        yield store


def picture(store: Store, seed: int, session: str | None = None) -> str:
    return store.add_picture(
        sha256=str(seed), path=f"{seed}.png", width=1, height=1, generator="painter", caption="There is a dog.",
        graph='{"objects": [{"id": "a", "name": "dog"}]}', seed=seed, session=session,
    ).id  # fmt: skip


def test_every_change_is_seen(store: Store) -> None:
    session = store.create_session(owner="ada", name="Dog").id
    one, two = picture(store, 1, session), picture(store, 2)
    seen = [stamp(store)]
    for change in (
        lambda: refresh(store),
        lambda: picture(store, 3),
        lambda: store.add_judgement(one, judge="pocket", answers="[]", scores="{}", score=0.5),
        lambda: store.tag([one], "good", person="ada"),
        lambda: store.untag([one], "good"),
        lambda: store.save_set("all", [Member(one)], owner="ada"),
        lambda: store.add_to_set("all", [Member(two)]),
        lambda: store.remove_from_set("all", [one]),
        lambda: store.rename_set("all", "some"),
        lambda: store.delete_set("some"),
        lambda: store.delete_session(session),
        lambda: store.restore_session(session),
    ):
        change()
        seen.append(stamp(store))
        assert seen[-1] == stamp(store)
    # taking a tag back, and a session, leads to what was there before
    assert len(set(seen)) == len(seen) - 2 and all(a != b for a, b in pairwise(seen))
