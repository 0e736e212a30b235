"""Orders of evaluations: what is refused, what is written down, and that a seed draws the same scenes.

Run it: `pytest tests/engine/test_evaluation_order.py`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engine.errors import FormatError, JobError
from engine.evaluation.order import Order, Record, Sampled, keep_scenes, read_record
from tests.engine.judged_runs import lines

SAMPLE = Sampled(12, (2, 5))


def order(**change: Any) -> Order:
    return Order(**{"folder": "one", "title": "One", "generators": ("painter",), "judges": ("pocket",), **change})


def test_scenes_are_spread_evenly_and_drawn_once(tmp_path: Path) -> None:
    found = order(sample=SAMPLE, seed=3).scenes(tmp_path)
    assert sorted(line.graph.complexity for line in found) == [2] * 3 + [3] * 3 + [4] * 3 + [5] * 3
    (tmp_path / "runs" / "one" / "scenes.jsonl").rename(tmp_path / "kept.jsonl")
    order(sample=SAMPLE, seed=3).scenes(tmp_path)
    assert (tmp_path / "runs" / "one" / "scenes.jsonl").read_bytes() == (tmp_path / "kept.jsonl").read_bytes()


def test_records_come_back(tmp_path: Path) -> None:
    record = Record(order(sample=SAMPLE)).with_speed("draw:painter", 0.25).done()
    record.write(tmp_path)
    assert read_record(tmp_path / "runs" / "one") == record
    assert Order.from_dict(json.loads(json.dumps(record.order.to_dict()))) == record.order


@pytest.mark.parametrize(
    "change",
    [
        {"folder": "../up"}, {"folder": ""}, {"generators": ()}, {"generators": ("a/../b",)}, {"judges": ("x", "x")},
        {"images": 0}, {"images": 10**6}, {"seed": -1}, {"size": 8}, {"sample": Sampled(10**7, (2, 3))},
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(JobError):
        order(**change)


@pytest.mark.parametrize("data", [None, [], {}, {"folder": "a"}, {**order().to_dict(), "images": "many"}])
def test_a_payload_of_something_else_is_refused(data: Any) -> None:
    with pytest.raises(JobError, match="nothing usable"):
        Order.from_dict(data)


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="no evaluation in"):
        read_record(tmp_path)
    (tmp_path / "evaluation.json").write_text('{"order": {"folder": 1}}')
    with pytest.raises(FormatError, match="not of an evaluation"):
        read_record(tmp_path)


def test_scenes_that_were_brought_are_kept_whole_or_not_at_all(tmp_path: Path) -> None:
    brought = lines(3)
    assert keep_scenes(tmp_path / "runs" / "one", brought) == 3
    assert order().scenes(tmp_path) == brought
    with pytest.raises(FormatError, match="no scene in it"):
        keep_scenes(tmp_path / "two", [])
    with pytest.raises(FormatError, match="Two scenes are called"):
        keep_scenes(tmp_path / "two", [lines(1, seed=3)[0], *lines(1, seed=4), *renamed()])
    assert not (tmp_path / "two").exists()


def renamed() -> list[Any]:
    from dataclasses import replace

    return [replace(lines(1, seed=4)[0], id=lines(1, seed=3)[0].id)]
