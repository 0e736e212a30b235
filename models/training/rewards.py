"""Rewards: a number for each picture and the scene graph it should show; judge A or a CLIP looks at pixels alone.

Neither the oracle nor the judge that reports is read here. Try it: `python -m pytest tests/models/test_reward.py -k scene`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.caption import caption
from engine.errors import ModelError, show
from engine.graph import SceneGraph
from engine.questions import KINDS, Question, questions
from engine.scoring import UNASKED, Scores, score
from engine.taxonomy import Taxonomy
from models import judges, metrics

NAMES = ("scene-graph", "clip")
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Weights:
    """r = `atoms` x mean soft credit of the true questions (0 where a parent failed) + `whole` x their geometric mean
    - `counter` x mean P(yes) of the counterfactual ones; `kinds` of questions are asked, at most `most` true ones.

    The last term takes the profit from judges that like to say yes and pictures that show everything.
    """

    atoms: float = 0.7
    whole: float = 0.3
    counter: float = 0.5
    kinds: tuple[str, ...] = KINDS
    most: int = 16


class Reward(Protocol):
    """Anything that puts a number on pictures of scene graphs."""

    name: str

    def of(self, images: Sequence[Image.Image], graphs: Sequence[SceneGraph]) -> Numbers:
        """Numbers (N), larger is better, for picture i of graph i; raises `WordsNotKnown`."""
        ...


class SceneGraphReward:
    """The paper's: a judge answers the questions of the graph."""

    name = "scene-graph"

    def __init__(self, taxonomy: Taxonomy, *, judge: str = "pocket", weights: Weights | None = None) -> None:
        self.taxonomy, self.judge, self.weights = taxonomy, judges.load(judge), weights or Weights()

    def of(self, images: Sequence[Image.Image], graphs: Sequence[SceneGraph]) -> Numbers:
        known = {id(graph): self.asked(graph) for graph in graphs}
        groups = [known[id(graph)] for graph in graphs]
        said = self.judge.answer_many(list(images), [[one.text for one in group] for group in groups])
        return np.array(
            [worth(group, score(group, answers), self.weights) for group, answers in zip(groups, said, strict=True)]
        )

    def asked(self, graph: SceneGraph) -> list[Question]:
        """The questions of a graph that count, the same for all its pictures: kinds in turns, parents first."""
        closed = [one for one in questions(graph, self.taxonomy) if not one.open and one.kind in self.weights.kinds]
        by_kind = [
            [one for one in closed if one.kind == kind and one.counterfactual_of is None] for kind in self.weights.kinds
        ]
        turns = [row[i] for i in range(max(map(len, by_kind), default=0)) for row in by_kind if i < len(row)]
        kept = {one.id for one in turns[: self.weights.most]}
        return [one for one in closed if (one.counterfactual_of or one.id) in kept]


class CLIPReward:
    """The baseline: how near picture and caption lie."""

    name = "clip"

    def __init__(self, taxonomy: Taxonomy, *, metric: str = "pocket-clip") -> None:
        self.taxonomy, self.metric = taxonomy, metrics.load(metric)

    def of(self, images: Sequence[Image.Image], graphs: Sequence[SceneGraph]) -> Numbers:
        return np.array(self.metric.score(list(images), [caption(graph, self.taxonomy).text for graph in graphs]))


def worth(asked: Sequence[Question], scores: Scores, weights: Weights) -> float:
    """The reward of one picture from its marks; see `Weights`."""
    paired = list(zip(asked, scores.marks, strict=True))
    true = [(mark.soft, mark.status != UNASKED) for one, mark in paired if one.counterfactual_of is None]
    counter = [1 - mark.soft for one, mark in paired if one.counterfactual_of is not None]
    if not true:
        return 0.0
    atoms = np.mean([soft * counted for soft, counted in true])
    whole = np.exp(np.mean(np.log(np.clip([soft for soft, _ in true], 1e-4, 1))))
    lies = np.mean(counter) if counter else 0.0
    return float(weights.atoms * atoms + weights.whole * whole - weights.counter * lies)


def reward(name: str, taxonomy: Taxonomy, *, judge: str = "pocket", weights: Weights | None = None) -> Reward:
    """The reward of that name, `judge` answering where one is asked; raises `ModelError` for one there is not."""
    if name not in NAMES:
        raise ModelError(f"There is no reward {show(name)}. Choose {' or '.join(NAMES)}.")
    made: Any = (
        SceneGraphReward(taxonomy, judge=judge, weights=weights) if name == "scene-graph" else CLIPReward(taxonomy)
    )
    found: Reward = made
    return found
