"""Run folders on a real disk: what is written is read back, a killed run goes on, a full disk costs nothing.

Run it: `pytest tests/engine/test_run.py`.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.disk import append_line, read_lines
from engine.errors import DiskFull, FormatError, StoreError
from engine.graph import Object, SceneGraph
from engine.png import read_png
from engine.run import Run, file_stem
from engine.scene import describe
from models.pocket.painter import paint
from tests.engine.judged_runs import POCKET, SETTINGS, contents, lines, make_run, oracle

ROOT = Path(__file__).parents[2]
LINES = lines(2)


def begin(path: Path, *, resume: bool = False, **change: object) -> Run:
    how = {"generator": "pocket", "settings": SETTINGS, "seed": 3, **change}
    return Run.create(path, taxonomy=POCKET, resume=resume, **how)  # type: ignore[arg-type]


def draw(run: Run, scene: int, seed: int) -> str:
    there = contents(LINES[scene], seed)
    return run.add_picture(paint(there, size=64), LINES[scene], seed, record={"pocket": there.to_dict()}).id


def test_a_run_is_complete_by_itself(judged_run: Run, tmp_path: Path) -> None:
    moved = Run.open(shutil.copytree(judged_run.path, tmp_path / "moved"))
    scenes = list(moved.scenes())
    assert scenes == lines(6)
    pictures = list(moved.pictures())
    assert [picture.id for picture in pictures] == [f"{scene.id}-{k}" for scene in scenes for k in range(3)]
    for picture in pictures:
        data = moved.read_image(picture)
        image, origin = read_png(data)
        assert hashlib.sha256(data).hexdigest() == picture.sha256
        assert image.size == (picture.width, picture.height) == (64, 64)
        scene = next(scene for scene in scenes if scene.id == picture.scene)
        assert (origin.graph, origin.questions, origin.record) == (scene.graph, scene.questions, picture.record)
        assert (origin.seed, origin.settings, origin.caption) == (picture.seed, SETTINGS, picture.caption)
        assert origin.taxonomy_version == POCKET.version


def test_the_manifest_says_what_it_is(judged_run: Run) -> None:
    data = json.loads((judged_run.path / "manifest.json").read_bytes())
    assert data | {"created": "", "finished": ""} == {
        "schema": 1, "program": "0.1.0", "kind": "render", "generator": "pocket", "judge": "pocket", "settings": SETTINGS,
        "seed": 3, "taxonomy": "pocket", "taxonomy_version": POCKET.version, "scenes": 6, "pictures": 18, "created": "",
        "finished": "",
    }  # fmt: skip
    assert data["created"] <= data["finished"]


def test_a_killed_render_goes_on(tmp_path: Path) -> None:
    run = begin(tmp_path / "run")
    draw(run, 0, 0)
    draw(run, 0, 1)
    for file in ("pictures.jsonl", "scenes.jsonl", "judgements.jsonl"):  # killed in the middle of a line
        with (run.path / file).open("ab") as lines:
            lines.write(b'{"id": "half')
    (run.path / "images" / "3-0001-0.png").write_bytes(b"drawn, but its line was never written")
    (run.path / ".x.partial").write_bytes(b"half a file")

    again = begin(tmp_path / "run", resume=True)
    assert again.drawn == {("3-0000", 0), ("3-0000", 1)}
    assert draw(again, 1, 0) == "3-0001-0"
    said = again.add_judgement("3-0001-0", judge="pocket", scores=oracle(LINES[1], contents(LINES[1], 0)))
    again.finish()

    last = Run.open(tmp_path / "run")
    assert [picture.id for picture in last.pictures()] == ["3-0000-0", "3-0000-1", "3-0001-0"]
    assert [scene.id for scene in last.scenes()] == ["3-0000", "3-0001"]
    assert [one.picture for one in last.judgements()] == [said.picture]
    assert read_png(last.read_image(list(last.pictures())[-1]))[1].seed == 0
    assert (last.manifest.scenes, last.manifest.pictures) == (2, 3)


def test_a_picture_that_is_there_is_not_drawn_twice(tmp_path: Path) -> None:
    run = begin(tmp_path / "run")
    assert draw(run, 0, 7) == draw(run, 0, 7) == "3-0000-0"
    assert len(list(run.pictures())) == 1


def test_a_removed_line_costs_no_other_picture(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", count=1, images=3, judged=False)
    rows = (run.path / "pictures.jsonl").read_bytes().splitlines(keepends=True)
    (run.path / "pictures.jsonl").write_bytes(rows[0] + rows[2])
    again = Run.open(run.path)
    draw(again, 0, 9)
    assert sorted(picture.id for picture in again.pictures()) == ["3-0000-0", "3-0000-1", "3-0000-2"]
    for picture in again.pictures():
        again.read_image(picture)


def test_a_later_word_of_the_same_judge_supersedes(judged_run: Run, tmp_path: Path) -> None:
    run = Run.open(shutil.copytree(judged_run.path, tmp_path / "run"))
    first = run.newest()["3-0000-0"]
    other = replace(first.scores, mean=0.25)
    run.add_judgement("3-0000-0", judge="pocket", scores=other)
    run.add_judgement("3-0000-1", judge="second", scores=other)
    assert run.newest()["3-0000-0"].scores.mean == 0.25
    assert run.newest()["3-0000-0"].oracle is None
    assert list(run.newest("second")) == ["3-0000-1"]
    assert run.judges() == ("second", "pocket")
    assert len(list(run.judgements("pocket"))) == 19
    assert next(run.judgements()) == first


def test_scores_come_back_as_they_were(judged_run: Run) -> None:
    line = lines(6)[0]
    assert judged_run.newest()[f"{line.id}-2"].oracle == oracle(line, contents(line, 2))


# --- what is refused --------------------------------------------------------------------------------------------------


def test_a_folder_that_is_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(FormatError, match="not empty and holds no run"):
        begin(tmp_path)
    with pytest.raises(FormatError, match="is a file"):
        begin(tmp_path / "thesis.tex")
    with pytest.raises(FormatError, match="There is no run in"):
        Run.open(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_run_is_not_begun_twice(tmp_path: Path) -> None:
    begin(tmp_path / "run")
    with pytest.raises(FormatError, match="There is a run in"):
        begin(tmp_path / "run")
    begin(tmp_path / "run", resume=True, settings=dict(reversed(SETTINGS.items())))
    with pytest.raises(FormatError, match="begun with generator “pocket”, not “painter”"):
        begin(tmp_path / "run", resume=True, generator="painter")
    with pytest.raises(FormatError, match="begun with steps “20”, not “50”"):
        begin(tmp_path / "run", resume=True, settings={**SETTINGS, "steps": 50})


def test_two_scenes_cannot_share_an_id(tmp_path: Path) -> None:
    run = begin(tmp_path / "run")
    run.add_scene(LINES[0])
    run.add_scene(LINES[0])
    with pytest.raises(FormatError, match="another scene “3-0000”"):
        run.add_scene(replace(LINES[1], id=LINES[0].id))
    assert len(list(run.scenes())) == 1


@pytest.mark.parametrize(
    ("file", "text", "says"),
    [
        ("manifest.json", "{", "is not JSON"),
        ("manifest.json", "[]", "not a JSON object"),
        ("manifest.json", '{"schema": 9, "generator": "x"}', "not of a run that this program reads"),
        ("manifest.json", '{"schema": 1, "generator": 5, "kind": "render"}', "damaged"),
        ("pictures.jsonl", "{}\n", "Line 1 of .* has no “id”"),
        ("pictures.jsonl", "junk\n", "Line 1 of pictures.jsonl is not JSON"),
        ("scenes.jsonl", '{"id": "a"}\n', "Line 1 of .* has no “hash”"),
    ],
)
def test_a_damaged_run_is_refused(judged_run: Run, tmp_path: Path, file: str, text: str, says: str) -> None:
    folder = shutil.copytree(judged_run.path, tmp_path / "run")
    (folder / file).write_text(text)
    with pytest.raises(FormatError, match=says):
        Run.open(folder)


def test_a_damaged_judgement_names_its_line(judged_run: Run, tmp_path: Path) -> None:
    folder = shutil.copytree(judged_run.path, tmp_path / "run")
    append_line(folder / "judgements.jsonl", {"picture": "x", "judge": "pocket", "scores": {"mean": "high"}})
    with pytest.raises(FormatError, match="Line 19 of"):
        Run.open(folder).newest()


def test_a_picture_cannot_lead_out_of_the_run(judged_run: Run, tmp_path: Path) -> None:
    run = Run.open(shutil.copytree(judged_run.path, tmp_path / "run"))
    picture = next(run.pictures())
    with pytest.raises(FormatError, match="leads out of"):
        run.read_image(replace(picture, file="../../../etc/passwd"))
    run.image_path(picture).write_bytes(b"changed")
    with pytest.raises(FormatError, match="was changed"):
        run.read_image(picture)
    run.image_path(picture).unlink()
    with pytest.raises(FormatError, match="is missing"):
        run.read_image(picture)


def test_a_scene_of_any_name_has_its_file(tmp_path: Path) -> None:
    run = begin(tmp_path / "run")
    graph = SceneGraph((Object("a", "dog"),))
    for id in ("../../up", "a/b", "A.B", "a b", "日本", "<script>"):
        line = describe(graph, POCKET, id=id)
        picture = run.add_picture(paint(contents(line, 0)), line, 0)
        assert run.image_path(picture).parent == (run.path / "images").resolve()
    assert len(list((run.path / "images").iterdir())) == 6


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"])))
def test_file_names_are_plain_and_tell_ids_apart(a: str, b: str) -> None:
    assert set(file_stem(a)) <= set("abcdefghijklmnopqrstuvwxyz0123456789_-")
    assert 0 < len(file_stem(a)) <= 80
    assert (file_stem(a) == file_stem(b)) == (a == b)


# --- the disk ---------------------------------------------------------------------------------------------------------


def test_a_line_too_many_for_the_disk(tmp_path: Path) -> None:
    (tmp_path / "full.jsonl").symlink_to("/dev/full")
    with pytest.raises(DiskFull, match=f"The disk that holds {tmp_path} is full"):
        append_line(tmp_path / "full.jsonl", {"a": 1})


def test_a_folder_nobody_may_write_in() -> None:
    with pytest.raises(StoreError, match="Cannot write in"):
        begin(Path("/proc/nowhere/run"))


def test_a_long_torn_line_is_cut_off(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    append_line(file, {"a": 1})
    with file.open("ab") as lines:
        lines.write(b"x" * 200_000)
    append_line(file, {"a": 2})
    assert list(read_lines(file)) == [(1, {"a": 1}), (2, {"a": 2})]


def may_mount() -> bool:
    unshare = shutil.which("unshare")
    return unshare is not None and subprocess.run([unshare, "-rm", "true"], capture_output=True).returncode == 0


SMALL_DISK = """
import subprocess, sys
from pathlib import Path
from engine.errors import DiskFull
from engine.run import Run
from tests.engine.judged_runs import POCKET, contents, lines
from models.pocket.painter import paint

home = Path(sys.argv[1])
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", home], check=True)
run = Run.create(home / "run", generator="pocket", taxonomy=POCKET)
line = lines(1)[0]
drawn = 0
try:
    for seed in range(1000):
        run.add_picture(paint(contents(line, 0), size=128), line, seed)
        drawn += 1
except DiskFull as error:
    assert "what was written before is kept" in str(error), error
assert 0 < drawn < 1000
assert not list(home.rglob("*.partial")), "a partial file is left"
again = Run.open(home / "run")
assert len(again.drawn) == drawn
for picture in again.pictures():
    again.read_image(picture)
subprocess.run(["mount", "-o", "remount,size=2m", home], check=True)
run.add_picture(paint(contents(line, 0), size=128), line, drawn)
assert len(Run.open(home / "run").drawn) == drawn + 1
"""


@pytest.mark.skipif(not may_mount(), reason="this machine lets nobody mount a small disk (unshare -rm)")
def test_a_full_disk_keeps_what_was_there(tmp_path: Path) -> None:
    command = ["unshare", "-rm", sys.executable, "-c", SMALL_DISK, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
