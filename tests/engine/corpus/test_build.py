"""A corpus is exact in number, the same for any number of workers, and survives kills and a full disk.

Run it: `pytest tests/engine/corpus/test_build.py`.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import orjson
import pyarrow.parquet as pq
import pytest

from engine.corpus import build as building
from engine.corpus.build import build
from engine.corpus.order import Order
from engine.corpus.shards import SHARD
from engine.errors import ConstraintError, FormatError
from engine.graph import SceneGraph
from engine.sampler import Constraints
from engine.scene import read_scenes

ROOT = Path(__file__).parents[3]
SMALL = Order(count=120, seed=4, constraints=Constraints(complexity=(3, 6), mode="imaginative"))


def test_exactly_as_many_as_asked_and_resumable_at_will(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    build(SMALL, tmp_path / "a.jsonl", progress=lambda done, total: told.append((done, total)))
    lines = list(read_scenes(tmp_path / "a.jsonl"))
    assert [line.id for line in lines] == [f"4-{i:06d}" for i in range(120)]
    assert told[0] == (0, 120) and told[-1] == (120, 120)
    assert not (tmp_path / "a.jsonl.parts").exists()


def test_workers_and_shards_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "FEW", 0)
    order = replace(SMALL, count=SHARD + 5, ask=False)
    build(order, tmp_path / "one.jsonl", workers=1)
    build(order, tmp_path / "two.jsonl", workers=2)
    assert (tmp_path / "one.jsonl").read_bytes() == (tmp_path / "two.jsonl").read_bytes()
    build(order, tmp_path / "folder", workers=2)
    parts = sorted((tmp_path / "folder").glob("part-*"))
    assert len(parts) == 2
    assert b"".join(part.read_bytes() for part in parts) == (tmp_path / "one.jsonl").read_bytes()


def test_parquet_holds_the_same_scenes(tmp_path: Path) -> None:
    build(SMALL, tmp_path / "a.jsonl")
    build(replace(SMALL, format="parquet"), tmp_path / "a.parquet")
    rows = pq.read_table(tmp_path / "a.parquet").to_pylist()
    for row, line in zip(rows, (tmp_path / "a.jsonl").read_bytes().splitlines(), strict=True):
        record = orjson.loads(line)
        style = record.pop("style")
        for name in ("spans", "scene_graph", "scene_attributes", "questions"):
            row[name] = orjson.loads(row[name])
        assert (row.pop("length"), row.pop("phrasing")) == (style["length"], style["phrasing"])
        assert row == record


def test_the_paper_s_form(tmp_path: Path) -> None:
    build(replace(SMALL, format="paper"), tmp_path / "a.json")
    found = orjson.loads((tmp_path / "a.json").read_bytes())
    assert list(found) == [str(i) for i in range(120)]
    assert found["0"].keys() == {"prompt", "scene_attributes", "scene_graph"}


def test_another_order_is_refused(tmp_path: Path) -> None:
    build(SMALL, tmp_path / "set")
    build(SMALL, tmp_path / "set")
    with pytest.raises(FormatError, match="made with other settings"):
        build(replace(SMALL, seed=5), tmp_path / "set")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "diary.txt").write_text("dear")
    with pytest.raises(FormatError, match="is not empty"):
        build(SMALL, tmp_path / "mine")


def test_what_cannot_be_is_said_before_anything_is_written(tmp_path: Path) -> None:
    impossible = replace(SMALL, constraints=Constraints(complexity=(5, 5), relations=(4, 4)))
    with pytest.raises(ConstraintError):
        build(impossible, tmp_path / "never")
    assert not (tmp_path / "never").exists()


def test_orders_survive_json() -> None:
    seed = SceneGraph.from_dict({"objects": [{"id": "a", "name": "dog"}]})
    order = replace(SMALL, constraints=Constraints(complexity=(4, 6), seed_graph=seed))
    assert Order.from_dict(orjson.loads(orjson.dumps(order.to_dict()))) == order
    with pytest.raises(FormatError):
        Order.from_dict({"count": 3})


def command(out: Path, count: int) -> list[str]:
    return [
        sys.executable, "cli.py", "generate", "--count", str(count), "--mode", "imaginative", "--no-questions",
        "--seed", "6", "--out", str(out),
    ]  # fmt: skip


def test_a_killed_run_goes_on_without_losing_or_repeating(tmp_path: Path) -> None:
    out, count = tmp_path / "set", 4 * SHARD
    for _ in range(3):
        run = subprocess.Popen(command(out, count), cwd=ROOT, stderr=subprocess.DEVNULL, start_new_session=True)
        deadline = time.monotonic() + 120
        before = len(list(out.glob("part-*")))
        while run.poll() is None and len(list(out.glob("part-*"))) == before and time.monotonic() < deadline:
            time.sleep(0.02)
        os.killpg(run.pid, signal.SIGKILL)
        run.wait()
    subprocess.run(command(out, count), cwd=ROOT, check=True, stderr=subprocess.DEVNULL)
    ids = [orjson.loads(line)["id"] for part in sorted(out.glob("part-*")) for line in part.read_bytes().splitlines()]
    assert ids == [f"6-{i:06d}" for i in range(count)]
    assert not list(out.glob(".part-*"))


def test_a_full_disk_is_one_sentence_and_loses_nothing(tmp_path: Path) -> None:
    if not shutil.which("unshare") or subprocess.run(["unshare", "-rm", "true"], check=False).returncode:
        pytest.skip("needs unshare with user namespaces, to mount a small disk")
    disk = tmp_path / "disk"
    disk.mkdir()
    script = (
        f"mount -t tmpfs -o size=6m tmpfs {disk} && {' '.join(command(disk / 'set', 2 * SHARD))}; code=$?; "
        f"ls -A {disk / 'set'} >&2; exit $code"
    )
    run = subprocess.run(["unshare", "-rm", "sh", "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 2
    assert "is full. Make room and run the same again" in run.stderr
    assert "Traceback" not in run.stderr
    assert ".part-" not in run.stderr
