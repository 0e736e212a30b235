"""Study of a judge: how often it is right on painted pictures, whether it leans to yes, and whether it means what it says.

Painted pictures show their graphs exactly, so every question has a known answer; the questions of a graph and their
counterfactuals are balanced. Seeds are never trained on. Try it: `python cli.py study judge --judge pocket --json`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from engine.caption import caption
from engine.graph import SceneGraph
from engine.programs import Is
from engine.questions import Question, questions
from engine.sampler import Constraints, sample, scene_rng
from engine.scoring import Reply
from models.generators import Generator
from models.judges import Judge
from models.pocket.layout import arrange
from models.pocket.oracle import truth, visible
from models.pocket.painter import paint
from models.pocket.scene import EMPTY, SETTINGS, TAXONOMY, PocketScene

BATCH = 32
ON_BLANK = 800
BINS = 10
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Settings:
    """How many pictures, how large (pixels an edge); `seed` names the run whose scenes nothing was trained on."""

    painted: int = 600
    generated: int = 300
    size: int = 64
    complexity: tuple[int, int] = (2, 11)
    seed: int = 990_001


@dataclass(frozen=True, slots=True)
class Case:
    """One question put to the judge, with the right answer by the oracle and the reply."""

    question: Question
    right: str
    reply: Reply

    @property
    def correct(self) -> bool:
        """Whether the reply is the right answer."""
        yes = None if self.question.open else self.reply.soft_yes
        return self.reply.answer == self.right if yes is None else (yes >= 0.5) == (self.right == "yes")


def study(
    judge: Judge, generator: Generator | None, settings: Settings, progress: Progress | None = None
) -> dict[str, Any]:
    """The report of the contract: `{"judge", "n", "kinds": {...}, "open": {...}, "agreement_with_oracle"}`.

    `agreement_with_oracle` is the share of yes/no questions on pictures by `generator` to which judge and oracle give
    the same answer; null without a generator.
    """
    graphs = [graph_of(settings, i) for i in range(settings.painted)]
    scenes = [arrange(graph, scene_rng(settings.seed, i)) for i, graph in enumerate(graphs)]
    cases = _put(judge, graphs, scenes, settings.size, progress)
    closed = [case for case in cases if not case.question.open]
    opened = [case for case in cases if case.question.open]
    blank = _on_blank(judge, closed, settings.size)
    report: dict[str, Any] = {"judge": judge.name, "n": len(closed), "kinds": {}}
    for kind, group in _grouped(closed, lambda case: case.question.kind).items():
        report["kinds"][kind] = _figures(group) | {"p_yes_blank": round(_mean(blank[kind]), 4)}
    attributes = [case for case in closed if isinstance(case.question.program, Is)]
    by = _grouped(attributes, lambda case: case.question.program.kind)  # type: ignore[union-attr]
    report["kinds"]["attribute"]["by"] = {kind: _figures(group) for kind, group in by.items()}
    by_kind = {kind: _right(group) for kind, group in _grouped(opened, lambda case: case.question.kind).items()}
    report["open"] = _right(opened) | {"by": by_kind}
    report["agreement_with_oracle"] = _agreement(judge, generator, settings, progress) if generator else None
    return report


def graph_of(settings: Settings, index: int) -> SceneGraph:
    """Scene `index` of the study: imaginative, with up to three scene attributes."""
    constraints = Constraints(complexity=settings.complexity, scene_attributes=(0, 3), mode="imaginative")
    return sample(constraints, TAXONOMY, scene_rng(settings.seed, index))


def _put(
    judge: Judge, graphs: Sequence[SceneGraph], scenes: Sequence[PocketScene], size: int, progress: Progress | None
) -> list[Case]:
    cases: list[Case] = []
    for start in range(0, len(graphs), BATCH):
        part = slice(start, start + BATCH)
        asked = [questions(graph, TAXONOMY) for graph in graphs[part]]
        pages = [paint(scene, size=size) for scene in scenes[part]]
        offered = [[q.choices if q.open else () for q in group] for group in asked]
        said = judge.answer_many(pages, [[q.text for q in group] for group in asked], choices=offered)
        cases += _cases(scenes[part], asked, said)
        if progress:
            progress(min(start + BATCH, len(graphs)), len(graphs))
    return cases


def _cases(
    scenes: Sequence[PocketScene], asked: Sequence[Sequence[Question]], said: Sequence[Sequence[Reply]]
) -> Iterator[Case]:
    for scene, group, replies in zip(scenes, asked, said, strict=True):
        items = visible(scene)
        for question, reply in zip(group, replies, strict=True):
            right = truth(question.program, items, scene)
            if right is not None:
                yield Case(question, right, reply)


def _on_blank(judge: Judge, closed: Sequence[Case], size: int) -> dict[str, list[float]]:
    """Whether the same questions are answered yes on empty backgrounds; existence, count and relation should not be."""
    pages = [paint(PocketScene(setting=setting), size=size) for setting in (None, *SETTINGS)]
    found: dict[str, list[float]] = {}
    for kind, group in _grouped(closed, lambda case: case.question.kind).items():
        texts = [case.question.text for case in group[:ON_BLANK]]
        said = judge.answer_many(pages, [texts[i :: len(pages)] for i in range(len(pages))])
        found[kind] = [float((reply.soft_yes or 0.0) >= 0.5) for replies in said for reply in replies]
    return found


def _agreement(judge: Judge, generator: Generator, settings: Settings, progress: Progress | None) -> dict[str, Any]:
    same: dict[str, list[bool]] = defaultdict(list)
    for start in range(0, settings.generated, BATCH):
        indices = range(settings.painted + start, settings.painted + min(start + BATCH, settings.generated))
        graphs = [graph_of(settings, i) for i in indices]
        texts = [caption(graph, TAXONOMY).text for graph in graphs]
        drawings = generator.draw(texts, list(indices), size=max(settings.size, 64))
        asked = [[q for q in questions(graph, TAXONOMY) if not q.open] for graph in graphs]
        said = judge.answer_many([d.image for d in drawings], [[q.text for q in group] for group in asked])
        for case in _cases([d.contents or EMPTY for d in drawings], asked, said):
            same[case.question.kind].append(case.correct)
        if progress:
            progress(min(start + BATCH, settings.generated), settings.generated)
    every = [value for values in same.values() for value in values]
    by = {kind: round(_mean(values), 4) for kind, values in same.items()}
    return {"generator": generator.name, "agreement": round(_mean(every), 4), "n": len(every), "by": by}


# --- figures ----------------------------------------------------------------------------------------------------------


def _grouped(cases: Sequence[Case], key: Callable[[Case], str]) -> dict[str, list[Case]]:
    found: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        found[key(case)].append(case)
    return dict(found)


def _figures(cases: Sequence[Case]) -> dict[str, Any]:
    yes = [case.reply.soft_yes or 0.0 for case in cases]
    right = [case.right == "yes" for case in cases]
    return _right(cases) | {
        "yes_rate": round(_mean([p >= 0.5 for p in yes]), 4),
        "ece": round(calibration_error(yes, right), 4),
    }


def _right(cases: Sequence[Case]) -> dict[str, Any]:
    return {"accuracy": round(_mean([case.correct for case in cases]), 4), "n": len(cases)}


def _mean(values: Sequence[float | bool]) -> float:
    return sum(values) / len(values) if values else 0.0


def calibration_error(yes: Sequence[float], right: Sequence[bool]) -> float:
    """Expected calibration error (arXiv 1706.04599) of P(yes) in ten equal bins: 0 for one who means what he says."""
    total = 0.0
    for i in range(BINS):
        inside = [
            (p, r) for p, r in zip(yes, right, strict=True) if i / BINS <= p < (i + 1) / BINS or (p == 1.0 and i == 9)
        ]
        if inside:
            total += abs(sum(p for p, _ in inside) - sum(r for _, r in inside))
    return total / len(yes) if yes else 0.0


def table(report: dict[str, Any]) -> str:
    """The report as plain text."""
    lines = [f"judge {report['judge']}, {report['n']} yes/no questions on painted pictures", ""]
    lines.append(f"{'kind':<12}{'right':>8}{'n':>8}{'yes-rate':>10}{'ECE':>8}{'yes on blank':>14}")
    for kind, row in report["kinds"].items():
        lines.append(_row(kind, row) + f"{row['p_yes_blank']:>14.3f}")
        lines += [_row(f"  {name}", part) for name, part in row.get("by", {}).items()]
    lines.append(f"{'open':<12}{report['open']['accuracy']:>8.3f}{report['open']['n']:>8}")
    lines += [f"  {name:<10}{part['accuracy']:>8.3f}{part['n']:>8}" for name, part in report["open"]["by"].items()]
    if report["agreement_with_oracle"]:
        found = report["agreement_with_oracle"]
        lines += [
            "",
            f"agrees with the oracle on pictures by {found['generator']}: {found['agreement']:.3f} of {found['n']}",
        ]
    if report.get("ladder"):
        lines += ["", *_ladder(report["ladder"])]
    return "\n".join(lines)


def _ladder(found: dict[str, Any]) -> Iterator[str]:
    yield f"{found['ladders']} graph-edit ladders{'edits away':>14}" + "".join(
        f"{r['distance']:>8}" for r in found["rungs"]
    )
    for name in ("judge", "oracle"):
        scores = "".join(f"{rung[name]:>8.3f}" for rung in found["rungs"])
        told = f"falls in {found[name]['falls']:.3f} of the steps, order {found[name]['order']:.3f}"
        yield f"{name:>38}{scores}   {told}"


def _row(name: str, row: dict[str, Any]) -> str:
    return f"{name:<12}{row['accuracy']:>8.3f}{row['n']:>8}{row['yes_rate']:>10.3f}{row['ece']:>8.3f}"
