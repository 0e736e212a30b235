"""Prompt files of published benchmarks through the same path: render, judge, report; in pocket words, no data of theirs.

Run it: `pytest tests/test_cli_prompts.py`.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.interchange import read, scene_lines
from engine.interchange.dsg_table import COLUMNS
from engine.run import Run
from engine.taxonomy import load

Call = Callable[..., tuple[int, str, str]]
GENEVAL: list[dict[str, Any]] = [
    {"tag": "single_object", "include": [{"class": "dog", "count": 1}], "prompt": "a photo of a dog"},
    {"tag": "counting", "include": [{"class": "bird", "count": 3}], "exclude": [{"class": "bird", "count": 4}],
     "prompt": "a photo of three birds"},
    {"tag": "position", "prompt": "a photo of a dog left of a car",
     "include": [{"class": "car", "count": 1}, {"class": "dog", "count": 1, "position": ["left of", 0]}]},
    {"tag": "color_attr", "prompt": "a photo of a red car and a white dog",
     "include": [{"class": "car", "count": 1, "color": "red"}, {"class": "dog", "count": 1, "color": "white"}]},
]  # fmt: skip
TEXT = "A red dog is to the left of a blue cat."
LONG = "A red dog is to the left of a blue cat. It is night. The dog is small."
PROPOSITIONS = (
    ("a", TEXT, "1", "0", "entity", "whole", "entity - whole (dog)", "Is there a dog?"),
    ("a", TEXT, "2", "0", "entity", "whole", "entity - whole (cat)", "Is there a cat?"),
    ("a", TEXT, "3", "1", "attribute", "color", "attribute - color (dog, red)", "Is the dog red?"),
    ("a", TEXT, "4", "2", "attribute", "color", "attribute - color (cat, blue)", "Is the cat blue?"),
    ("a", TEXT, "5", "1,2", "relation", "spatial", "relation - spatial (dog, cat, to the left of)",
     "Is the dog to the left of the cat?"),
    # as DPG-Bench has them: long captions, `global` rows, parts of wholes
    ("b", LONG, "1", "0", "global", "", "global - (night)", "Is it night?"),
    ("b", LONG, "2", "0", "entity", "whole", "entity - whole (dog)", "Is there a dog?"),
    ("b", LONG, "3", "2", "attribute", "size", "attribute - size (dog, small)", "Is the dog small?"),
)  # fmt: skip


def geneval(folder: Path) -> Path:
    """A file in the form of `evaluation_metadata.jsonl`."""
    path = folder / "geneval.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in GENEVAL), encoding="utf-8")
    return path


def dsg(folder: Path) -> Path:
    """A table in the form of DSG's and DPG-Bench's."""
    path = folder / "dsg.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        for item, text, number, above, broad, detail, what, question in PROPOSITIONS:
            table.writerow((item, text, "", number, above, broad, detail, what, question))
    return path


@pytest.mark.parametrize(("make", "scenes"), [(geneval, 4), (dsg, 2)])
def test_from_a_prompt_file_to_a_report(make: Callable[[Path], Path], scenes: int, call: Call, tmp_path: Path) -> None:
    file, run = make(tmp_path), tmp_path / "run"
    options = ("--taxonomy", "pocket", "--generator", "pocket", "--images", 1, "--size", 64, "--out", run)
    assert call("render", file, *options)[0] == 0
    assert call("judge", run, "--judge", "pocket", "--metric", "pocket-clip")[0] == 0
    found = Run.open(run)
    assert len(list(found.pictures())) == scenes == len(found.newest("pocket"))
    if make is dsg:
        first = next(found.scenes())
        assert first.caption == TEXT and [q.text for q in first.questions] == [row[7] for row in PROPOSITIONS[:5]]
        assert next(q for q in first.questions if q.kind == "relation").parents == ("q1", "q2")
    code, out, _ = call("report", run, "--benchmark", "--json")
    figures = json.loads(out)["figures"]
    assert code == 0 and {one["scenes"] for one in figures if one["table"] == "overall"} == {scenes}
    kinds = {one["row"] for one in figures if one["table"] == "kind"}
    assert {"existence", "attribute", "relation"} <= kinds and ("count" in kinds) == (make is geneval)
    assert call("report", run)[0] == 0


def test_converting_first_gives_the_same_scenes(call: Call, tmp_path: Path) -> None:
    pocket = load("pocket")
    for file in (geneval(tmp_path), dsg(tmp_path)):
        out = tmp_path / f"{file.stem}-scenes.jsonl"
        assert call("convert", file, out, "--taxonomy", "pocket")[0] == 0
        assert list(scene_lines(out)) == list(scene_lines(file, taxonomy=pocket))


def test_words_of_no_taxonomy_can_be_drawn(call: Call, tmp_path: Path) -> None:
    """Without --taxonomy the words are the file's own; the generator reads the caption alone."""
    run = tmp_path / "run"
    assert call("render", geneval(tmp_path), "--images", 1, "--size", 64, "--out", run)[0] == 0
    assert Run.open(run).manifest.taxonomy == "imported" and len(Run.open(run).drawn) == 4
    assert call("judge", run)[0] == 0 and call("report", run)[0] == 0


# --- prompts alone ----------------------------------------------------------------------------------------------------

GENAI = {
    "00001": {"id": "00001", "prompt": "A red dog is to the left of a blue cat.", "models": {"m": [5, 4, 5]}},
    "00002": {"id": "00002", "prompt": "three dogs, none of them black", "prompt in Chinese": "…"},
    "00003": {"id": "00003", "prompt": "word " * 40 + "one"},
    "00004": {"id": "00004", "prompt": "word " * 40 + "two"},
}


def test_prompts_of_genai_bench() -> None:
    found = read(json.dumps(GENAI).encode(), taxonomy=load("pocket"))
    ours, free, long, other = list(found)
    assert found.format == "prompts" and [one.id for one in (ours, free)] == ["00001", "00002"]
    assert len(ours.graph.relations) == 1 and not ours.questions  # a caption of our grammar gives its graph
    assert free.caption == "three dogs, none of them black" and free.graph.complexity == 0
    (question,) = free.questions
    assert question.text == 'Does this figure show "three dogs, none of them black"? Please answer yes or no.'
    assert question.answer == "yes" and not question.open
    assert long.graph.hash != other.graph.hash and long.caption == GENAI["00003"]["prompt"]
    assert {loss.field for loss in found.lost} == {"models", "prompt in Chinese"}


def test_plain_lines_are_prompts_where_they_are_named() -> None:
    found = list(read(b"a dog\n\n  two cats \n", "prompts"))
    assert [(one.id, one.caption) for one in found] == [("1", "a dog"), ("3", "two cats")]


def test_prompts_alone_are_drawn_and_measured(call: Call, tmp_path: Path) -> None:
    file, run = tmp_path / "genai.json", tmp_path / "run"
    file.write_text(json.dumps({"1": {"prompt": "a red dog"}, "2": {"prompt": "two blue cats"}}), encoding="utf-8")
    assert call("render", file, "--generator", "pocket", "--images", 2, "--size", 64, "--out", run)[0] == 0
    assert call("judge", run, "--metric", "pocket-clip")[0] == 0
    code, out, _ = call("report", run, "--benchmark", "--json")
    (one,) = [row for row in json.loads(out)["figures"] if row["table"] == "overall"]
    assert code == 0 and (one["column"], one["n"], one["scenes"]) == ("pocket-clip", 4, 2)


def test_a_file_that_holds_no_prompts_is_one_sentence(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "odd.json"
    for text, says in (("[1, 2]", "odd.json"), ("", "is empty"), ('{"prompt": 3}', "holds no scenes")):
        file.write_text(text, encoding="utf-8")
        code, out, err = call("render", file, "--out", tmp_path / "run")
        assert code == 2 and not out and says in " ".join(err.split()), err
    code, _, err = call("render", tmp_path / "nothing.jsonl", "--out", tmp_path / "run")
    assert code == 2 and "There is no file" in " ".join(err.split())
