"""pocket-clip at toy size: it learns, it is a CLIPModel, captions and their swapped twins, and what goes wrong.

Run it: `pytest tests/tiny/test_pocket_clip.py`.
"""

from __future__ import annotations

import random
import shutil
from itertools import pairwise, product
from pathlib import Path

import pytest
import torch
from PIL import Image
from transformers import CLIPModel

from engine.caption import LENGTHS, Style, caption
from engine.errors import ModelDamaged, ModelMissing, WordsNotKnown
from models import metrics
from models.metrics import CLIPScore
from models.pocket.captioned import captioned, swap
from models.pocket.clip import END, LENGTH, clip, ids
from models.pocket.painter import paint
from models.pocket.scene import TAXONOMY
from models.pocket.train_clip import Pupil, Settings, load_set, losses, train
from models.pocket.words import tokens
from tests.pocket_graphs import random_graph

TOY = {"width": 32, "seeing": 1, "reading": 1, "shared": 16}
DOG = "There is a red dog."


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.manual_seed(1)
    path = tmp_path_factory.mktemp("weights") / "clip"
    clip(**TOY).save_pretrained(path)
    return path


@pytest.fixture(scope="module")
def metric(folder: Path) -> CLIPScore:
    return CLIPScore(str(folder))


# --- captions ---------------------------------------------------------------------------------------------------------


def test_captioned_pictures_are_true_and_the_same_again() -> None:
    first, again, other = (list(captioned(30, seed=seed)) for seed in (1, 1, 2))
    assert first == again and first != other
    assert all(0 < len(one.scene.items) <= 6 for one in first)


def test_a_swapped_caption_differs_in_one_word_and_reads_as_well() -> None:
    for one in captioned(200, seed=3):
        assert one.swapped and one.swapped != one.caption
        old, new = (text.lower().replace(".", " .").replace(",", " ,").split() for text in (one.caption, one.swapped))
        changed = {(a, b) for a, b in zip(old, new, strict=True) if a != b} - {("a", "an"), ("an", "a")}
        assert 1 <= len(changed) <= 2
        assert not {b for _, b in changed} & {*old}
        assert all(word[0] in "aeiou" for article, word in pairwise(new) if article == "an")
        assert all(word[0] not in "aeio" for article, word in pairwise(new) if article == "a")
        tokens(one.swapped, LENGTH)


def test_swaps_by_hand() -> None:
    found = {swap("An owl is above a dog.", random.Random(seed)) for seed in range(300)}
    assert (
        "An owl is below a dog." in found
        and "A cat is above a dog." in found
        and "An owl is above an elephant." in found
    )
    assert swap("The scene is at night.", random.Random(1)) is None


def test_every_word_that_captions_can_say_is_known() -> None:
    for seed in range(100):
        graph = random_graph(random.Random(seed))
        for length, phrasing in product(LENGTHS, range(8)):
            ids(caption(graph, TAXONOMY, Style(length, phrasing)).text, 2 * LENGTH)
    assert ids(DOG)[:9] == [*tokens(DOG, 7), END, 0] and len(ids(DOG)) == LENGTH


# --- learning ---------------------------------------------------------------------------------------------------------


def test_it_learns(tmp_path: Path) -> None:
    torch.manual_seed(1)
    net = Pupil(**TOY)
    data = load_set(Settings(pairs=16), tmp_path)
    optimizer = torch.optim.AdamW(net.parameters(), lr=5e-3)
    totals = []
    for _ in range(30):
        parts = losses(net, data)
        loss = sum(value for name, value in parts.items() if name != "right")
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        totals.append(parts["find text"].item())
    assert sum(totals[-3:]) < 0.7 * sum(totals[:3])


def test_training_goes_on_where_it_stopped(tmp_path: Path) -> None:
    settings = Settings(steps=3, batch=2, pairs=40)
    whole = train(settings, tmp_path / "whole", **TOY).state_dict()
    train(settings, tmp_path / "broken", minutes=0, **TOY)
    broken = train(settings, tmp_path / "broken", **TOY).state_dict()
    assert all(torch.equal(whole[name], broken[name]) for name in whole)


# --- scoring ----------------------------------------------------------------------------------------------------------


def test_scores_are_stretched_cosines(metric: CLIPScore) -> None:
    found = list(captioned(5, seed=1))
    pictures, texts = [paint(one.scene) for one in found], [one.caption for one in found]
    scores = metric.score(pictures, texts)
    near = (metric.see(pictures) * metric.read(texts)).sum(-1)
    assert scores == pytest.approx([max(0.0, 2.5 * value) for value in near.tolist()], abs=1e-5)
    assert metric.see(pictures).norm(dim=-1).tolist() == pytest.approx([1.0] * 5)
    assert metric.score(pictures[2:3], texts[2:3]) == pytest.approx(scores[2:3], abs=1e-5)
    assert metric.score([], []) == []
    with pytest.raises(ValueError, match="1 pictures for 2 captions"):
        metric.score(pictures[:1], texts[:2])


def test_it_is_what_transformers_computes(metric: CLIPScore) -> None:
    """The same cosine as the model's own forward pass, end of text and padding mask included."""
    assert isinstance(metric.net, CLIPModel)
    shown = torch.rand(2, 3, 64, 64)
    words = torch.tensor([ids(DOG), ids("A dog is above a large blue cat.")])
    with torch.no_grad():
        out = metric.net(pixel_values=shown * 2 - 1, input_ids=words, attention_mask=(words != 0).long())
        ours = metrics.read(metric.net, words) @ metrics.see(metric.net, shown).T
    assert torch.allclose(out.logits_per_text, ours * metric.net.logit_scale.exp(), atol=1e-4)


@pytest.mark.parametrize("size", [(1, 1), (300, 100), (768, 768)])
@pytest.mark.parametrize("mode", ["RGBA", "L"])
def test_pictures_of_any_size_and_mode(metric: CLIPScore, size: tuple[int, int], mode: str) -> None:
    assert len(metric.score([Image.new(mode, size)], [DOG])) == 1


# --- what goes wrong --------------------------------------------------------------------------------------------------


def test_unknown_words_are_named(metric: CLIPScore) -> None:
    with pytest.raises(WordsNotKnown, match="“zebra” is a word that the pocket models never learned"):
        metric.score([Image.new("RGB", (64, 64))], ["There is a zebra."])
    with pytest.raises(WordsNotKnown, match="read at most 126"):
        metric.read(["There is a red dog. " * 30])


@pytest.mark.parametrize("file", ["model.safetensors", "config.json"])
@pytest.mark.parametrize("harm", ["cut", "garbage", "gone", "grammar"])
def test_damaged_weights_are_said(folder: Path, tmp_path: Path, file: str, harm: str) -> None:
    copy = shutil.copytree(folder, tmp_path / "clip")
    victim = copy / file
    if harm == "cut":
        victim.write_bytes(victim.read_bytes()[: victim.stat().st_size // 2])
    elif harm == "garbage":
        victim.write_bytes(b"\x00\xff" * 500)
    elif harm == "gone":
        victim.unlink()
    else:
        config = copy / "config.json"
        config.write_text(config.read_text().replace("grammar-2", "grammar-0"))
    with pytest.raises(ModelDamaged, match="`make pocket`"):
        CLIPScore(str(copy))


def test_missing_metrics_are_said() -> None:
    with pytest.raises(ModelMissing, match="There is no metric “bleu”"):
        metrics.load("bleu")
