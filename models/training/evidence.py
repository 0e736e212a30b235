"""Evidence: a generator drawn on held-out graphs and looked at by two judges, the oracle, a CLIP, and for diversity.

Nothing here chooses or trains: a recipe reads it to report. Try it: `python -m pytest tests/models/test_self_improve.py -k gain`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.caption import caption
from engine.graph import SceneGraph
from engine.questions import Question, questions
from engine.sampler import Constraints, sample, scene_rng
from engine.scoring import Scores, score
from engine.taxonomy import Taxonomy
from models import judges, metrics
from models.generators import Drawing, Generator
from models.judges import Judge
from models.pocket.oracle import replies

BATCH = 64
DRAWS = 2000
SIZE = 64
FIGURE = "half"
"""The paper's released score (`engine.scoring`), in which figures are reported, times 100."""
Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Held:
    """What a generator is examined on: graphs never trained on, one picture each, the same seeds for everybody."""

    graphs: tuple[SceneGraph, ...]
    taxonomy: Taxonomy
    seed: int

    @property
    def captions(self) -> list[str]:
        """Their captions."""
        return [caption(graph, self.taxonomy).text for graph in self.graphs]

    @property
    def seeds(self) -> list[int]:
        """The seed of each picture."""
        return [self.seed * 1_000_003 % 2**31 + i for i in range(len(self.graphs))]


@dataclass(frozen=True, slots=True)
class Examined:
    """Points 0..100 by graph (N,) of each judge and of `oracle`; CLIPScores 0..100 and the diversity of all pictures 0..1."""

    points: dict[str, Points]
    clip: Points
    diversity: float

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        points = {name: values.tolist() for name, values in self.points.items()}
        return {"points": points, "clip": self.clip.tolist(), "diversity": self.diversity}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Examined:
        """Read what `to_dict` wrote."""
        points = {name: np.array(values) for name, values in data["points"].items()}
        return cls(points, np.array(data["clip"]), float(data["diversity"]))

    def means(self) -> dict[str, float]:
        """What stands in a report."""
        found = {name: round(float(values.mean()), 2) for name, values in self.points.items()}
        return found | {"clip": round(float(self.clip.mean()), 2), "diversity": round(self.diversity, 4)}


def held_out(constraints: Constraints, taxonomy: Taxonomy, *, count: int, seed: int) -> Held:
    """`count` graphs for an examination; `seed` is one that no training draws from."""
    found = tuple(sample(constraints, taxonomy, scene_rng(seed, i)) for i in range(count))
    return Held(found, taxonomy, seed)


def examine(
    generator: Generator, held: Held, *, by: Sequence[str], clip: str = "pocket-clip", size: int = SIZE
) -> Examined:
    """Draw the held-out graphs and have them judged `by` each of these and, where contents are known, the oracle."""
    drawn = generator.draw(held.captions, held.seeds, size=size)
    asked = [closed(graph, held.taxonomy) for graph in held.graphs]
    points = {name: points_of(judged(judges.load(name), drawn, asked)) for name in by}
    if all(one.contents is not None for one in drawn):
        known = [score(group, replies(group, one.contents)) for group, one in zip(asked, drawn, strict=True)]  # type: ignore[arg-type]
        points["oracle"] = points_of(known)
    measure: Any = metrics.load(clip)
    near = np.array(measure.score([one.image for one in drawn], held.captions)) * 100
    return Examined(points, near, diversity(drawn))


def closed(graph: SceneGraph, taxonomy: Taxonomy) -> list[Question]:
    """The yes/no questions of a graph, counterfactuals included."""
    return [question for question in questions(graph, taxonomy) if not question.open]


def judged(judge: Judge, drawn: Sequence[Drawing], asked: Sequence[Sequence[Question]]) -> list[Scores]:
    """The scores of each picture under its own questions."""
    found: list[Scores] = []
    for start in range(0, len(drawn), BATCH):
        part = slice(start, start + BATCH)
        said = judge.answer_many([d.image for d in drawn[part]], [[q.text for q in group] for group in asked[part]])
        found += [score(group, answers) for group, answers in zip(asked[part], said, strict=True)]
    return found


def points_of(scores: Sequence[Scores]) -> Points:
    """Points 0..100."""
    return np.array([getattr(one, FIGURE) for one in scores]) * 100


def diversity(drawn: Sequence[Drawing]) -> float:
    """Mean distance 0..1 of pictures drawn after each other, pixel by pixel: falls when all begin to look alike."""
    small = np.stack([np.asarray(one.image.convert("RGB").resize((32, 32)), dtype=np.float64) for one in drawn]) / 255
    return float(np.abs(small[1:] - small[:-1]).mean()) if len(small) > 1 else 0.0


def gain(after: Points, before: Points, *, seed: int = 0) -> tuple[float, float, float]:
    """Mean paired difference over graphs and its 95 % bootstrap interval (percentiles of 2,000 samples of graphs)."""
    apart = after - before
    rows = np.random.default_rng(seed).integers(0, len(apart), (DRAWS, len(apart)))
    low, high = np.percentile(apart[rows].mean(1), (2.5, 97.5))
    return round(float(apart.mean()), 2), round(float(low), 2), round(float(high), 2)
