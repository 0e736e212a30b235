"""Compare: how sure a figure is and whether two models differ, by graphs and never by pictures.

Intervals are a percentile bootstrap over graphs that all models share (Efron 1979), p-values a paired sign-flip
permutation test (Fisher 1935), corrected over the whole table (Holm 1979). Models that do not differ are "=", as Gecko
advises (2404.16820). Try it: `python cli.py evaluate runs/a runs/b`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.evaluation.cells import Cells, Estimate, Floats

DRAWS = 2000
FLIPS = 10_000
ALPHA = 0.05
BLOCK = 2_000_000
"""Numbers drawn at once, to keep memory small."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How model `a` differs from model `b` in a row: mean paired difference, its 95% interval, p and Holm's p.

    `equal` is true where the corrected p does not reach 5%: then nothing was shown, which is not proof of sameness.
    """

    row: str
    a: str
    b: str
    graphs: int
    difference: float
    low: float
    high: float
    p: float
    adjusted: float
    equal: bool

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {name: getattr(self, name) for name in self.__slots__}


def estimates(table: Cells, *, draws: int = DRAWS, seed: int = 0) -> tuple[Estimate, ...]:
    """Every row of every model that has something there; the same resampled graphs serve all of them."""
    found = []
    for model, values in table.values.items():
        means, low, high = _resampled(values, draws, seed)
        graphs = np.isfinite(values).sum(0)
        for i, row in enumerate(table.rows):
            if graphs[i]:
                counted = table.counts[model][i] if model in table.counts else int(graphs[i])
                found.append(Estimate(row, model, means[i], low[i], high[i], int(graphs[i]), counted))
    return tuple(found)


def differences(
    table: Cells, *, draws: int = DRAWS, flips: int = FLIPS, seed: int = 0, alpha: float = ALPHA
) -> tuple[Difference, ...]:
    """Every pair of models in every row in which at least two graphs have both; Holm over all of them together."""
    pairs = list(combinations(table.models, 2))
    raw: list[tuple[str, str, str, int, float, float, float, float]] = []
    for a, b in pairs:
        gaps = table.values[a] - table.values[b]
        means, low, high = _resampled(gaps, draws, seed)
        chances = sign_flips(gaps, flips=flips, seed=seed)
        for i, row in enumerate(table.rows):
            number = int(np.isfinite(gaps[:, i]).sum())
            if number >= 2:
                raw.append((row, a, b, number, means[i], low[i], high[i], float(chances[i])))
    adjusted = holm([one[-1] for one in raw])
    return tuple(Difference(*one, p, p >= alpha) for one, p in zip(raw, adjusted, strict=True))


def holm(chances: Sequence[float]) -> list[float]:
    """p-values corrected for their number (Holm 1979), in the order given, each at most 1."""
    order = sorted(range(len(chances)), key=chances.__getitem__)
    found, highest = [0.0] * len(chances), 0.0
    for rank, i in enumerate(order):
        highest = max(highest, min(1.0, (len(chances) - rank) * chances[i]))
        found[i] = highest
    return found


def sign_flips(gaps: Floats, *, flips: int = FLIPS, seed: int = 0) -> Floats:
    """Two-sided p of each column of (graphs, rows) paired differences, NaN where a graph has none.

    The share of random sign changes whose sum is at least as far from zero, counting the one observed.
    """
    known = np.nan_to_num(gaps)
    seen = np.abs(known.sum(0)) - 1e-9
    extreme = np.ones(known.shape[1])
    rng = np.random.default_rng(seed)
    block = max(1, min(flips, BLOCK // max(1, len(known))))
    left = flips
    while left > 0:
        some = min(block, left)
        signs = 1 - 2 * rng.integers(0, 2, size=(some, len(known)), dtype=np.int8).astype(np.float32)
        extreme += (np.abs(signs @ known.astype(np.float32)) >= seen - 1e-4).sum(0)
        left -= some
    return np.asarray(extreme / (flips + 1), dtype=float)


def ranking(row: str, shown: Sequence[Estimate], gaps: Sequence[Difference]) -> str:
    """The models of a row from best to worst: `painter > pocket-ar = pocket`; "=" where neighbours do not differ."""
    here = sorted((one for one in shown if one.row == row), key=lambda one: -one.mean)
    same = {frozenset((gap.a, gap.b)): gap.equal for gap in gaps if gap.row == row}
    said = here[0].model if here else ""
    for one, next_one in pairwise(here):
        said += (" = " if same.get(frozenset((one.model, next_one.model)), True) else " > ") + next_one.model
    return said


# --- drawing graphs again ---------------------------------------------------------------------------------------------


def _resampled(values: Floats, draws: int, seed: int) -> tuple[list[float], list[float], list[float]]:
    """Mean, low and high of each column; NaN where a column is empty."""
    if not len(values) or not values.shape[1]:
        return [], [], []
    there = np.isfinite(values).astype(np.float32)
    weights = _weights(len(values), draws, seed)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = np.nansum(values, 0) / there.sum(0)
        drawn = (weights @ np.nan_to_num(values).astype(np.float32)) / (weights @ there)
        drawn = np.where(np.isfinite(drawn), drawn, means)
    low, high = np.percentile(drawn, [2.5, 97.5], axis=0)
    return means.tolist(), low.tolist(), high.tolist()


@lru_cache(maxsize=2)
def _weights(graphs: int, draws: int, seed: int) -> NDArray[np.float32]:
    """(draws, graphs): how often each graph is drawn when as many as there are are drawn with return."""
    drawn = np.random.default_rng(seed).integers(0, graphs, size=(draws, graphs))
    drawn += np.arange(draws)[:, None] * graphs
    return np.bincount(drawn.ravel(), minlength=draws * graphs).reshape(draws, graphs).astype(np.float32)
