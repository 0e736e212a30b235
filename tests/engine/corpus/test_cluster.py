"""The same corpus on a Ray cluster: the same bytes, and one sentence where there is no cluster.

Run it: `pytest tests/engine/corpus/test_cluster.py`.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from engine.corpus.build import build
from engine.corpus.order import Order
from engine.corpus.shards import SHARD
from engine.errors import ClusterError
from engine.sampler import Constraints

pytest.importorskip("ray", reason="needs the extra of requirements-ray.txt")
ORDER = Order(count=SHARD + 50, seed=8, constraints=Constraints(complexity=(2, 4), mode="imaginative"), ask=False)


def test_ray_writes_the_same_bytes(tmp_path: Path) -> None:
    from engine.corpus.cluster import build_on_ray

    told: list[tuple[int, int]] = []
    build_on_ray(
        ORDER, tmp_path / "ray.jsonl", address="local", progress=lambda done, total: told.append((done, total))
    )
    build(replace(ORDER), tmp_path / "plain.jsonl")
    assert (tmp_path / "ray.jsonl").read_bytes() == (tmp_path / "plain.jsonl").read_bytes()
    assert told[-1] == (ORDER.count, ORDER.count)


def test_no_cluster_is_one_sentence(tmp_path: Path) -> None:
    from engine.corpus.cluster import build_on_ray

    with pytest.raises(ClusterError, match="No Ray cluster answers"):
        build_on_ray(ORDER, tmp_path / "set", address="127.0.0.1:9")
