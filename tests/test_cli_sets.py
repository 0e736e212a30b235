"""Named sets from the command line: make, list, show, export, and what is refused.

Run it: `pytest tests/test_cli_sets.py`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.export import check
from engine.run import Run
from engine.store import open_store
from tests.engine.judged_runs import make_run

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return make_run(tmp_path_factory.mktemp("sets") / "run")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SCENEWRIGHT_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_a_set_from_a_run_to_a_folder(call: Call, run: Run, home: Path, tmp_path: Path) -> None:
    code, out, _ = call("sets", "list")
    assert code == 0 and "There is no set yet" in out
    code, out, _ = call("sets", "make", "best", "--run", run.path, "--dry-run")
    assert (code, out[:40]) == (0, "6 of 18 pictures, 6 of 6 scenes; mean sc")
    assert call("sets", "make", "best", "--run", run.path)[0] == 0
    code, out, _ = call("sets", "list", "--json")
    (found,) = json.loads(out)
    assert (found["name"], found["size"], found["kind"]) == ("best", 6, "pictures")
    shown = json.loads(call("sets", "show", "best", "--json")[1])
    assert len(shown["members"]) == 6 and shown["selection"]["rule"]["name"] == "BestOf"
    code, out, _ = call(
        "export", "--set", "best", "--out", tmp_path / "set", "--format", "parquet", "--test-share", 0.3
    )
    assert code == 0 and "read back without a fault" in out and "accelerate launch" in out
    assert sum(check(tmp_path / "set").splits.values()) == 6
    assert "# best" in (tmp_path / "set" / "README.md").read_text()
    with open_store(home) as store:
        assert len(list(store.set_rows("best"))) == 6


def test_pairs(call: Call, run: Run, tmp_path: Path) -> None:
    assert call("sets", "make", "liked", "--run", run.path, "--rule", "preference")[0] == 0
    assert call("sets", "export", "liked", "--out", tmp_path / "set", "--format", "preference")[0] == 0
    assert sorted((tmp_path / "set" / "train").iterdir())[1].name == "metadata.jsonl"
    assert call("export", "--run", run.path, "--out", tmp_path / "other", "--format", "preference")[0] == 0


def test_what_is_refused(call: Call, run: Run, tmp_path: Path) -> None:
    assert call("sets", "make", "a", "--run", run.path)[0] == 0
    for arguments, says in (
        (("sets", "make", "a", "--run", run.path), "There is a set “a” already"),
        (("sets", "make", "b", "--run", run.path, "--judge", "oracle"), "Nothing is chosen by the oracle"),
        (("sets", "make", "b", "--rule", "best"), "“best” is no rule"),
        (("sets", "make", "b", "--rule", "threshold", "--judge", "nobody"), "no picture in this set"),
        (("sets", "make", "b", "--run", tmp_path), "There is no run in"),
        (("sets", "show", "none"), "There is no set “none” here"),
        (("export", "--out", tmp_path / "x"), "Give --run FOLDER or --set NAME"),
        (("export", "--set", "a", "--out", tmp_path / "x", "--format", "teacher-student"), "there are none here"),
        (("export", "--set", "a", "--out", tmp_path / "x", "--threshold", 0.5), "exported as it is"),
    ):
        code, out, error = call(*arguments)
        assert (code, out) == (2, ""), arguments
        assert says in error, arguments
    assert call("sets", "make", "a", "--run", run.path, "--replace", "--rule", "top-share")[0] == 0


def test_an_unexamined_judge_is_doubted_loudly_but_may_choose(call: Call, run: Run) -> None:
    code, _, err = call("sets", "make", "x", "--run", run.path, "--judge", "stranger", "--dry-run")
    assert code == 0 and "The judge “stranger” was never examined." in err
