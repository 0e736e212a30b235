"""Metrics at toy size on the real classes: what transformers computes, what is refused, what a caption loses.

Run it: `pytest tests/tiny/test_metrics.py`.
"""

from __future__ import annotations

import random
import shutil
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
import torch
from PIL import Image
from transformers import BlipForImageTextRetrieval, CLIPModel, CLIPProcessor, CLIPVisionModel

from engine.asking import SHOWS
from engine.errors import FormatError, ModelDamaged, ModelError, ModelMissing, WordsNotKnown
from models import judges, metrics, residents
from models.catalog import card, cards
from models.metrics.clip import CLIPScorer
from models.metrics.clip import opened as opened_clip
from models.metrics.features import LAYERS, Diversity
from models.metrics.features import opened as opened_features
from models.metrics.image_reward import DEVIATION, MEAN, ImageReward, published_config, renamed
from models.metrics.vqascore import VQAScore
from models.pocket.captioned import captioned
from models.pocket.painter import paint
from tests.toy_chat import serving
from tests.toy_judges import save
from tests.toy_metrics import clip, dinov2, image_reward, vit

CAPTIONS = ["A red dog.", "A blue cat is above a tree.", "a"]


@pytest.fixture(scope="module")
def pictures() -> list[Image.Image]:
    rng = random.Random(5)
    return [
        Image.frombytes("RGB", (40, 30), rng.randbytes(3600)).resize(size)
        for size in ((40, 30), (28, 28), (90, 200))
    ]  # fmt: skip


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("metrics")
    made = {"clip": clip, "dinov2": dinov2, "vit": vit, "reward": image_reward}
    for name in made:
        (root / name).mkdir()
    return {name: make(root / name) for name, make in made.items()}


# --- CLIP's form ------------------------------------------------------------------------------------------------------


def test_the_three_measures_are_what_transformers_computes(
    folders: dict[str, Path], pictures: list[Image.Image]
) -> None:
    metric = metrics.load(str(folders["clip"]))
    assert isinstance(metric, CLIPScorer) and metric.measure == "clipscore"
    net, both = CLIPModel.from_pretrained(folders["clip"]), CLIPProcessor.from_pretrained(folders["clip"])
    with torch.no_grad():
        given = both(text=CAPTIONS, images=pictures, padding=True, return_tensors="pt")
        scaled = net(**given).logits_per_image.diagonal()
    cosines = (scaled / net.logit_scale.exp()).tolist()
    assert len({round(value, 3) for value in cosines}) == 3
    wanted = {
        "clipscore": [max(0, 2.5 * value) for value in cosines], "scaled": scaled.tolist(), "cosine": cosines,
    }  # fmt: skip
    for measure, values in wanted.items():
        one = opened_clip(replace(card(str(folders["clip"]), "metric"), measure=measure))
        assert one.score(pictures, CAPTIONS) == pytest.approx(values, abs=1e-4), measure


def test_a_picture_scores_the_same_alone(folders: dict[str, Path], pictures: list[Image.Image]) -> None:
    for name in ("clip", "reward"):
        metric = metrics.load(str(folders[name]))
        alone = [metric.score([image], [text])[0] for image, text in zip(pictures, CAPTIONS, strict=True)]
        assert metric.score(pictures, CAPTIONS) == pytest.approx(alone, rel=1e-4)
        assert metric.score([], []) == []
        with pytest.raises(ValueError, match="1 pictures for 2 captions"):
            metric.score(pictures[:1], CAPTIONS[:2])


def test_captions_that_are_not_read_to_their_end_are_told(
    folders: dict[str, Path], pictures: list[Image.Image]
) -> None:
    """The end of a long caption changes nothing, and `unread` counts it."""
    for name, length in (("clip", 77), ("reward", 35)):
        metric = metrics.load(str(folders[name]))
        assert isinstance(metric, CLIPScorer | ImageReward)
        long, longer = "dog " * 40, "dog " * 40 + "cat"
        assert metric.unread("dog") == 0 and metric.unread(longer) - metric.unread(long) == 3
        assert metric.unread(long) == 40 * 3 + 2 - length
        assert metric.score(pictures[:1], [long]) == metric.score(pictures[:1], [longer])


def test_the_catalogue_says_which_measure() -> None:
    wanted = {"clipscore": "clipscore", "pickscore": "scaled", "hpsv2": "cosine", "diversity": "1 - cosine"}
    with_cards = {one.name: one.measure for one in cards("metric")}
    assert wanted.items() <= with_cards.items() and with_cards["feature-distance"] == LAYERS


# --- VQAScore ---------------------------------------------------------------------------------------------------------


def test_vqascore_is_the_judges_probability_of_yes() -> None:
    found = list(captioned(3, seed=9))
    shown, judge = [paint(one.scene) for one in found], judges.load("pocket")
    asked = ["Is there a dog?", "Is there a red cat?", "Is it night?"]
    metric = VQAScore(judge, asked="{caption}")
    wanted = [judge.answer(image, [text])[0].p_yes for image, text in zip(shown, asked, strict=True)]
    assert metric.score(shown, asked) == pytest.approx(wanted, abs=1e-5)
    assert metric.name == "vqascore:pocket" and metric.score([], []) == []


def test_vqascore_asks_their_question() -> None:
    assert SHOWS == 'Does this figure show "{caption}"? Please answer yes or no.'
    metric = metrics.load("vqascore:pocket")
    with pytest.raises(WordsNotKnown, match="“figure”"):  # the pocket judges never learned that question
        metric.score([Image.new("RGB", (64, 64))], ["There is a red dog."])


@pytest.mark.parametrize("kind", ["blip", "qwen3"])
def test_vqascore_by_published_judges(kind: str, pictures: list[Image.Image], tmp_path: Path) -> None:
    folder = save(kind, tmp_path / kind)
    metric, judge = metrics.load(f"vqascore:{folder}"), judges.load(str(folder))
    found = metric.score(pictures[:2], CAPTIONS[:2])
    asked = [[SHOWS.replace("{caption}", caption)] for caption in CAPTIONS[:2]]
    wanted = [reply.p_yes for (reply,) in judge.answer_many(pictures[:2], asked)]
    assert found == pytest.approx(wanted, abs=1e-5) and all(0 < value < 1 for value in found)
    assert residents.send_away("judge", str(folder))  # the score goes with the judge that it asks
    assert ("metric", f"vqascore:{folder}") not in residents.listed()


def test_vqascore_by_a_server() -> None:
    image = paint(next(iter(captioned(1, seed=3))).scene)
    with serving() as server:
        metric = metrics.load(f"vqascore:openai:toy@{server.address}")
        assert isinstance(metric, VQAScore)
        metric.asked = "{caption}"
        own = judges.load("pocket").answer(image, ["Is there a dog?"])[0]
        assert metric.score([image], ["Is there a dog?"])[0] == pytest.approx(own.p_yes, abs=0.02)
        asked = len(server.asked)
        silent = metrics.load(f"vqascore:openai:hard@{server.address}")
        with pytest.raises(ModelError):
            silent.score([image], ["Is there a dog?"])
        assert asked == 1
        metric.score([image], ["Is there a dog? Please answer yes or no."])  # the judge adds nothing to their question
        assert server.asked[-1]["messages"][0]["content"][1]["text"] == "Is there a dog? Please answer yes or no."


# --- ImageReward ------------------------------------------------------------------------------------------------------


def test_image_reward_sits_on_blips_own_encoder(folders: dict[str, Path], pictures: list[Image.Image]) -> None:
    """The same weights in transformers' retrieval class give the same features; the head and the norm come on top."""
    metric = metrics.load(str(folders["reward"]))
    assert isinstance(metric, ImageReward)
    blip = BlipForImageTextRetrieval(metric.net.config).eval()
    left = blip.load_state_dict(metric.net.state_dict(), strict=False).missing_keys
    assert all(name.startswith(("itm_head", "vision_proj", "text_proj")) for name in left)
    with torch.no_grad():
        given = metric._inputs(pictures, CAPTIONS)
        told = blip(**given).question_embeds[:, 0]
        wanted = (metric.net.mlp(told).squeeze(-1) - MEAN) / DEVIATION
    found = metric.score(pictures, CAPTIONS)
    assert found == pytest.approx(wanted.tolist(), rel=1e-4) and len(set(found)) == 3


def test_published_names_are_read(folders: dict[str, Path], pictures: list[Image.Image], tmp_path: Path) -> None:
    theirs = image_reward(tmp_path, published=True)
    assert not (theirs / "model.safetensors").exists()
    metric = metrics.load(str(theirs))
    assert metric.score(pictures, CAPTIONS) == pytest.approx(
        metrics.load(str(folders["reward"])).score(pictures, CAPTIONS), rel=1e-4
    )


def test_the_published_names() -> None:
    """Names of the released file, as its authors' classes have them."""
    names = [
        "blip.visual_encoder.cls_token", "blip.visual_encoder.patch_embed.proj.weight",
        "blip.visual_encoder.blocks.23.attn.qkv.bias", "blip.visual_encoder.blocks.0.attn.proj.weight",
        "blip.visual_encoder.norm.weight", "blip.text_encoder.encoder.layer.11.crossattention.self.key.weight",
        "blip.text_encoder.embeddings.position_ids", "blip.vision_proj.weight", "mlp.layers.7.bias",
    ]  # fmt: skip
    assert list(renamed(names).values()) == [
        "vision_model.embeddings.class_embedding", "vision_model.embeddings.patch_embedding.weight",
        "vision_model.encoder.layers.23.self_attn.qkv.bias", "vision_model.encoder.layers.0.self_attn.projection.weight",
        "vision_model.post_layernorm.weight", "text_encoder.encoder.layer.11.crossattention.self.key.weight",
        "mlp.4.bias",
    ]  # fmt: skip
    config = published_config()
    assert (config.vision_config.hidden_size, config.text_config.encoder_hidden_size) == (1024, 1024)
    assert (
        config.vision_config.image_size == 224 and config.text_config.is_decoder
    )  # without it nothing looks at the picture


# --- features ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("eyes", ["dinov2", "vit", "clip"])
@pytest.mark.parametrize("measure", ["1 - cosine", LAYERS])
def test_diversity(folders: dict[str, Path], pictures: list[Image.Image], eyes: str, measure: str) -> None:
    about = replace(card(str(folders[eyes]), "metric"), measure=measure)
    metric = opened_features(about)
    assert isinstance(metric, metrics.Spread)
    apart = metric.distances(pictures)
    assert torch.allclose(apart, apart.T, atol=1e-6) and apart.diagonal().abs().max() == 0
    pairs = [apart[i, j].item() for i, j in combinations(range(3), 2)]
    assert all(value > 1e-4 for value in pairs)
    found = metric.score(pictures, CAPTIONS)
    assert sum(found) / 3 == pytest.approx(sum(pairs) / 3, abs=1e-5)
    assert metric.score([pictures[0]] * 3, CAPTIONS) == pytest.approx([0, 0, 0], abs=1e-5)


def test_the_cosine_is_that_of_the_pooled_features(folders: dict[str, Path], pictures: list[Image.Image]) -> None:
    metric = metrics.load(str(folders["dinov2"]))
    assert isinstance(metric, Diversity)
    with torch.no_grad():
        given = metric.eyes(images=pictures, return_tensors="pt")
        whole = torch.nn.functional.normalize(metric.net(**given).pooler_output, dim=-1)
    assert metric.distances(pictures)[0, 1].item() == pytest.approx(1 - (whole[0] @ whole[1]).item(), abs=1e-5)


def test_one_picture_has_nothing_to_differ_from(folders: dict[str, Path], pictures: list[Image.Image]) -> None:
    with pytest.raises(FormatError, match="Diversity needs two pictures of a caption, there is 1"):
        metrics.load(str(folders["vit"])).score(pictures[:1], CAPTIONS[:1])


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("harm", "reason"),
    [("cut", "has no header"), ("pickle", "a pickle, which can hold a program"), ("lacks", "lacks 1 weights")],
)
def test_refused_checkpoints(folders: dict[str, Path], tmp_path: Path, harm: str, reason: str) -> None:
    copy = shutil.copytree(folders["clip"], tmp_path / "clip")
    weights = copy / "model.safetensors"
    if harm == "cut":
        weights.write_bytes(weights.read_bytes()[:5000])
    elif harm == "pickle":
        weights.rename(copy / "pytorch_model.bin")
    else:
        from safetensors.torch import load_file, save_file

        left = load_file(weights)
        del left["visual_projection.weight"]
        save_file(left, weights, metadata={"format": "pt"})
    with pytest.raises(ModelDamaged, match=reason):
        metrics.load(str(copy))


def test_a_pickled_image_reward_is_refused(folders: dict[str, Path], tmp_path: Path) -> None:
    copy = shutil.copytree(folders["reward"], tmp_path / "reward")
    (copy / "model.safetensors").rename(copy / "ImageReward.pt")
    with pytest.raises(ModelDamaged, match="ImageReward.pt is a pickle"):
        metrics.load(str(copy))


def test_a_vision_model_of_clip_alone(folders: dict[str, Path], pictures: list[Image.Image], tmp_path: Path) -> None:
    copy = shutil.copytree(folders["clip"], tmp_path / "eyes")
    CLIPVisionModel.from_pretrained(folders["clip"]).save_pretrained(copy)
    metric = metrics.load(str(copy))
    assert isinstance(metric, Diversity) and len(metric.score(pictures, CAPTIONS)) == 3
    assert residents.send_away("metric", str(copy))


def test_missing_metrics_name_the_command() -> None:
    with pytest.raises(ModelMissing, match="models fetch pickscore"):
        metrics.load("pickscore")
