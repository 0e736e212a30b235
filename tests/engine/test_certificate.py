"""Certificates: what passes, what fails and says by how much, where they lie, and what is no certificate.

Run it: `pytest tests/engine/test_certificate.py`.
"""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from engine.certificate import certify, find, keep, read, warning
from engine.errors import FormatError

GOOD: dict[str, Any] = {
    "judge": "mine",
    "kinds": {
        "existence": {"accuracy": 0.99, "n": 9, "yes_rate": 0.5, "ece": 0.01, "p_yes_blank": 0.0},
        "scene": {"accuracy": 0.97, "n": 9, "yes_rate": 0.52, "ece": 0.02, "p_yes_blank": 0.4},
    },
    "ladder": {"judge": {"order": 0.97}},
}


def test_a_good_judge_passes_and_nothing_is_said_against_it(tmp_path: Path) -> None:
    made = certify(GOOD, command="look")
    assert made.passed and len(made.tests) == 8 and str(made).startswith("mine passed all 8 tests")
    assert warning("mine", tmp_path) == (
        "The judge “mine” was never examined. Examine it first: python cli.py study judge --judge mine"
    )
    path = keep(made, tmp_path)
    assert find("mine", tmp_path) == read(path) == made
    assert warning("mine", tmp_path) is None and find("other", tmp_path) is None


@pytest.mark.parametrize(
    ("kind", "figure", "value", "said"),
    [
        ("existence", "accuracy", 0.949, "existence: right 0.949 (at least 0.95)"),
        ("existence", "yes_rate", 0.4, "existence: lean to yes or no 0.100 (at most 0.05)"),
        ("scene", "ece", 0.06, "scene: calibration error 0.060 (at most 0.05)"),
        ("existence", "p_yes_blank", 0.03, "existence: yes on an empty page 0.030 (at most 0.02)"),
    ],
)
def test_each_failure_is_named_with_its_aim(tmp_path: Path, kind: str, figure: str, value: float, said: str) -> None:
    report = deepcopy(GOOD)
    report["kinds"][kind][figure] = value
    made = certify(report, command="look")
    assert [str(test) for test in made.failed] == [said]
    keep(made, tmp_path)
    found = warning("mine", tmp_path)
    assert found is not None and "failed 1 of 8 tests" in found and said in found and "take another judge" in found


def test_a_judge_whose_score_does_not_fall_is_no_reward() -> None:
    report = deepcopy(GOOD)
    report["ladder"]["judge"]["order"] = 0.5
    assert [test.name for test in certify(report, command="look").failed] == ["ladders: score falls with distance"]


def test_names_that_are_no_file_names_do_not_leave_the_folder(tmp_path: Path) -> None:
    for name in ("../../etc/passwd", "openai:gpt@http://a:1/v1", "a/b", "a-b", "ä" * 300, ".."):
        path = keep(certify({**GOOD, "judge": name}, command="look"), tmp_path)
        assert path.parent == tmp_path / "judges"
        found = find(name, tmp_path)
        assert found is not None and found.judge == name


@pytest.mark.parametrize("text", [b"", b"[]", b"{}", b'{"judge": 1, "tests": [{}]}', b"\xff"])
def test_what_is_no_certificate_is_said(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "judges" / "mine.json"
    path.parent.mkdir()
    path.write_bytes(text)
    with pytest.raises(FormatError, match="mine.json"):
        find("mine", tmp_path)


@pytest.mark.parametrize("judge", ["pocket", "pocket-b"])
def test_our_judges_come_with_their_certificates(judge: str) -> None:
    found = find(judge)
    assert found is not None and found.judge == judge and found.passed
    assert found.report["ladder"]["ladders"] >= 200
