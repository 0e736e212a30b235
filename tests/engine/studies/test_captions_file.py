"""Any captions side by side: texts, our scenes, other formats; hostile files get one sentence each.

Run it: `pytest tests/engine/studies/test_captions_file.py`.
"""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import orjson
import pytest

from engine import interchange
from engine.errors import FormatError
from engine.sampler import Constraints, scenes
from engine.scene import describe
from engine.studies.captions_file import report, study
from engine.studies.mentions import Counted, counted
from engine.studies.texts import MAX_LINE, read_texts
from engine.taxonomy import load

POCKET = load("pocket")
HUMAN = [
    "Two red dogs near a tree.",
    "A cat under a large blue umbrella.",
    "two red dogs near a tree",
    "A boat at night.",
]


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ours") / "scenes.jsonl"
    graphs = scenes(Constraints(complexity=(3, 8)), POCKET, seed=2, count=40)
    lines = [describe(graph, POCKET, id=str(i), ask=False) for i, graph in enumerate(graphs)]
    path.write_bytes(b"".join(orjson.dumps(line.to_dict()) + b"\n" for line in lines))
    return path


@pytest.fixture
def human(tmp_path: Path) -> Path:
    path = tmp_path / "human.txt"
    path.write_text("\n".join([*HUMAN[:2], "", *HUMAN[2:]]) + "\n")
    return path


def test_texts_and_scenes_stand_side_by_side(ours: Path, human: Path) -> None:
    found = study([read_texts(ours, POCKET), read_texts(human, POCKET)], POCKET)
    mine, theirs = found["files"]["scenes.jsonl"], found["files"]["human.txt"]
    assert (mine["format"], theirs["format"], mine["n"], theirs["n"]) == ("scenewright", "text", 40, 4)
    assert found["sample"] == 4 == theirs["diversity"]["n"] == mine["diversity"]["n"]
    assert theirs["duplicates"]["share"] == 0.25 and theirs["elements"] is None
    assert theirs["words"]["mean"] == pytest.approx((6 + 7 + 6 + 4) / 4)
    sheet = report(found)
    assert (
        "human.txt, estimate" in sheet.text
        and "human.txt, graph" not in sheet.text
        and "scenes.jsonl, graph" in sheet.text
    )


def test_the_estimate_is_near_the_truth_on_our_own_captions(ours: Path) -> None:
    row = study([read_texts(ours, POCKET)], POCKET)["files"]["scenes.jsonl"]
    for part in ("objects", "attributes", "relations"):
        assert row["estimate"][part] == pytest.approx(row["elements"][part], rel=0.15), part


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("A large red dog is above a tree.", Counted(2, 2, 1, 2)),
        ("A dog is above a tree. The dog is to the left of a cat.", Counted(3, 0, 2, 3)),
        ("A dog and another dog.", Counted(2, 0, 0, 1)),
        ("The dog is red.", Counted(1, 1, 0, 1)),
        ("A red car bell is above a tree.", Counted(2, 1, 1, 2)),
        ("Nothing to see.", Counted(0, 0, 0, 0)),
        ("", Counted(0, 0, 0, 0)),
    ],
)
def test_mentions_by_hand(text: str, wanted: Counted) -> None:
    assert counted(text, POCKET) == wanted


def test_files_of_other_formats_are_read(ours: Path, tmp_path: Path) -> None:
    for format, name in (("paper", "p.json"), ("dsg", "p.csv"), ("geneval", "p.jsonl")):
        interchange.convert(ours, tmp_path / name, out_format=format, taxonomy=POCKET)
        found = read_texts(tmp_path / name, POCKET)
        assert found.format == format and len(found.told) == 40 and all(found.texts)


def test_the_same_name_twice_keeps_both(ours: Path, human: Path) -> None:
    found = study([read_texts(human, POCKET), read_texts(human, POCKET)], POCKET)
    assert list(found["files"]) == ["human.txt", "human.txt (2)"]


def test_more_than_asked_for_is_cut_and_said(human: Path, ours: Path) -> None:
    assert read_texts(human, POCKET, most=2).cut and len(read_texts(ours, POCKET, most=3).told) == 3
    assert not read_texts(human, POCKET, most=4).cut
    assert "2+" in report(study([read_texts(human, POCKET, most=2)], POCKET)).text


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"),
        (b"\n \n", "is empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is not text"),
        (bytes(range(1, 32)) * 4, "is not text"),
        ("A dog.\n".encode("utf-16"), "is in UTF-16"),
        ("A dog.\nUn café.\n".encode("latin-1"), "Line 2 of odd.txt is not UTF-8 (byte 0xe9)"),
        (b"A dog.\n" + b"a" * 10_000_000 + b"\n", f"Line 2 of odd.txt has more than {MAX_LINE:,} characters"),
        (b"A dog.\n" + b"a" * (MAX_LINE + 1) + b"\n", f"more than {MAX_LINE:,} characters"),
        (b'{"what": 1}\n', "holds no scenes"),
        (b'{"id": ', "is not JSON"),
    ],
)
def test_hostile_files_get_one_sentence(data: bytes, says: str, tmp_path: Path) -> None:
    path = tmp_path / "odd.txt"
    path.write_bytes(data)
    with pytest.raises(FormatError) as caught:
        read_texts(path, POCKET)
    assert says in str(caught.value) and len(str(caught.value)) < 300 and "\n" not in str(caught.value)


def test_a_line_without_end_is_not_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_bytes(b"a" * 30_000_000)
    tracemalloc.start()
    with pytest.raises(FormatError, match="Line 1 of long.txt has more than"):
        read_texts(path, POCKET)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8_000_000


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="There is no file"):
        read_texts(tmp_path, POCKET)
