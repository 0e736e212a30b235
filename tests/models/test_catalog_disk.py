"""Checkpoints in the hub's cache: whole, half fetched, or absent, told at once and without the network.

Run it: `pytest tests/models/test_catalog_disk.py`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from engine.errors import ModelMissing
from models.catalog import card, disk

HUB, COMMIT, OTHER = "Qwen/Qwen3-VL-4B-Instruct", "a" * 40, "b" * 40
SHARDS = ("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors")


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder of a model in the cache, whole: two shards of 2 MB."""
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    home = tmp_path / f"models--{HUB.replace('/', '--')}"
    (home / "refs").mkdir(parents=True)
    (home / "refs" / "main").write_text(COMMIT)
    (home / "blobs").mkdir()
    folder = home / "snapshots" / COMMIT
    folder.mkdir(parents=True)
    (folder / "config.json").write_text('{"architectures": ["Qwen3VLForConditionalGeneration"]}')
    places = {}
    for i, name in enumerate(SHARDS):
        save_file({f"w{i}": torch.zeros(500_000)}, folder / name)
        places[f"w{i}"] = name
    index = {"metadata": {"total_size": 4_000_000}, "weight_map": places}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    return home


def tree(home: Path, **files: tuple[int, str]) -> None:
    """The listing of a commit as the hub's library keeps it."""
    listed = {name: {"size": size, "blob_id": blob} for name, (size, blob) in files.items()}
    (home / "trees").mkdir()
    (home / "trees" / f"{COMMIT}.json").write_text(json.dumps({"format_version": 1, "files": listed}))


def test_a_whole_snapshot_is_ready(home: Path) -> None:
    assert disk.snapshot(HUB) == disk.snapshot(HUB, COMMIT) == home / "snapshots" / COMMIT
    assert disk.lacking(HUB) is None and card("qwen3-vl", "judge").ready
    assert disk.snapshot("Qwen/other") is None and disk.lacking("Qwen/other") is None


def test_a_missing_shard_is_said_with_its_size(home: Path) -> None:
    (home / "snapshots" / COMMIT / SHARDS[1]).unlink()
    assert disk.lacking(HUB) == disk.Lack((SHARDS[1],), 2)
    with pytest.raises(ModelMissing, match=r"only partly on this machine: 1 file missing, 2 MB\. Get it with `python"):
        card("qwen3-vl", "judge")
    with pytest.raises(ModelMissing, match="1 file missing, 2 MB"):
        card(HUB, "judge")


@pytest.mark.parametrize("name", ["config.json", "model.safetensors.index.json"])
def test_files_that_have_to_be_there(home: Path, name: str) -> None:
    (home / "snapshots" / COMMIT / name).unlink()
    if name == "config.json":
        assert disk.lacking(HUB) == disk.Lack((name,), None)
    else:  # shards without an index are weights all the same: the loader says what is wrong with them
        assert disk.snapshot(HUB) is not None


def test_a_snapshot_of_configs_has_no_weights(home: Path) -> None:
    for file in (home / "snapshots" / COMMIT).glob("model*"):
        file.unlink()
    assert disk.lacking(HUB) == disk.Lack(("*.safetensors",), None)


def test_a_download_that_was_cut_off(home: Path) -> None:
    (home / "blobs" / "feed.12345678.incomplete").write_bytes(b"x")
    assert disk.snapshot(HUB) is None and disk.lacking(HUB) == disk.Lack(("blobs/feed",), None)
    tree(home, **{"tokenizer.json": (7_000_001, "feed"), "config.json": (60, "c0")})
    assert disk.lacking(HUB) == disk.Lack(("tokenizer.json",), 8)
    (home / "blobs" / "feed").write_bytes(b"whole")  # fetched again; the library leaves the old piece behind
    assert disk.lacking(HUB) is None and disk.snapshot(HUB) is not None


def test_a_download_of_another_commit_takes_nothing_away(home: Path) -> None:
    (home / "snapshots" / OTHER).mkdir()
    os.utime(home / "snapshots" / COMMIT, (1, 1))
    (home / "blobs" / "feed.incomplete").write_bytes(b"x")
    assert disk.snapshot(HUB) is not None and disk.snapshot(HUB, OTHER) is None


MISSING = """
import sys, time
from engine.errors import ModelMissing
from models import generators, judges, metrics
from models.catalog import CARDS
load = {"generator": generators.load, "judge": judges.load, "metric": metrics.load}
names = [(one.job, one.name) for one in CARDS if not one.ours] + [("generator", "me/mine"), ("judge", "me/mine")]
worst = 0.0
for job, name in names:
    start = time.perf_counter()
    try:
        load[job](name)
        sys.exit(f"{name} was loaded")
    except ModelMissing as error:
        assert "python cli.py models fetch" in str(error), error
    worst = max(worst, time.perf_counter() - start)
print(len(names), worst)
"""


@pytest.mark.parametrize("offline", ["1", "0"])
def test_a_missing_checkpoint_fails_at_once_with_the_command(tmp_path: Path, offline: str) -> None:
    """Also where the hub is a black hole: no packet to that address is ever answered, so asking it would hang."""
    environment = {**os.environ, "HF_HUB_CACHE": str(tmp_path), "HF_ENDPOINT": "http://10.255.255.1"}
    ran = subprocess.run(
        [sys.executable, "-c", MISSING], env=environment | {"HF_HUB_OFFLINE": offline}, capture_output=True, text=True,
        timeout=100,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    count, worst = ran.stdout.split()
    assert int(count) > 30 and float(worst) <= 1.0
