"""The commands around studies, paraphrases, formats and tokens, end to end at toy size; one sentence for bad input.

Run it: `pytest tests/test_cli_studies.py`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.interchange import read as read_format
from engine.scene import read_scenes

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def scenes(call: Call, tmp_path: Path) -> Path:
    """Five pocket scenes."""
    path = tmp_path / "scenes.jsonl"
    assert call("generate", "--count", 5, "--complexity", "4-7", "--seed", 6, "--out", path)[0] == 0
    return path


# --- studies ----------------------------------------------------------------------------------------------------------


def test_captions_check(call: Call, tmp_path: Path) -> None:
    arguments = ("study", "captions-check", "--graphs", 8, "--objects", "3-6", "--taxonomy", "pocket", "--seed", 3)
    code, out, err = call(*arguments, "--out", tmp_path / "report")
    assert code == 0 and "## Coherence" in out and "files in" in err
    found = json.loads(call(*arguments, "--json")[1])
    assert found == json.loads((tmp_path / "report" / "figures.json").read_text())
    assert {size: row["n"] for size, row in found["sizes"].items()} == {"3": 2, "4": 2, "5": 2, "6": 2}
    assert json.loads(call(*arguments, "--json", "--length", "terse")[1])["all"]["words"] != found["all"]["words"]


def test_marks_go_around(call: Call, tmp_path: Path) -> None:
    arguments = ("study", "captions-check", "--graphs", 4, "--objects", "3-4", "--taxonomy", "pocket")
    assert call(*arguments, "--out", tmp_path)[0] == 0
    sheet = tmp_path / "captions.csv"
    sheet.write_text(sheet.read_text().replace(",,\n", ",yes,me\n"))
    found = json.loads(call(*arguments, "--marks", sheet, "--json")[1])
    assert found["all"]["coherent"]["share"] == 1.0 and found["all"]["coherent"]["n"] == 4


def test_coverage(call: Call, tmp_path: Path) -> None:
    arguments = ("study", "coverage", "--scenes", 2, "--objects", "3-5", "--taxonomy", "pocket")
    code, out, _ = call(*arguments, "--out", tmp_path)
    assert code == 0 and "not rated" in out
    first = next(iter(read_scenes(tmp_path / "scenes.jsonl")))
    ratings = tmp_path / "ratings.jsonl"
    ratings.write_text(json.dumps({"hash": first.graph.hash, "rating": 2, "rater": "me"}) + "\n")
    found = json.loads(call(*arguments, "--ratings", ratings, "--json")[1])
    assert set(found) == {"plausible", "imaginative"}
    assert found["plausible"]["all"]["rated"]["share"] == 0.0 and found["plausible"]["all"]["rated"]["n"] == 1
    assert set(json.loads(call(*arguments, "--mode", "imaginative", "--json")[1])) == {"imaginative"}


def test_captions_of_files(call: Call, scenes: Path, tmp_path: Path) -> None:
    human = tmp_path / "human.txt"
    human.write_text("A red dog near a tree.\nTwo cats under an umbrella.\n")
    found = json.loads(call("study", "captions", scenes, human, "--taxonomy", "pocket", "--json")[1])
    assert found["files"]["scenes.jsonl"]["elements"]["objects"] > 1 and found["files"]["human.txt"]["n"] == 2
    assert "side by side" in call("study", "captions", human, "--taxonomy", "pocket")[1]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("study", "captions", "nowhere.txt"), "There is no file"),
        (("study", "captions-check", "--objects", "7-9", "--taxonomy", "pocket"), "no scenes of 7-9 objects"),
        (("study", "captions-check", "--objects", "3-4", "--taxonomy", "pocket", "--mode", "odd"), "is not a mode"),
        (("study", "captions-check", "--length", "epic"), "is not a length"),
        (("study", "captions-check", "--marks", "nowhere.csv"), "There is no file"),
        (("study", "coverage", "--ratings", "nowhere.csv"), "There is no file"),
        (("study", "coverage", "--objects", "5-3"), "runs backwards"),
        (("tokens", "nowhere.jsonl"), "There is no file"),
        (("tokens", " "), "The text is empty"),
        (("tokens", "A dog.", "--encoder", "vhs"), "is not a text encoder"),
        (("paraphrase", "nowhere.jsonl"), "There is no file"),
        (("paraphrase", "nowhere.jsonl", "--server", "http://127.0.0.1:9/v1"), "Name one with --model"),
        (("paraphrase", "nowhere.jsonl", "--strategy", "persona"), "strategies are for models"),
        (("paraphrase", "nowhere.jsonl", "--level", "2", "--model", "x"), "Levels are for rules"),
        (("paraphrase", "nowhere.jsonl", "--model", "nowhere"), "No language model can be loaded"),
        (("convert", "nowhere.json", "out.jsonl"), "There is no file"),
        (("plausibility", "nowhere.jsonl"), "There is no file"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_has_its_sentence(arguments: tuple[object, ...], says: str, call: Call) -> None:
    code, out, err = call(*arguments)
    assert code == 2 and out == ""
    sentence = err.strip().splitlines()[-1]
    assert says in sentence and "Traceback" not in err


# --- paraphrases, formats, tokens -------------------------------------------------------------------------------------


def test_paraphrases_by_rules(call: Call, scenes: Path, tmp_path: Path) -> None:
    code, out, err = call("paraphrase", scenes, "--level", 2)
    rows = [json.loads(line) for line in out.splitlines()]
    assert code == 0 and [row["scene"] for row in rows] == [line.id for line in read_scenes(scenes)]
    assert {tuple(row) for row in rows} == {("scene", "text", "by", "strategy", "accepted", "missing", "added")}
    assert all(row["by"] == "rules" and row["accepted"] and not row["missing"] for row in rows)
    assert "5 of 5 accepted" in err and "not by a language model" in err
    assert call("paraphrase", scenes, "--level", 2)[1] == out != call("paraphrase", scenes, "--level", 3)[1]
    assert call("paraphrase", scenes, "--level", 2, "--out", tmp_path / "p.jsonl")[1] == ""
    assert (tmp_path / "p.jsonl").read_text() == out


def test_a_conversion_says_what_it_loses(call: Call, scenes: Path, tmp_path: Path) -> None:
    code, out, err = call("convert", scenes, tmp_path / "paper.json", "--to", "paper")
    assert (code, out) == (0, "")
    assert "5 scenes, scenewright to paper." in err and "seeds: 5 not held" in err
    found = json.loads(
        call("convert", tmp_path / "paper.json", tmp_path / "back.jsonl", "--from", "paper", "--json")[1]
    )
    assert (found["from"], found["to"], found["scenes"]) == ("paper", "scenewright", 5)
    back = [scene.graph.hash for scene in read_format(tmp_path / "back.jsonl")]
    assert back == [line.graph.hash for line in read_scenes(scenes)]
    code, _, err = call("convert", scenes, tmp_path / "out.json")
    assert code == 2 and "does not say which format" in err


def test_tokens_of_a_text_and_of_a_file(call: Call, scenes: Path) -> None:
    assert call("tokens", "A dog is above a tree.", "--encoder", "pocket")[1] == "8 of 128 tokens of pocket\n"
    assert "outside: the end of the last sentence" in call("tokens", "lorem ipsum " * 60, "--encoder", "t5-77")[1]
    crowded = " ".join(f"A {colour} dog is above a {colour} tree." for colour in ["red", "green", "blue", "black"] * 3)
    row = json.loads(call("tokens", f"{crowded} The scene is at night.", "--encoder", "t5-77", "--json")[1])
    assert not row["fits"] and not row["exact"] and "s:setting" in row["outside"] and "o:dog1" not in row["outside"]
    out = call("tokens", scenes, "--encoder", "pocket")[1]
    assert out.startswith("5 of 5 captions fit into pocket;")
    rows = json.loads(call("tokens", scenes, "--encoder", "t5-77", "--json")[1])
    assert [row["scene"] for row in rows] == [line.id for line in read_scenes(scenes)]
    assert all(row["tokens"] > 5 and not row["exact"] for row in rows)


def test_plausibility_says_why_not(call: Call, scenes: Path, tmp_path: Path) -> None:
    path = tmp_path / "full.jsonl"
    assert call("generate", "--count", 6, "--complexity", 7, "--taxonomy", "full", "--mode", "imaginative",
                "--no-questions", "--out", path)[0] == 0  # fmt: skip
    code, out, err = call("plausibility", path, "--json")
    rows = [json.loads(line) for line in out.splitlines()]
    assert code == 0 and [row["scene"] for row in rows] == [line.id for line in read_scenes(path)]
    assert "6 scenes judged" in err
    for row, line in zip(rows, read_scenes(path), strict=True):
        assert set(row["layers"]) == {"rules", "statistics"} and 0 <= row["score"] <= 1
        named = {at for layer in row["layers"].values() for reason in layer["reasons"] for at in reason["elements"]}
        assert named <= set(line.graph.elements())
    assert any(row["layers"]["rules"]["reasons"] for row in rows)
    told = call("plausibility", path)[1]
    assert next(iter(read_scenes(path))).caption in told and "rules: " in told
    ratings = tmp_path / "ratings.jsonl"
    ratings.write_text(
        "".join(json.dumps({"scene_graph": line.graph.to_dict(), "rating": 2}) + "\n" for line in read_scenes(path))
    )
    first = json.loads(call("plausibility", path, "--json", "--ratings", ratings)[1].splitlines()[0])
    assert first["layers"]["ratings"]["score"] is None and "unsure" in first["layers"]["ratings"]["reasons"][0]["text"]
    unknown = json.loads(call("plausibility", scenes, "--json")[1].splitlines()[0])
    assert unknown["score"] is None, "nobody has typed the words of the pocket world"
