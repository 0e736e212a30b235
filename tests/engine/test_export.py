"""Sets to train on: what lies on disk, the same bytes for the same selection, splits, and what is refused.

Run it: `pytest tests/engine/test_export.py`.
"""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from engine import interchange
from engine.errors import FormatError
from engine.export import LAYOUTS, ExportRow, check, export, paired, rows_of, session_zip
from engine.export.rows import select
from engine.graph import Object, SceneGraph
from engine.png import read_png
from engine.run import Run
from engine.scoring import Scores

ROOT = Path(__file__).parents[2]
SHARE = 0.35


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


SINGLE = [name for name, layout in LAYOUTS.items() if layout.pair is None]


@pytest.fixture
def rows(judged_run: Run) -> list[ExportRow]:
    return list(rows_of(judged_run))


def row(id: str = "a", graph: SceneGraph | None = None, **change: object) -> ExportRow:
    file = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(file, "PNG")
    graph = graph or SceneGraph((Object("o", "dog"),))
    plain = ExportRow(id=id, image=file.getvalue(), caption="A dog.", graph=graph, scores=None, seed=1, generator="g")
    return replace(plain, **change)  # type: ignore[arg-type]


@pytest.mark.parametrize("format", SINGLE)
def test_the_same_selection_gives_the_same_bytes(rows: list[ExportRow], tmp_path: Path, format: str) -> None:
    first = export(rows, tmp_path / "first", format, test_share=SHARE)
    export(reversed(rows), tmp_path / "deeper" / "second", format, test_share=SHARE)
    assert contents(tmp_path / "first") == contents(tmp_path / "deeper" / "second")
    assert sum(first.splits.values()) == 18
    assert min(first.splits.values()) >= 3
    assert (first.scenes, first.format) == (6, format)
    assert f"{format}, {first.splits['train']} in train" in str(first)
    assert check(tmp_path / "first") == first
    assert sorted(file.name for file in tmp_path.iterdir()) == ["deeper", "first"]  # nothing temporary is left


def test_imagefolder(judged_run: Run, tmp_path: Path) -> None:
    receipt = export(judged_run, tmp_path / "set", "imagefolder", test_share=SHARE)
    newest = judged_run.newest()
    seen: dict[str, set[str]] = {}
    for split in ("train", "test"):
        lines = (tmp_path / "set" / split / "metadata.jsonl").read_text().splitlines()
        assert len(lines) == receipt.splits[split]
        read = [json.loads(line) for line in lines]
        assert [one["file_name"] for one in read] == sorted(one["file_name"] for one in read)
        for one in read:
            data = (tmp_path / "set" / split / one["file_name"]).read_bytes()
            _, origin = read_png(data)
            assert origin.caption == one["text"]
            assert origin.graph.to_dict() == json.loads(one["scene_graph"])
            assert (origin.seed, origin.graph.complexity) == (one["seed"], one["complexity"])
            assert (one["score"], one["judge"]) == (newest[one["id"]].scores.gated, "pocket")
            types = {name: type(value) for name, value in one.items()}
            assert types == {
                "file_name": str, "id": str, "text": str, "scene_graph": str, "graph_hash": str, "complexity": int,
                "seed": int, "generator": str, "score": float, "score_mean": float, "score_geometric": float, "judge": str,
            }  # fmt: skip
            seen.setdefault(one["graph_hash"], set()).add(split)
    assert len(seen) == 6
    assert all(len(splits) == 1 for splits in seen.values())
    # The script of diffusers reads everything below the folder it is given, so it must be given train alone.
    assert f"--train_data_dir {tmp_path}/set/train --image_column image --caption_column text" in receipt.train


def test_the_card_says_how_to_train(rows: list[ExportRow], tmp_path: Path) -> None:
    export(rows, tmp_path / "set", "imagefolder", test_share=SHARE, licence="cc-by-4.0")
    card = (tmp_path / "set" / "README.md").read_text()
    header = card.split("---\n")[1]
    assert 'license: "cc-by-4.0"\n' in header
    assert '  - split: train\n    path: "train/**"\n  - split: test\n    path: "test/**"\n' in header
    assert "  - name: score\n    dtype: float64\n" in header
    assert '--train_data_dir "$PWD"/train --image_column image --caption_column text' in card
    assert "Leave `--random_flip` off" in card
    assert "choose one that the generator's licence allows" not in card


def test_the_manifest_knows_every_file(rows: list[ExportRow], tmp_path: Path) -> None:
    export(rows, tmp_path / "set", "imagefolder")
    manifest = json.loads((tmp_path / "set" / "manifest.json").read_bytes())
    assert set(manifest["files"]) | {"manifest.json"} == set(contents(tmp_path / "set"))
    assert (manifest["splits"], manifest["scenes"], manifest["licence"]) == ({"train": 18}, 6, "unknown")
    file = tmp_path / "set" / "train" / "images" / f"{rows[0].id}.png"
    good = file.read_bytes()
    for change, says in ((b"x", "was changed"), (None, "is missing")):
        file.unlink()
        if change:
            file.write_bytes(change)
        with pytest.raises(FormatError, match=says):
            check(tmp_path / "set")
    file.write_bytes(good)
    (tmp_path / "set" / "more.txt").touch()
    with pytest.raises(FormatError, match=r"more.txt of .* was added"):
        check(tmp_path / "set")


def test_parquet(rows: list[ExportRow], tmp_path: Path) -> None:
    receipt = export(rows, tmp_path / "set", "parquet", test_share=SHARE)
    table = pq.read_table(tmp_path / "set" / "data" / "train-00000-of-00001.parquet")
    told = json.loads(table.schema.metadata[b"huggingface"])["info"]["features"]
    assert list(told) == table.column_names
    assert told["image"] == {"_type": "Image"}
    assert told["score"] == {"dtype": "float64", "_type": "Value"}
    read = table.to_pylist()
    assert len(read) == receipt.splits["train"]
    by_id = {one.id: one for one in rows}
    for one in read:
        assert one["image"]["bytes"] == by_id[one["id"]].png()
        assert one["text"] == by_id[one["id"]].caption
        assert one["score"] == by_id[one["id"]].score


def test_webdataset(rows: list[ExportRow], tmp_path: Path) -> None:
    export([replace(rows[0], id="A.odd/name"), *rows[1:]], tmp_path / "set", "webdataset")
    with tarfile.open(tmp_path / "set" / "train-000000.tar") as shard:
        names = shard.getnames()
        assert all(entry.mtime == 0 and entry.uid == 0 for entry in shard)
        png, text, data = (shard.extractfile(name) for name in names[-3:])
        assert png and text and data
        assert read_png(png.read())[1].caption == text.read().decode() == json.loads(data.read())["text"]
    assert len(names) == 54
    for start in range(0, 54, 3):  # a sample's parts follow one another under one name without a dot
        stem = names[start].split(".")[0]
        assert names[start : start + 3] == [f"{stem}.png", f"{stem}.txt", f"{stem}.json"]


def test_kohya(rows: list[ExportRow], tmp_path: Path) -> None:
    export(rows, tmp_path / "set", "kohya", test_share=SHARE)
    told = tomllib.loads((tmp_path / "set" / "dataset.toml").read_text())
    assert told["datasets"][0]["subsets"] == [{"image_dir": "train", "num_repeats": 1}]
    assert told["general"] == {"caption_extension": ".txt", "shuffle_caption": False, "flip_aug": False}
    pictures = sorted((tmp_path / "set" / "train").glob("*.png"))
    for picture in pictures:
        assert read_png(picture.read_bytes())[1].caption == picture.with_suffix(".txt").read_text()
    lines = [
        line for file in sorted((tmp_path / "set").glob("*/metadata.jsonl")) for line in file.read_text().splitlines()
    ]
    assert len(lines) == 18
    assert (tmp_path / "set" / "test" / json.loads(lines[0])["file_name"]).is_file()


def pairs_of(rows: list[ExportRow], format: str) -> list[ExportRow]:
    """The best and worst of each scene, in the roles of the format."""
    names = dict(zip(("chosen", "rejected"), LAYOUTS[format].pair or (), strict=True))
    return [replace(one, role=names[one.role]) for one in paired(rows, margin=0.1)]  # type: ignore[arg-type]


@pytest.mark.parametrize("format", ["preference", "teacher-student"])
def test_two_pictures_a_row(rows: list[ExportRow], tmp_path: Path, format: str) -> None:
    better, worse = LAYOUTS[format].pair or ("", "")
    chosen = pairs_of(rows, format)
    first = export(chosen, tmp_path / "first", format, test_share=SHARE)
    export(chosen[::-1], tmp_path / "second", format, test_share=SHARE)
    assert contents(tmp_path / "first") == contents(tmp_path / "second")
    assert sum(first.splits.values()) == len(chosen) and len(chosen) % 2 == 0
    by_id = {one.id: one for one in rows}
    lines = [
        json.loads(line)
        for file in (tmp_path / "first").glob("*/metadata.jsonl")
        for line in file.read_text().splitlines()
    ]
    assert len(lines) == len(chosen) // 2
    for one in lines:
        two = [by_id[Path(one[f"{role}_file_name"]).stem] for role in (better, worse)]
        assert one["id"] == two[0].id and two[0].graph.hash == two[1].graph.hash == one["graph_hash"]
        assert (one[f"{better}_score"], one[f"{worse}_score"]) == (two[0].score, two[1].score)
        assert one["margin"] == one[f"{better}_score"] - one[f"{worse}_score"] >= 0.1
    with pytest.raises(FormatError, match=f"holds pairs of {better} and {worse}, and there are none here"):
        export(rows, tmp_path / "third", format)
    alone = [one for one in chosen if one.role == better]
    with pytest.raises(FormatError, match="there are none here"):
        export(alone, tmp_path / "third", format)
    other = next(one for one in rows if one.graph.hash != alone[0].graph.hash)
    crossed = [replace(alone[0], partner=other.id), replace(other, role=worse, partner=alone[0].id)]  # type: ignore[arg-type]
    with pytest.raises(FormatError, match="show different scenes"):
        export(crossed, tmp_path / "third", format)


def test_pairs_as_single_pictures_are_the_better_ones(rows: list[ExportRow], tmp_path: Path) -> None:
    chosen = pairs_of(rows, "teacher-student")
    receipt = export(chosen, tmp_path / "set", "imagefolder")
    assert receipt.splits == {"train": len(chosen) // 2}
    lines = [json.loads(line) for line in (tmp_path / "set" / "train" / "metadata.jsonl").read_text().splitlines()]
    assert {line["id"] for line in lines} == {one.id for one in chosen if one.role == "teacher"}


def test_a_run_has_preference_pairs(judged_run: Run, tmp_path: Path) -> None:
    receipt = export(judged_run, tmp_path / "set", "preference")
    assert 0 < receipt.splits["train"] <= 12
    assert "train_diffusion_dpo.py" in receipt.train


def test_coco(rows: list[ExportRow], tmp_path: Path) -> None:
    export(rows, tmp_path / "set", "coco", test_share=SHARE, title="My set", licence="cc0-1.0")
    read = [
        json.loads((tmp_path / "set" / "annotations" / f"captions_{split}.json").read_bytes())
        for split in ("train", "test")
    ]
    images = [image for data in read for image in data["images"]]
    assert len({image["id"] for image in images}) == 18
    by_id = {one.id: one for one in rows}
    for data, split in zip(read, ("train", "test"), strict=True):
        assert data["info"]["description"] == "My set"
        assert data["licenses"] == [{"id": 1, "name": "cc0-1.0", "url": ""}]
        said = {one["image_id"]: one["caption"] for one in data["annotations"]}
        for image in data["images"]:
            assert said[image["id"]] == by_id[image["name"]].caption
            with Image.open(tmp_path / "set" / split / "images" / image["file_name"]) as picture:
                assert picture.size == (image["width"], image["height"])


def test_annotations_hold_the_graphs(rows: list[ExportRow], tmp_path: Path) -> None:
    by_id = {one.id: one for one in rows}
    for format, file, loses in (
        ("paper", "prompts_train.json", False), ("gqa", "train_sceneGraphs.json", True),
        ("visual-genome", "scene_graphs_train.json", True), ("dsg", "dsg_train.csv", True),
    ):  # fmt: skip
        export(rows, tmp_path / format, format)
        records = list(interchange.read(tmp_path / format / "annotations" / file))
        names = {record.id: record.id for record in records}
        if format == "visual-genome":
            told = json.loads((tmp_path / format / "annotations" / "image_data_train.json").read_bytes())
            names = {str(one["image_id"]): Path(one["file_name"]).stem for one in told}
        assert len(records) == 18
        for record in records:
            there = by_id[names[record.id]].graph
            assert sorted(item.name for item in record.graph.objects) == sorted(item.name for item in there.objects)
            assert format != "paper" or record.graph.hash == there.hash
        assert (tmp_path / format / "annotations" / "left_out.txt").is_file() or not loses


def test_a_wrong_annotation_is_found(rows: list[ExportRow], tmp_path: Path) -> None:
    """The sums of a set that somebody made anew hold, and what it says does not."""
    for format, file, old, new in (
        ("coco", "captions_train.json", b'"caption":"', b'"caption":"Not '),
        ("paper", "prompts_train.json", b'"object_node"', b'"odd_node"'),
        ("gqa", "train_sceneGraphs.json", f'"{rows[0].id}"'.encode(), b'"other"'),
    ):
        export(rows, tmp_path / format, format)
        layout, wrong = LAYOUTS[format], tmp_path / format / "annotations" / file
        wrong.write_bytes(wrong.read_bytes().replace(old, new, 1))
        assert layout.verify is not None
        with pytest.raises(FormatError):
            layout.verify(tmp_path / format)


def test_the_card_tells_how_it_was_chosen(rows: list[ExportRow], tmp_path: Path) -> None:
    chosen = {"rule": {"name": "BestOf", "judge": "`pocket`<b>"}}
    export(rows, tmp_path / "set", "imagefolder", title="<script> | best", chosen=chosen)
    card = (tmp_path / "set" / "README.md").read_text().split("---\n")[2]
    assert "# script best" in card and "- Chosen by:" in card and "<" not in card
    assert json.loads((tmp_path / "set" / "manifest.json").read_bytes())["chosen"] == chosen


def test_shards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    many = [row(f"r{i:02d}") for i in range(7)]
    monkeypatch.setattr("engine.export.parquet.SHARD", 3)
    monkeypatch.setattr("engine.export.parquet.GROUP", 2)
    monkeypatch.setattr("engine.export.webdataset.SHARD", 3)
    assert export(many, tmp_path / "p", "parquet").splits == {"train": 7}
    assert export(many, tmp_path / "w", "webdataset").splits == {"train": 7}
    names = [f"train-{i:05d}-of-00003.parquet" for i in range(3)]
    assert sorted(file.name for file in (tmp_path / "p" / "data").iterdir()) == names
    assert len(list((tmp_path / "w").glob("*.tar"))) == 3


def test_progress_is_told(rows: list[ExportRow], tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    export(rows, tmp_path / "set", "kohya", on_step=lambda done, total: told.append((done, total)))
    assert told == [(i, 18) for i in range(1, 19)]


# --- splits and columns -----------------------------------------------------------------------------------------------


def graphs(count: int) -> list[SceneGraph]:
    return [SceneGraph((Object("o", f"thing {i}"),)) for i in range(count)]


def test_about_the_asked_share_goes_to_test() -> None:
    found = select([row(str(i), graph) for i, graph in enumerate(graphs(400))], test_share=0.25)
    assert 75 < len(found.splits["test"]) < 125


@settings(max_examples=30)
@given(st.integers(1, 40), st.floats(0, 0.9), st.integers(0, 40))
def test_a_graph_is_in_one_split_and_stays_there(count: int, share: float, more: int) -> None:
    first = [row(f"{i}-{k}", graph) for i, graph in enumerate(graphs(count)) for k in range(2)]
    try:
        before = {one.graph.hash: one.split for one in select(first, test_share=share).rows}
    except FormatError as error:
        assert "fall into test" in str(error)
        return
    later = first + [row(f"more-{i}", graph) for i, graph in enumerate(graphs(count + more))]
    after = select(later, test_share=share).rows
    assert all(one.split == before.get(one.graph.hash, one.split) for one in after)
    assert len({(one.graph.hash, one.split) for one in after}) == count + more


def test_a_given_split_is_kept_unless_a_graph_would_be_in_both() -> None:
    a, b = graphs(2)
    found = select([row("a", a, split="test"), row("b", b)])
    assert [one.split for one in found.rows] == ["test", "train"]
    with pytest.raises(FormatError, match="in train and in test"):
        select([row("a", a, split="test"), row("b", a, split="train")])
    with pytest.raises(FormatError, match="“validation” is not a split"):
        select([row("a", a, split="validation")])


def test_scores_are_columns_where_every_split_has_some(rows: list[ExportRow]) -> None:
    """A column with numbers in one split and nothing in the other cannot be loaded (datasets 5.2)."""
    assert select(rows).scored
    assert select([replace(rows[0], scores=None), *rows[1:]]).scored
    halves = select(rows, test_share=SHARE).rows
    assert not select([replace(one, scores=None) if one.split == "test" else one for one in halves]).scored
    assert not select([row()]).scored
    assert "score" not in row().columns(scored=False)
    assert row().columns()["score"] is None


# --- what is refused --------------------------------------------------------------------------------------------------


def test_what_makes_no_set_is_refused(tmp_path: Path) -> None:
    out = tmp_path / "set"
    for pictures, format, says in (
        ([], "imagefolder", "no picture to export"),
        ([row()], "zip", "no format “zip”. Choose “imagefolder”, “parquet”, .* or “dsg”"),
        ([row("a"), row("a")], "imagefolder", "Two pictures have the id “a”"),
        ([row(image=b"GIF89a")], "parquet", "“a” is not a PNG"),
        ([row(image=tmp_path / "gone.png")], "kohya", "“a” is missing"),
    ):
        with pytest.raises(FormatError, match=says):
            export(pictures, out, format)
    with pytest.raises(FormatError, match="test share of “1.0” is impossible"):
        export([row()], out, "kohya", test_share=1.0)
    with pytest.raises(FormatError, match="cannot be opened"):
        export([row(image=row().png()[:40])], out, "imagefolder")
    assert list(tmp_path.iterdir()) == []


def test_only_a_set_of_ours_is_ever_replaced(rows: list[ExportRow], tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    export(rows[:3], home, "imagefolder")  # an empty folder is as good as none
    with pytest.raises(FormatError, match="Choose another folder, or overwrite it"):
        export(rows, home, "imagefolder")
    before = contents(home)
    with pytest.raises(FormatError, match="cannot be opened"):
        export([row(image=row().png()[:40])], home, "imagefolder", overwrite=True)
    assert contents(home) == before
    assert export(rows, home, "kohya", overwrite=True).splits == {"train": 18}
    assert not (home / "train" / "images").exists()

    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "thesis.tex").write_text("years of work")
    with pytest.raises(FormatError, match="is not an exported set"):
        export(rows, tmp_path / "thesis", "imagefolder", overwrite=True)
    with pytest.raises(FormatError, match="no exported set in"):
        check(tmp_path / "thesis")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["home", "thesis"]


def test_a_run_is_no_set(judged_run: Run, rows: list[ExportRow], tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="not an exported set"):
        check(judged_run.path)
    with pytest.raises(FormatError, match="is not an exported set"):
        export(rows, judged_run.path, "imagefolder", overwrite=True)
    export(rows, tmp_path / "set", "imagefolder")
    with pytest.raises(FormatError, match="not of a run"):
        Run.open(tmp_path / "set")


def may_mount() -> bool:
    unshare = shutil.which("unshare")
    return unshare is not None and subprocess.run([unshare, "-rm", "true"], capture_output=True).returncode == 0


SMALL_DISK = """
import subprocess, sys
from dataclasses import replace
from pathlib import Path
from engine.errors import DiskFull
from engine.export import LAYOUTS, export, paired, rows_of
from engine.run import Run

home = Path(sys.argv[1])
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=30k", "tmpfs", home], check=True)
for format in LAYOUTS:
    try:
        rows = paired(rows_of(Run.open(sys.argv[2])))
        if LAYOUTS[format].pair is None:
            rows = Run.open(sys.argv[2])
        elif format == "teacher-student":
            names = {"chosen": "teacher", "rejected": "student"}
            rows = [replace(row, role=names[row.role]) for row in rows]
        export(rows, home / "set", format)
    except DiskFull as error:
        assert str(home) in str(error), error
    else:
        raise AssertionError(format)
    assert not list(home.iterdir()), "something is left"
"""


@pytest.mark.skipif(not may_mount(), reason="this machine lets nobody mount a small disk (unshare -rm)")
def test_a_full_disk_leaves_nothing_half_done(judged_run: Run, tmp_path: Path) -> None:
    command = ["unshare", "-rm", sys.executable, "-c", SMALL_DISK, str(tmp_path), str(judged_run.path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


# --- a session --------------------------------------------------------------------------------------------------------


def test_a_session_is_one_zip(judged_run: Run, rows: list[ExportRow]) -> None:
    scene = next(judged_run.scenes())
    pictures = [one for one in rows if one.graph == scene.graph]
    data = session_zip(graph=scene.graph, caption=scene.caption, questions=scene.questions, pictures=pictures)
    again = session_zip(graph=scene.graph, caption=scene.caption, questions=scene.questions, pictures=pictures[::-1])
    assert data == again
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        names = [f"pictures/{one.id}.png" for one in pictures]
        assert archive.namelist() == ["graph.json", "caption.txt", "questions.json", "scores.json", *names]
        assert SceneGraph.from_dict(json.loads(archive.read("graph.json"))) == scene.graph
        assert archive.read("caption.txt").decode() == scene.caption + "\n"
        assert len(json.loads(archive.read("questions.json"))) == len(scene.questions)
        scores = json.loads(archive.read("scores.json"))
        assert Scores.from_dict(scores[pictures[0].id]["scores"]) == pictures[0].scores
        for one in pictures:  # each can be dropped back into the app
            assert archive.read(f"pictures/{one.id}.png") == one.png()
            assert read_png(one.png())[1].graph == scene.graph


def test_an_empty_session_is_a_zip_too() -> None:
    data = session_zip(graph=SceneGraph((Object("o", "<b>"),)), caption="日本")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.read("caption.txt").decode() == "日本\n"
        assert json.loads(archive.read("scores.json")) == {}
