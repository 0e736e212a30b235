"""Presets: the paper's sizes, models that exist and keep apart, and plans that know what was measured and what was not.

Run it: `pytest tests/models/test_presets.py`.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from engine.errors import ModelError
from models.catalog import cards
from models.training import presets
from models.training.presets import PRESETS, RECIPES, planned, preset


def measured(home: Path, **speeds: tuple[float, int]) -> Path:
    rows = {
        name.replace("__", "/"): {"seconds": seconds, "pictures": 8, "size": size, "when": ""}
        for name, (seconds, size) in speeds.items()
    }
    data = {"device": "cpu", "pid": 1, "when": "2026-01-01", "reason": "", "memory": 0.0, "held": [], "speeds": rows}
    (home / "standing").mkdir(exist_ok=True)
    (home / "standing" / "cpu.json").write_bytes(orjson.dumps(data))
    return home


def test_the_sizes_are_the_papers() -> None:
    assert set(PRESETS) == {"pocket", "pocket-ar", "sd15", "sdxl", "sd3", "flux"}
    for one in PRESETS.values():
        assert (one.captions, one.pictures, one.share, one.rounds, one.kept) == (10_000, 8, 0.25, 3, 2_500)
        assert (one.distilled, one.held) == (778, 1_000) and one.scored == 10_000


@pytest.mark.parametrize("name", PRESETS)
def test_the_models_exist_and_who_reports_is_another_than_who_selects(name: str) -> None:
    one, judges = preset(name), {card.name: card for card in cards("judge")}
    images = {card.name for card in cards("generator") if card.modality == "image"}
    assert {one.student, one.teacher} <= images and one.student != one.teacher
    assert not judges[one.judge].for_reports and one.reporter in judges and one.judge != one.reporter
    assert one.clip in {card.name for card in cards("metric")}


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("recipe", RECIPES)
def test_what_was_not_measured_is_said_to_be_unknown(name: str, recipe: str, tmp_path: Path) -> None:
    found = planned(name, recipe, home=tmp_path, device="cpu")
    assert found.hours is None and f"generator {preset(name).student}" in found.unmeasured
    assert "Hours: not known" in str(found) and preset(name).judge in str(found)
    assert ("models fetch" in str(found)) == (not name.startswith("pocket"))
    assert all(stage.count > 0 for stage in found.stages)


def test_hours_follow_from_measured_speeds(tmp_path: Path) -> None:
    home = measured(
        tmp_path, generator__pocket=(0.036, 64), judge__pocket=(0.018, 0), teaching__pocket=(0.001, 0)
    )  # fmt: skip
    found = planned("pocket", "self-improve", home=home, device="cpu")
    assert found.unmeasured == ("judge pocket-b",) and found.stages[0].hours == pytest.approx(240_000 * 0.036 / 3600)
    alone = replace(preset("pocket"), captions=100, rounds=1, arms=1, held=50, reporter="pocket")
    short = planned(alone, "self-improve", home=home, device="cpu")
    seconds = 800 * 0.054 + 600 * 64 * 0.001 + 100 * (0.036 + 2 * 0.018)
    assert short.hours == pytest.approx(seconds / 3600) and "Hours: about 0.0." in str(short)


def test_a_speed_at_another_size_tells_nothing(tmp_path: Path) -> None:
    home = measured(tmp_path, generator__pocket=(9.0, 768), judge__pocket=(0.02, 0))
    assert planned("pocket", "distill", home=home, device="cpu").stages[0].seconds is None


def test_memory_counts_models_and_the_lora(tmp_path: Path) -> None:
    pocket, flux = (planned(name, "reward", home=tmp_path, device="cpu").memory for name in ("pocket", "flux"))
    assert pocket is not None and pocket < 1 and flux is not None and flux > 60
    larger = replace(preset("pocket"), numbers=2**30)
    assert planned(larger, "reward", home=tmp_path, device="cpu").memory == pytest.approx(pocket + 16, abs=0.01)


def test_what_does_not_exist_is_said() -> None:
    with pytest.raises(ModelError, match="Choose one of pocket, pocket-ar, sd15"):
        preset("sd9")
    with pytest.raises(ModelError, match="Choose one of self-improve, distill, reward"):
        presets.planned("pocket", "dance")
