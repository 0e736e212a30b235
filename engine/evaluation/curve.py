"""The k-curve: score by complexity, the main plot of ConceptMix (2408.14339), here with intervals over graphs.

Try it: `python cli.py evaluate runs/a runs/b --json`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator

import numpy as np

from engine.errors import FormatError, show
from engine.evaluation.cells import Cells, cells
from engine.evaluation.evidence import FIGURES, ORACLE, Evidence, Look, Scene

__all__ = ["ALL", "ORACLE", "by_complexity", "overall"]
ALL = "all"


def by_complexity(evidence: Evidence, *, judge: str, figure: str = "gated") -> Cells:
    """One row for each complexity, ascending; a graph's figure is the mean of its pictures.

    Raises `FormatError` for a figure that nobody computes and for a judge that has seen nothing.
    """
    levels = sorted({scene.complexity for scene in evidence.scenes})
    return _of(evidence, judge, figure, lambda scene: scene.complexity, levels, "complexity")


def overall(evidence: Evidence, *, judge: str, figure: str = "gated") -> Cells:
    """One row over all graphs."""
    return _of(evidence, judge, figure, lambda _: ALL, [ALL], "all scenes")


def _of(
    evidence: Evidence,
    judge: str,
    figure: str,
    row: Callable[[Scene], Hashable],
    rows: list[Hashable] | list[int] | list[str],
    what: str,
) -> Cells:
    if figure not in FIGURES:
        raise FormatError(f"There is no figure {show(figure)}. Choose {', '.join(FIGURES)}.")
    looks = looks_of(evidence, judge)
    told = {look.model: _facts(evidence, look, figure, row) for look in looks}
    return cells(what, len(evidence.scenes), told, list(rows))


def _facts(
    evidence: Evidence, look: Look, figure: str, row: Callable[[Scene], Hashable]
) -> Iterator[tuple[int, Hashable, float, int]]:
    for graph, value in zip(look.scene.tolist(), look.figures[figure].tolist(), strict=True):
        if np.isfinite(value):
            yield graph, row(evidence.scenes[graph]), value, 1


def looks_of(evidence: Evidence, judge: str) -> list[Look]:
    """The looks of a judge; raises `FormatError` with those there are when it has seen nothing."""
    found = evidence.of(judge)
    if not found:
        known = ", ".join(evidence.judges)
        hint = f"Choose {known}." if known else "Run `python cli.py judge` on the runs first."
        raise FormatError(f"Nothing here was judged by {show(judge)}. {hint}")
    return found
