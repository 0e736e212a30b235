"""The digest beside a run: it says what the lines say, is used while fresh, and is never believed when stale or damaged.

Run it: `pytest tests/engine/test_evaluation_kept.py`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest

from engine.errors import FormatError
from engine.evaluation import Evidence, gather
from engine.evaluation import kept as room
from engine.evaluation.kept import FILE, digest, keep
from engine.evaluation.reading import read
from engine.run import JUDGEMENTS, Run
from tests.engine.judged_runs import make_run


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_run(tmp_path_factory.mktemp("runs") / "a", count=4, images=2).path


@pytest.fixture
def run(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "run"))


def same(a: Evidence, b: Evidence) -> bool:
    return (
        a.scenes == b.scenes
        and a.files == b.files
        and a.captions == b.captions
        and a.looks.keys() == b.looks.keys()
        and all(
            a.looks[key].pictures == b.looks[key].pictures
            and np.array_equal(a.looks[key].scene, b.looks[key].scene)
            and all(np.array_equal(v, b.looks[key].figures[n], equal_nan=True) for n, v in a.looks[key].figures.items())
            and all(map(np.array_equal, a.looks[key].statuses, b.looks[key].statuses))
            for key in a.looks
        )
    )


def test_a_kept_digest_says_what_the_lines_say(run: Path) -> None:
    before = gather({"a": run})
    assert not (run / FILE).exists()  # so few answers are read at once
    keep(run)
    (run / "scenes.jsonl").touch()
    assert same(gather({"a": run}), before)
    assert before.looks["a", "pocket"].statuses[0].size == len(before.scenes[0].questions)


def test_a_fresh_one_is_read_in_the_place_of_the_answers(run: Path) -> None:
    whole = keep(run)
    about = (run / JUDGEMENTS).stat()
    (run / JUDGEMENTS).write_bytes(b"x" * (about.st_size - 1) + b"\n")  # unreadable, with size and time of before
    os.utime(run / JUDGEMENTS, ns=(about.st_atime_ns, about.st_mtime_ns))
    assert digest(run) == whole
    with pytest.raises(FormatError, match="is not JSON"):
        read(run)


def test_another_word_makes_it_stale(run: Path) -> None:
    keep(run)
    first = next(Run.open(run).pictures()).id
    oracle = Run.open(run).newest()[first].oracle
    assert oracle is not None
    Run.open(run).add_judgement(first, judge="another", scores=oracle)
    assert set(gather({"a": run}).looks) == {("a", "pocket"), ("a", "oracle"), ("a", "another")}


def test_many_answers_are_kept_unasked(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "WORTH", 1)
    assert digest(run) == digest(run) == read(run)
    assert (run / FILE).is_file()


def change(found: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {**found, "digest": {**found["digest"], **more}}


@pytest.mark.parametrize(
    "damage",
    [
        lambda found: [],
        lambda found: {**found, "schema": 99},
        lambda found: {**found, "letters": {}},
        lambda found: change(found, scenes={}),
        lambda found: change(found, pictures=[["a"]]),
        lambda found: change(found, looks={"x": {"pictures": [99], "figures": [[1] * 6], "codes": ["0"]}}),
        lambda found: change(found, looks={"x": {"pictures": [-1], "figures": [[1] * 6], "codes": ["0"]}}),
        lambda found: change(found, looks={"x": {"pictures": [0], "figures": [[7] * 6], "codes": ["0"]}}),
        lambda found: change(found, looks={"x": {"pictures": [0], "figures": [], "codes": []}}),
        lambda found: change(found, looks={"x": {"pictures": [0], "nonsense": 1}}),
    ],
)
def test_a_damaged_one_is_read_past(run: Path, damage: Callable[[Any], Any]) -> None:
    whole = keep(run)
    (run / FILE).write_bytes(orjson.dumps(damage(orjson.loads((run / FILE).read_bytes()))))
    assert digest(run) == whole


def test_half_a_file_is_read_past(run: Path) -> None:
    whole = keep(run)
    (run / FILE).write_bytes((run / FILE).read_bytes()[:-40])
    assert digest(run) == whole


def test_a_scene_that_is_none_is_said(run: Path) -> None:
    lines = (run / "scenes.jsonl").read_bytes().splitlines()
    row = {**orjson.loads(lines[0]), "scene_graph": 3}
    (run / "scenes.jsonl").write_bytes(b"\n".join([orjson.dumps(row), *lines[1:]]) + b"\n")
    with pytest.raises(FormatError):
        gather({"a": run})
