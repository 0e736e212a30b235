"""Every format is loaded by the libraries that people load sets with: `datasets`, and `mlcroissant` by its JSON-LD.

Run it: `pytest tests/engine/test_export_loads.py`.
"""

from __future__ import annotations

import atexit
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from engine.export import LAYOUTS, ExportRow, export, paired, rows_of
from engine.run import Run

os.environ["CROISSANT_CACHE"] = tempfile.mkdtemp(prefix="scenewright-croissant-")  # read once, at import
atexit.register(shutil.rmtree, os.environ["CROISSANT_CACHE"], ignore_errors=True)
datasets = pytest.importorskip("datasets")
croissant = pytest.importorskip("mlcroissant")

SHARE = 0.35
ROLES = {"preference": ("chosen", "rejected"), "teacher-student": ("teacher", "student")}


def rows_for(run: Run, format: str) -> list[ExportRow]:
    """The rows of the run as the format wants them."""
    rows = list(rows_of(run))
    if format not in ROLES:
        return rows
    names = dict(zip(ROLES["preference"], ROLES[format], strict=True))
    return [replace(row, role=names[row.role]) for row in paired(rows)]  # type: ignore[arg-type]


@pytest.fixture(scope="module", params=list(LAYOUTS))
def exported(request: pytest.FixtureRequest, judged_run: Run, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """(format, folder, rows) of each format."""
    rows = rows_for(judged_run, request.param)
    out = tmp_path_factory.mktemp("loads") / "set"
    export(rows, out, request.param, test_share=SHARE, licence="cc-by-4.0", title="Best of three")
    return request.param, out, rows


def test_datasets_loads_it(exported: Any, tmp_path: Path) -> None:
    format, out, rows = exported
    read = datasets.load_dataset(str(out), cache_dir=str(tmp_path))
    by_id = {row.id: row for row in rows}
    images = LAYOUTS[format].images if format != "webdataset" else ("png",)
    per_row = len(images)
    assert sum(len(split) for split in read.values()) * per_row == len(rows)
    assert set(read) == {"train", "test"}
    for split in read.values():
        for line in split:
            told = line["json"] if format == "webdataset" else line
            text = line["txt"] if format == "webdataset" else line["text"]
            there = by_id[told["id"]]
            assert (text, told["graph_hash"]) == (there.caption, there.graph.hash)
            assert json.loads(told["scene_graph"]) == there.graph.to_dict()
            ours = [there, by_id[there.partner]] if per_row == 2 else [there]
            for name, row in zip(images, ours, strict=True):
                assert line[name].convert("RGB").tobytes() == Image.open(io.BytesIO(row.png())).convert("RGB").tobytes()


def test_mlcroissant_loads_it(exported: Any) -> None:
    format, out, rows = exported
    read = croissant.Dataset(jsonld=str(out / "croissant.json"))
    assert not read.metadata.issues.errors
    assert {one.name for one in read.metadata.file_objects if one.sha256}
    by_id, found = {row.id: row for row in rows}, 0
    for split in ("train", "test"):
        for record in read.records(split):
            values = {name.split("/", 1)[1]: value for name, value in record.items()}
            values = json.loads(values["record"]) if format == "webdataset" else values
            there = by_id[plain(values["id"])]
            assert plain(values["text"]) == there.caption
            assert int(values["complexity"]) == there.graph.complexity
            assert json.loads(plain(values["scene_graph"])) == there.graph.to_dict()
            if "image" in values:
                assert values["image"].size == (64, 64)
            found += len(LAYOUTS[format].images)
        if format in (*ROLES, "webdataset"):
            pictures = list(read.records(f"{split}_pictures"))
            assert {record[f"{split}_pictures/image"].size for record in pictures} == {(64, 64)}
    assert found == len(rows)


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    """`mlcroissant` 1.1.1 unpacks a tar file by its name alone, so that another set's file of that name would be read."""
    shutil.rmtree(os.environ["CROISSANT_CACHE"], ignore_errors=True)


@pytest.mark.parametrize("format", ["parquet", "webdataset"])
def test_many_shards(judged_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, format: str) -> None:
    monkeypatch.setattr(f"engine.export.{format}.SHARD", 5)
    export(judged_run, tmp_path / "set", format)
    read = croissant.Dataset(jsonld=str(tmp_path / "set" / "croissant.json"))
    assert len(list(read.records("train"))) == 18
    assert len(datasets.load_dataset(str(tmp_path / "set"), cache_dir=str(tmp_path), split="train")) == 18


def plain(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def test_croissant_names_every_file_but_the_pictures(exported: Any) -> None:
    _, out, _ = exported
    told = json.loads((out / "croissant.json").read_bytes())
    sums = {one["@id"]: one["sha256"] for one in told["distribution"] if "sha256" in one}
    wanted = json.loads((out / "manifest.json").read_bytes())["files"]
    others = {name for name in wanted if not name.endswith((".png", ".md")) and name != "croissant.json"}
    assert {name for name in sums if not name.endswith(".txt") or "annotations" in name} >= {
        name for name in others if not name.endswith(".txt")
    }
    assert all(wanted[name] == value for name, value in sums.items())


def test_the_command_for_preference_pairs_makes_what_the_script_reads(judged_run: Run, tmp_path: Path) -> None:
    """The part of the command before the training itself, run as it is printed."""
    (tmp_path / "here").mkdir()
    receipt = export(rows_for(judged_run, "preference"), tmp_path / "set", "preference", test_share=SHARE)
    found = re.search(r"<<'END'\n(.*)\nEND\n", receipt.train, re.DOTALL)
    assert found
    (tmp_path / "convert.py").write_text(found[1])
    command = [sys.executable, str(tmp_path / "convert.py"), str(tmp_path / "set"), str(tmp_path / "pairs")]
    subprocess.run(command, check=True, cwd=tmp_path / "here", env={"HF_HOME": str(tmp_path), "HF_HUB_OFFLINE": "1"})
    read = datasets.load_dataset(str(tmp_path / "pairs"), split="train", cache_dir=str(tmp_path))
    assert len(read) == receipt.splits["train"] // 2
    for line in read:
        assert line["label_0"] == 1 and line["caption"]
        assert [Image.open(io.BytesIO(line[name])).size for name in ("jpg_0", "jpg_1")] == [(64, 64)] * 2
