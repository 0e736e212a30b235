"""Rules: what each keeps, that the control looks at no score, that pairs are of one scene, and that no oracle is read.

Run it: `pytest tests/engine/curation/test_select.py`.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.curation import (
    BestOf,
    BestShare,
    DoubleGate,
    Filter,
    Hand,
    Preference,
    RandomControl,
    Rule,
    TeacherStudent,
    Threshold,
    TopShare,
    choose,
    keep,
)
from engine.curation.select import Seen, _members
from engine.errors import FormatError, StoreError
from engine.store import Picture, Store, open_store
from tests.engine.curated import fill

Full = tuple[Store, list[Picture]]


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Full]:
    with open_store(tmp_path_factory.mktemp("select")) as store:
        yield store, fill(store, count=6, images=3)


def scores(full: Full, judge: str = "pocket") -> dict[str, float]:
    store, pictures = full
    said = {p.id: next(j.score for j in store.get_picture(p.id).judgements if j.judge == judge) for p in pictures}
    return {id: score for id, score in said.items() if score is not None}


def test_best_of(full: Full) -> None:
    store, pictures = full
    choice = choose(store, Filter(generators=("teacher",)), BestOf("pocket"))
    assert (len(choice.members), choice.considered, choice.scenes, choice.unjudged) == (6, 18, 6, 0)
    said, by_caption = scores(full), {p.id: p.caption for p in pictures}
    for id in choice.pictures:
        rivals = [said[p.id] for p in pictures if p.generator == "teacher" and p.caption == by_caption[id]]
        assert said[id] == max(rivals)
    assert choice.mean_kept is not None and choice.mean_before is not None and choice.mean_kept > choice.mean_before
    assert "6 of 18 pictures, 6 of 6 scenes; mean score" in str(choice)
    strict = choose(store, Filter(), BestOf("pocket", keep=2, at_least=0.999))
    assert all(said[id] == 1 for id in strict.pictures)


def test_thresholds(full: Full) -> None:
    store, _ = full
    first, second = scores(full), scores(full, "pocket-b")
    one = choose(store, Filter(), Threshold("pocket", 0.8))
    assert set(one.pictures) == {id for id, score in first.items() if score >= 0.8}
    both = choose(store, Filter(), DoubleGate("pocket", "pocket-b", 0.8, 0.7))
    assert set(both.pictures) == {id for id in first if first[id] >= 0.8 and second[id] >= 0.7}
    assert 0 < len(both.members) < len(one.members)
    top = choose(store, Filter(), TopShare("pocket", 0.25))
    assert len(top.members) == 9
    assert min(first[id] for id in top.pictures) >= max(first[id] for id in first if id not in top.pictures)


def test_the_control_keeps_as_many_without_looking(full: Full) -> None:
    store, _ = full
    rule = BestOf("pocket", keep=1)
    like, control = choose(store, Filter(), rule), choose(store, Filter(), RandomControl(rule, seed=1))
    assert (len(control.members), control.scenes) == (len(like.members), like.scenes)
    assert control.pictures != like.pictures
    assert control == choose(store, Filter(), RandomControl(rule, seed=1))
    assert control.pictures != choose(store, Filter(), RandomControl(rule, seed=2)).pictures


def test_a_double_gate_needs_both_judges(full: Full) -> None:
    store, _ = full
    choice = choose(store, Filter(), DoubleGate("pocket", "nobody", 0, 0))
    assert (choice.members, choice.unjudged) == ((), 36)
    with pytest.raises(StoreError, match="no picture in this set"):
        keep(store, "nothing", choice, owner="ada")


def test_preference_pairs(full: Full) -> None:
    store, pictures = full
    said, by_id = scores(full), {p.id: p for p in pictures}
    choice = choose(store, Filter(), Preference("pocket", margin=0.2))
    assert choice.kind == "preference" and choice.members
    for better, worse in zip(choice.members[::2], choice.members[1::2], strict=True):
        assert (better.role, worse.role, better.partner, worse.partner) == (
            "chosen",
            "rejected",
            worse.picture,
            better.picture,
        )
        assert by_id[better.picture].caption == by_id[worse.picture].caption
        assert said[better.picture] - said[worse.picture] >= 0.2 - 1e-9
    made = keep(store, "liked", choice, owner="ada")
    assert (made.kind, made.size) == ("preference", len(choice.members))
    assert json.loads(made.selection)["rule"] == {"name": "Preference", "judge": "pocket", "margin": 0.2}


def test_teacher_and_student(full: Full) -> None:
    store, pictures = full
    by_id = {p.id: p for p in pictures}
    choice = choose(store, Filter(sort="best"), TeacherStudent("pocket", "teacher", "student"))
    assert choice.kind == "distillation" and choice.members
    for member in choice.members:
        assert by_id[member.picture].generator == member.role
    assert store.members(keep(store, "distil", choice, owner="ada").name) == choice.members
    with pytest.raises(StoreError, match="already"):
        keep(store, "distil", choice, owner="ada")
    assert keep(store, "distil", choice, owner="ada", replace=True).size == len(choice.members)
    assert choose(store, Filter(generators=("teacher",)), TeacherStudent("pocket", "teacher", "student")).members == ()


def test_by_hand(full: Full) -> None:
    store, pictures = full
    wanted = tuple(picture.id for picture in pictures[3::-1])
    choice = choose(store, Filter(words=("nothing",)), Hand(wanted))
    assert choice.pictures == wanted
    assert choose(store, Filter(), Hand(())).members == ()


def test_a_choice_ignores_the_oracle(full: Full) -> None:
    """The same choice when all that the oracle said is lost."""
    store, _ = full
    rule = DoubleGate("pocket", "pocket-b", 0.5, 0.5)
    before = choose(store, Filter(), rule)
    with store.writing() as transaction:
        transaction.connection().exec_driver_sql("""UPDATE judgement SET scores = '{"oracle": "gone"}'""")
    assert choose(store, Filter(), rule) == before


@pytest.mark.parametrize(
    "rule",
    [
        BestOf("oracle"), Threshold("Oracle ", 0.5), DoubleGate("pocket", "oracle", 0, 0), DoubleGate("a", "a", 0, 0),
        Threshold("pocket", 1.1), Threshold("pocket", float("nan")), TopShare("pocket", -0.1), BestOf("pocket", keep=0),
        RandomControl(Threshold("oracle", 0)), TeacherStudent("pocket", "a", "a"), Preference("pocket", margin=2),
    ],
)  # fmt: skip
def test_rules_that_cannot_be_followed(full: Full, rule: Rule) -> None:
    with pytest.raises(FormatError):
        choose(full[0], Filter(), rule)


@given(st.lists(st.tuples(st.integers(0, 5), st.floats(0, 1)), max_size=30), st.integers(1, 3), st.integers(0, 9))
def test_the_control_is_as_large_as_what_it_controls(found: list[tuple[int, float]], n: int, seed: int) -> None:
    seen: Sequence[Seen] = [
        Seen("", f"p{i:02d}", f"g{scene}", "g", scene % 2, score, None) for i, (scene, score) in enumerate(found)
    ]
    graphs = {one.picture: one.graph for one in seen}
    for rule in (BestOf("j", keep=n), Threshold("j", 0.5), TopShare("j", 0.3), BestShare("j", 0.5)):
        kept, drawn = _members(rule, seen), _members(RandomControl(rule, seed), seen)
        assert len(kept) == len(drawn) == len({member.picture for member in drawn})
        if isinstance(rule, BestOf) and n == 1:
            assert {graphs[m.picture] for m in kept} == {graphs[m.picture] for m in drawn}


def test_the_best_share_is_taken_within_each_complexity() -> None:
    seen = [Seen("", f"p{i}", f"g{i // 2}", "g", i // 8, 0.1 * (i % 8) if i < 8 else 0.9, None) for i in range(16)]
    kept = [member.picture for member in _members(BestShare("j", 0.5), seen)]
    assert kept == ["p10", "p12", "p5", "p7"], "the easy scenes, all 0.9, take no place of the hard ones"


def test_the_control_does_not_see_scores() -> None:
    rng = random.Random(0)
    seen = [Seen("", f"p{i:03d}", f"g{i // 4}", "g", 4, rng.random(), None) for i in range(200)]
    other = [one._replace(score=1 - (one.score or 0)) for one in seen]
    rule = RandomControl(TopShare("j", 0.25), seed=4)
    first, second = _members(rule, seen), _members(rule, other)
    assert len(first) == len(second) == 50
