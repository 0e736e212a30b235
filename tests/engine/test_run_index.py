"""A run by places: one scene, its pictures and answers read alone say what the whole run says, and words find scenes.

Run it: `pytest tests/engine/test_run_index.py`.
"""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from engine.errors import FormatError
from engine.run import Run
from engine.run_index import RunIndex
from tests.engine.judged_runs import make_run


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return make_run(tmp_path_factory.mktemp("runs") / "a", count=5, images=2)


@pytest.fixture(scope="module")
def index(run: Run) -> RunIndex:
    return RunIndex.open(run.path)


def test_it_reads_what_the_run_holds(run: Run, index: RunIndex) -> None:
    assert [index.scene(id) for id in index.scenes] == list(run.scenes())
    assert [one for id in index.scenes for one in index.pictures(id)] == list(run.pictures())
    assert index.judges == run.judges()
    newest = run.newest()
    assert {one.picture: one for one in index.judgements(list(newest))} == newest


def test_a_later_word_is_the_one_that_counts_and_the_last_to_speak_comes_last(run: Run, tmp_path: Path) -> None:
    own = make_run(tmp_path / "b", count=1, images=1)
    (picture,) = own.pictures()
    perfect = own.newest()[picture.id].oracle
    assert perfect is not None
    own.add_judgement(picture.id, judge="another", scores=perfect)
    own.add_judgement(picture.id, judge="pocket", scores=perfect)
    said = list(RunIndex.open(own.path).judgements([picture.id]))
    assert [one.judge for one in said] == ["another", "pocket"] and said[-1].scores == perfect


def test_any_of_thousands_is_found_by_words_and_by_id(tmp_path: Path) -> None:
    path = tmp_path / "run"
    run = make_run(path, count=1, images=1)
    row = orjson.loads((path / "scenes.jsonl").read_bytes())
    rows = [
        {**row, "id": f"s-{i:05d}", "caption": f"There is a {'robot' if i % 10 == 7 else 'dog'}. “{i}”"}
        for i in range(3000)
    ]
    (path / "scenes.jsonl").write_bytes(b"".join(orjson.dumps(one) + b"\n" for one in [row, *rows]))
    index = RunIndex.open(run.path)
    everything = index.find()
    assert (everything.total, len(everything.scenes)) == (3001, 200)
    assert [one.id for one in index.find("ROBOT a", offset=200).scenes] == [f"s-{i:05d}" for i in range(2007, 3000, 10)]
    assert [one.id for one in index.find("s-02999").scenes] == ["s-02999"]
    assert index.find("zebra").scenes == () and index.find("zebra").total == 0
    assert index.find(offset=99_999).offset == 3000 and index.find(offset=-5).offset == 0
    assert index.page_of("s-02999") == 3000 and index.page_of("nobody") == 0
    assert index.scene("s-01234").caption.endswith("“1234”")


def test_lines_in_another_order_are_read_too(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", count=2, images=1)
    before = RunIndex.open(run.path)
    for file in ("scenes.jsonl", "pictures.jsonl", "judgements.jsonl"):
        rows = [orjson.loads(line) for line in (run.path / file).read_bytes().splitlines()]
        turned = [dict(reversed(row.items())) for row in rows]
        (run.path / file).write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in turned) + b'{"half')
    after = RunIndex.open(run.path)
    for id in before.scenes:
        assert after.scene(id) == before.scene(id) and after.pictures(id) == before.pictures(id)
    assert after.judges == before.judges


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="There is no run in"):
        RunIndex.open(tmp_path)
    run = make_run(tmp_path / "run", count=1, images=1)
    with pytest.raises(FormatError, match="There is no scene “x”"):
        RunIndex.open(run.path).scene("x")
    with (run.path / "pictures.jsonl").open("a") as lines:
        lines.write('{"id": "a"}\n')
    with pytest.raises(FormatError, match=r"Line 2 of .*pictures.jsonl has no “scene”"):
        RunIndex.open(run.path)
    (run.path / "pictures.jsonl").write_text("nonsense\n")
    with pytest.raises(FormatError, match=r"Line 1 of .*pictures.jsonl is not JSON"):
        RunIndex.open(run.path)
