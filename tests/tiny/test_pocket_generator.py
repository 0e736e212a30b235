"""The pocket generator at toy size: it learns, it is reproducible, it is a diffusers pipeline, and it fails in sentences.

Run it: `pytest tests/tiny/test_pocket_generator.py`.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from peft import LoraConfig

from engine.errors import ModelDamaged, ModelMissing, WordsNotKnown
from models import catalog, generators
from models.generators import Painter, PocketGenerator, Stopped
from models.pocket.pipeline import BATCH, PocketPipeline
from models.pocket.scene import EMPTY
from models.pocket.slots import ROWS, WIDTH, decode, encode
from models.pocket.text import LENGTH
from models.pocket.train_generator import Generator, Settings, loss_of, train
from models.pocket.training_set import Rows, batches
from models.pocket.web import pairs
from models.pocket.words import tokens

DOG, CATS = "There is a red dog.", "A small cat is above a large blue cat. The scene is at night."


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A toy pipeline as `make pocket` ships it."""
    torch.manual_seed(1)
    path = tmp_path_factory.mktemp("weights") / "generator"
    toy().pipeline().save_pretrained(path)
    return path


@pytest.fixture(scope="module")
def generator(folder: Path) -> PocketGenerator:
    return PocketGenerator(str(folder), steps=4)


def toy() -> Generator:
    return Generator(width=32, layers=2, text_width=32, text_layers=1)


def bytes_of(generator: PocketGenerator, captions: list[str], seeds: list[int], **more: Any) -> list[bytes]:
    return [drawing.image.tobytes() for drawing in generator.draw(captions, seeds, size=64, **more)]


# --- learning ---------------------------------------------------------------------------------------------------------


def test_it_learns() -> None:
    torch.manual_seed(1)
    net = toy()
    optimizer = torch.optim.AdamW(net.parameters(), lr=1e-2)
    found = list(pairs(24))
    slots = torch.stack([encode(pair.scene) for pair in found])
    words = torch.tensor([tokens(pair.caption, LENGTH) for pair in found])
    losses = []
    for step in range(30):
        loss = loss_of(net, slots, words, torch.Generator().manual_seed(step % 2), 0.1)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert sum(losses[-5:]) < 0.8 * sum(losses[:5])


def test_training_goes_on_where_it_stopped(tmp_path: Path) -> None:
    settings = Settings(steps=3, batch=2, pairs=40)
    whole = train(settings, tmp_path / "whole").state_dict()
    train(settings, tmp_path / "broken", minutes=0)
    broken = train(settings, tmp_path / "broken").state_dict()
    assert all(torch.equal(whole[name], broken[name]) for name in whole)


def test_an_epoch_is_shuffled_the_same_way_each_time() -> None:
    lengths = torch.randint(5, 40, (500,), generator=torch.Generator().manual_seed(1))
    first, again, next_one = (batches(lengths, batch=16, seed=seed) for seed in (0, 0, 1))
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    assert not all(torch.equal(a, b) for a, b in zip(first, next_one, strict=True))
    rows = torch.cat(first)
    assert len(rows.unique()) == len(rows) == len(first) * 16


def test_rows_go_through_epochs_and_any_step_can_be_the_first() -> None:
    rows = Rows(torch.arange(40), batch=8, seed=3)
    seen = [rows.at(step) for step in range(12)]
    assert torch.cat(seen[:5]).sort().values.equal(torch.arange(40))
    assert not torch.cat(seen[:5]).equal(torch.cat(seen[5:10]))
    assert Rows(torch.arange(40), batch=8, seed=3).at(7).equal(seen[7])
    with pytest.raises(ValueError, match="7 pairs do not fill a batch of 8"):
        Rows(torch.arange(7), batch=8, seed=3)


def test_slots_hold_a_scene_exactly() -> None:
    for pair in pairs(50):
        assert decode(encode(pair.scene)) == pair.scene
    assert decode(encode(EMPTY)) == EMPTY
    assert encode(EMPTY).shape == (ROWS, WIDTH)


# --- the same again ---------------------------------------------------------------------------------------------------


def test_the_pipeline_survives_saving(folder: Path, generator: PocketGenerator, tmp_path: Path) -> None:
    generator.pipeline.save_pretrained(tmp_path / "again")
    again = PocketPipeline.from_pretrained(tmp_path / "again", local_files_only=True)
    again.set_progress_bar_config(disable=True)
    drawn = again([DOG], [torch.Generator().manual_seed(5)], num_inference_steps=4, height=64)
    assert [image.tobytes() for image in drawn.images] == bytes_of(generator, [DOG], [5])


def test_a_seed_draws_the_same_alone_and_in_company(generator: PocketGenerator) -> None:
    captions = [DOG, CATS] * BATCH
    seeds = list(range(2 * BATCH))
    together = bytes_of(generator, captions, seeds)
    for i in (0, 1, 7, 8, 15):
        assert bytes_of(generator, [captions[i]], [seeds[i]])[0] == together[i]
    backwards = bytes_of(generator, captions[::-1], seeds[::-1])
    assert backwards[::-1] == together


def test_seed_caption_and_guidance_matter(generator: PocketGenerator) -> None:
    contents = [
        generator.draw([text], [seed], guidance=guidance, size=64)[0].record
        for text, seed, guidance in ((DOG, 1, 2.0), (DOG, 2, 2.0), (CATS, 1, 2.0), (DOG, 1, 30.0))
    ]
    assert all(a != b for i, a in enumerate(contents) for b in contents[:i])


def test_size_is_only_how_large_it_is_painted(generator: PocketGenerator) -> None:
    small, large = (generator.draw([DOG], [3], size=size)[0] for size in (64, 200))
    assert small.contents == large.contents
    assert (small.image.size, large.image.size) == ((64, 64), (200, 200))


def test_drawing_leaves_global_randomness_alone(generator: PocketGenerator) -> None:
    torch.manual_seed(3)
    random.seed(3)
    expected = torch.random.get_rng_state(), random.getstate()
    generator.draw([DOG], [1], size=64)
    assert torch.equal(torch.random.get_rng_state(), expected[0])
    assert random.getstate() == expected[1]


# --- LoRA -------------------------------------------------------------------------------------------------------------


def test_lora_begins_as_the_base_and_learns(folder: Path) -> None:
    pipeline = PocketPipeline.from_pretrained(folder, local_files_only=True)
    denoiser = pipeline.transformer
    inputs = (torch.randn(2, ROWS, WIDTH), torch.tensor([100.0, 700.0]), torch.randn(2, 5, 32))
    with torch.no_grad():
        base = denoiser(*inputs).sample
    denoiser.add_adapter(LoraConfig(r=4, target_modules=["to_q", "to_k", "to_v", "to_out.0"], init_lora_weights=True))
    with torch.no_grad():
        assert torch.equal(denoiser(*inputs).sample, base)
    learns = [p for name, p in denoiser.named_parameters() if p.requires_grad]
    names = [name for name, p in denoiser.named_parameters() if p.requires_grad]
    assert names and all("lora" in name for name in names)
    optimizer = torch.optim.SGD(learns, lr=1.0)
    denoiser(*inputs).sample.square().mean().backward()
    optimizer.step()
    with torch.no_grad():
        assert not torch.equal(denoiser(*inputs).sample, base)
        denoiser.disable_adapters()
        assert torch.equal(denoiser(*inputs).sample, base)


# --- progress and stopping --------------------------------------------------------------------------------------------


def test_every_step_is_told_with_previews(generator: PocketGenerator) -> None:
    told = []

    def on_step(step: int, steps: int, previews: Callable[[], list[Any]]) -> bool:
        told.append((step, steps, [picture.size for picture in previews()]))
        return True

    generator.draw([DOG, CATS], [1, 2], size=64, on_step=on_step)
    assert told == [(i, 4, [(generators.PREVIEW,) * 2] * 2) for i in (1, 2, 3, 4)]


def test_it_stops_when_told(generator: PocketGenerator) -> None:
    steps = []

    def on_step(step: int, total: int, previews: object) -> bool:
        steps.append(step)
        return step < 2

    with pytest.raises(Stopped):
        generator.draw([DOG], [1], size=64, on_step=on_step)
    assert steps == [1, 2]
    generator.draw([DOG], [1], size=64)
    with pytest.raises(Stopped):
        Painter().draw([DOG, DOG], [1, 2], size=64, on_step=lambda *_: False)


# --- what goes wrong --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("caption", "sentence"),
    [
        ("There is a zebra.", "“zebra” is a word that the pocket models never learned."),
        ("There is a dgo.", "Closest known: “dog”"),
        ("A zebra rides an emu.", "“zebra”, “rides” or “emu” are words"),
        ("There is a red dog. " * 30, "the pocket models read at most 127"),
        ("Ein roter Hund 🐕", "Choose words of the pocket taxonomy"),
    ],
)
def test_unknown_words_are_named(generator: PocketGenerator, caption: str, sentence: str) -> None:
    with pytest.raises(WordsNotKnown) as refusal:
        generator.draw([DOG, caption], [1, 2])
    assert sentence in str(refusal.value)


def test_malformed_calls_are_refused(generator: PocketGenerator) -> None:
    with pytest.raises(ValueError, match="1 entries for 2 prompts"):
        generator.draw([DOG, DOG], [1])
    with pytest.raises(ValueError, match=r"1\.\.200"):
        generator.draw([DOG], [1], steps=201)
    assert generator.draw([], []) == []


@pytest.mark.parametrize(
    "file",
    [
        "transformer/diffusion_pytorch_model.safetensors", "text_encoder/model.safetensors", "transformer/config.json",
        "model_index.json",
    ],
)  # fmt: skip
@pytest.mark.parametrize("harm", ["cut", "garbage", "gone"])
def test_damaged_weights_are_said(folder: Path, tmp_path: Path, file: str, harm: str) -> None:
    copy = shutil.copytree(folder, tmp_path / "generator")
    victim = copy / file
    if harm == "cut":
        victim.write_bytes(victim.read_bytes()[: victim.stat().st_size // 2])
    elif harm == "garbage":
        victim.write_bytes(b"\x00\xff" * 500)
    else:
        victim.unlink()
    with pytest.raises(ModelDamaged, match=r"cannot be read .*run `make pocket`"):
        PocketGenerator(str(copy))


def test_weights_of_another_grammar_are_refused(folder: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(folder, tmp_path / "generator")
    config = copy / "text_encoder" / "config.json"
    config.write_text(config.read_text().replace("grammar-2", "grammar-0"))
    with pytest.raises(ModelDamaged, match="trained on another grammar"):
        PocketGenerator(str(copy))


def test_missing_models_are_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="There is no generator “dalle”. Known ones: pocket, pocket-ar, painter"):
        generators.load("dalle")
    moved = tuple(replace(card, name="moved", folder=tmp_path / "gone") for card in catalog.CARDS)
    monkeypatch.setattr(catalog, "CARDS", moved)
    with pytest.raises(ModelMissing, match="are missing. Train them with `make pocket`"):
        generators.load("moved")
