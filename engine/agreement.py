"""How far raters agree: Krippendorff's alpha for nominal, ordinal and interval answers, with missing ones, and an interval.

1 is perfect agreement, 0 what chance would give, below 0 worse than chance.
Try it: `python -c "from engine.agreement import alpha; print(alpha([[1, 2, 3], [1, 2, None]], 'ordinal'))"`.

Source: K. Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), sections A to E; checked against its examples.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.errors import FormatError, show

Level: TypeAlias = Literal["nominal", "ordinal", "interval"]
Value: TypeAlias = Hashable
Floats = NDArray[np.float64]
RESAMPLES = 1000
LEVELS = ("nominal", "ordinal", "interval")


@dataclass(frozen=True, slots=True)
class Agreement:
    """`alpha` with its 95% interval; None where there is nothing to compare or no answer ever varies.

    `units` counts what two or more people answered, `answers` their answers, `raters` the people who gave them.
    """

    alpha: float | None
    low: float | None
    high: float | None
    units: int
    raters: int
    answers: int
    level: Level

    def __str__(self) -> str:
        counts = f"{self.units} items answered by two or more of {self.raters} people"
        if self.alpha is None:
            return f"no alpha {'where all answers are the same' if self.units else 'yet'} ({counts})"
        interval = "" if self.low is None else f", 95% interval {self.low:.2f} to {self.high:.2f}"
        return f"Krippendorff's alpha ({self.level}) {self.alpha:.2f}{interval}, {counts}"


def alpha(rows: Sequence[Sequence[Value | None]], level: Level = "nominal") -> float | None:
    """Alpha of `rows`, one per rater, with one value per unit; None is missing.

    Returns None where no unit has two values or all values are the same, for which alpha is not defined. Raises
    `FormatError` for an unknown level, rows of different lengths, or values that cannot be put in order.
    """
    counts, values = tally(rows, level)
    return _alpha(counts, values, level)


def agreement(
    rows: Sequence[Sequence[Value | None]], level: Level = "nominal", *, resamples: int = RESAMPLES, seed: int = 0
) -> Agreement:
    """Alpha with a 95% interval from `resamples` bootstrap samples of the units (percentiles); raises as `alpha`.

    Units are drawn with replacement: the question is how alpha would differ over other items, the raters being the same.
    """
    counts, values = tally(rows, level)
    middle = _alpha(counts, values, level)
    low = high = None
    if middle is not None and len(counts) > 1:
        low, high = _interval(counts, values, level, resamples, np.random.default_rng(seed))
    paired = [place for place, unit in enumerate(zip(*rows, strict=True)) if sum(one is not None for one in unit) > 1]
    raters = sum(any(row[place] is not None for place in paired) for row in rows)
    return Agreement(middle, low, high, len(counts), raters, int(counts.sum()), level)


def tally(rows: Sequence[Sequence[Value | None]], level: Level) -> tuple[Floats, list[Value]]:
    """How often each value was given to each unit: (units with two or more answers, values) counts, and the values.

    Raises `FormatError` for an unknown level of measurement, or rows of different lengths.
    """
    if level not in LEVELS:
        raise FormatError(f"{show(level)} is no level of measurement. Choose nominal, ordinal or interval.")
    if len({len(row) for row in rows}) > 1:
        raise FormatError("The raters' rows differ in length. Give each of them one value or None per unit.")
    values = _ordered({value for row in rows for value in row if value is not None}, level)
    place = {value: number for number, value in enumerate(values)}
    counts = np.zeros((len(rows[0]) if rows else 0, len(values)))
    for row in rows:
        for unit, value in enumerate(row):
            if value is not None:
                counts[unit, place[value]] += 1
    return counts[counts.sum(1) > 1], values


def _ordered(values: set[Value], level: Level) -> list[Value]:
    if level == "nominal":
        return sorted(values, key=repr)
    if not all(isinstance(value, (int, float)) and np.isfinite(value) for value in values):
        raise FormatError(
            f"Answers on an {level} scale are numbers, got {show(sorted(map(str, values)))}. Use nominal."
        )
    return sorted(values)  # type: ignore[type-var]


def _interval(
    counts: Floats, values: list[Value], level: Level, resamples: int, rng: np.random.Generator
) -> tuple[float | None, float | None]:
    drawn = (_alpha(counts[rng.integers(len(counts), size=len(counts))], values, level) for _ in range(resamples))
    found = [value for value in drawn if value is not None]
    if not found:
        return None, None
    low, high = np.percentile(found, (2.5, 97.5))
    return float(low), float(high)


def _alpha(counts: Floats, values: list[Value], level: Level) -> float | None:
    """1 - observed / expected disagreement, from the matrix of coincidences."""
    if len(counts) == 0:
        return None
    weights = 1.0 / (counts.sum(1) - 1.0)
    coincidences = (counts * weights[:, None]).T @ counts - np.diag((counts * weights[:, None]).sum(0))
    totals = coincidences.sum(1)
    distance = distances(totals, values, level)
    expected = float(totals @ distance @ totals) / (float(totals.sum()) - 1.0)
    if expected <= 0.0:
        return None
    return 1.0 - float((coincidences * distance).sum()) / expected


def distances(totals: Floats, values: list[Value], level: Level) -> Floats:
    """The squared difference between any two values, (values, values); ordinal ones lie as far apart as they are common."""
    if level == "nominal":
        return 1.0 - np.eye(len(values))
    if level == "interval":
        numbers = np.array(values, dtype=np.float64)
        return np.asarray((numbers[:, None] - numbers[None, :]) ** 2)
    middle = np.cumsum(totals) - totals / 2.0  # the sum over ranks between, half of both ends
    return np.asarray((middle[:, None] - middle[None, :]) ** 2)
