"""How many structures meet any query: exactly where a table or formula says so, else an estimate with its interval.

Try it: `python -c "from engine.structure import *; print(census(StructureQuery(complexity=16, max_degree=3)))"`.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from fractions import Fraction

from engine.errors import ConstraintError
from engine.structure.bounds import accepted, in_table, without_formula
from engine.structure.counting import count, formula
from engine.structure.drawing import unsorted
from engine.structure.query import StructureQuery

NORMAL_95 = 1.959964  # the central 95% of a normal distribution end so many standard deviations from its middle


@dataclass(frozen=True, slots=True)
class Count:
    """A number of structures; if it is not exact, `low` to `high` holds the true one in 95% of all cases."""

    value: int
    exact: bool
    low: int
    high: int
    note: str


def census(
    query: StructureQuery, *, labelled: bool = False, samples: int = 2_000, rng: random.Random | None = None
) -> Count:
    """`count`, or an estimate where `count` has no formula: beyond complexity 12 with `max_degree` or `seed`.

    The estimate is the exact number without these two, times the share of `samples` uniform draws that meet them; the
    interval is Wilson's (1927). Without `rng` the draws are the same each time. Raises ConstraintError as `count`
    does for what is impossible or beyond reach.
    """
    if samples < 1:
        raise ConstraintError(f"samples cannot be {samples}: give 1 or more.")
    if in_table(query) or not (names := without_formula(query)):
        value = count(query, labelled=labelled)
        return Count(value, True, value, value, "exact")
    rng = rng or random.Random(0)
    total, plain = formula(query, labelled=labelled), unsorted(query, labelled=labelled)
    hits = sum(accepted(plain(rng), query) for _ in range(samples))
    low, high = wilson(hits, samples)
    return Count(
        round(Fraction(total * hits, samples)),
        False,
        max(math.floor(Fraction(low) * total), min(hits, 1)),
        min(math.ceil(Fraction(high) * total), total),
        f"estimate: {hits:,} of {samples:,} random structures met {' and '.join(names)}",
    )


def wilson(hits: float, draws: int) -> tuple[float, float]:
    """The 95% interval of a share (Wilson 1927)."""
    share, square = hits / draws, NORMAL_95**2
    middle = (share + square / (2 * draws)) / (1 + square / draws)
    reach = NORMAL_95 / (1 + square / draws) * math.sqrt(share * (1 - share) / draws + square / (4 * draws**2))
    return max(0.0, middle - reach) if hits else 0.0, min(1.0, middle + reach) if hits < draws else 1.0
