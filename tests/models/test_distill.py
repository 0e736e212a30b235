"""Distillation at toy size with the shipped weights: the gap, the gate, the arms, a set of one's own, going on.

Run it: `pytest tests/models/test_distill.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.curation import Filter, Hand, choose, keep
from engine.errors import FormatError, StoreError
from engine.store import Store, open_store
from models import generators
from models.training.distill import Settings, alarms, good_arm, run
from models.training.evidence import Examined
from models.training.folders import table
from models.training.sets import pairs_of
from models.training.teaching import Lessons

TINY = Settings(
    student="pocket-ar", candidates=16, captions=4, pictures=2, gate=0.5, complexity=(5, 8), rank=4, reported=8,
    lessons=Lessons(steps=3, batch=4, rate=1e-2, warmup=0),
)  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "home") as store:
        yield store


def test_the_widest_gaps_are_chosen_gated_taught_and_listed(store: Store, tmp_path: Path) -> None:
    report = run(TINY, tmp_path / "a", store)
    assert len(report["rounds"]) == 2 and {"pocket", "pocket-b", "oracle"} <= set(report["gains"])
    assert "gain over the start" in table(report)
    chosen = json.loads((tmp_path / "a" / "chosen.json").read_text())["captions"]
    gaps = [row["teacher"] - row["student"] for row in chosen]
    assert 1 <= len(chosen) <= 4 and gaps == sorted(gaps, reverse=True) and gaps[-1] > 0
    (kept,) = store.sets()
    assert kept.name == "a" and {pair.caption for pair in pairs_of(store, "a")} <= {row["caption"] for row in chosen}
    assert generators.load(f"pocket-ar+{tmp_path / 'a' / 'lora'}").draw(["There is a dog."], [1], size=64)
    assert run(TINY, tmp_path / "a", store) == report, "nothing is done twice"
    with pytest.raises(FormatError, match="a run of other settings"):
        run(replace(TINY, gate=0.6), tmp_path / "a", store)
    control = run(replace(TINY, arm=good_arm("random")), tmp_path / "b", store)
    lots = json.loads((tmp_path / "b" / "chosen.json").read_text())["captions"]
    assert len(lots) == len(chosen) and len(control["rounds"]) == 2
    with pytest.raises(FormatError, match="is no arm"):
        good_arm("easy")


def test_a_set_of_ones_own_is_learnt(store: Store, tmp_path: Path) -> None:
    run(TINY, tmp_path / "a", store)
    mine = choose(store, Filter(), Hand(tuple(one.picture for one in store.members("a"))[:2]))
    keep(store, "mine", mine, owner="ada")
    report = run(replace(TINY, named="mine"), tmp_path / "c", store)
    told = json.loads((tmp_path / "c" / "lessons" / "lessons.json").read_text())
    assert told["pairs"] == 2 and report["hard_graphs"] == 0 and not (tmp_path / "c" / "chosen.json").exists()
    with pytest.raises(StoreError):
        run(replace(TINY, named="nobody's"), tmp_path / "d", store)


def test_alarms_are_sentences() -> None:
    flat = np.arange(40.0)

    def seen(b: float, clip: float, diversity: float) -> Examined:
        return Examined({"pocket": flat, "pocket-b": flat + b}, np.full(40, clip), diversity)

    assert alarms(Settings(), seen(0, 50, 0.2), seen(4, 50, 0.2)) == []
    said = " ".join(alarms(Settings(), seen(0, 50, 0.2), seen(-1, 40, 0.1)))
    for word in ("No rise of pocket-b", "forgets", "begin to look alike"):
        assert word in said
