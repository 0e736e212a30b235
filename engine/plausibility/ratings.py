"""A model of the annotators' own ratings: ridge regression on what the other layers say and what a scene is made of.

With few ratings it says so, and gives the interval in which the rating of a scene may lie.
Try it: `python -c "from engine.plausibility import fit, read_ratings; print(fit(read_ratings('ratings.jsonl')).name)"`.
"""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import FormatError, ScenewrightError, show
from engine.graph import SceneGraph
from engine.plausibility.opinion import Layer, Opinion, Reason
from engine.plausibility.rules import RulesLayer
from engine.plausibility.statistics import StatisticsLayer
from engine.taxonomy import Taxonomy

Rated = tuple[SceneGraph, float]
Floats = NDArray[np.float64]
LOW, HIGH = 1.0, 5.0  # the scale of ratings
FEW = 30  # ratings below which a score is not worth filtering by
WIDE = 0.5  # width of a 90% interval, of the scale from 0 to 1, beyond which the layer does not know
SURE = 1.645  # standard deviations of a 90% interval
RIDGE = 1.0
MOST = 200_000  # ratings that are read
RELATIONS = ("spatial", "support", "containment", "posture", "contact", "action", "motion", "emotional", "social")


@dataclass(frozen=True)
class RatingsLayer:
    """Ridge regression with the posterior of its weights: `mean` (features + 1), `spread` its covariance, `noise` the rest.

    `count` is how many ratings it was fitted to; `shift` and `scale` standardise the features.
    """

    taxonomy: Taxonomy
    mean: Floats
    spread: Floats
    noise: float
    shift: Floats
    scale: Floats
    count: int
    layers: tuple[Layer, ...]
    name: str = "ratings"

    def predict(self, graph: SceneGraph) -> tuple[float, float, float]:
        """Expected rating from 0 to 1 and the ends of its 90% interval, all clipped to that range."""
        row = _standard(features(graph, self.taxonomy, self.layers)[None, :], self.shift, self.scale)[0]
        middle = float(row @ self.mean)
        half = SURE * math.sqrt(max(self.noise * (1.0 + float(row @ self.spread @ row)), 0.0))
        return _clipped(middle), _clipped(middle - half), _clipped(middle + half)

    def score(self, graph: SceneGraph, taxonomy: Taxonomy) -> Opinion:
        """The expected rating; None with its interval where there are few ratings or the interval is wide."""
        middle, low, high = self.predict(graph)
        said = f"annotators would rate it {_scale(middle):.1f} of 5, between {_scale(low):.1f} and {_scale(high):.1f}"
        if self.count < FEW or high - low > WIDE:
            why = f"unsure: fitted to {self.count} ratings, {said}"
            return Opinion(None, (Reason((), why, "unsure"),), (low, high))
        return Opinion(middle, (Reason((), said, "ratings"),) if middle < 0.5 else (), (low, high))


def fit(pairs: Iterable[Rated], taxonomy: Taxonomy, *, layers: Sequence[Layer] | None = None) -> RatingsLayer:
    """The layer fitted to (graph, rating from 1 to 5) pairs; raises `FormatError` for no pairs or other ratings.

    The same scene may be rated many times. The strength of the ridge is 1 per standardised feature, so a handful of
    ratings leaves the prediction near their mean and its interval wide.
    """
    rated = list(islice(pairs, MOST))
    if not rated:
        raise FormatError("There are no ratings to learn from. Rate some scenes first.")
    for _, rating in rated:
        if not LOW <= rating <= HIGH:
            raise FormatError(f"A rating goes from 1 to 5, got {show(rating)}. Correct it.")
    judges = tuple(layers) if layers is not None else (RulesLayer(), StatisticsLayer())
    raw = np.stack([features(graph, taxonomy, judges) for graph, _ in rated])
    shift, scale = raw.mean(0), np.where(raw.std(0) > 1e-9, raw.std(0), 1.0)
    rows = _standard(raw, shift, scale)
    goals = np.array([(rating - LOW) / (HIGH - LOW) for _, rating in rated])
    return _solved(rows, goals, taxonomy, shift, scale, judges)


def _solved(
    rows: Floats, goals: Floats, taxonomy: Taxonomy, shift: Floats, scale: Floats, judges: tuple[Layer, ...]
) -> RatingsLayer:
    penalty = np.full(rows.shape[1], RIDGE)
    penalty[-1] = 1e-6  # the mean rating is not shrunk
    spread: Floats = np.linalg.inv(rows.T @ rows + np.diag(penalty)).astype(np.float64)
    mean: Floats = spread @ rows.T @ goals
    # How many of the ratings the weights have used up; a prior of one rating with the variance of a uniform guess
    # keeps a few ratings that happen to agree from looking certain.
    used = float(np.trace(spread @ rows.T @ rows))
    error = float(((goals - rows @ mean) ** 2).sum())
    noise = (error + 2 / 12) / max(len(goals) - used + 2, 1.0)
    return RatingsLayer(taxonomy, mean, spread, noise, shift, scale, len(goals), judges)


def features(graph: SceneGraph, taxonomy: Taxonomy, layers: Sequence[Layer]) -> Floats:
    """What the regression sees: what the layers say, sizes, kinds of relations, groups of kinds of things; float64."""
    opinions = [layer.score(graph, taxonomy) for layer in layers]
    scores = [0.5 if opinion.score is None else opinion.score for opinion in opinions]
    knows = [float(opinion.score is not None) for opinion in opinions]
    reasons = float(sum(len(opinion.reasons) for opinion in opinions))
    parts = [float(len(graph.objects)), float(len(graph.attributes)), float(len(graph.relations)), reasons]
    links = [link.kind for link in graph.relations]
    said = [links.count(kind) / max(len(links), 1) for kind in RELATIONS]
    known = [taxonomy.noun[item.name].kind for item in graph.objects if item.name in taxonomy.noun]
    things = [sum(top in taxonomy.above(kind) for kind in known) / max(len(known), 1) for top in _tops(taxonomy)]
    return np.array([*scores, *knows, *parts, *said, *things], dtype=np.float64)


def _tops(taxonomy: Taxonomy) -> tuple[str, ...]:
    """The broad kinds: those with a parent that is a root, or roots themselves."""
    kinds = taxonomy.kinds
    return tuple(name for name, kind in kinds.items() if kind.parent is None or kinds[kind.parent].parent is None)


def _standard(raw: Floats, shift: Floats, scale: Floats) -> Floats:
    return np.hstack([(raw - shift) / scale, np.ones((len(raw), 1))])


def _clipped(value: float) -> float:
    return min(1.0, max(0.0, value))


def _scale(value: float) -> float:
    return LOW + value * (HIGH - LOW)


def read_ratings(path: str | Path) -> Iterator[Rated]:
    """(graph, rating) pairs of a JSON Lines file (`scene_graph`, `rating`) or a CSV with these columns, graphs as JSON.

    Raises `FormatError` with the line for anything else.
    """
    path = Path(path)
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = enumerate(csv.DictReader(file), 2) if path.suffix == ".csv" else enumerate(file, 1)
            for number, row in rows:
                if isinstance(row, dict) or row.strip():
                    yield _pair(row, number, path)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise FormatError(f"The ratings in {show(path)} cannot be read: {error}. Name another file.") from error


def _pair(row: Any, number: int, path: Path) -> Rated:
    try:
        record = json.loads(row) if isinstance(row, str) else row
        graph = record["scene_graph"]
        graph = json.loads(graph) if isinstance(graph, str) else graph
        rating = float(record["rating"])
        return SceneGraph.from_dict(graph), rating
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise FormatError(
            f"Line {number} of {show(path)} is no rating ({type(error).__name__}: {error}). It needs a scene_graph and a "
            "rating from 1 to 5."
        ) from error
    except ScenewrightError as error:
        raise FormatError(f"Line {number} of {show(path)}: {error}") from error
