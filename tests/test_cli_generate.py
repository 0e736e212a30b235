"""`generate` with everything it can be asked: words, shapes, splits, covers, the dial, formats; and what it refuses.

Run it: `pytest tests/test_cli_generate.py`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import orjson
import pyarrow.parquet as pq
import pytest

from engine.graph import SceneGraph
from engine.scene import SceneLine, read_scenes
from engine.taxonomy import load

ROOT = Path(__file__).parents[1]


def generate(*arguments: object) -> tuple[int, str, str]:
    """`python cli.py generate ARGUMENTS`: exit code, stdout, stderr."""
    command = [sys.executable, "cli.py", "generate", *map(str, arguments)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert "Traceback" not in run.stderr
    return run.returncode, run.stdout, run.stderr


def scenes(*arguments: object) -> list[SceneLine]:
    code, out, err = generate(*arguments)
    assert code == 0, err
    return [SceneLine.from_dict(orjson.loads(line)) for line in out.splitlines()]


@pytest.fixture
def dog(tmp_path: Path) -> Path:
    """A seed graph: a red dog beside a tree."""
    path = tmp_path / "dog.json"
    graph = {
        "objects": [{"id": "a", "name": "dog"}, {"id": "b", "name": "tree"}],
        "attributes": [{"object": "a", "kind": "colour", "value": "red"}],
        "relations": [{"source": "a", "target": "b", "kind": "spatial", "phrase": "next to"}],
    }
    path.write_text(json.dumps(graph))
    return path


def test_a_seed_graph_is_in_every_scene(dog: Path) -> None:
    for line in scenes("--count", 5, "--taxonomy", "full", "--complexity", "7-9", "--seed-graph", dog):
        graph = line.graph
        named = {item.id: item.name for item in graph.objects}
        assert any((named[r.source], r.phrase, named[r.target]) == ("dog", "next to", "tree") for r in graph.relations)


def test_topics_keep_to_a_hypernym() -> None:
    full = load("full")
    for line in scenes(
        "--count", 6, "--taxonomy", "full", "--topic", "bird", "--mode", "imaginative", "--no-questions"
    ):
        for item in line.graph.objects:
            noun = full.noun[item.name]
            above = [word for synset in full.line_of(noun) for word in full.hypernyms[synset][1]]
            assert noun.kind == "bird" or "bird" in above, item.name
        assert line.questions == ()


def test_switches_and_word_files(tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text("+ object gnome person\ngnome * 100000\n")
    found = scenes("--count", 20, "--words", words, "--mode", "imaginative", "--no-questions")
    assert any(item.name == "gnome" for line in found for item in line.graph.objects)
    assert generate("--count", 1, "--taxonomy", "full", "--switch", "nonsense")[0] == 2


def test_every_structure_in_turn() -> None:
    found = scenes("--each-structure", "--complexity", 4, "--no-questions", "--mode", "imaginative")
    assert len(found) == 7  # of the eight of complexity 4, an object cannot carry three pocket attributes in one


@pytest.mark.parametrize("modality", ["video", "3d"])
def test_modalities_have_their_own_scene_attributes(modality: str) -> None:
    full = load("full")
    found = scenes(
        "--count", 8, "--taxonomy", "full", "--modality", modality, "--scene-attributes", "2-3", "--no-questions"
    )
    for line in found:
        assert line.modality == modality
        assert all(modality in full.scene_kind[kind].modalities for kind, _ in line.graph.scene_attributes)


def test_the_dial_leaves_a_receipt() -> None:
    code, out, err = generate(
        "--count", 4, "--taxonomy", "full", "--mode", "imaginative", "--accept", 0.3, "--no-questions"
    )
    assert code == 0 and len(out.splitlines()) == 4
    assert "scenes kept" in err and "bits left" in err
    assert all(orjson.loads(line)["plausibility"] is not None for line in out.splitlines())


def test_covers_come_with_a_certificate(tmp_path: Path) -> None:
    code, _, err = generate("--cover", "pairs", "--complexity", 8, "--out", tmp_path / "cover.jsonl", "--no-questions")
    assert code == 0 and "20 of 20 pairs" in err
    assert 3 <= len(list(read_scenes(tmp_path / "cover.jsonl"))) <= 8


def test_formats_follow_the_ending(tmp_path: Path) -> None:
    for name in ("a.jsonl", "a.parquet", "a.json"):
        code, _, err = generate("--count", 12, "--seed", 4, "--out", tmp_path / name)
        assert code == 0, err
    lines = list(read_scenes(tmp_path / "a.jsonl"))
    assert pq.read_table(tmp_path / "a.parquet")["caption"].to_pylist() == [line.caption for line in lines]
    paper = orjson.loads((tmp_path / "a.json").read_bytes())
    assert [paper[str(i)]["prompt"] for i in range(12)] == [line.caption for line in lines]


def test_lengths_and_budgets() -> None:
    terse = scenes("--count", 5, "--length", "terse", "--no-questions", "--seed", 3)
    rich = scenes("--count", 5, "--length", "rich", "--vary", "--no-questions", "--seed", 3)
    assert sum(len(a.caption) for a in terse) < sum(len(b.caption) for b in rich)
    assert [a.graph.hash for a in terse] == [b.graph.hash for b in rich]
    assert {line.style.phrasing for line in rich} == set(range(5))
    found = scenes("--count", 5, "--taxonomy", "full", "--complexity", 14, "--within", "clip", "--no-questions")
    assert len(found) == 5


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--mode", "boring"), "is not a mode"),
        (("--modality", "smell"), "is not a modality"),
        (("--taxonomy", "nowhere"), "There is no taxonomy"),
        (("--topic", "flurb", "--taxonomy", "full"), "flurb"),
        (("--strata", "mood"), "Choose complexity or profile"),
        (("--cover", "triples"), "cannot be covered"),
        (("--held-out", "3"), "between 0 and 1"),
        (("--accept", "0"), "acceptance rate"),
        (("--within", "vhs"), "not a text encoder"),
        (("--length", "endless"), "not a length"),
        (("--format", "xls"), "is not a format"),
        (("--format", "parquet"), "goes into a file or a folder"),
        (("--complexity", "5", "--relations", "4"), "relations"),
        (("--seed-graph", "missing.json"), "is not a file"),
        (("--words", "missing.txt"), "missing.txt"),
        (("--ray", "127.0.0.1:9", "--out", "never"), "Ray"),
    ],
)
def test_what_makes_no_sense_is_one_sentence(arguments: tuple[str, ...], sentence: str) -> None:
    code, out, err = generate("--count", 2, *arguments)
    assert code == 2 and out == ""
    assert sentence in err
    assert len([line for line in err.splitlines() if line.strip()]) <= 2
    assert not (ROOT / "never").exists()


def test_a_seed_graph_that_is_no_graph(tmp_path: Path) -> None:
    for text in ("", "{", "[]", '{"objects": 3}', '{"objects": [{"id": "a"}]}'):
        path = tmp_path / "bad.json"
        path.write_text(text)
        assert generate("--count", 1, "--seed-graph", path)[0] == 2
    SceneGraph.from_dict({"objects": [{"id": "a", "name": "dog"}]})
