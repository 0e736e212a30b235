"""The command line, end to end at toy size: the same verbs, the same bytes for the same seed, one line for bad input.

Run it: `pytest tests/test_cli.py`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from engine.caption import caption
from engine.questions import Question, questions
from engine.run import Run
from engine.scene import SceneLine, read_scenes
from engine.taxonomy import load
from models.catalog import CARDS

ROOT = Path(__file__).parents[1]
POCKET = load("pocket")
Call = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def scenes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two small scenes."""
    out = tmp_path_factory.mktemp("scenes") / "scenes.jsonl"
    command = [
        sys.executable,
        "cli.py",
        "generate",
        "--count",
        "2",
        "--complexity",
        "3-4",
        "--seed",
        "1",
        "--out",
        str(out),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "Composing: done.\n")
    return out


# --- scenes -----------------------------------------------------------------------------------------------------------


def test_structures_are_counted(call: Call) -> None:
    assert call("structures", 8)[:2] == (0, "193\n")
    assert json.loads(call("structures", 8, "--json")[1]) == {"complexity": 8, "count": 193, "exact": True}
    assert json.loads(call("structures", 6, "--labelled", "--json")[1])["count"] == 246
    about = json.loads(call("structures", 15, "--max-degree", 3, "--json")[1])
    assert not about["exact"] and about["low"] <= about["count"] <= about["high"]
    assert "about" in call("structures", 15, "--max-degree", 3)[1]
    assert json.loads(call("structures", 6, "--components", "1", "--json")[1])["count"] == 13
    code, out, _ = call("structures", 5, "--list", "--limit", 4, "--json")
    assert code == 0
    listed = json.loads(out)["structures"]
    assert len(listed) == 4
    assert all(len(row["attributes"]) + sum(row["attributes"]) + len(row["arcs"]) == 5 for row in listed)
    assert json.loads(call("structures", 5, "--list", "--offset", 2, "--limit", 1, "--json")[1])["structures"] == [
        listed[2]
    ]
    assert call("structures", 3, "--list")[1].splitlines()[0] == "4"


def test_scenes_are_written_with_everything(call: Call) -> None:
    code, out, _ = call("generate", "--count", 3, "--complexity", "5", "--scene-attributes", "1", "--seed", 2)
    assert code == 0
    rows = [json.loads(line) for line in out.splitlines()]
    assert len(rows) == 3
    for row in rows:
        wanted = "id hash caption spans scene_graph scene_attributes questions complexity modality plausibility seed"
        assert set(wanted.split()) <= set(row)
        scene = SceneLine.from_dict(row)
        assert scene.graph.complexity == row["complexity"] == 5
        assert scene.graph.hash == row["hash"]
        assert scene.caption == caption(scene.graph, POCKET).text
        assert scene.questions == questions(scene.graph, POCKET)
        assert len(row["scene_attributes"]) == 1


def test_the_same_seed_gives_the_same_bytes(call: Call, tmp_path: Path) -> None:
    arguments = ("generate", "--count", 4, "--seed", 3)
    first = call(*arguments)[1]
    assert call(*arguments)[1] == first
    assert call(*arguments[:-1], 4)[1] != first
    assert call(*arguments, "--out", tmp_path / "new" / "s.jsonl")[1] == ""
    assert (tmp_path / "new" / "s.jsonl").read_text() == first
    assert call("generate", "--count", 2, "--seed", 3)[1] == "".join(first.splitlines(keepends=True)[:2])


def test_captions_only(call: Call) -> None:
    row = json.loads(call("generate", "--count", 1, "--no-questions")[1])
    assert row["questions"] == []


def test_questions_of_scenes(call: Call, scenes: Path, tmp_path: Path) -> None:
    rows = [json.loads(line) for line in call("questions", scenes)[1].splitlines()]
    expected = [(scene.id, question) for scene in read_scenes(scenes) for question in scene.questions]
    assert [(row["scene"], Question.from_dict(row)) for row in rows] == expected
    assert call("questions", scenes, "--out", tmp_path / "q.jsonl")[0] == 0
    assert len((tmp_path / "q.jsonl").read_text().splitlines()) == len(rows)


def test_a_caption_is_parsed(call: Call) -> None:
    text = "The scene is at night. A red dog is above a cat."
    code, out, _ = call("parse", text, "--json")
    found = json.loads(out)
    assert code == 0
    assert [row["name"] for row in found["scene_graph"]["objects"]] == ["dog", "cat"]
    said = {element: [text[a:b] for a, b in spans] for element, spans in found["spans"].items()}
    assert said["s:setting"] == ["at night"]
    assert said["o:dog1"] == ["A red dog"]
    assert said["a:dog1:colour:red"] == ["red"]
    assert said["r:dog1:above:cat2"] == ["A red dog is above a cat"]
    plain = call("parse", text)[1]
    assert plain == "dog1: dog (red)\ncat2: cat\ndog1 above cat2\nsetting: night\n"


# --- pictures ---------------------------------------------------------------------------------------------------------


def test_render_judge_report_export(call: Call, scenes: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    render = ("render", scenes, "--images", 1, "--size", 64, "--steps", 4, "--out", run)
    code, out, err = call(*render)
    assert (code, out) == (0, f"{run}\n"), err
    pictures = list(Run.open(run).pictures())
    assert len(pictures) == 2
    before = [Run.open(run).image_path(picture).read_bytes() for picture in pictures]
    assert call(*render)[0] == 0
    assert [Run.open(run).image_path(picture).read_bytes() for picture in Run.open(run).pictures()] == before

    assert call("judge", run)[0] == 0
    judged = {row.picture for row in Run.open(run).judgements("pocket")}
    assert judged == {picture.id for picture in pictures}
    assert call("judge", run)[0] == 0

    (figures,) = json.loads(call("report", run, "--json")[1]).values()
    row = figures["all"]
    assert row["n"] == 2
    assert {"n", "mean", "low", "high", "gated", "geometric", "by_kind", "oracle"} <= set(row)
    assert 0 <= row["low"] <= row["mean"] <= row["high"] <= 1
    assert "95% interval" in call("report", run)[1]

    code, out, err = call("export", "--run", run, "--out", tmp_path / "set")
    assert code == 0, err
    rows = [json.loads(line) for file in (tmp_path / "set").rglob("metadata.jsonl") for line in file.open()]
    assert len(rows) == 2
    code, _, err = call("export", "--run", run, "--out", tmp_path / "set")
    assert code == 2 and len(err.strip().splitlines()) == 1


def test_a_painted_run_is_right(call: Call, scenes: Path, tmp_path: Path) -> None:
    run = tmp_path / "painted"
    assert call("render", scenes, "--generator", "painter", "--images", 1, "--size", 64, "--out", run)[0] == 0
    assert call("judge", run)[0] == 0
    (figures,) = json.loads(call("report", run, "--json")[1]).values()
    assert figures["all"]["oracle"]["mean"] == 1.0


# --- the program ------------------------------------------------------------------------------------------------------


def test_models_are_listed(call: Call) -> None:
    rows = json.loads(call("models", "--json")[1])
    assert [(row["job"], row["name"]) for row in rows] == [(card.job, card.name) for card in CARDS]
    assert all(row["ready"] for row in rows if row["licence"] == "this repository")
    assert len(call("models")[1].splitlines()) == len(CARDS)


def test_the_doctor_looks_at_everything(call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SCENEWRIGHT_HOME", str(tmp_path / "home"))
    code, out, _ = call("doctor", "--json")
    rows: list[dict[str, Any]] = json.loads(out)
    assert code == (0 if all(row["well"] for row in rows) else 2)
    looked = [row["what"] for row in rows]
    assert looked == [
        "Python",
        "packages",
        "torch",
        "home",
        "disk",
        *(card.job for card in CARDS if card.ours or card.ready),
        "browser",
    ]
    well = {row["what"]: row["well"] for row in rows}
    assert well["Python"] and well["torch"] and well["home"] and well["generator"] and well["judge"]
    assert all(row["says"].strip().endswith(".") for row in rows)


def test_the_doctor_says_what_to_do(call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SCENEWRIGHT_HOME", str(tmp_path / "file"))
    code, out, _ = call("doctor")
    assert code == 2
    (line,) = [line for line in out.splitlines() if " home " in line]
    assert line.startswith("✗") and str(tmp_path) in line


def test_without_a_verb_there_is_help(call: Call) -> None:
    out = "".join(call()[1:])
    for verb in ("structures", "generate", "questions", "parse", "render", "judge", "report", "export", "demo"):
        assert verb in out


# --- bad input --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("structures", 5, "--objects", "9"), "objects"),
        (("structures", 5, "--objects", "x"), "--objects “x” is not a number or a range. Write 4 or 4-8."),
        (("structures", 5, "--objects", "4-2"), "--objects “4-2” runs backwards. Put the smaller number first."),
        (("structures", 5, "--objects", "1.5"), "has to be whole numbers"),
        (("structures", 5, "--objects", "nan"), "--objects “nan” is not a number or a range."),
        (("structures", 5, "--objects", "inf"), "--objects “inf” is not a number or a range."),
        (("generate", "--complexity", "2", "--objects", "3"), "objects"),
        (("generate", "--mode", "wild"), "“wild” is not a mode. Choose plausible or imaginative."),
        (("generate", "--taxonomy", "ful"), "There is no taxonomy “ful”. Known ones: "),
        (("generate", "--out", "/proc/no/scenes.jsonl"), "Cannot write in"),
        (("questions", "nowhere.jsonl"), "There is no file “nowhere.jsonl”."),
        (("parse", "A dgo is above a cat."), "At character 3, “dgo is above a cat.”: an object was expected."),
        (("render", "nowhere.jsonl"), "There is no file"),
        (("judge", "nowhere"), "nowhere"),
        (("report", "nowhere"), "nowhere"),
        (("export", "--run", "nowhere", "--out", "new"), "nowhere"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(
    call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, arguments: tuple[object, ...], sentence: str
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = call(*arguments)
    assert code == 2
    assert out == ""
    assert sentence in err
    assert len(err.strip().splitlines()) == 1, err
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments", [("generate", "--seed", 2**70), ("generate", "--seed", -1), ("structures", "x")])
def test_what_is_no_number_at_all_is_refused(call: Call, arguments: tuple[object, ...]) -> None:
    code, out, err = call(*arguments)
    assert (code, out) == (2, "")
    assert "Invalid value" in err and "Traceback" not in err


def test_unknown_models_are_one_line(call: Call, scenes: Path, tmp_path: Path) -> None:
    for arguments in (
        ("render", scenes, "--generator", "dalle", "--out", tmp_path / "run"),
        ("study", "judge", "--judge", "gpt"),
    ):
        code, out, err = call(*arguments)
        assert (code, out) == (2, "")
        assert "There is no" in err and "Known ones" in err


def test_damaged_scenes_name_their_line(call: Call, scenes: Path, tmp_path: Path) -> None:
    lines = scenes.read_bytes().splitlines()
    bad = tmp_path / "bad.jsonl"
    for damage in (b"no json", b"[1, 2]", b"{}", orjson.dumps(orjson.loads(lines[0]) | {"scene_graph": 3})):
        bad.write_bytes(lines[0] + b"\n" + damage + b"\n")
        code, _, err = call("questions", bad)
        assert code == 2
        assert err.startswith("Line 2 of bad.jsonl: ")
    bad.write_bytes(lines[0] + b"\n" + lines[1][:100])
    assert call("questions", bad)[0] == 0


def test_a_reader_that_goes_away_is_no_error() -> None:
    command = f"{sys.executable} cli.py generate --count 300 --no-questions | head -n 1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.count("\n")) == (0, 1)
    assert "Traceback" not in done.stderr
