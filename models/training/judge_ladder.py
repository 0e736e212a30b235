"""Ladders put to a judge: pictures of graphs, and questions about graphs ever further from the drawn one.

Painted pictures show their graphs exactly, so the oracle's fall is what a perfect judge would say.
Try it: `python cli.py study judge --judge pocket --json`, under `ladder`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from engine.ladder import Rung, ladder
from engine.questions import questions
from engine.sampler import scene_rng
from engine.scoring import score
from models.judges import Judge
from models.pocket.layout import arrange
from models.pocket.oracle import replies
from models.pocket.painter import paint
from models.pocket.scene import TAXONOMY, PocketScene
from models.training.judge_study import BATCH, Progress, Settings, graph_of

SALT = 77_000_000
"""Added to a scene's number so that ladders climb scenes that the rest of the study did not ask about."""


@dataclass(frozen=True, slots=True)
class Climbed:
    """One ladder: the judge's and the oracle's soft score (0..1) of the same picture at each rung."""

    judge: tuple[float, ...]
    oracle: tuple[float, ...]


def climb(
    judge: Judge, settings: Settings, count: int, *, size: int = 64, progress: Progress | None = None
) -> list[Climbed]:
    """`count` ladders of up to three edits each, of pictures `size` pixels along an edge."""
    found: list[Climbed] = []
    for start in range(0, count, BATCH):
        numbers = range(SALT + start, SALT + min(start + BATCH, count))
        graphs = [graph_of(settings, i) for i in numbers]
        scenes = [arrange(graph, scene_rng(settings.seed, i)) for graph, i in zip(graphs, numbers, strict=True)]
        rungs = [ladder(graph, TAXONOMY, scene_rng(settings.seed, i)) for graph, i in zip(graphs, numbers, strict=True)]
        found += _asked(judge, scenes, rungs, size)
        if progress:
            progress(len(found), count)
    return found


def _asked(judge: Judge, scenes: Sequence[PocketScene], ladders: Sequence[Sequence[Rung]], size: int) -> list[Climbed]:
    """Each picture is shown once with the questions of all its rungs."""
    asked = [[[q for q in questions(rung.graph, TAXONOMY) if not q.open] for rung in rungs] for rungs in ladders]
    texts = [[q.text for group in rungs for q in group] for rungs in asked]
    said = judge.answer_many([paint(scene, size=size) for scene in scenes], texts)
    found = []
    for scene, rungs, answers in zip(scenes, asked, said, strict=True):
        ahead = iter(answers)
        judged = tuple(score(group, [next(ahead) for _ in group]).soft for group in rungs)
        found.append(Climbed(judged, tuple(score(group, replies(group, scene)).soft for group in rungs)))
    return found


def figures(climbed: Sequence[Climbed]) -> dict[str, Any]:
    """What the ladders say: mean scores by distance, the share of steps down that fall, and the order within ladders.

    `falls` counts the pairs of neighbouring rungs whose score falls, `order` is the mean Spearman correlation of score
    and distance turned round (1: always down), both over ladders with at least one edit and for the oracle too.
    """
    by: dict[int, list[Climbed]] = defaultdict(list)
    for one in climbed:
        for distance in range(len(one.judge)):
            by[distance].append(one)
    rows = [
        {
            "distance": distance,
            "judge": round(float(np.mean([one.judge[distance] for one in group])), 4),
            "oracle": round(float(np.mean([one.oracle[distance] for one in group])), 4),
            "n": len(group),
        }
        for distance, group in sorted(by.items())
    ]
    told = {name: _order([getattr(one, name) for one in climbed]) for name in ("judge", "oracle")}
    return {"rungs": rows, "ladders": len(climbed), **told}


def _order(scores: Sequence[Sequence[float]]) -> dict[str, float]:
    steps = [after < before for one in scores for before, after in pairwise(one)]
    orders = [_down(one) for one in scores if len(one) > 1]
    return {
        "falls": round(float(np.mean(steps)), 4) if steps else 0.0,
        "order": round(float(np.mean(orders)), 4) if orders else 0.0,
    }


def _down(scores: Sequence[float]) -> float:
    """Spearman's correlation of scores with the way down; 0 where all are the same."""
    ranks = np.array([sum(b < a for b in scores) + (sum(b == a for b in scores) - 1) / 2 for a in scores])
    if np.ptp(ranks) == 0:
        return 0.0
    return float(-np.corrcoef(ranks, np.arange(len(scores)))[0, 1])
