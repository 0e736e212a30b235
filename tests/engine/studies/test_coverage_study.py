"""The coverage study counts what a rater and people say, scene by scene, and fills no column that nobody filled.

Run it: `pytest tests/engine/studies/test_coverage_study.py`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.graph import SceneGraph, attribute_element, object_element
from engine.scene import read_scenes
from engine.studies.coverage import Case, Settings, figures, study
from engine.studies.coverage_report import UNRATED, report
from engine.studies.opinion import Opinion, Reason
from engine.studies.votes import Votes, read_ratings
from engine.taxonomy import load

POCKET = load("pocket")
SETTINGS = Settings(scenes=6, objects=(3, 6), modes=("imaginative",), seed=4)


def fussy(graph: SceneGraph) -> Opinion:
    """One who minds anything red, and crowds of more than four things."""
    red = [mark for mark in graph.attributes if mark.value == "red"]
    crowd = len(graph.objects) > 4
    reasons = [Reason("colours", "something is red", (attribute_element(mark),)) for mark in red]
    if crowd:
        reasons.append(Reason("numbers", "too many things", tuple(object_element(item.id) for item in graph.objects)))
    score = (not red) * 0.5 + (not crowd) * 0.5
    return Opinion(score, {"colours": not red, "numbers": not crowd}, tuple(reasons))


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    return study(POCKET, SETTINGS, rater=fussy)


def test_every_size_has_its_scenes(cases: list[Case]) -> None:
    rows = figures(cases, POCKET)["imaginative"]
    assert {size: row["n"] for size, row in rows["objects"].items()} == {"3": 6, "4": 6, "5": 6, "6": 6}
    assert sum(row["n"] for row in rows["complexity"].values()) == rows["all"]["n"] == 24
    assert set(rows["complexity"]) <= {"1-10", "11-20"}


def test_layers_scores_and_reasons_are_counted(cases: list[Case]) -> None:
    rows = figures(cases, POCKET)["imaginative"]
    assert rows["objects"]["4"]["layers"]["numbers"]["share"] == 1.0
    assert rows["objects"]["5"]["layers"]["numbers"]["share"] == rows["objects"]["5"]["plausible"]["share"] == 0.0
    red = [any(mark.value == "red" for mark in case.line.graph.attributes) for case in cases]
    assert 0 < sum(red) < 24
    assert rows["all"]["layers"]["colours"]["share"] == pytest.approx(1 - sum(red) / 24, abs=1e-4)
    mean = sum((not r) * 0.5 + (case.objects < 5) * 0.5 for r, case in zip(red, cases, strict=True)) / 24
    assert rows["all"]["score"]["mean"] == pytest.approx(mean, abs=0.006)
    first = rows["reasons"][0]
    assert (first["layer"], first["what"], first["scenes"]["share"]) == ("numbers", "too many things", 0.5)
    assert rows["kinds"]["objects"] and rows["kinds"]["attributes"][0]["kind"] == "colour"


def test_token_budgets_and_repeats_are_counted(cases: list[Case]) -> None:
    rows = figures(cases, POCKET)["imaginative"]
    repeats = [len({o.name for o in case.line.graph.objects}) < case.objects for case in cases]
    assert rows["all"]["repeats"]["share"] == pytest.approx(sum(repeats) / 24, abs=1e-4)
    assert rows["all"]["over"]["share"] == pytest.approx(sum(case.tokens > 77 for case in cases) / 24, abs=1e-4)


def test_people_speak_only_where_they_did(cases: list[Case], tmp_path: Path) -> None:
    assert figures(cases, POCKET)["imaginative"]["all"]["rated"] is None
    text = report(cases, POCKET, SETTINGS).text
    assert UNRATED in text and "No ratings were given" in text
    path = tmp_path / "ratings.csv"
    lines = [f"{cases[0].line.id},5,a", f"{cases[0].line.id},2,b", f"{cases[1].line.graph.hash},4,a", "stranger,1,a"]
    path.write_text("\n".join(["id,rating,rater", *lines]) + "\n")
    votes = read_ratings(path)
    rated = study(POCKET, SETTINGS, rater=fussy, ratings=votes)
    row = figures(rated, POCKET)["imaginative"]["all"]["rated"]
    assert (row["share"], row["n"]) == (1.0, 2)
    assert "4 ratings by 2 people; 2 of these scenes are rated" in report(rated, POCKET, SETTINGS, votes).text


def test_without_a_rater_the_report_says_so(tmp_path: Path) -> None:
    cases = study(POCKET, Settings(scenes=2, objects=(3, 3)))
    sheet = report(cases, POCKET, Settings(scenes=2, objects=(3, 3)), Votes({}, 0, 0))
    assert (
        "Nothing judged their plausibility." in sheet.text
        and figures(cases, POCKET)["plausible"]["all"]["score"] is None
    )
    sheet.write(tmp_path)
    written = list(read_scenes(tmp_path / "scenes.jsonl"))
    assert [line.id for line in written] == [case.line.id for case in cases], "ready to be rated"


def test_plots_are_drawn_for_what_there_is(cases: list[Case]) -> None:
    plots = report(cases, POCKET, SETTINGS).plots
    assert {"plausible-by-objects.svg", "score-by-complexity.svg", "layers-imaginative.svg", "tokens.svg"} <= set(plots)
    assert plots["layers-imaginative.svg"].count("<polyline") == 2
    assert set(report(study(POCKET, Settings(scenes=1, objects=(3, 4))), POCKET, SETTINGS).plots) == {"tokens.svg"}
