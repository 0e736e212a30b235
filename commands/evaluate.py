"""The command that puts runs of one set side by side: curve, skills, words, what differs, what fails, how many it takes.

Try it: `python cli.py evaluate runs/a runs/b`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from commands.terminal import AsJson, emit
from engine.evaluation import (
    Cells,
    Evidence,
    by_complexity,
    by_skill,
    by_word,
    differences,
    estimates,
    gather,
    mine,
    overall,
    plans,
    ranking,
    spread,
)
from engine.run import Run
from engine.studies.sheet import table
from engine.wording import counted

MOST_FAILURES = 12


def evaluate(
    runs: Annotated[list[Path], typer.Argument(help="Run folders of one set of scenes, judged.")],
    judge: Annotated[
        str | None, typer.Option(help="Whose answers; the runs' own judge if not given, or oracle.")
    ] = None,
    figure: Annotated[str, typer.Option(help="gated, mean, half, geometric, soft or open")] = "gated",
    least: Annotated[int, typer.Option(min=1, help="Failures seen in at least so many scenes.")] = 3,
    plan: Annotated[
        float | None, typer.Option(help="Say how many scenes show a difference of so much, as in 0.04.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Compare runs: score by complexity, by skill and by word, "=" where no difference was shown, and what fails most."""
    evidence = gather(labelled(runs))
    chosen = judge or next(iter(evidence.judges), "pocket")
    found: dict[str, Any] = {"judge": chosen, "figure": figure, "scenes": len(evidence.scenes)}
    cells = {
        "overall": overall(evidence, judge=chosen, figure=figure),
        "complexity": by_complexity(evidence, judge=chosen, figure=figure),
        "skill": by_skill(evidence, judge=chosen),
        "word_kind": by_word(evidence, judge=chosen),
    }
    found |= {name: _compared(one) for name, one in cells.items()}
    found["failures"] = {
        look.model: [one.to_dict() for one in mine(evidence, model=look.model, judge=chosen, least=least)]
        for look in evidence.of(chosen)
    }
    if plan is not None:
        found["plan"] = list(_plans(evidence, chosen, figure, plan))
    if as_json:
        emit(found)
    else:
        typer.echo("\n".join(_text(found)))


def labelled(runs: list[Path]) -> dict[str, Path]:
    """A name for each run: its generator, with the folder's name where two have the same."""
    names = [Run.open(path).manifest.generator for path in runs]
    twice = Counter(names)
    labels = [name if twice[name] == 1 else f"{name} ({path})" for name, path in zip(names, runs, strict=True)]
    return dict(zip(labels, runs, strict=True))


def _compared(cells: Cells) -> dict[str, Any]:
    shown, gaps = estimates(cells), differences(cells)
    return {
        "estimates": [one.to_dict() for one in shown],
        "differences": [gap.to_dict() for gap in gaps],
        "ranking": {row: ranking(row, shown, gaps) for row in cells.rows},
    }


def _plans(evidence: Evidence, judge: str, figure: str, difference: float) -> Iterator[dict[str, Any]]:
    models = [look.model for look in evidence.of(judge)]
    for i, a in enumerate(models):
        for b in models[i + 1 :]:
            about = spread(evidence, a=a, b=b, judge=judge, figure=figure)
            for one in plans(about, difference):
                yield {"a": a, "b": b, **one.to_dict()}


def _text(found: Mapping[str, Any]) -> Iterator[str]:
    yield f"{found['scenes']} scenes, {found['figure']} as {found['judge']} saw it; points of 100 with 95% intervals."
    for name in ("overall", "complexity", "skill", "word_kind"):
        yield from ("", _table(name.replace("_", " "), found[name]))
    for model, rows in found["failures"].items():
        yield from ("", f"{model} fails most:")
        head = ["sub-graph", "sort", "fails", "95%", "lift", "scenes"]
        yield table(head, [_failure(row) for row in rows[:MOST_FAILURES]]) if rows else "nothing"
    for one in found.get("plan", ()):
        yield (
            f"{one['a']} and {one['b']}: {counted(one['graphs'], 'scene')} with {counted(one['images'], 'picture')} each, "
            f"{counted(one['pictures'], 'picture')} in all."
        )


def _table(name: str, part: Mapping[str, Any]) -> str:
    models = list(dict.fromkeys(one["model"] for one in part["estimates"]))
    cells = {(one["row"], one["model"]): one for one in part["estimates"]}
    rows = [
        [row, *(_points(cells.get((row, model))) for model in models), said] for row, said in part["ranking"].items()
    ]
    return table([name, *models, "ranking"], rows)


def _points(one: Mapping[str, Any] | None) -> str:
    return "–" if one is None else f"{100 * one['mean']:.1f} ({100 * one['low']:.0f}–{100 * one['high']:.0f})"


def _failure(row: Mapping[str, Any]) -> list[str]:
    share = f"{100 * row['rate']:.0f}%"
    reach = f"{100 * row['low']:.0f}–{100 * row['high']:.0f}"
    return [row["words"], row["shape"], share, reach, f"{row['lift']:.1f}", str(row["graphs"])]


def register(app: typer.Typer) -> None:
    """Make this function a command."""
    app.command()(evaluate)
