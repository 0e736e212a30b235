"""Published models of the catalogue: classes that exist here, sensible fields, and one sentence when they are absent.

Run it: `pytest tests/models/test_catalog_published.py`.
"""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

from engine.errors import ModelMissing
from models.catalog import CARDS, Card, card, cards

PUBLISHED = [one for one in CARDS if not one.ours]
FAMILIES = {
    "generator": {"diffusers", "diffusers-video", "shap-e"},
    "judge": {"blip", "vilt", "vlm", "instructblip"},
    "metric": {"clip", "vqascore", "image-reward", "features"},
}


@pytest.fixture
def empty(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    return tmp_path


def keep(cache: Path, hub: str, revision: str | None) -> None:
    """Lay down a small snapshot as the hub's library would."""
    folder, commit = cache / f"models--{hub.replace('/', '--')}", "a" * 40
    (folder / "snapshots" / commit).mkdir(parents=True)
    (folder / "snapshots" / commit / "config.json").write_text("{}")
    (folder / "snapshots" / commit / "model.safetensors").write_bytes(b"")
    named = folder / "refs" / (revision or "main")
    named.parent.mkdir(parents=True)
    named.write_text(commit)


@pytest.mark.parametrize(
    "one",
    [one for one in PUBLISHED if one.loads not in (None, "ImageRewardModel")],
    ids=lambda one: f"{one.job}-{one.name}",
)
def test_its_class_is_installed(one: Card) -> None:
    home = importlib.import_module("diffusers" if one.job == "generator" else "transformers")
    assert isinstance(getattr(home, str(one.loads)), type)


@pytest.mark.parametrize("one", PUBLISHED, ids=lambda one: f"{one.job}-{one.name}")
def test_its_fields_are_in_shape(one: Card) -> None:
    assert one.family in FAMILIES[one.job] and one.summary.endswith(".") and one.licence
    assert one.hub and re.fullmatch(r"[\w.-]+/[\w.-]+", one.hub)
    for revision in (one.revision, *(pin for _, pin in one.adapters)):
        assert revision is None or re.fullmatch(r"[0-9a-f]{40}|refs/pr/\d+", revision)
    assert (one.modality == "image") == (one.frames == 1)
    assert one.loads or one.caution


@pytest.mark.parametrize("one", PUBLISHED, ids=lambda one: f"{one.job}-{one.name}")
def test_what_is_absent_says_how_to_get_it(one: Card, empty: Path) -> None:
    with pytest.raises(ModelMissing, match=re.escape(f"`python cli.py models fetch {one.name}`")):
        card(one.name, one.job)


def test_usable_models_come_first(empty: Path) -> None:
    keep(empty, "Qwen/Qwen3-VL-4B-Instruct", None)
    names = [one.name for one in cards("judge")]
    assert names[:3] == ["pocket", "pocket-b", "qwen3-vl"] and card("qwen3-vl", "judge").ready
    assert card("vqascore:qwen3-vl", "metric").judge == "qwen3-vl"


def test_a_model_without_its_adapter_is_not_ready(empty: Path) -> None:
    (one,) = (one for one in CARDS if one.name == "animatediff")
    keep(empty, str(one.hub), one.revision)
    assert one.place is not None and not one.ready
    keep(empty, *one.adapters[0])
    assert one.ready
