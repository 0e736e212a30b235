"""The report: how good the pictures of runs are, by complexity, with intervals, and the oracle beside the judge.

Figures are means over scenes (each the mean of its pictures), the interval is a bootstrap over scenes (`engine.scoring`).
Try it: `python cli.py report runs/a runs/b`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.errors import FormatError, show
from engine.judgement import Judgement
from engine.questions import KINDS
from engine.run import Run
from engine.scoring import Scores, interval

ALL = "all"
COLUMNS = ("run", "complexity", "n", "mean", "95% interval", "gated", "geometric")


@dataclass(frozen=True, slots=True)
class _Judged:
    scene: str
    complexity: int
    judgement: Judgement


def report(runs: Sequence[Run], *, judge: str | None = None) -> dict[str, dict[str, dict[str, Any]]]:
    """Run (its path as given) -> complexity, and "all" -> figures, all 0..1 except the counts.

    `n` counts judged pictures, `unjudged` the rest; `oracle` is there where every picture has exact scores, with
    `agreement`, the share of yes/no questions that judge and oracle mark alike. Scores of the manifest's judge (else of
    whoever spoke last) unless `judge` names another. Raises `FormatError` for a run that nobody has judged.
    """
    return {str(run.path): _of_run(run, judge) for run in runs}


def report_text(figures: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> str:
    """What `report` returned as a Markdown table that reads well as plain text; figures in points, 0-100."""
    rows = [_cells(run, name, row) for run, by_complexity in figures.items() for name, row in by_complexity.items()]
    kinds = [kind for kind in KINDS if any(kind in row["by_kind"] for _, _, row in _flat(figures))]
    exact = any("oracle" in row for _, _, row in _flat(figures))
    header = [*COLUMNS, *kinds, *(("oracle", "oracle gated", "agreement") if exact else ())]
    cells = [[row.get(column, "") for column in header] for row in rows]
    widths = [max(len(line[i]) for line in [header, *cells]) for i in range(len(header))]
    rule = ["-" * width if i < 2 else "-" * (width - 1) + ":" for i, width in enumerate(widths)]
    table = [_line(header, widths), "| " + " | ".join(rule) + " |", *(_line(line, widths) for line in cells)]
    return "\n".join([*table, "", *_notes(figures)])


# --- figures ----------------------------------------------------------------------------------------------------------


def _of_run(run: Run, judge: str | None) -> dict[str, dict[str, Any]]:
    newest = run.newest(judge)
    complexity = {scene.id: scene.graph.complexity for scene in run.scenes()}
    pictures = list(run.pictures())
    for picture in pictures:
        if picture.scene not in complexity:
            raise FormatError(f"The scene {show(picture.scene)} is missing in {run.path}. Restore scenes.jsonl.")
    judged = [_Judged(p.scene, complexity[p.scene], newest[p.id]) for p in pictures if p.id in newest]
    if not judged:
        by = f" by {judge}" if judge else ""
        raise FormatError(f"No picture of {run.path} has been judged{by} yet. Run `python cli.py judge {run.path}`.")
    levels = sorted({complexity[picture.scene] for picture in pictures})
    groups = {str(level): [one for one in judged if one.complexity == level] for level in levels}
    drawn = {str(level): sum(complexity[p.scene] == level for p in pictures) for level in levels}
    groups[ALL], drawn[ALL] = judged, len(pictures)
    return {
        level: {"generator": run.manifest.generator, **_row(group), "unjudged": drawn[level] - len(group)}
        for level, group in groups.items()
        if group
    }


def _row(group: Sequence[_Judged]) -> dict[str, Any]:
    seen = [one.judgement.scores for one in group]
    exact = [one.judgement.oracle for one in group if one.judgement.oracle is not None]
    row = {
        "judge": group[0].judgement.judge,
        "n": len(group),
        "scenes": len({one.scene for one in group}),
        **_figures(group, seen),
        "by_kind": _by_kind(group, seen),
    }
    if len(exact) == len(group):
        row["oracle"] = {
            **_figures(group, exact),
            "by_kind": _by_kind(group, exact),
            "agreement": agreement(zip(seen, exact, strict=True)),
        }
    return row


def _figures(group: Sequence[_Judged], scores: Sequence[Scores]) -> dict[str, float]:
    means = _per_scene(group, scores, lambda one: one.mean)
    low, high = interval(means)
    gated, geometric = (_mean(_per_scene(group, scores, get)) for get in (lambda s: s.gated, lambda s: s.geometric))
    return {"mean": _mean(means), "low": low, "high": high, "gated": gated, "geometric": geometric}


def _by_kind(group: Sequence[_Judged], scores: Sequence[Scores]) -> dict[str, float]:
    found = {}
    for kind in KINDS:
        pairs = [(one, said) for one, said in zip(group, scores, strict=True) if kind in said.by_kind]
        if pairs:
            ones, said = zip(*pairs, strict=True)
            found[kind] = _mean(_per_scene(ones, said, lambda one, kind=kind: one.by_kind[kind]))  # type: ignore[misc]
    return found


def _per_scene(group: Sequence[_Judged], scores: Sequence[Scores], get: Callable[[Scores], float]) -> list[float]:
    values: dict[str, list[float]] = defaultdict(list)
    for one, said in zip(group, scores, strict=True):
        values[one.scene].append(get(said))
    return [_mean(found) for found in values.values()]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def agreement(pairs: Iterable[tuple[Scores, Scores]]) -> float:
    """Share of yes/no questions that two sets of scores mark alike, 0..1; 0 without any."""
    same: list[bool] = []
    for a, b in pairs:
        other = {mark.question: mark.correct for mark in b.marks}
        closed = [mark for mark in a.marks if mark.reply.p_yes is not None and mark.question in other]
        same += [mark.correct == other[mark.question] for mark in closed]
    return _mean(same)


# --- the table --------------------------------------------------------------------------------------------------------


def _flat(figures: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    return ((run, name, row) for run, rows in figures.items() for name, row in rows.items())


def _cells(run: str, complexity: str, row: Mapping[str, Any]) -> dict[str, str]:
    exact = row.get("oracle")
    cells = {
        "run": run,
        "complexity": complexity,
        "n": str(row["n"]),
        "mean": _points(row["mean"]),
        "95% interval": f"{_points(row['low'])}–{_points(row['high'])}",
        "gated": _points(row["gated"]),
        "geometric": _points(row["geometric"]),
        **{kind: _points(value) for kind, value in row["by_kind"].items()},
    }
    if exact:
        cells |= {"oracle": _points(exact["mean"]), "oracle gated": _points(exact["gated"])}
        cells["agreement"] = _points(exact["agreement"])
    return cells


def _points(share: float) -> str:
    return f"{100 * share:.1f}"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = [
        cell.ljust(width) if i < 2 else cell.rjust(width)
        for i, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return "| " + " | ".join(padded) + " |"


def _notes(figures: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> Iterator[str]:
    for run, rows in figures.items():
        row = rows[ALL]
        left = f"; {row['unjudged']} pictures are not judged yet" if row["unjudged"] else ""
        yield f"{run}: {row['generator']} judged by {row['judge']}, {row['n']} pictures of {row['scenes']} scenes{left}."
