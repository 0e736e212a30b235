"""Published pipelines at toy size as students: they learn, are off, saved, named as generators and go on after a stop.

Run it: `pytest tests/tiny/test_students_diffusion.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import DiffusionPipeline
from PIL import Image
from safetensors.torch import load_file

from engine.errors import ModelError
from models import devices, generators
from models.generators import Stopped, load
from models.training.students import Pair, student
from models.training.students.diffusion import DiffusionStudent
from models.training.teaching import Lessons, teach
from tests.toy_pipelines import save

DOG, CAT = "a red dog", "a small blue cat above a large green cat"
KINDS = ("StableDiffusion", "StableDiffusionXL", "StableDiffusion3", "Flux")
Folder = Callable[[str], Path]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    home, made = tmp_path_factory.mktemp("toys"), {}

    def get(kind: str) -> Path:
        if kind not in made:
            made[kind] = save(kind, home / kind)
        return made[kind]

    return get


def pairs() -> list[Pair]:
    return [Pair(text, Image.new("RGB", (48, 40), colour)) for text, colour in ((DOG, "red"), (CAT, "blue"))]


def pupil(folder: Path, *, seed: int = 3) -> DiffusionStudent:
    found = student(str(folder), rank=4, seed=seed)
    assert isinstance(found, DiffusionStudent)
    return found


def drawn(generator: generators.Generator) -> list[bytes]:
    return [one.image.tobytes() for one in generator.draw([DOG, CAT], [1, 2], steps=2, size=32)]


@pytest.mark.parametrize("kind", KINDS)
def test_a_lora_learns_is_off_is_saved_and_is_a_generator(kind: str, folder: Folder, tmp_path: Path) -> None:
    base = folder(kind)
    before, one = drawn(load(str(base))), pupil(base)
    rows = one.encoded(pairs())
    assert drawn(one.generator) == before and rows[0].shape[0] == len(rows[1]) == 2 and rows[1].tolist() == [1, 2]
    first = one.loss(rows, 1).item()
    heard: list[float] = []
    teach(
        one,
        pairs(),
        Lessons(steps=2, batch=2, rate=0.03, warmup=1),
        tmp_path / "t",
        seed=1,
        heard=lambda *t: heard.append(t[2]) or True,
    )
    assert len(heard) == 2 and abs(one.loss(rows, 1).item() - first) > 1e-4
    after = drawn(one.generator)
    assert after != before == drawn(load(str(base)))
    with one.plain():
        assert drawn(one.generator) == before
    lora = one.save(tmp_path / "lora")
    assert [file.name for file in lora.iterdir()] == ["pytorch_lora_weights.safetensors"]
    assert drawn(load(f"{base}+{lora}")) == after and drawn(load(f"{base}+{lora}@0")) == before
    assert sum(value.numel() for value in load_file(lora / "pytorch_lora_weights.safetensors").values()) == one.size
    again = pupil(base, seed=9)
    again.load(lora)
    assert drawn(again.generator) == after and again.size == one.size
    assert again.loss(again.encoded(pairs()), 1).item() == pytest.approx(one.loss(rows, 1).item(), abs=1e-6)
    assert drawn(student(f"{base}+{lora}").generator) == after, "a name with a LoRA goes on from it"


@pytest.mark.parametrize("kind", KINDS)
def test_diffusers_itself_reads_the_lora(kind: str, folder: Folder, tmp_path: Path) -> None:
    one = pupil(folder(kind))
    with torch.no_grad():
        for value in one.parameters():
            value.add_(0.01)
    lora = one.save(tmp_path / "lora")
    pipe: Any = DiffusionPipeline.from_pretrained(folder(kind), local_files_only=True)
    pipe.load_lora_weights(str(lora), weight_name="pytorch_lora_weights.safetensors", local_files_only=True)
    part = getattr(pipe, one.form.part)
    values = {name.replace(".default_0", ""): value for name, value in part.named_parameters() if "lora_" in name}
    own = {n.replace(".scenewright", ""): v for n, v in one.net.named_parameters() if "lora_" in n}
    assert values.keys() == own.keys() and all(torch.equal(values[name], own[name]) for name in own)


@pytest.mark.parametrize("kind", KINDS)
def test_a_stop_between_two_steps_changes_no_number(kind: str, folder: Folder, tmp_path: Path) -> None:
    lessons = Lessons(steps=2, batch=2, rate=0.01, warmup=1)
    straight, stopped, resumed = pupil(folder(kind)), pupil(folder(kind)), pupil(folder(kind))
    teach(straight, pairs(), lessons, tmp_path / "a", seed=5)
    with pytest.raises(Stopped):
        teach(stopped, pairs(), lessons, tmp_path / "b", seed=5, heard=lambda *_: False)
    teach(resumed, pairs(), lessons, tmp_path / "b", seed=5)
    assert all(torch.equal(a, b) for a, b in zip(straight.parameters(), resumed.parameters(), strict=True))
    assert not all(torch.equal(a, b) for a, b in zip(straight.parameters(), stopped.parameters(), strict=True))


@pytest.mark.parametrize("kind", KINDS)
def test_forms_answer_as_the_pipeline_draws(kind: str, folder: Folder) -> None:
    """The network is told in teaching what the pipeline tells it in drawing: its first step, caught, answers the same."""
    one, heard = pupil(folder(kind)), []
    one.encoded(pairs())
    keep = one.net.register_forward_hook(lambda net, a, k, out: heard.append((a, k, out)), with_kwargs=True)
    one.generator.draw([CAT], [1], steps=1, size=32)
    keep.remove()
    positional, named, (told,) = heard[0]
    noisy = positional[0] if positional else named["hidden_states"]
    time = positional[1] if len(positional) > 1 else named["timestep"]
    if kind == "Flux":
        noisy, told = (one.pipe._unpack_latents(x, 32, 32, one.pipe.vae_scale_factor) for x in (noisy, told))
        time = time * 1000
    rows = torch.tensor([2]) if len(noisy) == 1 else torch.tensor([0, 2])
    answer = one.answer(noisy, time.expand(len(noisy)), rows)
    assert torch.allclose(answer, told, atol=1e-5) and not torch.allclose(
        one.answer(noisy, time.expand(len(noisy)), rows * 0 + 1), told, atol=1e-5
    )


def test_forms_latents_come_back_as_the_picture_of_the_autoencoder(folder: Folder) -> None:
    for kind in KINDS:
        one = pupil(folder(kind))
        latents, _ = one.encoded(pairs())
        vae: Any = one.pipe.vae
        side = 2 * latents.shape[-1]
        assert side == (48 if kind == "Flux" else 32), "as large as the pictures, at most as the checkpoint draws"
        pixels = one.pipe.image_processor.preprocess(pairs()[0].image, height=side, width=side)
        spread = vae.encode(pixels).latent_dist
        raw = latents[0] / vae.config.scaling_factor + (vae.config.shift_factor or 0.0)
        assert ((raw - spread.mean[0]).abs() < 6 * spread.std[0] + 1e-5).all()
        assert torch.equal(latents, one.encoded(pairs())[0])


def test_forms_v_prediction_and_captions_hidden(folder: Folder) -> None:
    one = pupil(folder("StableDiffusion"))
    one.pipe.scheduler.register_to_config(prediction_type="v_prediction")
    noising = one.form.noising(one.pipe)
    clean, noise, times = torch.ones(1, 4, 2, 2), torch.zeros(1, 4, 2, 2), torch.tensor([700])
    assert torch.allclose(
        noising.target(clean, noise, times), -(1 - noising.schedule.alphas_cumprod[700]).sqrt() * clean
    )
    one.pipe.scheduler.register_to_config(prediction_type="sample")
    with pytest.raises(ModelError, match="epsilon and v_prediction can be taught"):
        one.form.noising(one.pipe)
    rows, asked = one.encoded(pairs() * 100), []
    one.answer = lambda noisy, times, captions: asked.append(captions) or noisy  # type: ignore[method-assign, func-returns-value]
    one.loss(rows, 1)
    assert 5 <= int((asked[0] == 0).sum()) <= 40


def test_what_cannot_be_taught_is_said(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelError, match="PixArtAlphaPipeline cannot be taught here"):
        student(str(folder("PixArtAlpha")))
    with pytest.raises(ModelError, match="learns from pictures"):
        pupil(folder("StableDiffusion")).encoded([Pair(DOG)])
    place = replace(devices.placement(), dtype="float16")
    monkeypatch.setattr(devices, "placement", lambda: place)
    assert pupil(folder("StableDiffusion")).net.dtype == torch.float32


def test_the_lora_stays_float32_over_half_weights(
    folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCENEWRIGHT_DTYPE", "bfloat16")
    for kind in KINDS:
        one = pupil(folder(kind))
        one.net.enable_gradient_checkpointing()
        rows = one.encoded(pairs())
        one.loss(rows, 1).backward()
        assert one.net.dtype == torch.bfloat16 and {value.dtype for value in one.parameters()} == {torch.float32}
        assert any(value.grad is not None and bool(value.grad.abs().sum()) for value in one.parameters()), kind
        dice = torch.Generator().manual_seed(1)
        with torch.no_grad():
            for value in one.parameters():
                value.add_(0.05 * torch.randn(value.shape, generator=dice))
        again, lora = pupil(folder(kind)), one.save(tmp_path / kind)
        again.load(lora)
        assert all(torch.equal(a, b) for a, b in zip(one.parameters(), again.parameters(), strict=True))
        assert drawn(load(f"{folder(kind)}+{lora}")) == drawn(one.generator) == drawn(again.generator)
        assert {value.dtype for value in one.parameters()} == {torch.float32}
