"""The coverage study counts what a rater and people say, scene by scene, and fills no column that nobody filled.

Run it: `pytest tests/engine/studies/test_coverage_study.py`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.graph import SceneGraph, attribute_element, object_element
from engine.plausibility import Opinion, Reason, RulesLayer, StatisticsLayer
from engine.scene import read_scenes
from engine.studies.coverage import Case, Settings, figures, study
from engine.studies.coverage_report import UNRATED, report
from engine.studies.votes import Votes, read_ratings
from engine.taxonomy import Taxonomy, load

POCKET = load("pocket")
SETTINGS = Settings(scenes=6, objects=(3, 6), modes=("imaginative",), seed=4)


class Colours:
    """A layer that minds anything red."""

    name = "colours"

    def score(self, graph: SceneGraph, taxonomy: Taxonomy) -> Opinion:
        """0.25 for each scene with something red."""
        red = [mark for mark in graph.attributes if mark.value == "red"]
        reasons = tuple(Reason((attribute_element(mark),), f"a red {graph.names[mark.object]}", "red") for mark in red)
        return Opinion(0.25 if red else 1.0, reasons)


class Crowds:
    """A layer that minds more than four things, and does not know about three."""

    name = "crowds"

    def score(self, graph: SceneGraph, taxonomy: Taxonomy) -> Opinion:
        """0 for a crowd."""
        if len(graph.objects) == 3:
            return Opinion(None)
        crowd = Reason(tuple(object_element(item.id) for item in graph.objects), "too many things", "crowd")
        return Opinion(0.0, (crowd,)) if len(graph.objects) > 4 else Opinion(1.0)


LAYERS = (Colours(), Crowds())


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    return study(POCKET, SETTINGS, layers=LAYERS)


def test_every_size_has_its_scenes(cases: list[Case]) -> None:
    rows = figures(cases, POCKET)["imaginative"]
    assert {size: row["n"] for size, row in rows["objects"].items()} == {"3": 6, "4": 6, "5": 6, "6": 6}
    assert sum(row["n"] for row in rows["complexity"].values()) == rows["all"]["n"] == 24
    assert set(rows["complexity"]) <= {"1-10", "11-20"}


def test_layers_scores_and_reasons_are_counted(cases: list[Case]) -> None:
    rows = figures(cases, POCKET)["imaginative"]
    red = [any(mark.value == "red" for mark in case.line.graph.attributes) for case in cases]
    assert 0 < sum(red) < 24
    assert rows["all"]["layers"]["colours"]["share"] == pytest.approx(1 - sum(red) / 24, abs=1e-4)
    assert rows["objects"]["4"]["layers"]["crowds"]["share"] == 1.0 and "crowds" not in rows["objects"]["3"]["layers"]
    assert rows["objects"]["5"]["layers"]["crowds"]["share"] == rows["objects"]["5"]["plausible"]["share"] == 0.0
    assert rows["objects"]["5"]["score"]["mean"] == 0.0
    three = [0.25 if r else 1.0 for r, case in zip(red, cases, strict=True) if case.objects == 3]
    assert rows["objects"]["3"]["score"]["mean"] == pytest.approx(sum(three) / 6, abs=0.006)
    first = rows["reasons"][0]
    assert (first["layer"], first["sort"], first["scenes"]["share"]) == ("crowds", "crowd", 0.5)


def test_what_reasons_name_is_counted(cases: list[Case]) -> None:
    rows = figures(cases, POCKET)["imaginative"]
    reds = sum(mark.value == "red" for case in cases for mark in case.line.graph.attributes)
    crowded = sum(case.objects for case in cases if case.objects > 4)
    every = sum(case.line.graph.complexity for case in cases)
    assert rows["all"]["named"] == pytest.approx((reds + crowded) / every, abs=1e-4)
    colours = sum(mark.kind == "colour" for case in cases for mark in case.line.graph.attributes)
    (worst,) = rows["kinds"]["attributes"]
    assert worst["kind"] == "colour" and worst["named"]["share"] == pytest.approx(reds / colours, abs=1e-4)
    assert "relations" not in rows["kinds"] or not rows["kinds"]["relations"]


def test_the_real_layers_tell_the_modes_apart() -> None:
    full = load("full")
    cases = study(full, Settings(scenes=6, objects=(4, 6)), layers=(RulesLayer(), StatisticsLayer()))
    rows = figures(cases, full)
    assert set(rows["plausible"]["all"]["layers"]) == {"rules", "statistics"}
    assert rows["plausible"]["all"]["score"]["mean"] > 0.8 > 0.5 > rows["imaginative"]["all"]["score"]["mean"]
    assert rows["plausible"]["all"]["named"] < 0.1 < rows["imaginative"]["all"]["named"]
    assert rows["imaginative"]["reasons"][0]["example"] in {
        reason.text for case in cases for said in case.opinions.values() for reason in said.reasons
    }


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
    rated = study(POCKET, SETTINGS, layers=LAYERS, ratings=votes)
    row = figures(rated, POCKET)["imaginative"]["all"]["rated"]
    assert (row["share"], row["n"]) == (1.0, 2)
    assert "4 ratings by 2 people; 2 of these scenes are rated" in report(rated, POCKET, SETTINGS, votes).text


def test_without_layers_the_report_says_so(tmp_path: Path) -> None:
    cases = study(POCKET, Settings(scenes=2, objects=(3, 3)))
    sheet = report(cases, POCKET, Settings(scenes=2, objects=(3, 3)), Votes({}, 0, 0))
    assert (
        "Nothing judged their plausibility" in sheet.text
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
