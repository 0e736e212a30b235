"""Votes of people: CSV and JSON Lines, and one sentence for every file that is neither.

Run it: `pytest tests/engine/studies/test_votes.py`.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.errors import FormatError
from engine.parse import parse
from engine.studies.shares import Share
from engine.studies.votes import read_marks, read_ratings
from engine.taxonomy import load


def test_ratings_of_both_kinds_of_file_say_the_same(tmp_path: Path) -> None:
    table, lines = tmp_path / "a.csv", tmp_path / "a.jsonl"
    table.write_text("id,rating,rater\ns1,5,ann\ns1,2,ben\ns2,3,ann\ns3,,ann\n")
    lines.write_text(
        '{"id": "s1", "rating": 5, "rater": "ann"}\n{"id": "s1", "rating": 2, "rater": "ben"}\n'
        '{"hash": "s2", "rating": 3, "rater": "ann"}\n\n{"id": "s3", "rating": null}\n'
    )
    for path in (table, lines):
        votes = read_ratings(path)
        assert (votes.count, votes.raters) == (3, 2)
        assert votes.mean("s1") == 3.5 and votes.mean("nothing", "s2") == 3.0 and votes.mean("s3") is None


def test_a_rating_may_come_with_its_graph(tmp_path: Path) -> None:
    graph = parse("A red dog is above a cat.", load("pocket"))
    path = tmp_path / "r.jsonl"
    path.write_text(json.dumps({"scene_graph": graph.to_dict(), "rating": 4}) + "\n")
    assert read_ratings(path).mean(graph.hash) == 4.0


def test_marks_are_yes_or_no(tmp_path: Path) -> None:
    path = tmp_path / "marks.csv"
    path.write_text("\ufeffid,coherent\na,yes\na,NO\nb,1\nc,\n", encoding="utf-8")
    votes = read_marks(path)
    assert (votes.mean("a"), votes.mean("b"), votes.mean("c")) == (0.5, 1.0, None)
    path.write_text("id,coherent\na,perhaps\n")
    with pytest.raises(FormatError, match=r"Line 2 of marks.csv .*“perhaps” instead of yes or no"):
        read_marks(path)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"id,stars\ns1,3\n", "has no column rating"),
        (b"id,rating\ns1,6\n", "Line 2 of r.csv has the rating “6”"),
        (b"id,rating\ns1,3.5\n", "“3.5” instead of a whole number"),
        (b"id,rating\ns1,good\n", "“good”"),
        (b"id,rating\n,3\n", "Line 2 of r.csv names no scene"),
        (b'{"id": "s1", "rating": 3}\n{"id"', "Line 2 of r.csv is not JSON"),
        (b"\x89PNG\r\n\x1a\n\xff", "is not text in UTF-8"),
        (b'id,rating\n"s1,3\n', "is not CSV"),
    ],
)
def test_other_files_get_a_sentence(data: bytes, says: str, tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_bytes(data)
    with pytest.raises(FormatError) as caught:
        read_ratings(path)
    assert says in str(caught.value) and "\n" not in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="There is no file"):
        read_ratings(tmp_path / "r.csv")


def test_shares_have_intervals() -> None:
    assert str(Share(9, 10)) == "90 % (60-98)" and str(Share(0, 0)) == "–"
    assert Share(0, 0).to_dict() is None and Share.of([True, False]).value == 0.5
    low, high = Share(0, 20).interval or (1, 1)
    assert low == 0 and 0.1 < high < 0.2
