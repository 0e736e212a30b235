"""A person's answers in a judge's place: kept in order, the newest stands, scored by the same rules.

Try it: `python -m pytest tests/engine/test_corrections.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.corrections import corrected, standing
from engine.errors import FormatError, StoreError
from engine.parse import parse
from engine.questions import Question, questions
from engine.scoring import RIGHT, UNASKED, WRONG, Reply, Scores, score
from engine.store import Correction, Store, open_store
from engine.taxonomy import load

WORDS = load("pocket")
GRAPH = parse("A red dog is above a cat. The scene is at night.", WORDS)
ASKED = questions(GRAPH, WORDS)
DOG = next(q for q in ASKED if q.kind == "existence" and "dog" in q.text and q.counterfactual_of is None)


def judged(*no: str) -> Scores:
    """What a judge said who was right but for these questions."""
    replies = []
    for q in ASKED:
        wrong = "no" if q.answer == "yes" else "yes"
        said = q.answer if q.id not in no else wrong if not q.open else next(c for c in q.choices if c != q.answer)
        p = {"yes": 0.9, "no": 0.1}.get(said)
        replies.append(Reply(said, 0.9, p, None if p is None else 1 - p))
    return score(ASKED, replies)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "home") as store:
        yield store


@pytest.fixture
def picture(store: Store) -> str:
    return store.add_picture(
        sha256="0", path="00/0.png", width=8, height=8, generator="pocket", caption="", graph="{}", seed=1
    ).id


def test_no_answers_change_nothing() -> None:
    assert corrected(ASKED, judged(DOG.id), {}) == judged(DOG.id)


def test_a_person_brings_back_what_hung_on_a_wrong_answer() -> None:
    before = judged(DOG.id)
    assert before.elements[DOG.elements[0]] == WRONG
    assert UNASKED in before.elements.values()
    after = corrected(ASKED, before, {DOG.id: "yes"})
    assert after.gated == 1.0 > before.gated
    assert set(after.elements.values()) == {RIGHT}
    assert "Is there a dog" in before.reason and after.reason == "Everything asked is there."


def test_a_person_can_say_that_the_judge_was_too_kind() -> None:
    after = corrected(ASKED, judged(), {DOG.id: "no"})
    assert after.elements[DOG.elements[0]] == WRONG
    assert after.gated < after.mean < 1.0


def test_an_answer_that_nobody_offered_is_refused() -> None:
    with pytest.raises(FormatError, match=r"maybe.*yes, no"):
        corrected(ASKED, judged(), {DOG.id: "maybe"})
    assert corrected(ASKED, judged(), {"a question of another scene": "maybe"}) == judged()


@given(st.dictionaries(st.sampled_from(ASKED), st.integers(0, 20), max_size=len(ASKED)))
def test_the_scores_are_those_of_a_judge_who_had_answered_so(chosen: dict[Question, int]) -> None:
    answers = {q.id: q.choices[i % len(q.choices)] for q, i in chosen.items()}
    found = corrected(ASKED, judged(), answers)
    by_id = {mark.question: mark for mark in found.marks}
    for q in ASKED:
        if q.id in answers:
            assert by_id[q.id].correct == (answers[q.id] == q.answer)
            assert by_id[q.id].soft == float(answers[q.id] == q.answer)
    everything = {q.id: q.answer for q in ASKED}
    assert corrected(ASKED, found, everything).gated == 1.0


def test_rows_are_only_added_and_the_newest_stands(store: Store, picture: str) -> None:
    for answer, person in (("no", "ada"), ("yes", "ben")):
        store.correct(picture, judge="pocket", question="q1", answer=answer, person=person)
    store.correct(picture, judge="pocket-b", question="q2", answer="red", person="ada")
    said = store.corrections(picture)
    assert [(one.question, one.answer) for one in said] == [("q2", "red"), ("q1", "yes"), ("q1", "no")]
    assert {q: (one.answer, one.person) for q, one in standing(said).items()} == {
        "q1": ("yes", "ben"),
        "q2": ("red", "ada"),
    }
    store.correct(picture, judge="pocket", question="q1", answer=None, person="ada")
    assert set(standing(store.corrections(picture))) == {"q2"}
    assert len(store.corrections(picture)) == 4


def test_they_survive_and_are_found_for_many_pictures(store: Store, picture: str) -> None:
    store.correct(picture, judge="pocket", question="q1", answer="no", person="ada")
    with open_store(store.home) as again:
        found = again.corrections_of([picture, "nobody"])
        assert set(found) == {picture} and isinstance(found[picture][0], Correction)
        assert again.corrections_of([]) == {} and again.corrections("nobody") == ()


@pytest.mark.parametrize("wrong", [{"person": " "}, {"answer": ""}, {"question": "x" * 999}])
def test_what_cannot_be_kept_is_one_sentence(store: Store, picture: str, wrong: dict[str, str]) -> None:
    good = {"judge": "pocket", "question": "q1", "answer": "no", "person": "ada"}
    with pytest.raises(StoreError, match="nothing was saved"):
        store.correct(picture, **{**good, **wrong})
    with pytest.raises(StoreError, match="There is no picture"):
        store.correct("nobody", **good)
    assert store.corrections(picture) == ()
