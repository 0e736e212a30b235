"""Filters: each condition finds what it says, pages never overlap, saved filters come back, and odd ones are refused.

Run it: `pytest tests/engine/curation/test_filter.py`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.curation import Card, Filter, Found, cards, facets, find, ids, refresh
from engine.curation.filter import SORTS, SPANS
from engine.errors import FormatError, StoreError
from engine.graph import SceneGraph
from engine.store import Member, Picture, Store, open_store
from engine.store.tables import RatingItemRow, RatingProjectRow, RatingRow
from tests.engine.curated import fill

Full = tuple[Store, list[Picture]]


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Full]:
    with open_store(tmp_path_factory.mktemp("filter")) as store:
        pictures = fill(store, count=5)
        store.tag([pictures[0].id, pictures[1].id], "dark", person="ada")
        store.save_set("first three", [Member(picture.id) for picture in pictures[:3]], owner="ada")
        yield store, pictures


def graph(picture: Picture) -> SceneGraph:
    return SceneGraph.from_dict(orjson.loads(picture.graph))


def words(picture: Picture) -> set[str]:
    there = graph(picture)
    return {
        *(item.name for item in there.objects), *(mark.value for mark in there.attributes),
        *(link.phrase for link in there.relations), *(value for _, value in there.scene_attributes),
    }  # fmt: skip


def test_an_empty_filter_finds_all_newest_first(full: Full) -> None:
    store, pictures = full
    found = find(store, Filter())
    assert [card.id for card in found.cards] == [picture.id for picture in reversed(pictures)]
    assert (found.total, found.scenes, found.offset) == (20, 5, 0)
    card, picture = found.cards[-1], store.get_picture(pictures[0].id)
    assert picture.judgement
    assert (card.score, card.judge) == (picture.judgement.score, picture.judgement.judge) == (card.score, "pocket-b")
    assert (card.caption, card.path, card.generator, card.tags) == (picture.caption, picture.path, "teacher", ("dark",))
    assert (card.graph_hash, card.complexity) == (graph(picture).hash, graph(picture).complexity)


def test_pages_never_overlap(full: Full) -> None:
    store, _ = full
    for sort in SORTS:
        pages = [find(store, Filter(sort=sort), limit=7, offset=start).cards for start in (0, 7, 14, 21)]
        seen = [card.id for page in pages for card in page]
        assert len(seen) == len(set(seen)) == 20
        assert tuple(seen) == ids(store, Filter(sort=sort))


def test_orders(full: Full) -> None:
    store, _ = full

    def order(filter: Filter) -> tuple[Card, ...]:
        return find(store, filter).cards

    best = [card.score for card in order(Filter(sort="best", judge="pocket"))]
    assert best == sorted(best, reverse=True)  # type: ignore[type-var]
    assert [card.score for card in order(Filter(sort="worst", judge="pocket"))] == best[::-1]
    levels = [card.complexity for card in order(Filter(sort="complex"))]
    assert levels == sorted(levels, reverse=True)
    assert {card.judge for card in order(Filter(judge="pocket"))} == {"pocket"}


def test_words_kinds_and_text(full: Full) -> None:
    store, pictures = full
    counts = Counter(word for picture in pictures for word in words(picture))
    for word, count in counts.items():
        assert find(store, Filter(words=(word,))).total == count
        assert find(store, Filter(without=(word,))).total == 20 - count
    one = pictures[0]
    several = tuple(sorted(words(one)))
    assert {card.graph_hash for card in find(store, Filter(words=several)).cards} == {graph(one).hash}
    assert find(store, Filter(words=("nonsense",))).total == 0
    kind = graph(one).attributes[0].kind if graph(one).attributes else "size"
    wanted = [p for p in pictures if kind in {mark.kind for mark in graph(p).attributes}]
    assert find(store, Filter(kinds=(kind,))).total == len(wanted)
    text = " ".join(word.upper() for word in one.caption.split()[:3])
    assert one.id in ids(store, Filter(text=text))
    assert find(store, Filter(text="100%_")).total == 0


def test_figures(full: Full) -> None:
    store, pictures = full
    levels = sorted({graph(picture).complexity for picture in pictures})
    low, high = levels[0], levels[len(levels) // 2]
    wanted = {picture.id for picture in pictures if low <= graph(picture).complexity <= high}
    assert set(ids(store, Filter(complexity=(low, high)))) == wanted
    by_pocket = {
        p.id: next(j.score for j in store.get_picture(p.id).judgements if j.judge == "pocket") for p in pictures
    }
    good = {id for id, score in by_pocket.items() if score is not None and 0.5 <= score <= 1}
    assert set(ids(store, Filter(judge="pocket", score=(0.5, 1)))) == good
    assert find(store, Filter(judged=True)).total == 20
    assert find(store, Filter(judge="pocket-c", judged=False)).total == 20
    few = {picture.id for picture in pictures if len(graph(picture).objects) <= 2}
    assert set(ids(store, Filter(objects=(0, 2)))) == few


def test_where_they_come_from(full: Full) -> None:
    store, pictures = full
    assert find(store, Filter(generators=("student",))).total == 10
    assert find(store, Filter(generators=("student", "teacher"))).total == 20
    assert find(store, Filter(sessions=(str(pictures[0].session),))).total == 20
    assert find(store, Filter(sessions=("other",))).total == find(store, Filter(runs=("/none",))).total == 0
    assert find(store, Filter(tags=("dark", "light"))).total == 2
    assert find(store, Filter(untagged=True)).total == 18
    assert set(ids(store, Filter(in_set="first three"))) == {picture.id for picture in pictures[:3]}
    assert find(store, Filter(graphs=(graph(pictures[0]).hash,))).total == 4
    assert ids(store, Filter(pictures=(pictures[4].id,))) == (pictures[4].id,)
    with pytest.raises(StoreError, match="no set “none”"):
        find(store, Filter(in_set="none"))


def test_cards_by_id(full: Full) -> None:
    store, pictures = full
    asked = [pictures[7].id, "lost", pictures[0].id]
    found = cards(store, asked, judge="pocket")
    assert [card.id for card in found] == [pictures[7].id, pictures[0].id]
    assert {card.judge for card in found} == {"pocket"}


def test_facets(full: Full) -> None:
    store, pictures = full
    found = facets(store, Filter())
    assert found.generators == {"student": 10, "teacher": 10}
    assert found.judges == {"pocket": 20, "pocket-b": 20}
    assert found.tags == {"dark": 2}
    assert found.words == dict(Counter(word for picture in pictures for word in words(picture)))
    assert sum(found.complexity.values()) == sum(found.scores) == 20
    assert found.sessions == {str(pictures[0].session): 20}
    assert found.runs == {}
    some = facets(store, Filter(generators=("student",)), top=1)
    assert (some.generators, len(some.words)) == ({"student": 10}, 1)


def test_new_pictures_ratings_and_deleted_sessions(tmp_path_factory: pytest.TempPathFactory) -> None:
    with open_store(tmp_path_factory.mktemp("changes")) as store:
        assert find(store, Filter()) == Found((), 0, 0, 0)
        pictures = fill(store, count=2)
        told: list[tuple[int, int]] = []
        assert refresh(store, on_step=lambda done, total: told.append((done, total))) == 8
        assert told == [(8, 8)]
        assert refresh(store) == 0
        with store.writing() as transaction:
            transaction.add(RatingProjectRow(id="p", name="p", owner="ada", kind="picture"))
            transaction.flush()
            content = json.dumps({"picture": pictures[0].id, "caption": "A dog."})
            transaction.add(RatingItemRow(id="i", project="p", place=0, content=content))
            transaction.flush()
            for id, value, replaced, status in (("a", 1, None, "rated"), ("b", 5, "a", "rated"), ("c", 2, None, "rated"),
                                                ("d", 1, None, "skipped")):  # fmt: skip
                transaction.add(
                    RatingRow(id=id, project="p", item="i", person=id, guideline=1, status=status, supersedes=replaced,
                              answers=json.dumps({"shows": value}))
                )  # fmt: skip
                transaction.flush()
        (card,) = find(store, Filter(rating=(3, 5))).cards
        assert (card.id, card.rating) == (pictures[0].id, 3.5)
        assert find(store, Filter(sort="rated")).cards[0].id == pictures[0].id
        store.delete_session(str(pictures[0].session))
        assert find(store, Filter()).total == 0
        store.restore_session(str(pictures[0].session))
        assert find(store, Filter()).total == 8


def test_a_graph_that_cannot_be_read_hides_nothing_else(tmp_path_factory: pytest.TempPathFactory) -> None:
    with open_store(tmp_path_factory.mktemp("odd")) as store:
        fill(store, count=1)
        store.add_picture(
            sha256="0", path="0.png", width=1, height=1, generator="odd", caption="?", graph='{"objects": 3}', seed=0
        )
        found = find(store, Filter())
        assert (found.total, found.cards[0].graph_hash, found.cards[0].score) == (5, "", None)


# --- saved filters ----------------------------------------------------------------------------------------------------

TEXTS = st.lists(st.text(max_size=5), max_size=3).map(tuple)
PAIR = st.none() | st.tuples(st.floats(0, 1), st.floats(1, 5))
GUESS = {"text": st.text(max_size=9), "judge": st.sampled_from([None, "pocket"]), "in_set": st.none() | st.text(max_size=5),
         "judged": st.none() | st.booleans(), "untagged": st.booleans(), "sort": st.sampled_from(SORTS)}  # fmt: skip
ANY = st.builds(Filter, **{f.name: GUESS.get(f.name, PAIR if f.name in SPANS else TEXTS) for f in fields(Filter)})


@given(ANY)
def test_a_filter_comes_back_from_json(filter: Filter) -> None:
    assert Filter.from_dict(json.loads(json.dumps(filter.to_dict()))) == filter


@pytest.mark.parametrize(
    "data", [None, [], {"colour": "red"}, {"words": "dog"}, {"words": [1]}, {"score": [1]}, {"score": [2, 1]},
             {"judged": 1}, {"text": 3}, {"sort": "prettiest"}, {"judge": "Oracle"}, {"score": ["a", "b"]}],
)  # fmt: skip
def test_what_is_no_filter_is_refused(data: Any) -> None:
    with pytest.raises(FormatError):
        Filter.from_dict(data)


def test_odd_pages_and_filters_are_refused(full: Full) -> None:
    store, _ = full
    for limit, offset in ((0, 0), (501, 0), (10, -1)):
        with pytest.raises(FormatError, match="is not possible"):
            find(store, Filter(), limit=limit, offset=offset)
    with pytest.raises(FormatError, match="smaller number first"):
        Filter(complexity=(5, 3))
    with pytest.raises(FormatError, match="Nothing is chosen by the oracle"):
        cards(store, [], judge="oracle")
    assert Filter(sort="best", judge="pocket").empty
    assert not Filter(untagged=True).empty
