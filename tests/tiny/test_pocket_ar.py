"""The generator pocket-ar at toy size: it learns, a seed is a seed, LoRA changes what it writes, and it fails in sentences.

Run it: `pytest tests/tiny/test_pocket_ar.py`.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from peft import LoraConfig

from engine.caption import caption
from engine.errors import ModelDamaged, WordsNotKnown
from engine.graph import Object, SceneGraph
from models import generators
from models.generators import PREVIEW, AutoregressiveGenerator, Stopped
from models.generators.autoregressive import BATCH
from models.pocket.scene import EMPTY, MAX_ITEMS, TAXONOMY, Item, PocketScene
from models.pocket.slot_tokens import BIN, LENGTH, ORDER, SLOT_ENDS, UNTOLD, allowed, read, size, write
from models.pocket.text import LENGTH as CAPTION
from models.pocket.train_ar import Settings, loss_of, train, writer
from models.pocket.web import pairs
from models.pocket.words import tokens

DOG, CATS = "There is a red dog.", "A small cat is above a large blue cat. The scene is at night."
TOY = {"width": 32, "reading": 1, "writing": 2}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Toy weights as `make pocket` ships them, large enough at the start that captions matter."""
    torch.manual_seed(1)
    path = tmp_path_factory.mktemp("weights") / "ar"
    net = writer(**TOY)
    with torch.no_grad():
        for weight in net.parameters():
            weight.mul_(4 if weight.dim() > 1 else 1)
    net.save_pretrained(path)
    return path


@pytest.fixture(scope="module")
def generator(folder: Path) -> AutoregressiveGenerator:
    return AutoregressiveGenerator(str(folder))


def bytes_of(generator: AutoregressiveGenerator, captions: list[str], seeds: list[int], **more: Any) -> list[bytes]:
    return [drawing.image.tobytes() for drawing in generator.draw(captions, seeds, size=64, **more)]


# --- slots as tokens --------------------------------------------------------------------------------------------------


def test_tokens_hold_a_scene_but_for_the_bin_of_its_places() -> None:
    for pair in pairs(60):
        told = read(write(pair.scene))
        assert (told.setting, told.weather, told.style) == (pair.scene.setting, pair.scene.weather, pair.scene.style)
        assert len(told.items) == len(pair.scene.items)
        for a, b in zip(told.items, pair.scene.items, strict=True):
            assert (a.name, a.colour, a.size) == (b.name, b.colour, b.size)
            assert abs(a.x - b.x) <= BIN // 2 and abs(a.y - b.y) <= BIN // 2
    assert read(write(EMPTY)) == EMPTY
    assert write(EMPTY)[4:] == [UNTOLD] * (LENGTH - 4)


def test_tokens_have_a_fixed_form() -> None:
    full = PocketScene(
        tuple(Item("dog", "red", "large", 10 + i, 62) for i in range(MAX_ITEMS)), "night", "rain", "film"
    )
    said = write(full)
    assert len(said) == len(ORDER) == LENGTH and SLOT_ENDS[-1] == LENGTH and UNTOLD not in said
    assert all(allowed()[at, token] == 0 for at, token in enumerate(said))
    assert allowed().shape == (LENGTH, size())
    half = read(said[: SLOT_ENDS[2]])
    assert len(half.items) == 2 and half.setting == "night"
    assert read([]) == EMPTY


# --- learning ---------------------------------------------------------------------------------------------------------


def test_it_learns() -> None:
    torch.manual_seed(1)
    net = writer(**TOY)
    optimizer = torch.optim.AdamW(net.parameters(), lr=1e-2)
    found = list(pairs(16))
    slots = torch.tensor([write(pair.scene) for pair in found])
    words = torch.tensor([tokens(pair.caption, CAPTION) for pair in found])
    losses = []
    for _ in range(20):
        loss = loss_of(net, slots, words, torch.zeros(len(found), dtype=torch.bool))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert sum(losses[-4:]) < 0.75 * sum(losses[:4])


def test_training_goes_on_where_it_stopped(tmp_path: Path) -> None:
    settings = Settings(steps=3, batch=2, pairs=40)
    whole = train(settings, tmp_path / "whole", **TOY).state_dict()
    train(settings, tmp_path / "broken", minutes=0, **TOY)
    assert torch.load(tmp_path / "broken" / "checkpoint.pt", weights_only=True)["step"] == 1
    broken = train(settings, tmp_path / "broken", **TOY).state_dict()
    assert all(torch.equal(whole[name], broken[name]) for name in whole)


# --- the same again ---------------------------------------------------------------------------------------------------


def test_a_seed_draws_the_same_alone_and_in_company(generator: AutoregressiveGenerator) -> None:
    captions = [DOG, CATS] * BATCH
    seeds = list(range(2 * BATCH))
    together = bytes_of(generator, captions, seeds)
    for i in (0, 1, 7, 15, 16):
        assert bytes_of(generator, [captions[i]], [seeds[i]])[0] == together[i]
    assert bytes_of(generator, captions[::-1], seeds[::-1])[::-1] == together


def test_seed_caption_and_guidance_matter(generator: AutoregressiveGenerator) -> None:
    contents = [
        generator.draw([text], [seed], guidance=guidance, size=64)[0].record
        for text, seed, guidance in ((DOG, 1, 1.5), (DOG, 2, 1.5), (CATS, 1, 1.5), (DOG, 1, 9.0))
    ]
    assert all(a != b for i, a in enumerate(contents) for b in contents[:i])


def test_only_the_caption_and_the_seed_matter(generator: AutoregressiveGenerator) -> None:
    """Another graph behind the same words changes nothing: the generator never sees a graph."""
    graphs = [SceneGraph(objects=(Object(id, "dog"),)) for id in ("a", "quite-another-id")]
    first, second = (bytes_of(generator, [caption(graph, TAXONOMY).text], [4]) for graph in graphs)
    assert first == second
    assert bytes_of(generator, [DOG], [1], steps=3) == bytes_of(generator, [DOG], [1], steps=50)


def test_size_is_only_how_large_it_is_painted(generator: AutoregressiveGenerator) -> None:
    small, large = (generator.draw([DOG], [3], size=edge)[0] for edge in (64, 200))
    assert small.contents == large.contents
    assert (small.image.size, large.image.size) == ((64, 64), (200, 200))


def test_drawing_leaves_global_randomness_alone(generator: AutoregressiveGenerator) -> None:
    torch.manual_seed(3)
    random.seed(3)
    expected = torch.random.get_rng_state(), random.getstate()
    generator.draw([DOG], [1], size=64)
    assert torch.equal(torch.random.get_rng_state(), expected[0])
    assert random.getstate() == expected[1]


# --- LoRA -------------------------------------------------------------------------------------------------------------


def test_lora_begins_as_the_base_and_changes_what_is_drawn(folder: Path, tmp_path: Path) -> None:
    generator = AutoregressiveGenerator(str(shutil.copytree(folder, tmp_path / "ar")))
    net, seeds = generator.net, list(range(8))
    base = bytes_of(generator, [DOG] * 8, seeds)
    net.add_adapter(LoraConfig(r=4, target_modules=["q_proj", "k_proj", "v_proj", "out_proj"]))
    assert bytes_of(generator, [DOG] * 8, seeds) == base
    learns = [p for p in net.parameters() if p.requires_grad]
    assert learns and all("lora" in name for name, p in net.named_parameters() if p.requires_grad)
    found = list(pairs(8))
    slots = torch.tensor([write(pair.scene) for pair in found])
    words = torch.tensor([tokens(pair.caption, CAPTION) for pair in found])
    optimizer = torch.optim.Adam(learns, lr=0.1)
    for _ in range(3):
        optimizer.zero_grad()
        loss_of(net, slots, words, torch.zeros(8, dtype=torch.bool)).backward()
        optimizer.step()
    assert bytes_of(generator, [DOG] * 8, seeds) != base
    net.disable_adapters()
    assert bytes_of(generator, [DOG] * 8, seeds) == base


# --- progress and stopping --------------------------------------------------------------------------------------------


def test_every_slot_is_told_with_previews(generator: AutoregressiveGenerator) -> None:
    told = []

    def on_step(step: int, steps: int, previews: Callable[[], list[Any]]) -> bool:
        told.append((step, steps, [picture.size for picture in previews()]))
        return True

    generator.draw([DOG, CATS], [1, 2], size=64, on_step=on_step)
    assert told == [(i, 7, [(PREVIEW,) * 2] * 2) for i in range(1, 8)]
    told.clear()
    generator.draw([DOG] * (BATCH + 1), range(BATCH + 1), size=64, on_step=on_step)
    assert [step for step, _, _ in told] == list(range(1, 15)) and told[-1][1] == 14
    assert [len(shown) for _, _, shown in told] == [BATCH] * 7 + [BATCH + 1] * 7


def test_it_stops_when_told(generator: AutoregressiveGenerator) -> None:
    steps = []

    def on_step(step: int, total: int, previews: object) -> bool:
        steps.append(step)
        return step < 2

    with pytest.raises(Stopped):
        generator.draw([DOG], [1], size=64, on_step=on_step)
    assert steps == [1, 2]


# --- what goes wrong --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("There is a zebra.", "“zebra” is a word that the pocket models never learned."),
        ("There is a red dog. " * 30, "the pocket models read at most 127"),
    ],
)
def test_unknown_words_are_named(generator: AutoregressiveGenerator, text: str, sentence: str) -> None:
    with pytest.raises(WordsNotKnown) as refusal:
        generator.draw([DOG, text], [1, 2])
    assert sentence in str(refusal.value)


def test_malformed_calls_are_refused(generator: AutoregressiveGenerator) -> None:
    with pytest.raises(ValueError, match="1 entries for 2 captions"):
        generator.draw([DOG, DOG], [1])
    assert generator.draw([], []) == []


@pytest.mark.parametrize("file", ["model.safetensors", "config.json"])
@pytest.mark.parametrize("harm", ["cut", "garbage", "gone"])
def test_damaged_weights_are_said(folder: Path, tmp_path: Path, file: str, harm: str) -> None:
    victim = shutil.copytree(folder, tmp_path / "ar") / file
    if harm == "cut":
        victim.write_bytes(victim.read_bytes()[: victim.stat().st_size // 2])
    elif harm == "garbage":
        victim.write_bytes(b"\x00\xff" * 500)
    else:
        victim.unlink()
    with pytest.raises(ModelDamaged, match=r"`make pocket`"):
        AutoregressiveGenerator(str(tmp_path / "ar"))


def test_weights_of_another_grammar_are_refused(folder: Path, tmp_path: Path) -> None:
    config = shutil.copytree(folder, tmp_path / "ar") / "config.json"
    config.write_text(config.read_text().replace("grammar-2", "grammar-0"))
    with pytest.raises(ModelDamaged, match="trained on another grammar"):
        AutoregressiveGenerator(str(tmp_path / "ar"))


def test_what_ships_loads_and_draws_the_same_again() -> None:
    shipped = generators.load("pocket-ar")
    assert shipped is generators.load("pocket-ar") and shipped.name == "pocket-ar"
    first, again = ([d.image.tobytes() for d in shipped.draw([CATS], [9], size=64)] for _ in range(2))
    assert first == again
