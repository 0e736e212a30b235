"""Scores by hand: mean, gated, half, geometric and soft, what is not asked, reasons, and intervals.

Run it: `pytest tests/engine/test_scoring.py`.
"""

from __future__ import annotations

import json
import math
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import FormatError
from engine.graph import SceneGraph
from engine.programs import Exists, Thing
from engine.questions import YES_OR_NO, Question, questions
from engine.scoring import FLOOR, Reply, Scores, interval, score
from tests.pocket_graphs import POCKET, graphs


def ask(id: str, answer: str = "yes", parents: tuple[str, ...] = (), **more: Any) -> Question:
    about: dict[str, Any] = {
        "choices": YES_OR_NO,
        "kind": "existence",
        "counterfactual_of": None,
        "elements": (f"o:{id}",),
    }
    program = Exists(Thing("dog"))
    return Question(id=id, text=f"Is {id}?", answer=answer, parents=parents, program=program, **(about | more))


def yes(p: float) -> Reply:
    return Reply("yes" if p >= 0.5 else "no", max(p, 1 - p), p, 1 - p)


# --- by hand ----------------------------------------------------------------------------------------------------------


def test_the_means_of_three_questions() -> None:
    """a is right (0.9), b wrong (0.2), c right (0.6) but its parent b is not."""
    found = score([ask("a"), ask("b"), ask("c", parents=("b",))], [yes(0.9), yes(0.2), yes(0.6)])
    assert found.mean == pytest.approx(2 / 3)
    assert found.gated == pytest.approx(1 / 3)
    assert found.half == pytest.approx(0.5)
    assert found.soft == pytest.approx((0.9 + 0.2 + 0.6) / 3)
    assert found.geometric == pytest.approx((0.9 * 0.2 * 0.6) ** (1 / 3))
    assert [mark.status for mark in found.marks] == ["right", "wrong", "not asked"]
    assert found.elements == {"o:a": "right", "o:b": "wrong", "o:c": "not asked"}
    assert found.by_kind == {"existence": pytest.approx(1 / 3)}
    assert found.open is None


def test_a_question_whose_answer_is_no() -> None:
    found = score([ask("a", "no"), ask("b", "no")], [yes(0.1), yes(0.7)])
    assert [mark.correct for mark in found.marks] == [True, False]
    assert found.soft == pytest.approx((0.9 + 0.3) / 2)


def test_soft_answers_are_normalised() -> None:
    assert Reply("yes", 0.3, 0.3, 0.1).soft_yes == pytest.approx(0.75)
    assert Reply("cat", 0.9, 0.0, 0.0).soft_yes == 0.5
    assert Reply("cat", 0.9).soft_yes is None
    found = score([ask("a")], [Reply("cat", 0.6, 0.3, 0.1)])
    assert found.mean == 1.0
    assert found.soft == pytest.approx(0.75)


def test_one_zero_does_not_hide_the_rest() -> None:
    found = score([ask("a"), ask("b")], [yes(1.0), yes(0.0)])
    assert found.geometric == pytest.approx(math.sqrt(FLOOR))


def test_gating_reaches_through_grandparents() -> None:
    asked = [ask("a"), ask("b", parents=("a",)), ask("c", parents=("b",)), ask("d")]
    found = score(asked, [yes(0.1), yes(0.9), yes(0.9), yes(0.9)])
    assert [mark.status for mark in found.marks] == ["wrong", "not asked", "not asked", "right"]
    assert (found.mean, found.gated) == (0.75, 0.25)


def test_a_parent_that_was_not_asked_for_does_not_gate() -> None:
    assert score([ask("c", parents=("elsewhere",))], [yes(0.9)]).gated == 1.0


def test_parents_that_lead_around_in_a_circle_come_to_an_end() -> None:
    found = score([ask("a", parents=("b",)), ask("b", parents=("a",))], [yes(0.9), yes(0.9)])
    assert found.gated == 1.0


def test_open_questions_count_apart() -> None:
    colours = ("red", "blue")
    asked = [ask("a"), ask("b", "red", choices=colours), ask("c", "red", choices=colours, parents=("a",))]
    found = score(asked, [yes(0.9), Reply("Red ", 0.8), Reply("blue", 0.6)])
    assert (found.mean, found.gated, found.soft) == (1.0, 1.0, pytest.approx(0.9))
    assert found.open == 0.5
    assert [mark.soft for mark in found.marks[1:]] == [0.8, 0.0]
    assert found.elements == {"o:a": "right"}
    assert found.reason == "Everything asked is there."


def test_wrong_beats_not_asked_beats_right() -> None:
    same = {"elements": ("o:x",)}
    asked = [ask("a", **same), ask("b", parents=("w",), **same), ask("w", elements=("o:y",)), ask("c", **same)]
    assert score(asked[:3], [yes(0.9), yes(0.9), yes(0.1)]).elements == {"o:x": "not asked", "o:y": "wrong"}
    assert score(asked, [yes(0.9), yes(0.9), yes(0.1), yes(0.1)]).elements["o:x"] == "wrong"


def test_counterfactuals_and_counts_do_not_mark_elements() -> None:
    asked = [
        ask("a"),
        ask("a-not", "no", counterfactual_of="a", elements=("o:a",)),
        ask("n", kind="count", elements=("o:a",)),
    ]
    found = score(asked, [yes(0.9), yes(0.9), yes(0.1)])
    assert found.elements == {"o:a": "right"}
    assert found.by_kind == {"existence": 0.5, "count": 0.0}


def test_the_reason_names_what_went_wrong() -> None:
    found = score([ask("a"), ask("b", "no")], [yes(0.1), yes(0.9)])
    assert found.reason == "Is a? Expected yes, judged no. Is b? Expected no, judged yes."
    many = score([ask(str(i)) for i in range(5)], [yes(0.1)] * 5)
    assert many.reason.endswith("Is 2? Expected yes, judged no. And 2 more.")


def test_nothing_asked_is_a_number_too() -> None:
    found = score([], [])
    assert (found.mean, found.gated, found.half, found.geometric, found.soft, found.open) == (0, 0, 0, 0, 0, None)
    assert (found.by_kind, found.elements, found.marks) == ({}, {}, ())
    only_open = score([ask("b", "red", choices=("red", "blue"))], [Reply("red", 0.8)])
    assert (only_open.mean, only_open.open) == (0.0, 1.0)


def test_one_reply_for_each_question() -> None:
    with pytest.raises(ValueError, match="1 questions have 0 replies"):
        score([ask("a")], [])


# --- for every graph --------------------------------------------------------------------------------------------------


@given(graphs(most=4), st.randoms(use_true_random=False))
@settings(deadline=None, derandomize=True, max_examples=60)
def test_scores_of_any_answers(graph: SceneGraph, rng: random.Random) -> None:
    asked = questions(graph, POCKET)
    replies = [Reply(rng.choice(q.choices), rng.random()) if q.open else yes(rng.random()) for q in asked]
    found = score(asked, replies)
    for figure in (found.mean, found.gated, found.half, found.geometric, found.soft, *found.by_kind.values()):
        assert 0 <= figure <= 1
    assert found.gated <= found.mean
    assert found.geometric <= found.soft + 1e-9
    assert found.half == pytest.approx((found.mean + found.gated) / 2)
    assert set(found.elements) == set(graph.elements())
    assert Scores.from_dict(json.loads(json.dumps(found.to_dict()))) == found


@pytest.mark.parametrize("data", [{}, {"marks": 3}, {"marks": [{}]}, {"marks": [], "mean": 1}])
def test_what_are_no_scores_is_refused(data: dict[str, Any]) -> None:
    with pytest.raises(FormatError, match="These are not scores of ours"):
        Scores.from_dict(data)


# --- intervals --------------------------------------------------------------------------------------------------------


def test_intervals() -> None:
    assert interval([]) == (0.0, 0.0)
    assert interval([0.4]) == (0.4, 0.4)
    low, high = interval([0.0, 1.0] * 50)
    assert low < 0.5 < high
    assert 0.38 < low < 0.42 and 0.58 < high < 0.62
    assert interval([0.0, 1.0] * 50) == (low, high)
    assert interval([0.0, 1.0] * 50, share=0.5) > (low, 0.0)
    narrow = interval([0.0, 1.0] * 5000, draws=200)
    assert narrow[1] - narrow[0] < 0.03
