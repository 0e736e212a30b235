"""Files that are damaged, enormous or hostile: one sentence with file and place, never a traceback, never a hang.

Run it: `pytest tests/engine/interchange/test_hostile.py`.
"""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import FormatError, ScenewrightError
from engine.interchange import FORMATS, convert, read
from engine.interchange.stream import MAX_SCENE, Source, documents
from tests.pocket_graphs import POCKET

SCENE = b'{"objects": [{"id": "a", "name": "dog"}]}'
VG = b'{"image_id": 1, "objects": [{"object_id": 1, "names": ["dog"]}], "relationships": []}'
GQA = b'{"objects": {"1": {"name": "dog"}}}'


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b" \n ", "is empty"),
        (b"\x00\x01\x02", "neither JSON nor a table"),
        (b"PK\x03\x04", "neither JSON nor a table"),
        (b"hello, world\n1, 2\n", "neither JSON nor a table"),
        (b"{", "is not JSON"),
        (b"[]", "empty list"),
        (b"{}", "no scenes that this program knows"),
        (b"[1, 2]", "holds no scenes|instead of a scene|empty list|not JSON"),
        (b'{"a": 1}', "no scenes that this program knows"),
        (b'[{"a": 1}]', "no scenes that this program knows"),
        (b"[" * 5000, "nested deeper"),
        (b'{"a":' * 5000, "nested deeper"),
        (b'{"objects": ' + b"[" * 400 + b"]" * 400 + b"}", "nested deeper"),
        (b"[" + VG + b",", "ends in the middle of scene 2"),
        (b"[" + VG + b", 7, " + VG + b"]", "instead of a scene"),
        (b"[" + VG + b"] []", "goes on after its last scene"),
        (b'[{"image_id": 1, "objects": 5, "relationships": []}]', "“objects” has to be a list"),
        (b'[{"image_id": 1, "objects": [5], "relationships": []}]', "has to be a JSON object"),
        (b'[{"image_id": 1, "objects": [{"object_id": 1, "names": ["a"], "attributes": [[]]}], "relationships": []}]',
         "has to be text"),
        (b'[{"image_id": 1, "objects": [], "relationships": [{"subject_id": 1}]}]', "“object_id” has to be text"),
        (b'{"1": {"objects": {"1": {"name": null}}}}', "“name” has to be text"),
        (b'{"1": {"objects": {"1": {"name": "a", "relations": {}}}}}\n', None),
        (b'{"1": {"scene_graph": {"nodes": [1], "edges": []}}}', "the node"),
        (b'{"1": {"scene_graph": {"nodes": [], "edges": [[1]]}}}', "the edge"),
        (b'{"include": [{"class": "a", "count": 100000000}], "prompt": "x"}', "from 1 to 64"),
        (b'{"include": [{"class": "a", "count": true}], "prompt": "x"}', "from 1 to 64"),
        (b'{"include": [{"class": "a", "position": ["left of", 9]}], "prompt": "x"}', "place in the list"),
        (b'{"include": [{"class": "a", "position": ["left of", []]}], "prompt": "x"}', "place in the list"),
        (b'item_id,text\na,b\n', "no column “tuple”"),
        (b'item_id,tuple\n"a,b\n', "is not CSV"),
        (b'item_id,tuple\na,\xff\xfe\n', "not UTF-8"),
        (b'item_id,tuple\na,"' + b"x" * 140_000 + b'"\n', "CSV|characters"),
        (b'[{"question": "q", "element": [], "choices": []}]', "has to be text"),
        (b'[{"question": "q", "element": "e", "choices": "yes"}]', "has to be a list"),
        (SCENE + b"\n{\n" + SCENE + b"\n", "Line 2 of"),
        (SCENE + b"\n[1]\n", "Line 2 of"),
        (b'{"id": "1", "caption": "x", "scene_graph": {"objects": [{"id": 1}]}}', "has to be text"),
        (b'{"objects": [{"id": "\xff", "name": "dog"}]}', "not JSON"),
    ],
)  # fmt: skip
def test_each_gets_its_sentence(data: bytes, words: str | None) -> None:
    if words is None:
        assert len(list(read(data))) == 1
        return
    with pytest.raises(FormatError, match=words) as refusal:
        list(read(data, name="drop.json"))
    assert "drop.json" in str(refusal.value) and len(str(refusal.value)) < 400


@pytest.mark.parametrize("format", FORMATS)
@given(data=st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_whatever_bytes_come_the_answer_is_scenes_or_a_sentence(format: str, data: bytes) -> None:
    for named in (None, format):
        try:
            list(read(data, named))
        except ScenewrightError as refusal:
            assert str(refusal)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 99) | st.text(max_size=5) | st.sampled_from(["1", "a", "on", "dog"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                "objects relationships image_id object_id names name attributes relations object subject_id predicate "
                "scene_graph nodes edges prompt include class count color position exclude question element choices id "
                "caption tag x weather scene_attributes type value".split()
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)


@given(JSON)
def test_json_of_the_right_words_in_the_wrong_places(value: object) -> None:
    for named in (None, *FORMATS):
        for data in (json.dumps(value).encode(), json.dumps([value]).encode(), json.dumps({"1": value}).encode()):
            try:
                list(read(data, named, taxonomy=POCKET))
            except ScenewrightError as refusal:
                assert str(refusal)


def test_scenes_before_the_damage_are_read() -> None:
    found = iter(read(b"[" + VG + b"," + VG + b", {"))
    assert next(found).graph.objects[0].name == next(found).graph.objects[0].name == "dog"
    with pytest.raises(FormatError, match="ends in the middle of scene 3"):
        next(found)


def test_a_last_line_that_a_killed_writer_left_is_listed() -> None:
    found = read(SCENE + b"\n" + SCENE[:10])
    assert len(list(found)) == 1
    assert [loss.field for loss in found.lost] == ["last line, which ends in the middle"]


@pytest.mark.parametrize("gap", [b"", b" ", b"\n\t"])
def test_blocks_may_end_anywhere(tmp_path: Path, gap: bytes) -> None:
    """Strings with quotes, brackets and escapes across the blocks in which a file is read."""
    tricky = json.dumps({"image_id": 1, "objects": [{"object_id": 1, "names": ['a "]}{[\\" \\']}], "relationships": []})
    data = b"[" + gap + (b"," + gap).join([tricky.encode()] * 9000) + gap + b"]"
    path = tmp_path / "scene_graphs.json"
    path.write_bytes(b"\xef\xbb\xbf" + data)
    assert path.stat().st_size > 3 * (1 << 18)
    assert sum(1 for _ in documents(Source.of(path), "list")) == 9000
    assert sum(1 for record in read(path) if record.graph.objects[0].name == 'a "]}{[\\" \\') == 9000


def test_a_scene_that_never_ends_is_refused_without_reading_it_all(tmp_path: Path) -> None:
    path = tmp_path / "endless.json"
    with path.open("wb") as file:
        file.write(b'[{"image_id": 1, "objects": [], "relationships": [], "x": "')
        file.truncate(200_000_000)
    start = time.process_time()
    with pytest.raises(FormatError, match=r"more than 16,000,000 bytes|not JSON"):
        list(read(path))
    assert time.process_time() - start < 20 and MAX_SCENE < 200_000_000


def test_converting_writes_all_or_nothing(tmp_path: Path) -> None:
    source, out = tmp_path / "in.json", tmp_path / "out.jsonl"
    source.write_bytes(b"[" + VG + b"," + VG + b", {")
    out.write_text("kept")
    with pytest.raises(FormatError):
        convert(source, out)
    assert out.read_text() == "kept" and sorted(p.name for p in tmp_path.iterdir()) == ["in.json", "out.jsonl"]
    source.write_bytes(b'{"1": ' + GQA + b"}")
    report = convert(source, out, taxonomy=POCKET)
    assert (report.source_format, report.out_format, report.scenes) == ("gqa", "scenewright", 1)
    assert [record.graph.objects[0].name for record in read(out)] == ["dog"]


@pytest.mark.parametrize(
    ("out", "options", "words"),
    [
        ("in.json", {}, "over itself"),
        ("out.json", {}, "does not say which format"),
        ("out.jsonl", {"out_format": "gqaa"}, "Did you mean “gqa”"),
        ("out.jsonl", {"source_format": "zzzz"}, "Known ones: scenewright"),
        ("out.jsonl", {"source_format": "dsg"}, "DSG is a CSV table"),
        ("nowhere/out.jsonl", {}, "Cannot write in"),
    ],
)
def test_conversions_that_cannot_be(tmp_path: Path, out: str, options: dict[str, str], words: str) -> None:
    source = tmp_path / "in.json"
    source.write_bytes(b'{"1": ' + GQA + b"}")
    with pytest.raises(ScenewrightError, match=words):
        convert(source, tmp_path / out, **options)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="There is no file"):
        read(tmp_path / "nothing.json")
