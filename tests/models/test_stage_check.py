"""The rehearsal of the stage: what it looks at without drawing, and a prepared reel of one scene.

Try it: `python -m pytest tests/models/test_stage_check.py`.
"""

from __future__ import annotations

from dataclasses import replace

from engine.png import read_png
from engine.store import device_lock
from models.stage_check import _files, _reel, _timed, _weights, at_work
from models.stage_reel import frames_of, prepare, reel_files
from models.stage_rehearsal import Notes, findings


def test_weights_files_and_fonts_are_here() -> None:
    assert all(finding.well for finding in (*_weights(), *_files()))


def test_the_reel_is_opened_and_a_broken_file_is_named(tmp_path) -> None:
    assert next(_reel(tmp_path)).well
    (tmp_path / "stage").mkdir()
    (tmp_path / "stage" / "talk.png").write_bytes(b"no picture")
    finding = next(_reel(tmp_path))
    assert not finding.well and "talk.png" in finding.says


def test_a_prepared_scene_carries_all_and_comes_out_the_same_again(tmp_path) -> None:
    first, again = (prepare(tmp_path / name / "stage", count=1, seed=3)[0] for name in ("a", "b"))
    assert reel_files(tmp_path / "a") == (first,)
    origin = read_png(first.read_bytes())[1]
    assert origin.questions and origin.judgements and len(frames_of(first)) == 7
    assert first.read_bytes() == again.read_bytes()


def test_what_took_too_long_is_not_well(tmp_path) -> None:
    from engine.store import open_store

    with open_store(tmp_path) as store:
        store.enqueue("render", owner="me")
        job = store.claim("cpu", "test")
        assert job is not None
        done = store.finish(job.id, job.token or "")
    assert _timed("warm", done, 2.9, 3.0).well and not _timed("warm", done, 3.1, 3.0).well
    assert not _timed("warm", job, 1.0, 3.0).well


def test_a_rehearsed_talk_is_told_by_its_slowest_key_and_by_what_it_asked_for() -> None:
    notes = Notes(first=[9.0, 1.1, 2.9], finished=[10.0, 2.0, 4.0], memory=[700.0, 720.0], shows=12, longest=4.0)
    assert all(finding.well for finding in findings(notes, 5))
    assert "2.0 s from the key to the first picture (median of 2, slowest 2.9 s, finished" in next(
        finding.says for finding in findings(notes, 5) if finding.what == "warm key"
    )
    for worse, what in (
        (replace(notes, first=[15.5, 1.0]), "cold key"),
        (replace(notes, first=[9.0, 1.0, 3.1]), "warm key"),
        (replace(notes, longest=13.0), "reel"),
        (replace(notes, shows=0), "reel"),
        (replace(notes, outside=["https://fonts.example/a"]), "offline"),
        (replace(notes, troubles=["TypeError"]), "troubles"),
    ):
        assert [finding.what for finding in findings(worse, 5) if not finding.well] == [what]


def test_a_home_that_nobody_used_yet_has_nobody_at_work(tmp_path) -> None:
    assert at_work(tmp_path / "never") is False
    (tmp_path / "home" / "locks").mkdir(parents=True)
    assert at_work(tmp_path / "home") is False
    with device_lock(tmp_path / "home", "cpu"):
        assert at_work(tmp_path / "home") is True
