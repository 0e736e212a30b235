"""Reports: figures by complexity with intervals, the oracle beside the judge, and a table that reads well.

Run it: `pytest tests/engine/test_report.py`.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from statistics import fmean

import pytest

from engine.errors import FormatError
from engine.report import agreement, report, report_text
from engine.run import Run
from tests.engine.judged_runs import make_run


def test_figures_are_means_over_scenes(judged_run: Run) -> None:
    figures = report([judged_run])
    rows = figures[str(judged_run.path)]
    newest = judged_run.newest()
    by_scene = {scene.id: [newest[f"{scene.id}-{k}"] for k in range(3)] for scene in judged_run.scenes()}
    means = [fmean(one.scores.mean for one in said) for said in by_scene.values()]
    row = rows["all"]
    assert row["mean"] == pytest.approx(fmean(means))
    assert row["gated"] == pytest.approx(fmean(one.scores.gated for one in newest.values()))
    assert row["geometric"] == pytest.approx(fmean(one.scores.geometric for one in newest.values()))
    assert row["low"] < row["mean"] < row["high"]
    assert (row["n"], row["scenes"], row["unjudged"], row["judge"]) == (18, 6, 0, "pocket")
    assert row["oracle"]["mean"] == pytest.approx(fmean(one.oracle.mean for one in newest.values() if one.oracle))
    levels = sorted({scene.graph.complexity for scene in judged_run.scenes()})
    assert list(rows) == [*map(str, levels), "all"]
    assert sum(rows[str(level)]["n"] for level in levels) == 18
    assert json.loads(json.dumps(figures)) == figures


def test_by_kind_counts_the_pictures_that_have_the_kind(judged_run: Run) -> None:
    row = report([judged_run])[str(judged_run.path)]["all"]
    newest = judged_run.newest()
    of_scene: dict[str, list[float]] = {}
    for picture in judged_run.pictures():
        if "attribute" in newest[picture.id].scores.by_kind:
            of_scene.setdefault(picture.scene, []).append(newest[picture.id].scores.by_kind["attribute"])
    assert 0 < len(of_scene) < 6
    assert row["by_kind"]["attribute"] == pytest.approx(fmean(map(fmean, of_scene.values())))


def test_agreement_is_over_yes_no_questions(judged_run: Run) -> None:
    said = [one for one in judged_run.newest().values() if one.oracle]
    share = agreement((one.scores, one.oracle) for one in said if one.oracle)
    assert report([judged_run])[str(judged_run.path)]["all"]["oracle"]["agreement"] == share
    assert 0.8 < share < 1  # the judge errs once in ten times
    assert agreement((one.scores, one.scores) for one in said) == 1


def test_without_an_oracle_there_is_none(judged_run: Run, tmp_path: Path) -> None:
    run = Run.open(shutil.copytree(judged_run.path, tmp_path / "run"))
    run.add_judgement("3-0000-0", judge="pocket", scores=run.newest()["3-0000-0"].scores)
    rows = report([run])[str(run.path)]
    assert "oracle" not in rows["all"]
    assert any("oracle" in row for row in rows.values())


def test_several_runs_and_pictures_nobody_judged(judged_run: Run, tmp_path: Path) -> None:
    other = make_run(tmp_path / "other", count=2, images=2, judged=False)
    with pytest.raises(FormatError, match=r"has been judged yet. Run `python cli.py judge .*other`"):
        report([judged_run, other])
    first = next(iter(judged_run.newest().values()))
    other.add_judgement("3-0000-0", judge="second", scores=replace(first.scores, mean=0.5))
    figures = report([judged_run, other])
    assert list(figures) == [str(judged_run.path), str(other.path)]
    row = figures[str(other.path)]["all"]
    assert (row["n"], row["unjudged"], row["mean"], row["judge"]) == (1, 3, 0.5, "second")
    assert (row["low"], row["high"]) == (0.5, 0.5)
    with pytest.raises(FormatError, match="judged by nobody"):
        report([other], judge="nobody")


def test_a_lost_scene_is_said(judged_run: Run, tmp_path: Path) -> None:
    run = Run.open(shutil.copytree(judged_run.path, tmp_path / "run"))
    lines = (run.path / "scenes.jsonl").read_bytes().splitlines(keepends=True)
    (run.path / "scenes.jsonl").write_bytes(b"".join(lines[1:]))
    with pytest.raises(FormatError, match="The scene “3-0000” is missing"):
        report([run])


def test_the_table_is_markdown_and_lines_up(judged_run: Run) -> None:
    figures = report([judged_run])
    text = report_text(figures)
    table, note = text.split("\n\n")
    lines = table.splitlines()
    assert len({len(line) for line in lines}) == 1
    assert [cell.strip() for cell in lines[0].split("|")[1:-1]] == [
        "run", "complexity", "n", "mean", "95% interval", "gated", "geometric", "existence", "attribute", "relation",
        "scene", "count", "oracle", "oracle gated", "agreement",
    ]  # fmt: skip
    row = figures[str(judged_run.path)]["all"]
    assert [cell.strip() for cell in lines[-1].split("|")[2:5]] == ["all", "18", f"{100 * row['mean']:.1f}"]
    assert note == f"{judged_run.path}: pocket judged by pocket, 18 pictures of 6 scenes."
