"""`python cli.py evaluate`: runs side by side as a table and as JSON, and one sentence for what is no run.

Run it: `pytest tests/test_cli_evaluate.py`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.engine.judged_runs import make_run

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("runs")
    return make_run(folder / "a", count=8).path, make_run(folder / "b", count=8, images=2).path


def test_runs_side_by_side(call: Call, runs: tuple[Path, Path]) -> None:
    code, out, _ = call("evaluate", *runs, "--plan", "0.05", "--least", "2")
    assert code == 0
    assert "8 scenes, gated as pocket saw it" in out and "fails most:" in out and "pictures in all" in out
    code, out, _ = call("evaluate", *runs, "--json", "--judge", "oracle", "--figure", "mean")
    found = json.loads(out)
    assert code == 0 and found["judge"] == "oracle" and found["scenes"] == 8
    models = {one["model"] for one in found["overall"]["estimates"]}
    assert len(models) == 2 and all(one["low"] <= one["mean"] <= one["high"] for one in found["skill"]["estimates"])
    assert set(found["failures"]) == models


def test_what_is_no_run_is_one_sentence(call: Call, tmp_path: Path, runs: tuple[Path, Path]) -> None:
    for arguments, says in (
        ((tmp_path,), "There is no run in"),
        ((runs[0], "--judge", "nobody"), "Nothing here was judged by"),
        ((runs[0], "--figure", "best"), "There is no figure"),
        ((*runs, "--plan", "7"), "is not within"),
    ):
        code, out, err = call("evaluate", *arguments)
        assert code == 2 and not out and says in " ".join(err.split()), err
