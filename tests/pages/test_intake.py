"""What a person drops into Compose: every format, its first scene, a word about the rest, one sentence for what is wrong.

Run it: `pytest tests/pages/test_intake.py`.
"""

from __future__ import annotations

import io
import json
from pathlib import Path

import orjson
import pytest
from hypothesis import given

from engine.errors import FormatError, GraphError, ScenewrightError, UnknownWord
from engine.graph import SceneGraph
from engine.interchange import FORMATS, SceneRecord, write
from engine.scene import describe
from pages.parts.intake import MAX_UPLOAD, read_file, welcome_files
from tests.pocket_graphs import POCKET, graphs

DOG = SceneGraph.from_dict({"objects": [{"id": "a", "name": "dog"}]})
OWL = SceneGraph.from_dict({"objects": [{"id": "a", "name": "owl"}]})


def file_of(format: str, *scenes: SceneGraph) -> bytes:
    out = io.BytesIO()
    lines = (SceneRecord.of(describe(graph, POCKET, id=str(i))) for i, graph in enumerate(scenes))
    write(lines, format, out, taxonomy=POCKET)
    return out.getvalue()


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_opens_on_its_first_scene(format: str) -> None:
    incoming = read_file("whatever.bin", file_of(format, DOG, OWL, OWL), POCKET)
    assert incoming.graph.hash == DOG.hash
    assert "The file holds 2 more; the first one was opened." in incoming.notice


@pytest.mark.parametrize("format", FORMATS)
def test_a_single_scene_needs_no_word_about_the_rest(format: str) -> None:
    assert "more" not in read_file("x", file_of(format, DOG), POCKET).notice


@given(graphs())
def test_graphs_and_lines_of_ours_come_in_whole(graph: SceneGraph) -> None:
    line = orjson.dumps(describe(graph, POCKET, id="a").to_dict())
    for data in (
        orjson.dumps(graph.to_dict()),
        orjson.dumps(graph.to_dict(), option=orjson.OPT_INDENT_2),
        line,
        line + b"\n",
    ):
        assert read_file("g.json", data, POCKET).graph == graph


def test_what_was_left_out_is_said() -> None:
    image = {"image_id": 1, "objects": [{"object_id": 1, "names": ["dog"], "x": 1}], "relationships": []}
    assert read_file("vg.json", json.dumps([image]).encode(), POCKET).notice == "Not carried over: 1 × boxes."


def test_a_good_scene_before_damage_is_opened() -> None:
    incoming = read_file("s.jsonl", orjson.dumps(DOG.to_dict()) + b"\n{broken\n", POCKET)
    assert incoming.graph.hash == DOG.hash and incoming.notice == "What follows cannot be read."


@pytest.mark.parametrize(
    ("value", "kind", "sentence"),
    [
        (
            {"objects": {"1": {"name": "dgo"}}},
            UnknownWord,
            "“dgo” is not an object that this taxonomy knows. Did you mean “dog”",
        ),
        ({"objects": {"1": {"name": "dog", "attributes": ["furry"]}}}, UnknownWord, "not a kind of attribute"),
        ({"objects": {"1": {"name": "dog", "attributes": ["red", "blue"]}}}, GraphError, "has more than one colour"),
        (
            {
                "objects": {
                    "1": {"name": "dog", "relations": [{"name": "nuzzling", "object": "2"}]},
                    "2": {"name": "owl"},
                }
            },
            UnknownWord,
            "“nuzzling” is not a relation",
        ),
        ({"objects": {str(i): {"name": "dog"} for i in range(9)}}, GraphError, "draws at most 6 objects"),
    ],
)
def test_words_of_other_worlds_get_the_usual_sentence(
    value: object, kind: type[ScenewrightError], sentence: str
) -> None:
    with pytest.raises(kind, match=sentence):
        read_file("gqa.json", json.dumps({"1": value}).encode(), POCKET)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("x.json", b"", "“x.json” is empty"),
        ("x.json", b"{", "x.json is not JSON"),
        ("x.csv", b"a,b\n1,2\n", "neither JSON nor a table"),
        ("x.csv", b"item_id,text,tuple\n", "“x.csv” holds no scene"),
        ("x.png", b"GIF89a", "not a PNG picture"),
        ("x.json", b" " * (MAX_UPLOAD + 1), "64,000,001 bytes"),
    ],
)
def test_what_is_wrong_gets_one_sentence(name: str, data: bytes, words: str) -> None:
    with pytest.raises(FormatError, match=words):
        read_file(name, data, POCKET)


def test_welcome_pictures_come_by_name(tmp_path: Path) -> None:
    for name in ("b.png", "a.png", "c.txt"):
        (tmp_path / name).write_bytes(name.encode())
    assert welcome_files(tmp_path) == [("a.png", b"a.png"), ("b.png", b"b.png")]
    assert welcome_files(tmp_path / "nothing") == []
