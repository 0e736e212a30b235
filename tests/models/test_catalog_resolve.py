"""Names beyond the catalogue: folders, hub ids, VQAScores and typing errors, all without the network.

Run it: `pytest tests/models/test_catalog_resolve.py`.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.errors import ModelDamaged, ModelMissing
from models.catalog import Card, card
from models.catalog.card import Job
from models.generators import card_of


@pytest.fixture(autouse=True)
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "cache"


def lay(folder: Path, **config: object) -> Path:
    """A folder with one config."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ("model_index.json" if "_class_name" in config else "config.json")).write_text(json.dumps(config))
    return folder


@pytest.mark.parametrize(
    ("job", "config", "family", "modality"),
    [
        ("generator", {"_class_name": "StableDiffusionXLPipeline"}, "diffusers", "image"),
        ("generator", {"_class_name": "WanPipeline"}, "diffusers-video", "video"),
        ("generator", {"_class_name": "ShapEPipeline"}, "shap-e", "3d"),
        ("judge", {"architectures": ["BlipForQuestionAnswering"], "model_type": "blip"}, "blip", "image"),
        ("judge", {"architectures": ["SmolVLMForConditionalGeneration"]}, "vlm", "image"),
        ("judge", {"model_type": "vilt"}, "vilt", "image"),
        ("metric", {"architectures": ["CLIPModel"]}, "clip", "image"),
        ("metric", {"model_type": "dinov2"}, "features", "image"),
    ],
)
def test_a_folder_says_by_its_class_who_opens_it(
    tmp_path: Path, job: Job, config: dict[str, object], family: str, modality: str
) -> None:
    folder = lay(tmp_path / "a folder", **config)
    for name in (str(folder), "a folder", "./a folder/"):
        found = card(name, job)
        assert (found.name, found.family, found.modality, found.place) == (name, family, modality, folder)


def test_folders_of_another_job_or_class_are_one_sentence(tmp_path: Path) -> None:
    lay(tmp_path / "blip", architectures=["BlipForQuestionAnswering"])
    lay(tmp_path / "odd", architectures=["GPT2LMHeadModel"])
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "config.json").write_text("{")
    with pytest.raises(ModelDamaged, match="which is a judge and no generator"):
        card("blip", "generator")
    with pytest.raises(ModelMissing, match="holds “GPT2LMHeadModel”, which no judge loader here knows"):
        card("odd", "judge")
    with pytest.raises(ModelDamaged, match=r"has no model_index.json or config.json"):
        card("empty", "generator")
    with pytest.raises(ModelDamaged, match=r"config.json cannot be read"):
        card("broken", "judge")


def test_a_class_in_no_table_is_left_to_the_pipelines_loader(tmp_path: Path) -> None:
    lay(tmp_path / "rare", _class_name="VQDiffusionPipeline")
    assert card_of("rare").loads == "VQDiffusionPipeline"


def test_a_hub_id_is_looked_up_in_the_cache(cache: Path) -> None:
    with pytest.raises(ModelMissing, match="`python cli.py models fetch me/my-model`"):
        card("me/my-model", "generator")
    folder = cache / "models--me--my-model"
    lay(folder / "snapshots" / ("b" * 40), _class_name="FluxPipeline")
    (folder / "refs").mkdir()
    (folder / "refs" / "main").write_text("b" * 40)
    found = card("me/my-model", "generator")
    assert (found.family, found.hub, found.loads) == ("diffusers", "me/my-model", "FluxPipeline")


def test_a_hub_id_of_the_catalogue_keeps_what_is_known_of_it() -> None:
    with pytest.raises(ModelMissing, match="`python cli.py models fetch Salesforce/blip-vqa-base`"):
        card("Salesforce/blip-vqa-base", "judge")


def test_a_vqascore_takes_any_judge(tmp_path: Path) -> None:
    folder = lay(tmp_path / "smol", architectures=["SmolVLMForConditionalGeneration"])
    found: Card = card("vqascore:./smol", "metric")
    assert (found.family, found.judge, found.place) == ("vqascore", "./smol", folder)
    assert card("vqascore:pocket", "metric").place == card("pocket", "judge").place
    with pytest.raises(ModelMissing, match="There is no judge “nobody”"):
        card("vqascore:nobody", "metric")


@pytest.mark.parametrize("name", ["pokcet", "sdx1", "Pocket"])
def test_typing_errors_get_the_nearest_names(name: str) -> None:
    with pytest.raises(ModelMissing, match=f"There is no generator “{name}”. Did you mean “(pocket|sdxl)”"):
        card(name, "generator")


@pytest.mark.parametrize(
    "name", ["", " ", "\0", "a" * 5000, "../../etc/passwd", "a/../b", "-x/y", "ä/ö", "file:///etc"]
)
def test_odd_names_are_one_sentence(name: str) -> None:
    with pytest.raises(ModelMissing, match="There is no"):
        card(name, "judge")
