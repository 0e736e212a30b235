"""Lottery, a draw among choices with whole-number weights of any size; exact, where floating point would round.

Try it: `python -c "from engine.structure.lottery import *; import random; print(Lottery([('a', 10**40)]).draw(random))"`.
"""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Iterable
from itertools import accumulate
from typing import Generic, TypeVar

Choice = TypeVar("Choice")


class Lottery(Generic[Choice]):
    """Choices with whole-number weights of any size."""

    def __init__(self, weighted: Iterable[tuple[Choice, int]]) -> None:
        kept = [(choice, weight) for choice, weight in weighted if weight]
        self.choices = [choice for choice, _ in kept]
        self.limits = list(accumulate(weight for _, weight in kept))

    def draw(self, rng: random.Random) -> Choice:
        """A choice, with probability weight / sum of the weights; raises `IndexError` if none has a weight."""
        if len(self.choices) == 1:
            return self.choices[0]
        return self.choices[bisect(self.limits, rng.randrange(self.limits[-1]))]
