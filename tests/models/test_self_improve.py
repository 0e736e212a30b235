"""Self-improvement at toy size with the shipped weights: rounds, arms, sets, going on after a stop, and what is refused.

Run it: `pytest tests/models/test_self_improve.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.errors import FormatError, ModelError
from engine.store import Store, open_store
from models import generators
from models.generators import Stopped
from models.training.evidence import Examined, diversity, gain
from models.training.folders import table
from models.training.self_improve import Settings, alarms, good_arm, run
from models.training.sets import pairs_of
from models.training.students import Pair, student
from models.training.teaching import Lessons, teach

TINY = Settings(
    student="pocket-ar", captions=6, pictures=2, share=0.5, rounds=2, complexity=(2, 4), rank=4, reported=8,
    lessons=Lessons(steps=3, batch=4, rate=1e-2, warmup=0),
)  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "home") as store:
        yield store


def pairs() -> list[Pair]:
    drawn = generators.load("painter").draw(["There is a red dog.", "There is a cat."] * 4, list(range(8)), size=64)
    return [Pair(one.caption, one.image, one.contents) for one in drawn]


def test_rounds_are_drawn_chosen_taught_and_reported(store: Store, tmp_path: Path) -> None:
    report = run(TINY, tmp_path / "a", store)
    assert len(report["rounds"]) == 3 and set(report["gains"]) == {"pocket", "pocket-b", "oracle"}
    assert "gain over the start" in table(report)
    names = [one.name for one in store.sets()]
    assert sorted(names) == ["a, round 1", "a, round 2"]
    chosen = pairs_of(store, "a, round 1")
    assert len(chosen) >= 3 and all(pair.scene is not None for pair in chosen)
    assert generators.load(f"pocket-ar+{tmp_path / 'a' / 'round-2' / 'lora'}").draw(["There is a dog."], [1], size=64)
    again = run(TINY, tmp_path / "a", store)
    assert again == report, "nothing is done twice"
    with pytest.raises(FormatError, match="a run of other settings"):
        run(replace(TINY, seed=1), tmp_path / "a", store)


def test_a_run_that_was_stopped_ends_as_if_it_had_not_been(store: Store, tmp_path: Path) -> None:
    whole = run(TINY, tmp_path / "whole", store)

    def stop(what: str, done: int, total: int) -> None:
        if what.startswith("Round 2") and done == 2:
            raise Stopped

    with pytest.raises(Stopped):
        run(TINY, tmp_path / "cut", store, told=stop)
    assert run(TINY, tmp_path / "cut", store) == whole
    lora = [tmp_path / name / "round-2" / "lora" / "adapter_model.safetensors" for name in ("whole", "cut")]
    assert lora[0].read_bytes() == lora[1].read_bytes()


@pytest.mark.parametrize("arm", ["random", "web"])
def test_controls_learn_from_as_many_pairs(store: Store, tmp_path: Path, arm: str) -> None:
    report = run(replace(TINY, arm=good_arm(arm), rounds=1), tmp_path / arm, store)
    told = json.loads((tmp_path / arm / "round-1" / "lessons" / "lessons.json").read_text())
    assert 3 <= told["pairs"] <= 5 and len(report["rounds"]) == 2
    with pytest.raises(FormatError, match="is no arm"):
        good_arm("worst")


def test_teaching_goes_on_from_its_checkpoint_and_refuses_other_lessons(tmp_path: Path) -> None:
    def taught(folder: str, cut: int | None) -> list[float]:
        pupil, lessons = student("pocket-ar", rank=4, seed=1), Lessons(steps=4, batch=4, rate=1e-2)
        if cut is not None:
            with pytest.raises(Stopped):
                teach(pupil, pairs(), lessons, tmp_path / folder, seed=1, heard=lambda step, *_: step < cut)
            pupil = student("pocket-ar", rank=4, seed=1)
        teach(pupil, pairs(), lessons, tmp_path / folder, seed=1)
        return [value for one in pupil.parameters() for value in one.detach().flatten().tolist()]

    assert taught("whole", None) == taught("cut", 2)
    rows = [(tmp_path / name / "losses.jsonl").read_text() for name in ("whole", "cut")]
    assert rows[0] == rows[1] and len(rows[0].splitlines()) == 4
    pupil = student("pocket-ar", rank=4, seed=1)
    with pytest.raises(ModelError, match="Other lessons stand in"):
        teach(pupil, pairs()[:3], Lessons(steps=4, batch=4, rate=1e-2), tmp_path / "whole", seed=1)
    with pytest.raises(ModelError, match="the set is empty"):
        teach(pupil, [], Lessons(), tmp_path / "none", seed=1)


def test_a_gain_and_its_interval_by_hand() -> None:
    before, after = np.array([50.0, 60.0, 70.0]), np.array([53.0, 63.0, 73.0])
    assert gain(after, before) == (3.0, 3.0, 3.0)
    assert gain(before, before) == (0.0, 0.0, 0.0)
    low, high = gain(np.array([0.0, 100.0] * 50), np.full(100, 50.0))[1:]
    assert low < 0 < high


def test_alarms_are_sentences() -> None:
    flat = np.arange(40.0)

    def seen(a: float, b: float, oracle: float, clip: float, diversity: float) -> Examined:
        points = {"pocket": flat + a, "pocket-b": flat + b, "oracle": flat + oracle}
        return Examined(points, np.full(40, clip), diversity)

    start = seen(0, 0, 0, 50, 0.2)
    assert alarms(Settings(), [start, seen(5, 4, 4, 50, 0.2)]) == []
    said = " ".join(alarms(Settings(), [start, seen(5, -1, -2, 40, 0.1)]))
    for word in ("No rise of pocket-b", "forgets", "begin to look alike", "being fooled"):
        assert word in said


def test_the_diversity_of_one_picture_twice_is_none() -> None:
    one, two = generators.load("painter").draw(["There is a red dog.", "The scene is at night."], [1, 2], size=64)
    assert diversity([one, one]) == 0.0 == diversity([one]) and diversity([one, two]) > 0.1
