"""Named sets: members, roles and pairs, names that are taken, tags, saved views, and rows to train on.

Run it: `pytest tests/engine/test_store_sets.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.errors import StoreError
from engine.export import rows_of
from engine.store import Member, Picture, Store, open_store
from tests.engine.curated import fill


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, list[Picture]]]:
    with open_store(tmp_path_factory.mktemp("sets")) as store:
        yield store, fill(store, count=3)


def test_a_set_is_kept_by_name(full: tuple[Store, list[Picture]]) -> None:
    store, pictures = full
    chosen = [Member(picture.id) for picture in pictures[:3]]
    made = store.save_set("  best   of four ", chosen, owner="ada", selection='{"rule": "by hand"}')
    assert (made.name, made.owner, made.kind, made.size, made.deleted) == ("best of four", "ada", "pictures", 3, None)
    assert store.get_set("best of four") == store.get_set(made.id) == made
    assert store.members("best of four") == tuple(chosen)
    with pytest.raises(StoreError, match="a set “best of four” already"):
        store.save_set("best of four", chosen[:1], owner="bob")
    again = store.save_set("best of four", chosen[::-1][:2], owner="bob", replace=True)
    assert (again.id, again.owner, again.size) == (made.id, "ada", 2)
    assert store.members(made.id) == (chosen[2], chosen[1])


def test_members_come_and_go(full: tuple[Store, list[Picture]]) -> None:
    store, pictures = full
    a, b, c = (picture.id for picture in pictures[:3])
    store.save_set("growing", [Member(a)], owner="ada")
    assert store.add_to_set("growing", [Member(b), Member(a, "teacher")]).size == 2
    assert store.members("growing") == (Member(a, "teacher"), Member(b))
    assert store.remove_from_set("growing", [a, "nobody"]).size == 1
    with pytest.raises(StoreError, match="no picture in this set"):
        store.remove_from_set("growing", [b])
    assert store.members("growing") == (Member(b),)
    with pytest.raises(StoreError, match="no picture “lost” here"):
        store.add_to_set("growing", [Member(c), Member("lost")])
    assert store.get_set("growing").size == 1


def test_pairs_stay_pairs(full: tuple[Store, list[Picture]]) -> None:
    store, pictures = full
    a, b, c = (picture.id for picture in pictures[:3])
    pair = [Member(a, "chosen", b), Member(b, "rejected", a)]
    assert store.save_set("liked", pair, owner="ada", kind="preference").size == 2
    for wrong in ([Member(a, "chosen", b)], [*pair, Member(c)], [Member(a, "chosen", b), Member(b, "chosen", a)]):
        with pytest.raises(StoreError, match="has no partner"):
            store.save_set("wrong", wrong, owner="ada", kind="preference")
    with pytest.raises(StoreError, match="no picture in this set"):
        store.remove_from_set("liked", [b])  # takes the other half out, too


def test_a_deleted_set_frees_its_name_and_comes_back(full: tuple[Store, list[Picture]]) -> None:
    store, pictures = full
    first = store.save_set("old", [Member(pictures[0].id)], owner="ada")
    store.delete_set("old")
    with pytest.raises(StoreError, match="no set “old” here"):
        store.members("old")
    assert first.id in {one.id for one in store.sets(deleted=True)}
    second = store.save_set("old", [Member(pictures[1].id)], owner="ada")
    with pytest.raises(StoreError, match="already"):
        store.restore_set(first.id)
    store.rename_set("old", "older")
    assert store.restore_set(first.id).name == "old"
    assert [one.name for one in store.sets(search="OLD")] == ["older", "old"]
    assert store.get_set(second.id).name == "older"
    with pytest.raises(StoreError, match="a set “old” already"):
        store.rename_set("older", "old")


@pytest.mark.parametrize("name", ["", "  \0 ", "x" * 121])
def test_a_name_that_is_none_is_refused(full: tuple[Store, list[Picture]], name: str) -> None:
    store, pictures = full
    with pytest.raises(StoreError, match="needs a name of 1 to 120"):
        store.save_set(name, [Member(pictures[0].id)], owner="ada")


def test_what_makes_no_set_is_refused(full: tuple[Store, list[Picture]]) -> None:
    store, pictures = full
    a = pictures[0].id
    for members, kind, says in (
        ([], "pictures", "no picture in this set"),
        ([Member(a), Member(a)], "pictures", "twice"),
        ([Member(a, "king")], "pictures", "“king” is no role"),  # type: ignore[arg-type]
        ([Member(a)], "bag", "“bag” is no kind"),
    ):
        with pytest.raises(StoreError, match=says):
            store.save_set("none", members, owner="ada", kind=kind)  # type: ignore[arg-type]
    with pytest.raises(StoreError, match="no JSON"):
        store.save_set("none", [Member(a)], owner="ada", selection="{")
    assert "none" not in {one.name for one in store.sets()}


def test_tags(full: tuple[Store, list[Picture]]) -> None:
    store, pictures = full
    a, b, c = (picture.id for picture in pictures[:3])
    assert store.tag([a, b, a], " too  dark ", person="ada") == 2
    assert store.tag([b, c], "too dark", person="bob") == 1
    assert store.tag([a], "nice", person="ada") == 1
    assert store.tags() == {"too dark": 3, "nice": 1}
    assert store.untag([a, c, "nobody"], "too dark") == 2
    assert store.tags() == {"nice": 1, "too dark": 1}
    with pytest.raises(StoreError, match="tag needs a name of 1 to 40"):
        store.tag([a], "x" * 41, person="ada")
    with pytest.raises(StoreError, match="no picture “lost”"):
        store.tag(["lost"], "nice", person="ada")


def test_views(full: tuple[Store, list[Picture]]) -> None:
    store, _ = full
    first = store.save_view("dogs", '{"words": ["dog"]}', owner="ada")
    store.save_view("dogs", "{}", owner="bob")
    again = store.save_view("dogs", '{"words": ["cat"]}', owner="ada")
    assert again.id == first.id
    assert [view.filter for view in store.views(owner="ada")] == ['{"words": ["cat"]}']
    assert len(store.views()) == 2
    store.delete_view(first.id)
    store.delete_view(first.id)
    assert store.views(owner="ada") == ()
    with pytest.raises(StoreError, match="no JSON"):
        store.save_view("dogs", "{", owner="ada")


def test_a_set_can_be_read_for_training(full: tuple[Store, list[Picture]]) -> None:
    store, pictures = full
    teacher, student = pictures[0], pictures[2]
    pair = [Member(student.id, "student", teacher.id), Member(teacher.id, "teacher", student.id)]
    store.save_set("to learn from", pair, owner="ada", kind="distillation")
    rows = list(store.set_rows("to learn from"))
    assert rows == list(rows_of(store, set="to learn from"))
    assert [(row.id, row.role, row.partner) for row in rows] == [(m.picture, m.role, m.partner) for m in pair]
    for row, picture in zip(rows, (student, teacher), strict=True):
        assert (row.caption, row.seed, row.generator) == (picture.caption, picture.seed, picture.generator)
        assert row.png().startswith(b"\x89PNG")
        newest = store.get_picture(picture.id).judgement
        assert newest and (row.judge, row.score) == (newest.judge, newest.score)
    by_first = next(store.set_rows("to learn from", judge="pocket"))
    assert by_first.judge == "pocket"
    assert next(store.set_rows("to learn from", judge="nobody")).scores is None
    with pytest.raises(StoreError, match="no set “gone”"):
        list(store.set_rows("gone"))


def test_a_set_is_there_when_the_store_is_opened_again(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        pictures = fill(store, count=1)
        store.save_set("kept", [Member(pictures[0].id)], owner="ada")
    with open_store(tmp_path) as store:
        assert [row.id for row in store.set_rows("kept")] == [pictures[0].id]
