"""Planner: how many graphs, and pictures of each, it takes to see a difference between two models.

Normal approximation for the mean of paired differences (Cohen 1988, chapter 2); pictures of one graph only reduce the part
of the spread that is due to seeds. Try it: `python cli.py evaluate runs/a runs/b --plan 0.04`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np

from engine.errors import FormatError, show
from engine.evaluation.compare import ALPHA
from engine.evaluation.evidence import Evidence, Look

POWER = 0.8
IMAGES = (1, 2, 4, 8)
MOST = 10_000_000
FEWEST = 30
"""Scenes that a plan has at least: fewer say little about other scenes, and the normal approximation is poor."""
NORMAL = NormalDist()


@dataclass(frozen=True, slots=True)
class Spread:
    """Variance of a paired difference: `between` graphs, and `within` them for one picture of each model.

    `graphs` it was measured on, 0 for one that was assumed; `seeds` is false where no graph had two pictures, so that
    both parts are in `between` and more pictures promise nothing.
    """

    between: float
    within: float
    graphs: int = 0
    seeds: bool = True

    @classmethod
    def assumed(cls, deviation: float, correlation: float = 0.5) -> Spread:
        """From the standard deviation of a model's scores over graphs and the correlation between two models."""
        return cls(2 * deviation**2 * (1 - correlation), 0.0, seeds=False)

    def of(self, images: int) -> float:
        """Variance of the difference of two means of `images` pictures of one graph."""
        return self.between + self.within / images


@dataclass(frozen=True, slots=True)
class Plan:
    """So many pictures of each graph and so many graphs; `pictures` of all models together, and seconds or None."""

    images: int
    graphs: int
    pictures: int
    seconds: float | None

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {name: getattr(self, name) for name in self.__slots__}


def spread(evidence: Evidence, *, a: str, b: str, judge: str, figure: str = "gated") -> Spread:
    """The spread of model `a` minus model `b` over the graphs that both have, measured.

    Raises `FormatError` with fewer than two such graphs.
    """
    first, second = (_by_graph(evidence, model, judge, figure) for model in (a, b))
    shared = sorted(first.keys() & second.keys())
    if len(shared) < 2:
        raise FormatError(
            f"{show(a)} and {show(b)} share {len(shared)} graphs that {show(judge)} has judged. Evaluate both on one set."
        )
    gaps = [float(np.mean(first[g]) - np.mean(second[g])) for g in shared]
    noise = [_within([one[g] for g in shared]) for one in (first, second)]
    if None in noise:
        return Spread(float(np.var(gaps, ddof=1)), 0.0, len(shared), seeds=False)
    known = [value or 0.0 for value in noise]
    share = np.mean([known[0] / len(first[g]) + known[1] / len(second[g]) for g in shared])
    return Spread(max(0.0, float(np.var(gaps, ddof=1) - share)), sum(known), len(shared))


def needed(spread: Spread, difference: float, *, power: float = POWER, alpha: float = ALPHA, images: int = 1) -> int:
    """Graphs that show a true `difference` (0..1, either way) with this power, two-sided; at least 2.

    Raises `FormatError` for a difference, power or alpha that cannot be.
    """
    _check(difference, power, alpha)
    graphs = spread.of(images) * (_z(alpha, power) / abs(difference)) ** 2
    if graphs > MOST:
        raise FormatError(
            f"A difference of {100 * difference:g} points would take over {MOST:,} scenes. Ask for a larger one."
        )
    return max(2, math.ceil(graphs - 1e-9))


def detectable(spread: Spread, graphs: int, *, power: float = POWER, alpha: float = ALPHA, images: int = 1) -> float:
    """The smallest true difference (0..1) that so many graphs show with this power."""
    _check(1.0, power, alpha)
    return _z(alpha, power) * math.sqrt(spread.of(images) / max(1, graphs))


def power(spread: Spread, difference: float, graphs: int, *, alpha: float = ALPHA, images: int = 1) -> float:
    """The chance, 0..1, that so many graphs show a true `difference`."""
    _check(difference, 0.5, alpha)
    deviation = math.sqrt(spread.of(images) / max(1, graphs))
    if deviation == 0:
        return 1.0
    reach, edge = abs(difference) / deviation, NORMAL.inv_cdf(1 - alpha / 2)
    return NORMAL.cdf(reach - edge) + NORMAL.cdf(-reach - edge)


def plans(
    spread: Spread,
    difference: float,
    *,
    power: float = POWER,
    alpha: float = ALPHA,
    images: Sequence[int] = IMAGES,
    models: int = 2,
    seconds: float | None = None,
) -> tuple[Plan, ...]:
    """A plan for each number of pictures per graph, the fewest pictures first; `seconds` are those of one picture.

    No plan has fewer than `FEWEST` graphs.
    """
    found = []
    for number in images:
        graphs = max(FEWEST, needed(spread, difference, power=power, alpha=alpha, images=number))
        pictures = graphs * number * models
        found.append(Plan(number, graphs, pictures, None if seconds is None else pictures * seconds))
    return tuple(sorted(found, key=lambda plan: (plan.pictures, plan.images)))


def _z(alpha: float, power: float) -> float:
    return NORMAL.inv_cdf(1 - alpha / 2) + NORMAL.inv_cdf(power)


def _check(difference: float, power: float, alpha: float) -> None:
    for what, value, low, high in (
        ("difference", abs(difference), 0.0005, 1.0),
        ("power", power, 0.5, 0.999),
        ("alpha", alpha, 0.0001, 0.5),
    ):
        if not low <= value <= high:
            raise FormatError(f"The {what} {value:g} is not within {low:g} and {high:g}. Choose another.")


def _by_graph(evidence: Evidence, model: str, judge: str, figure: str) -> Mapping[int, list[float]]:
    look: Look | None = evidence.looks.get((model, judge))
    found: dict[int, list[float]] = {}
    if look is not None:
        for graph, value in zip(look.scene.tolist(), look.figures[figure].tolist(), strict=True):
            if math.isfinite(value):
                found.setdefault(graph, []).append(value)
    return found


def _within(groups: Sequence[Sequence[float]]) -> float | None:
    """Pooled variance inside graphs; None where no graph has two pictures."""
    free = sum(len(group) - 1 for group in groups)
    if not free:
        return None
    return float(sum(np.var(group) * len(group) for group in groups) / free)
