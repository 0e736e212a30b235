"""Ranks: any number a model gives, as its place in a reference sample, so that scores of all layers mean the same.

Try it: `python -c "from engine.plausibility import Ranks; print(Ranks((1.0, 2.0, 4.0)).of(3.0))"` prints 0.667.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from engine.errors import ConstraintError


@dataclass(frozen=True, slots=True)
class Ranks:
    """A sorted reference sample; raises `ConstraintError` when it is empty or holds a number that is none."""

    values: tuple[float, ...]

    def __post_init__(self) -> None:
        if not self.values or any(math.isnan(value) for value in self.values):
            raise ConstraintError(
                "Scores are compared with a reference sample, and this one is empty. Draw some scenes."
            )
        object.__setattr__(self, "values", tuple(sorted(self.values)))

    @classmethod
    def over(cls, values: Iterable[float]) -> Ranks:
        """The reference sample from raw numbers in any order."""
        return cls(tuple(values))

    def of(self, value: float) -> float:
        """The share of the sample that lies below, equal numbers counting half: from 0 to 1, 0.5 in the middle."""
        return (bisect_left(self.values, value) + bisect_right(self.values, value)) / (2 * len(self.values))
