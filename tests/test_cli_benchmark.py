"""`python cli.py report --benchmark`: draw, judge, measure and tabulate two generators without a browser.

Run it: `pytest tests/test_cli_benchmark.py`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

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
