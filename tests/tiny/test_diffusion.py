"""Published pipelines at toy size: a seed is a picture in any company, steps are heard, and each can be stopped.

Run it: `pytest tests/tiny/test_diffusion.py`.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image

from engine.errors import ModelError, WordsNotKnown
from models.catalog import Card
from models.generators import Options, Stopped
from models.generators.diffusion import DiffusersGenerator, opened
from models.generators.previews import fitted, mapped
from models.generators.schedulers import SCHEDULERS, names_for
from tests.toy_pipelines import PIPELINES, save, tiny_autoencoder

DOG, CAT, FISH = "a red dog", "a small blue cat above a large green cat", "a fish"
LONG = "a red dog, " * 40
Get = Callable[[str], DiffusersGenerator]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    home, made = tmp_path_factory.mktemp("toys"), {}

    def get(kind: str) -> Path:
        if kind not in made:
            made[kind] = save(kind, home / kind)
        return made[kind]

    return get


def card(kind: str, folder: Path, **more: Any) -> Card:
    return Card(name=kind, job="generator", family="diffusers", summary="", licence="", folder=folder, size=32, **more)


@pytest.fixture(scope="module")
def get(folder: Callable[[str], Path]) -> Get:
    held: dict[str, DiffusersGenerator] = {}

    def load(kind: str) -> DiffusersGenerator:
        if kind not in held:
            held[kind] = opened(card(kind, folder(kind)))
        return held[kind]

    return load


def bytes_of(generator: DiffusersGenerator, captions: list[str], seeds: list[int], **more: Any) -> list[bytes]:
    return [drawing.image.tobytes() for drawing in generator.draw(captions, seeds, **{"steps": 2, "size": 32} | more)]


# --- a seed is a picture ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", PIPELINES)
@pytest.mark.parametrize("batch", [1, 3])
def test_company_and_order_change_no_byte(get: Get, kind: str, batch: int) -> None:
    generator = get(kind).tuned(Options(batch=batch))
    dog, cat, fish, again = bytes_of(generator, [DOG, CAT, FISH, DOG], [1, 2, 3, 4])
    assert bytes_of(generator, [CAT], [2]) == [cat]
    assert bytes_of(generator, [FISH, DOG, CAT], [3, 1, 2]) == [fish, dog, cat]
    assert dog != again and len(dog) == 32 * 32 * 3


def test_the_record_has_what_was_used(get: Get) -> None:
    drawing = get("StableDiffusion").draw([DOG], [1], steps=2)[0]
    used = {"steps": 2, "guidance": 7.5, "batch": 1, "device": "cpu", "dtype": "float32", "size": 32}
    assert drawing.record == {"used": used | {"scheduler": "DDIMScheduler"}, "said": []}
    assert "no GPU" in get("StableDiffusion").said


# --- steps ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", PIPELINES)
def test_it_tells_its_steps_and_stops_within_one(get: Get, kind: str) -> None:
    heard: list[tuple[int, int]] = []

    def on_step(step: int, steps: int, previews: Any) -> bool:
        heard.append((step, steps))
        return True

    before = bytes_of(get(kind), [DOG, CAT], [1, 2], steps=3, on_step=on_step)
    assert heard == [(i, 6) for i in range(1, 7)]
    heard.clear()
    with pytest.raises(Stopped):
        get(kind).draw([DOG], [1], steps=5, size=32, on_step=lambda *told: heard.append(told[:2]) or len(heard) < 2)
    assert heard == [(1, 5), (2, 5)]
    assert bytes_of(get(kind), [DOG, CAT], [1, 2], steps=3) == before  # nothing is left over


@pytest.mark.parametrize("kind", PIPELINES)
def test_previews_show_every_picture_and_draw_nothing_else(get: Get, kind: str) -> None:
    seen: list[list[Image.Image]] = []
    watched = bytes_of(get(kind), [DOG, CAT], [1, 2], on_step=lambda *told: seen.append(told[2]()) or True)
    assert [len(pictures) for pictures in seen] == [1, 1, 2, 2]
    assert all(picture.size == (256, 256) and picture.getextrema() != ((128, 128),) * 3 for picture in seen[-1])
    assert watched == bytes_of(get(kind), [DOG, CAT], [1, 2])


def test_rough_previews_recover_colours_that_the_latents_hold() -> None:
    """With an autoencoder that only shrinks, the fitted map must give the colours back."""

    class Shrinking(torch.nn.Module):
        device, dtype, config = torch.device("cpu"), torch.float32, {"scaling_factor": 2.0, "shift_factor": 0.5}

        def encode(self, pictures: torch.Tensor) -> Any:
            small = torch.nn.functional.avg_pool2d(pictures, 8)
            mixed = torch.cat([small[:, [2]], small.sum(1, keepdim=True), small[:, [0]], 0 * small[:, [0]]], 1)
            return type("Output", (), {"latent": mixed})

    vae = Shrinking()
    picture = torch.tensor([0.8, -0.4, 0.2]).view(1, 3, 1, 1).expand(1, 3, 64, 64)
    latents = (vae.encode(picture).latent - 0.5) * 2.0
    assert torch.allclose(mapped(fitted(vae), latents * 1.0)[0, :, 0, 0], torch.tensor([0.8, -0.4, 0.2]), atol=0.3)


def test_a_tiny_autoencoder_on_this_machine_is_used(
    folder: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    home = tmp_path / "models--madebyollin--taesd"
    (home / "refs").mkdir(parents=True)
    (home / "refs" / "main").write_text("abc")
    tiny_autoencoder().save_pretrained(home / "snapshots" / "abc")
    generator = opened(card("StableDiffusion", folder("StableDiffusion")))
    bytes_of(generator, [DOG], [1], on_step=lambda *told: bool(told[2]()))
    assert generator.previews.how == "a tiny autoencoder"


# --- what is asked ----------------------------------------------------------------------------------------------------


def test_size_is_rounded_and_said(get: Get) -> None:
    drawing = get("StableDiffusion").draw([DOG], [1], steps=1, size=37)[0]
    assert drawing.image.size == (40, 40)
    assert drawing.record["said"] == ["Drawn at 40 pixels instead of 37: this model draws multiples of 8."]


@pytest.mark.parametrize("kind", ["StableDiffusion", "StableDiffusionXL", "PixArtSigma", "QwenImage"])
def test_a_negative_prompt_is_heard(get: Get, kind: str) -> None:
    plain, against = get(kind), get(kind).tuned(Options(negative=CAT))
    assert bytes_of(plain, [DOG], [1]) != bytes_of(against, [DOG], [1])
    assert against.draw([DOG], [1], steps=1, size=32)[0].record["said"] == []


@pytest.mark.parametrize(("kind", "guidance"), [("Flux", 3.5), ("StableDiffusion", 1.0)])
def test_a_negative_prompt_without_effect_is_said(get: Get, kind: str, guidance: float) -> None:
    against = get(kind).tuned(Options(negative=CAT))
    assert bytes_of(get(kind), [DOG], [1], guidance=guidance) == bytes_of(against, [DOG], [1], guidance=guidance)
    (said,) = against.draw([DOG], [1], steps=1, size=32, guidance=guidance)[0].record["said"]
    assert "negative prompt was ignored" in said


@pytest.mark.parametrize("kind", [kind for kind in PIPELINES if kind != "Flux"])
def test_guidance_is_heard(get: Get, kind: str) -> None:
    assert bytes_of(get(kind), [DOG], [1], guidance=2.0) != bytes_of(get(kind), [DOG], [1], guidance=9.0)


def test_guidance_that_a_card_ignores_is_said(get: Get) -> None:
    generator = get("StableDiffusion").tuned(Options())
    generator.card = replace(generator.card, ignores=frozenset({"guidance"}))
    drawing = generator.draw([DOG], [1], steps=1, guidance=5.0)[0]
    assert drawing.record["used"]["guidance"] == 0.0 and "guidance was ignored" in drawing.record["said"][0]


def test_every_scheduler_that_fits_draws_and_others_are_refused(get: Get) -> None:
    generator = get("StableDiffusion")
    fitting = names_for(generator.base)
    drawn = {name: bytes_of(generator.tuned(Options(scheduler=name)), [DOG], [1], steps=4)[0] for name in fitting}
    assert len(set(drawn.values())) >= len(fitting) - 2  # some walk alike at toy size
    assert set(names_for(get("Flux").base)) == set(SCHEDULERS) - set(fitting)
    for kind, name in (("Flux", "dpm"), ("StableDiffusion", "flow-euler"), ("StableDiffusion", "nonsense")):
        with pytest.raises(ModelError, match="does not fit this generator. Choose"):
            get(kind).tuned(Options(scheduler=name))
    assert get("Flux").tuned(Options(scheduler="flow-lcm")).draw([DOG], [1], steps=2, size=32)


def test_steps_of_two_calls_each_are_counted_as_such(get: Get) -> None:
    heard: list[tuple[int, int]] = []
    generator = get("StableDiffusion").tuned(Options(scheduler="heun"))
    generator.draw([DOG], [1], steps=3, size=32, on_step=lambda *told: heard.append(told[:2]) or True)
    assert heard == [(i, 5) for i in range(1, 6)]


# --- captions ---------------------------------------------------------------------------------------------------------


def test_tokens_beyond_what_is_read_are_recorded_or_refused(get: Get) -> None:
    drawing = get("StableDiffusion").draw([LONG], [1], steps=1)[0]
    assert drawing.record["truncated"] == "tokenizer reads 77 tokens of 322; no encoder reads the end."
    assert "truncated" not in get("StableDiffusion").draw([DOG], [1], steps=1)[0].record
    with pytest.raises(WordsNotKnown, match="too long: tokenizer reads 77"):
        get("StableDiffusion").tuned(Options(strict=True)).draw([LONG], [1])
    partly = get("Flux").tuned(Options(strict=True)).draw([LONG], [1], steps=1, size=32)[0]
    assert partly.record["truncated"] == "tokenizer reads 77 tokens of 322; the others read all."


def test_a_flagged_picture_is_recorded(folder: Callable[[str], Path]) -> None:
    from diffusers.pipelines.stable_diffusion import StableDiffusionSafetyChecker
    from transformers import CLIPConfig, CLIPImageProcessorPil

    generator = opened(card("StableDiffusion", folder("StableDiffusion")))
    small = {"hidden_size": 32, "intermediate_size": 32, "num_hidden_layers": 1, "num_attention_heads": 4}
    checker = StableDiffusionSafetyChecker(
        CLIPConfig(vision_config={**small, "image_size": 32, "patch_size": 8, "projection_dim": 16}, projection_dim=16)
    )
    checker.concept_embeds_weights.data.fill_(-2.0)  # everything is near enough
    generator.pipe.register_modules(
        safety_checker=checker.eval(),
        feature_extractor=CLIPImageProcessorPil(size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32}),
    )
    drawing = generator.draw([DOG], [1], steps=1)[0]
    assert "flagged" in drawing.record and drawing.image.getextrema() == ((0, 0),) * 3


def test_as_many_seeds_as_captions(get: Get) -> None:
    with pytest.raises(ValueError, match="`seeds` has 1 entries for 2 captions"):
        get("StableDiffusion").draw([DOG, CAT], [1])


@pytest.mark.parametrize("data", [{"batch": -1}, {"batch": True}, {"negative": 3}, {"negative": "x" * 3000}])
def test_options_out_of_range_are_refused(data: dict[str, Any]) -> None:
    with pytest.raises(ModelError):
        Options.read(data)


def test_nothing_here_asks_the_network() -> None:
    assert os.environ["HF_HUB_OFFLINE"] == "1"
