"""Rewordings of captions, accepted only if every element of the scene is still said and nothing is added.

Rules need nothing and are the default; a language model (`models.paraphrasers`) comes in through the `Rewriter` protocol.
Try it: `python cli.py paraphrase scenes.jsonl --level 2`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from engine.paraphrase.gate import Verdict, gate
from engine.paraphrase.rules import LEVELS, reworded
from engine.paraphrase.strategies import STRATEGIES, prompt
from engine.scene import SceneLine
from engine.taxonomy import Taxonomy

__all__ = ["LEVELS", "STRATEGIES", "Paraphrase", "Rewriter", "Verdict", "by_rewriter", "by_rules", "gate", "prompt"]


class Rewriter(Protocol):
    """Something that answers a prompt with text: a local model or a server."""

    name: str

    def rewrite(self, prompts: Sequence[str], *, seed: int) -> list[str]:
        """One answer for each prompt; raises `ModelError` where none can be had."""


@dataclass(frozen=True, slots=True)
class Paraphrase:
    """A rewording of a caption; `by` is `rules` or a model, and a rejected one says why."""

    scene: str
    text: str
    by: str
    strategy: str
    verdict: Verdict

    @property
    def accepted(self) -> bool:
        """Whether it says all of the scene and nothing else."""
        return self.verdict.accepted


def by_rules(line: SceneLine, taxonomy: Taxonomy, *, level: int, seed: int = 0) -> Paraphrase:
    """The caption reworded by rules: 1 synonyms, 2 order and voice as well, 3 merging and length as well.

    Raises `ConstraintError` for another level.
    """
    text, said = reworded(line.graph, taxonomy, level=level, seed=seed)
    return Paraphrase(line.id, text, "rules", f"level {level}", gate(said, text, taxonomy, line.graph))


def by_rewriter(
    lines: Sequence[SceneLine], taxonomy: Taxonomy, rewriter: Rewriter, *, strategy: str, seed: int = 0
) -> Iterator[Paraphrase]:
    """The captions reworded by a model, each one checked; raises `ConstraintError` for an unknown strategy."""
    answers = rewriter.rewrite([prompt(strategy, line.caption) for line in lines], seed=seed)
    for line, answer in zip(lines, answers, strict=True):
        text = " ".join(answer.split())
        yield Paraphrase(line.id, text, rewriter.name, strategy, gate(line.graph, text, taxonomy, line.graph))
