"""The judge pocket-b at toy size: another network behind the same questions, with counts that are probabilities.

Run it: `pytest tests/tiny/test_pocket_judge_b.py`.
"""

from __future__ import annotations

import itertools
import random
import shutil
from pathlib import Path

import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

from engine.errors import ModelDamaged, WordsNotKnown
from models import judges
from models.catalog import card, cards
from models.judges import PocketJudge
from models.pocket.calibrate import Settings as Calibration
from models.pocket.calibrate import calibrate
from models.pocket.judge_b_net import COUNTED, JudgeBNet, counts
from models.pocket.judge_net import JudgeNet
from models.pocket.painter import paint
from models.pocket.quiz import random_scene
from models.pocket.train_judge import SECOND, Settings, config, losses, make_batch, second_judge, train
from models.pocket.words import tokens

SIZES = {"channels": 16, "width": 32, "text_width": 32, "text_layers": 1, "layers": 1}
ASKED = ["Is there a dog?", "How many cats are there?", "Is the dog above the cat?", "What colour is the dog?"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.manual_seed(1)
    path = tmp_path_factory.mktemp("weights") / "judge-b"
    second_judge(**SIZES).save_pretrained(path)
    return path


@pytest.fixture(scope="module")
def judge(folder: Path) -> PocketJudge:
    return PocketJudge(str(folder), name="pocket-b")


def picture(seed: int, size: int = 64) -> Image.Image:
    return paint(random_scene(random.Random(seed), items=3), size=size)


# --- another network --------------------------------------------------------------------------------------------------


def test_it_is_another_network_from_another_seed(judge: PocketJudge) -> None:
    assert isinstance(judge.net, JudgeBNet) and not isinstance(judge.net, JudgeNet)
    assert judge.name == "pocket-b"
    assert SECOND.seed != Settings().seed
    first, second = ({name for name, _ in net.named_parameters()} for net in (JudgeNet(config()), second_judge()))
    assert not {name for name in first & second if name.startswith(("eye.", "reason.film"))} - {
        "eye.whole.weight",
        "eye.whole.bias",
    }


def test_it_is_for_reports_alone() -> None:
    assert [one.name for one in cards("judge") if one.ours and not one.for_reports] == ["pocket"]
    assert "never for selecting" in card("pocket-b", "judge").summary


def test_counts_are_those_of_independent_matches() -> None:
    chances = torch.tensor([[0.9, 0.5, 0.2, 0.0], [1.0, 1.0, 1.0, 0.0], [0.0, 0.0, 0.0, 0.0]])
    found = counts(chances)
    assert found.shape == (3, COUNTED)
    for row, expected in zip(found, chances, strict=True):
        by_hand = torch.zeros(COUNTED)
        for there in itertools.product((0, 1), repeat=4):
            parts = [p if here else 1 - p for p, here in zip(expected.tolist(), there, strict=True)]
            by_hand[sum(there)] += torch.tensor(parts).prod()
        assert torch.allclose(row, by_hand, atol=1e-6)
    assert found[1, 3] == 1 and found[2, 0] == 1


# --- learning ---------------------------------------------------------------------------------------------------------


def test_it_learns() -> None:
    torch.manual_seed(1)
    net = second_judge(**SIZES)
    optimizer = torch.optim.AdamW(net.parameters(), lr=3e-3)
    batch = make_batch(random.Random(1), 8, 6, 28)
    totals = []
    for _ in range(20):
        loss = sum(value for name, value in losses(net, batch).items() if name != "right")
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        totals.append(loss.item())
    assert sum(totals[-3:]) < 0.7 * sum(totals[:3])
    assert all(torch.isfinite(p).all() for p in net.parameters())


def test_a_resumed_training_ends_as_an_unbroken_one(tmp_path: Path) -> None:
    settings = Settings(steps=3, batch=4, questions=4)
    whole = train(settings, tmp_path / "whole", sizes=SIZES, build=second_judge).state_dict()
    train(settings, tmp_path / "broken", sizes=SIZES, build=second_judge, minutes=0)
    broken = train(settings, tmp_path / "broken", sizes=SIZES, build=second_judge).state_dict()
    assert all(torch.equal(whole[name], broken[name]) for name in whole)


def test_calibration_changes_how_sure_an_answer_is_and_no_answer() -> None:
    torch.manual_seed(3)
    net = second_judge(**SIZES).eval()
    asked = torch.tensor([tokens(text, 28) for text in ASKED])
    sight = net.see(torch.rand(1, 3, 64, 64)).rows(torch.zeros(len(ASKED), dtype=torch.long))
    before = net.ask(sight, asked)[0].softmax(-1)
    calibrate(net, Calibration(pictures=4, steps=30))
    after = net.ask(sight, asked)[0].softmax(-1)
    assert torch.equal(before.argmax(1), after.argmax(1)) and not torch.allclose(before, after)


# --- looking ----------------------------------------------------------------------------------------------------------


def test_the_eye_runs_once_however_many_questions(judge: PocketJudge) -> None:
    seen: list[int] = []
    hook = judge.net.eye.register_forward_hook(lambda module, args, output: seen.append(len(args[0])))
    try:
        judge.answer(picture(1), ASKED * 6)
        judge.answer_many([picture(1), picture(2)], [ASKED, ASKED * 3])
        assert judge.answer(picture(1), []) == []
    finally:
        hook.remove()
    assert seen == [1, 2]


def test_each_picture_gets_its_own_answers_alone_and_in_company(judge: PocketJudge) -> None:
    pictures = [picture(seed) for seed in range(3)]
    long = "Is the small red dog to the left of the large blue butterfly?"
    together = judge.answer_many(pictures, [ASKED, [], [ASKED[0], long]])
    assert [len(replies) for replies in together] == [4, 0, 2]
    for image, asked, replies in zip(pictures, (ASKED, [], ASKED[:1]), together, strict=True):
        for alone, reply in zip(judge.answer(image, asked), replies, strict=False):
            assert alone.p_yes == pytest.approx(reply.p_yes, abs=1e-5)


@pytest.mark.parametrize("size", [(1, 1), (300, 100), (768, 768)])
def test_pictures_of_any_size(judge: PocketJudge, size: tuple[int, int]) -> None:
    assert len(judge.answer(Image.new("RGBA", size), ASKED)) == len(ASKED)


def test_unknown_words_are_named(judge: PocketJudge) -> None:
    with pytest.raises(WordsNotKnown, match="“zebra” is a word that the pocket models never learned"):
        judge.answer(picture(1), ["Is there a zebra?"])


# --- weights ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change", [('"grammar-2"', '"grammar-0"'), ('"words": ', '"words": 1'), ("scenewright-pocket-judge-b", "llama")]
)
def test_weights_of_another_kind_are_refused(folder: Path, tmp_path: Path, change: tuple[str, str]) -> None:
    file = shutil.copytree(folder, tmp_path / "judge-b") / "config.json"
    assert change[0] in file.read_text()
    file.write_text(file.read_text().replace(*change))
    with pytest.raises(ModelDamaged, match="[Rr]un `make pocket`"):
        PocketJudge(str(tmp_path / "judge-b"))


def test_weights_with_parts_missing_are_refused(folder: Path, tmp_path: Path) -> None:
    file = shutil.copytree(folder, tmp_path / "judge-b") / "model.safetensors"
    parts = load_file(file)
    save_file({name: part for name, part in parts.items() if not name.startswith("film.")}, file, {"format": "pt"})
    with pytest.raises(ModelDamaged, match="lack 2 parts"):
        PocketJudge(str(tmp_path / "judge-b"))


@pytest.mark.parametrize("file", ["model.safetensors", "config.json"])
@pytest.mark.parametrize("harm", ["cut", "garbage", "gone"])
def test_damaged_weights_are_said(folder: Path, tmp_path: Path, file: str, harm: str) -> None:
    victim = shutil.copytree(folder, tmp_path / "judge-b") / file
    if harm == "cut":
        victim.write_bytes(victim.read_bytes()[: victim.stat().st_size // 2])
    elif harm == "garbage":
        victim.write_bytes(b"\x00\xff" * 500)
    else:
        victim.unlink()
    with pytest.raises(ModelDamaged):
        PocketJudge(str(tmp_path / "judge-b"))


def test_what_ships_sees_what_is_plain() -> None:
    shipped = judges.load("pocket-b")
    scene = random_scene(random.Random(5), items=1)
    item = scene.items[0]
    replies = shipped.answer(
        paint(scene, size=256), [f"What colour is the {item.name}?", "How many objects are in the picture?"][:1]
    )
    assert replies[0].answer == item.colour
