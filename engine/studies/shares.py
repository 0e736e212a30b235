"""Share: so many of so many, with the 95% interval of Wilson (1927), which stays honest when the numbers are small.

Try it: `python -c "from engine.studies.shares import *; print(Share(9, 10))"`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from engine.structure.estimate import wilson


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `n`; a share of nothing has no value."""

    hits: int
    n: int

    @classmethod
    def of(cls, found: Iterable[bool]) -> Share:
        """The share of what is true."""
        values = list(found)
        return cls(sum(values), len(values))

    @property
    def value(self) -> float | None:
        """0..1; None of nothing."""
        return self.hits / self.n if self.n else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95% interval; None of nothing."""
        return wilson(self.hits, self.n) if self.n else None

    def to_dict(self) -> dict[str, Any] | None:
        """Plain JSON values; null for a share of nothing."""
        if self.interval is None or self.value is None:
            return None
        low, high = self.interval
        return {"share": round(self.value, 4), "low": round(low, 4), "high": round(high, 4), "n": self.n}

    def __str__(self) -> str:
        if self.interval is None or self.value is None:
            return "–"
        low, high = self.interval
        return f"{100 * self.value:.0f} % ({100 * low:.0f}-{100 * high:.0f})"
