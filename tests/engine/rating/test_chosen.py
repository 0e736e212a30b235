"""Items from a named set: what each kind of project makes of it, and that nothing is left half made.

Run it: `pytest tests/engine/rating/test_chosen.py`.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.errors import FormatError, StoreError
from engine.graph import Attribute, Object, Relation, SceneGraph
from engine.rating import found_project, from_pictures, from_set
from engine.rating.items import named_elements
from engine.store import Picture, Store, open_store
from engine.store.rating_values import NewItem, Settings
from engine.store.set_values import Member
from tests.engine.curated import fill


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, list[Picture]]]:
    with open_store(tmp_path_factory.mktemp("sets") / "home") as store:
        pictures = fill(store, count=3, images=1, judges=())  # teacher and student beside each other
        store.save_set("all", [Member(one.id) for one in pictures], owner="me")
        pairs = [pictures[place : place + 2] for place in (0, 2)]
        store.save_set("better", [half for pair in pairs for half in _halves(*pair)], owner="me", kind="preference")
        yield store, pictures


def _halves(one: Picture, other: Picture) -> tuple[Member, Member]:
    return Member(one.id, "rejected", other.id), Member(other.id, "chosen", one.id)


def test_a_scene_of_a_set_is_rated_once(full: tuple[Store, list[Picture]]) -> None:
    store, pictures = full
    items = from_set(store, "all", "scene")
    assert [item.content["text"] for item in items] == [pictures[place].caption for place in (0, 2, 4)]
    assert all(item.content["elements"] and item.content["graph"] for item in items)
    assert items[0].content["hidden"]["set"] == "all"


def test_the_pictures_of_a_set_come_with_their_checklist(full: tuple[Store, list[Picture]]) -> None:
    store, pictures = full
    items = from_set(store, "all", "picture")
    assert [item.content["picture"] for item in items] == [one.id for one in pictures]
    assert all(item.content["elements"] for item in items)


def test_pairs_of_a_set_are_its_own_or_neighbours_of_a_caption(full: tuple[Store, list[Picture]]) -> None:
    store, pictures = full
    own = from_set(store, "better", "picture-pair")
    assert [item.content["a"]["picture"] for item in own] == [pictures[1].id, pictures[3].id]  # the chosen ones
    assert [item.content["b"]["picture"] for item in own] == [pictures[0].id, pictures[2].id]
    assert len(from_set(store, "all", "picture-pair")) == 3


def test_who_rates_a_pair_sees_neither_set_nor_role(full: tuple[Store, list[Picture]]) -> None:
    store, _ = full
    items = from_set(store, "better", "picture-pair")
    settings = Settings(practice=0)
    project = found_project(store, "P", "picture-pair", items, owner="me", settings=settings)
    while True:
        given = store.claim_item(project.id, "Ada")
        if given is None:
            break
        assert not any(word in str(given.content) for word in ("better", "chosen", "teacher", "student", "hidden"))
        store.rate(given.id, "Ada", given.token, {"preference": "left"})


def test_what_a_set_does_not_hold_is_one_sentence(full: tuple[Store, list[Picture]]) -> None:
    store, pictures = full
    store.save_set("one", [Member(pictures[0].id)], owner="me", replace=True)
    with pytest.raises(FormatError, match="gives no picture-pair"):
        from_set(store, "one", "picture-pair")
    with pytest.raises(StoreError, match="no set"):
        from_set(store, "nowhere", "scene")


def test_a_wrong_item_leaves_no_project_behind(full: tuple[Store, list[Picture]]) -> None:
    store, _ = full
    before = len(store.projects())
    for items, error in (([NewItem({"text": "good"}), NewItem({})], StoreError), ([], FormatError)):
        with pytest.raises(error):
            found_project(store, "P", "scene", items, owner="me")
    assert len(store.projects()) == before


def test_elements_of_one_name_are_told_apart() -> None:
    graph = SceneGraph(
        objects=(Object("o1", "dog"), Object("o2", "dog"), Object("o3", "cat")),
        attributes=(Attribute("o2", "colour", "red"),),
        relations=(Relation("o2", "o3", "spatial", "above"),),
    )
    assert [one["text"] for one in named_elements(graph)] == [
        "first dog", "second dog", "cat", "second dog, red", "second dog above cat",
    ]  # fmt: skip


def test_a_picture_without_a_graph_has_no_checklist(full: tuple[Store, list[Picture]]) -> None:
    store, _ = full
    sha256, path = store.save_image(b"bytes")
    bare = store.add_picture(
        sha256=sha256, path=path, generator="g", caption="A dog.", graph="{}", seed=1, width=8, height=8
    )
    (item,) = from_pictures([bare])
    assert not item.content.get("elements")
