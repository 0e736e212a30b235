"""Cells: one figure per graph, row and model, the common shape of curves, skill tables and their comparisons.

Try it: `python -m pytest tests/engine/test_evaluation.py -k cells`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Cells:
    """`values[model]` is (graphs, rows) of 0..1, the mean of a graph's pictures; NaN where a graph has nothing there.

    `counts[model]` says how many pictures stand behind each row.
    """

    what: str
    rows: tuple[str, ...]
    values: Mapping[str, Floats]
    counts: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    @property
    def models(self) -> tuple[str, ...]:
        """In the order they were given."""
        return tuple(self.values)

    @property
    def graphs(self) -> int:
        """How many graphs there are, whether or not anything was seen of them."""
        return next(iter(self.values.values())).shape[0] if self.values else 0


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure of one model in one row: 0..1, with its 95% interval over graphs, from so many graphs and pictures."""

    row: str
    model: str
    mean: float
    low: float
    high: float
    graphs: int
    pictures: int

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {name: getattr(self, name) for name in self.__slots__}


def cells(
    what: str,
    graphs: int,
    told: Mapping[str, Iterable[tuple[int, Hashable, float, int]]],
    rows: Sequence[Hashable] | None = None,
) -> Cells:
    """Cells from (graph, row, sum, number) of each model; `number` pictures or answers add up to `sum`.

    The rows are those given, or all that occur, sorted.
    """
    sums: dict[str, dict[tuple[int, Hashable], list[float]]] = {}
    for model, facts in told.items():
        table: dict[tuple[int, Hashable], list[float]] = defaultdict(lambda: [0.0, 0.0])
        for graph, row, value, number in facts:
            entry = table[graph, row]
            entry[0] += value
            entry[1] += number
        sums[model] = table
    if rows is None:
        rows = sorted({row for table in sums.values() for _, row in table}, key=str)
    place = {row: i for i, row in enumerate(rows)}
    values, counts = {}, {}
    for model, table in sums.items():
        found = np.full((graphs, len(rows)), np.nan)
        seen = [0] * len(rows)
        for (graph, row), (total, counted) in table.items():
            if counted and row in place:
                found[graph, place[row]] = total / counted
                seen[place[row]] += int(counted)
        values[model], counts[model] = found, tuple(seen)
    return Cells(what, tuple(map(str, rows)), values, counts)
