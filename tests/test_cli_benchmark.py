"""`python cli.py report --benchmark`: draw, judge, measure and tabulate two generators without a browser.

Run it: `pytest tests/test_cli_benchmark.py`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.run import Run

Call = Callable[..., tuple[int, str, str]]


def test_from_scenes_to_tables(call: Call, tmp_path: Path) -> None:
    scenes = tmp_path / "scenes.jsonl"
    assert call("generate", "--count", 4, "--complexity", "2-3", "--taxonomy", "pocket", "--out", scenes)[0] == 0
    runs = [tmp_path / name for name in ("pocket-ar", "painter")]
    for run in runs:
        assert call("render", scenes, "--generator", run.name, "--images", 1, "--size", 64, "--out", run)[0] == 0
        assert call("judge", run, "--judge", "pocket", "--metric", "pocket-clip")[0] == 0
    code, out, _ = call("report", *runs, "--benchmark")
    assert code == 0 and "## image, by complexity" in out and "QA (pocket)" in out and "pocket-clip" in out
    code, out, _ = call("report", *runs, "--benchmark", "--json", "--judge", "pocket")
    found = json.loads(out)
    assert code == 0 and found["generators"] == ["pocket-ar", "painter"]
    (maker, _) = found["makers"]
    assert maker["revisions"][0].startswith("sha256:") and maker["settings"]["images"] == 1
    code, out, _ = call("report", *runs, "--out", tmp_path / "tables")
    assert code == 0 and len(out.split()) == 4 and all(Path(line).is_file() for line in out.split())
    assert [row["what"] for row in Run.open(runs[0]).history("generator", "pocket-ar")] == ["generator"]


def test_the_plain_report_stays(call: Call, tmp_path: Path) -> None:
    code, _, err = call("report", tmp_path / "nothing")
    assert code == 2 and "There is no run in" in " ".join(err.split())
    code, _, err = call("report", tmp_path, "--judge", "pocket")
    assert code == 2 and "--judge goes with --benchmark" in " ".join(err.split())


def test_one_command_from_scenes_to_tables_goes_on_where_it_stopped(call: Call, tmp_path: Path) -> None:
    scenes, out = tmp_path / "scenes.jsonl", tmp_path / "out"
    assert call("generate", "--count", 3, "--complexity", "2-3", "--taxonomy", "pocket", "--out", scenes)[0] == 0
    asked = ("benchmark", scenes, "--judge", "pocket", "--metric", "pocket-clip", "--size", 64, "--out", out)
    assert call(*asked, "--generator", "painter")[0] == 0
    whole = json.loads((out / "tables" / "benchmark.json").read_bytes())
    for name in ("pictures", "judgements", "metrics"):
        file = out / "painter" / f"{name}.jsonl"
        file.write_bytes(file.read_bytes()[:-10])  # killed in the middle of a line, three times over
    assert call(*asked, "--generator", "painter", "--generator", "pocket")[0] == 0
    found = json.loads((out / "tables" / "benchmark.json").read_bytes())
    assert found["generators"] == ["painter", "pocket"]
    again = [one for one in found["figures"] if one["generator"] == "painter"]
    for one, before in zip(again, whole["figures"], strict=True):  # batches of other sizes differ in the last digit
        assert {
            name: pytest.approx(value, abs=1e-5) if name == "mean" else value
            for name, value in one.items()
            if name not in ("low", "high")
        } == {k: v for k, v in before.items() if k not in ("low", "high")}
    lines = {name: (out / "painter" / name).read_bytes() for name in ("pictures.jsonl", "metrics.jsonl")}
    assert call(*asked, "--generator", "painter")[0] == 0
    assert lines == {name: (out / "painter" / name).read_bytes() for name in lines}


def test_what_is_missing_is_said_before_anything_is_drawn(call: Call, tmp_path: Path) -> None:
    asked = ("benchmark", tmp_path / "scenes.jsonl", "--out", tmp_path / "out", "--generator")
    for more, says in (
        (("sdxl",), "models fetch sdxl"),
        (("painter", "--metric", "pickscore"), "models fetch pickscore"),
        (("painter", "--metric", "vqascore", "--judge", "blip-vqa"), "models fetch"),
        (("painter", "--generator", "painter"), "is named twice"),
    ):
        code, out, err = call(*asked, *more)
        assert code == 2 and not out and says in " ".join(err.split()), err
    assert not (tmp_path / "out").exists()
