"""Krippendorff's alpha on the examples he published, and on what can be worked out by hand.

Run it: `pytest tests/engine/test_agreement.py`.
"""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.agreement import agreement, alpha
from engine.errors import FormatError

N = None
# "Computing Krippendorff's Alpha-Reliability" (2011). A: two observers, binary data.
BINARY = ([0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0])
# B: two observers, nominal data.
B = (
    ["a", "a", "b", "b", "d", "c", "c", "c", "e", "d", "d", "a"],
    ["b", "a", "b", "b", "b", "c", "c", "c", "e", "d", "d", "d"],
)
# C: four observers, twelve units, missing data.
FOUR: tuple[list[int | None], ...] = (
    [1, 2, 3, 3, 2, 1, 4, 1, 2, N, N, N],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, N, 3],
    [N, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, N],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, N],
)


@pytest.mark.parametrize(
    ("rows", "level", "published"),
    [
        (BINARY, "nominal", 0.095),
        (B, "nominal", 0.692),
        (FOUR, "nominal", 0.743),
        (FOUR, "ordinal", 0.815),
        (FOUR, "interval", 0.849),
    ],
)
def test_published_examples(rows: Any, level: Any, published: float) -> None:
    assert alpha(rows, level) == pytest.approx(published, abs=0.0005)


def test_perfect_agreement_is_one_and_systematic_disagreement_is_below_zero() -> None:
    assert alpha([[1, 2, 3], [1, 2, 3]], "ordinal") == 1.0
    worse = alpha([[1, 2, 1, 2], [2, 1, 2, 1]])
    assert worse is not None and worse < 0


@pytest.mark.parametrize("rows", [[], [[]], [[1, N], [N, 2]], [[3, 3], [3, 3]], [[1, 2, 3]]])
def test_without_pairs_or_variation_there_is_no_alpha(rows: Any) -> None:
    assert alpha(rows, "interval") is None
    assert agreement(rows, "interval").alpha is None and "no alpha" in str(agreement(rows))


def test_the_interval_holds_the_value_and_is_the_same_each_time() -> None:
    found = agreement(FOUR, "ordinal")
    assert found.low is not None and found.high is not None and found.alpha is not None
    assert found.low < found.alpha < found.high <= 1.0
    assert found == agreement(FOUR, "ordinal")
    assert (found.units, found.raters, found.answers) == (11, 4, 40)


def test_more_units_make_the_interval_narrower() -> None:
    rng = random.Random(4)
    truth = [rng.randint(1, 5) for _ in range(200)]
    rows = [[min(5, max(1, value + rng.choice((-1, 0, 0, 1)))) for value in truth] for _ in range(3)]
    widths = []
    for units in (20, 200):
        found = agreement([row[:units] for row in rows], "ordinal", resamples=200)
        assert found.low is not None and found.high is not None
        widths.append(found.high - found.low)
    assert widths[1] < widths[0] / 2


@settings(deadline=None, derandomize=True, max_examples=60)
@given(st.lists(st.lists(st.one_of(st.none(), st.integers(1, 5)), min_size=6, max_size=6), min_size=2, max_size=5))
def test_the_order_of_raters_and_units_does_not_matter(rows: list[list[int | None]]) -> None:
    for level in ("nominal", "ordinal", "interval"):
        whole = alpha(rows, level)  # type: ignore[arg-type]
        turned = alpha([row[::-1] for row in reversed(rows)], level)  # type: ignore[arg-type]
        assert whole == pytest.approx(turned)
        assert whole is None or whole <= 1.0 + 1e-12


def test_binary_answers_have_one_alpha_at_every_level() -> None:
    assert alpha(BINARY, "ordinal") == pytest.approx(alpha(BINARY, "interval"))
    assert alpha(BINARY, "nominal") == pytest.approx(alpha(BINARY, "interval"))


@pytest.mark.parametrize(
    ("rows", "level", "message"),
    [
        ([[1, 2], [1]], "nominal", "differ in length"),
        ([["a", "b"], ["a", "b"]], "ordinal", "are numbers"),
        ([[1, float("nan")], [1, 2]], "interval", "are numbers"),
        ([[1, 2], [1, 2]], "ratio", "no level"),
    ],
)
def test_what_cannot_be_compared_is_said(rows: Any, level: Any, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        alpha(rows, level)
