"""The study of a judge: calibration by hand, and a whole report at small size with the shipped judge.

Run it: `pytest tests/models/test_judge_study.py`.
"""

from __future__ import annotations

import json

import pytest

from engine.questions import KINDS
from models import generators, judges
from models.training.judge_study import Settings, calibration_error, study, table


def test_calibration_by_hand() -> None:
    assert calibration_error([], []) == 0.0
    assert calibration_error([1.0, 0.0], [True, False]) == 0.0
    assert calibration_error([1.0, 1.0], [True, False]) == pytest.approx(0.5)
    assert calibration_error([0.75] * 4, [True, True, True, False]) == pytest.approx(0.0)
    assert calibration_error([0.15, 0.95], [False, True]) == pytest.approx((0.15 + 0.05) / 2)


def test_the_report_has_every_figure_of_the_contract() -> None:
    told: list[tuple[int, int]] = []
    settings = Settings(painted=24, generated=8, seed=5)
    found = study(judges.load("pocket"), generators.load("painter"), settings, lambda *at: told.append(at))
    assert json.loads(json.dumps(found)) == found
    assert found["judge"] == "pocket"
    assert set(found["kinds"]) == set(KINDS)
    for row in found["kinds"].values():
        assert set(row) >= {"accuracy", "n", "yes_rate", "ece", "p_yes_blank"}
        assert all(0 <= row[name] <= 1 for name in ("accuracy", "yes_rate", "ece", "p_yes_blank"))
    assert set(found["kinds"]["attribute"]["by"]) == {"size", "colour"}
    assert sum(row["n"] for row in found["kinds"].values()) == found["n"]
    assert found["open"]["n"] == sum(row["n"] for row in found["open"]["by"].values()) > 0
    assert 0 <= found["agreement_with_oracle"]["agreement"] <= 1
    assert told[0] == (24, 24) and told[-1] == (8, 8)
    lines = table(found).splitlines()
    assert lines[0].startswith("judge pocket, ") and any(line.startswith("existence") for line in lines)
