"""Agreement among judges: the same questions about the same generated pictures, pair by pair, and with the oracle.

Generated pictures are where judges differ: they show what no caption says. Try it:
`python cli.py study judges --judge pocket --judge pocket-b`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

from engine.agreement import agreement
from engine.caption import caption
from engine.questions import KINDS, Question, questions
from models.generators import Drawing, Generator
from models.judges import Judge
from models.pocket.oracle import truth, visible
from models.pocket.scene import TAXONOMY
from models.training.judge_study import BATCH, Progress, Settings, graph_of

ORACLE = "oracle"
Answers = dict[str, list[str | None]]
"""Judge -> its yes or no to each question, in the same order for all; None where nothing can be said."""


def compare(
    judges: Sequence[Judge], generator: Generator, settings: Settings, progress: Progress | None = None
) -> dict[str, Any]:
    """`{"generator", "n", "pairs": [{"judges", "same", "alpha", "low", "high", "by": {kind: same}}]}`.

    `same` is the share of yes/no questions answered alike, `alpha` Krippendorff's with its 95 % interval; the oracle
    stands among the judges where the pictures' contents are known.
    """
    kinds: list[str] = []
    said: Answers = {name: [] for name in (*(judge.name for judge in judges), ORACLE)}
    for start in range(0, settings.generated, BATCH):
        numbers = range(settings.painted + start, settings.painted + min(start + BATCH, settings.generated))
        graphs = [graph_of(settings, i) for i in numbers]
        texts = [caption(graph, TAXONOMY).text for graph in graphs]
        drawn = generator.draw(texts, list(numbers), size=max(settings.size, 64))
        asked = [[q for q in questions(graph, TAXONOMY) if not q.open] for graph in graphs]
        kinds += [q.kind for group in asked for q in group]
        _ask(judges, drawn, asked, said)
        if progress:
            progress(min(start + BATCH, settings.generated), settings.generated)
    names = [name for name, answers in said.items() if any(answers)]
    pairs = [_pair(one, other, said, kinds) for one, other in combinations(names, 2)]
    return {"generator": generator.name, "n": len(kinds), "pairs": pairs}


def _ask(judges: Sequence[Judge], drawn: Sequence[Drawing], asked: Sequence[Sequence[Question]], said: Answers) -> None:
    for judge in judges:
        found = judge.answer_many([one.image for one in drawn], [[q.text for q in group] for group in asked])
        said[judge.name] += [_word(reply.soft_yes) for group in found for reply in group]
    for drawing, group in zip(drawn, asked, strict=True):
        scene = drawing.contents
        seen = visible(scene) if scene else ()
        said[ORACLE] += [truth(q.program, seen, scene) if scene else None for q in group]


def _word(yes: float | None) -> str | None:
    return None if yes is None else "yes" if yes >= 0.5 else "no"


def _pair(one: str, other: str, said: Answers, kinds: Sequence[str]) -> dict[str, Any]:
    rows = said[one], said[other]
    found = agreement(rows)
    alike = [(kind, a == b) for kind, a, b in zip(kinds, *rows, strict=True) if a is not None and b is not None]
    by = {kind: _share([same for k, same in alike if k == kind]) for kind in KINDS if any(k == kind for k, _ in alike)}
    figures = {"alpha": found.alpha, "low": found.low, "high": found.high}
    return {
        "judges": [one, other],
        "same": _share([same for _, same in alike]),
        **{name: None if value is None else round(value, 4) for name, value in figures.items()},
        "by": by,
    }


def _share(values: Sequence[bool]) -> float:
    return round(sum(values) / len(values), 4) if values else 0.0


def table(report: dict[str, Any]) -> str:
    """The report as plain text."""
    lines = [f"{report['n']} yes/no questions about pictures by {report['generator']}", ""]
    lines.append(f"{'judges':<32}{'same':>8}{'alpha':>8}{'95 % interval':>18}   by kind")
    for pair in report["pairs"]:
        figures = "no alpha" if pair["alpha"] is None else f"{pair['alpha']:.3f}"
        span = "" if pair["low"] is None else f"{pair['low']:.3f} to {pair['high']:.3f}"
        by = ", ".join(f"{kind} {value:.3f}" for kind, value in pair["by"].items())
        lines.append(f"{' and '.join(pair['judges']):<32}{pair['same']:>8.3f}{figures:>8}{span:>18}   {by}")
    return "\n".join(lines)
