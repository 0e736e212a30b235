"""The study of a judge: calibration by hand, and a whole report at small size with the shipped judge.

Run it: `pytest tests/models/test_judge_study.py`.
"""

from __future__ import annotations

import json

import pytest

from engine.questions import KINDS
from models import generators, judges
from models.training.judge_agreement import compare
from models.training.judge_agreement import table as agreed
from models.training.judge_ladder import Climbed, climb, figures
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


def test_ladders_fall_for_the_judge_and_the_oracle() -> None:
    found = figures(climb(judges.load("pocket"), Settings(seed=5), 8))
    assert found["ladders"] == 8 and [row["distance"] for row in found["rungs"]][:3] == [0, 1, 2]
    assert found["rungs"][0]["oracle"] == 1.0 and found["rungs"][0]["judge"] > found["rungs"][2]["judge"]
    assert found["judge"]["order"] > 0.8 < found["oracle"]["order"]


def test_the_order_of_ladders_by_hand() -> None:
    down, flat, up = Climbed((0.9, 0.8, 0.7), (1, 0.9, 0.5)), Climbed((0.5, 0.5), (1, 0.9)), Climbed((0.1, 0.2), (1, 0))
    assert figures([down])["judge"] == {"falls": 1.0, "order": 1.0}
    assert figures([flat])["judge"] == {"falls": 0.0, "order": 0.0}
    assert figures([up])["judge"] == {"falls": 0.0, "order": -1.0}
    assert figures([down, up])["judge"] == {"falls": round(2 / 3, 4), "order": 0.0}


def test_judges_are_compared_pair_by_pair_and_with_the_oracle() -> None:
    names = ["pocket", "pocket-b"]
    found = compare([judges.load(name) for name in names], generators.load("pocket"), Settings(generated=8, seed=5))
    assert [pair["judges"] for pair in found["pairs"]] == [names, ["pocket", "oracle"], ["pocket-b", "oracle"]]
    assert all(0.5 < pair["same"] <= 1 and pair["low"] <= pair["alpha"] <= pair["high"] for pair in found["pairs"])
    assert len(agreed(found).splitlines()) == 6
