"""The captions check: sizes spread evenly, figures that follow from the cases, marks that are a person's.

Run it: `pytest tests/engine/studies/test_captions_check.py`.
"""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path

import pytest

from engine.errors import ConstraintError
from engine.studies.captions_check import Case, Settings, check, figures, to_mark
from engine.studies.captions_report import NOBODY, report
from engine.studies.drawn import draw, evenly, sizes_within
from engine.studies.votes import read_marks
from engine.taxonomy import load

POCKET = load("pocket")
SETTINGS = Settings(graphs=14, objects=(3, 12))


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    return check(POCKET, SETTINGS)


def test_sizes_are_spread_evenly(cases: list[Case]) -> None:
    assert evenly(10, [3, 4, 5]) == {3: 4, 4: 3, 5: 3}
    assert Counter(case.objects for case in cases) == {3: 4, 4: 4, 5: 3, 6: 3}, "the pocket world holds 6 objects"
    assert all(len(case.line.graph.objects) == case.objects for case in cases)
    with pytest.raises(ConstraintError, match="no scenes of 7-9 objects"):
        sizes_within((7, 9), POCKET)


def test_a_longer_study_keeps_the_scenes_of_a_shorter_one() -> None:
    short = [(one.id, one.graph.hash) for one in draw(POCKET, {3: 2}, mode="imaginative", seed=1)]
    long = [(one.id, one.graph.hash) for one in draw(POCKET, {3: 5, 4: 2}, mode="imaginative", seed=1)]
    assert long[:2] == short and len({hash for _, hash in long}) > 1


def test_figures_follow_from_the_cases(cases: list[Case]) -> None:
    found = figures(cases)
    assert set(found["sizes"]) == {"3", "4", "5", "6"} and found["all"]["n"] == 14
    assert found["all"]["round_trip"]["share"] == 1.0 and found["all"]["findings"]["share"] == 0.0
    assert found["all"]["coherent"] is None
    for row in (*found["sizes"].values(), found["all"]):
        assert 0 < row["diversity"]["distinct_1"] < row["diversity"]["distinct_3"] <= 1
        accepted = [row["paraphrases"][level]["accepted"]["share"] for level in "123"]
        assert accepted == [1.0, 1.0, 1.0]
    likeness = [found["all"]["paraphrases"][level]["likeness"] for level in "123"]
    assert likeness[0] > likeness[1] > likeness[2] > 0, "each level is further from the caption"
    assert found["sizes"]["6"]["words"]["mean"] > found["sizes"]["3"]["words"]["mean"]


def test_marks_are_counted_and_nobody_else_speaks_for_people(cases: list[Case], tmp_path: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(to_mark(cases).decode())))
    assert len(rows) == 14 and not any(row["coherent"] for row in rows)
    for place, row in enumerate(rows):
        row["coherent"] = ("yes", "no", "")[place % 3]
    path = tmp_path / "marks.csv"
    with path.open("w", newline="") as file:
        table = csv.DictWriter(file, rows[0])
        table.writeheader()
        table.writerows(rows)
    marked = figures(check(POCKET, SETTINGS, marks=read_marks(path)))
    assert marked["all"]["coherent"] == {"share": 0.5, "low": 0.2366, "high": 0.7634, "n": 10}
    assert NOBODY in report(cases, POCKET, SETTINGS).text


def test_the_report_is_a_folder_that_can_be_read(cases: list[Case], tmp_path: Path) -> None:
    paths = report(cases, POCKET, SETTINGS).write(tmp_path / "new" / "report")
    names = {path.name for path in paths}
    assert {"report.md", "figures.json", "captions.csv", "coherence.svg", "diversity.svg"} <= names
    text = (tmp_path / "new" / "report" / "report.md").read_text()
    assert "| objects |" in text and "![coherence](coherence.svg)" in text and "Rules, no language model" in text
    assert json.loads((tmp_path / "new" / "report" / "figures.json").read_text()) == figures(cases)
    for path in paths:
        if path.suffix == ".svg":
            drawing = ET.parse(path).getroot()
            shapes = Counter(part.tag.rpartition("}")[2] for part in drawing.iter())
            assert drawing.tag.endswith("svg") and shapes["polyline"] >= 2, path.name
