"""The pocket judge at toy size: it learns, resumes exactly, looks once per picture, and reads every word of the grammar.

Run it: `pytest tests/tiny/test_pocket_judge.py`.
"""

from __future__ import annotations

import hashlib
import random
import shutil
from itertools import product
from pathlib import Path

import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

from engine.caption import LENGTHS, Style, caption
from engine.errors import ModelDamaged, ModelMissing, WordsNotKnown
from engine.programs import (
    Exactly,
    Exists,
    HowMany,
    Is,
    Related,
    Scene,
    Thing,
    WhatAttribute,
    WhatRelated,
    WhatScene,
    WhichObject,
    say,
)
from engine.questions import questions
from engine.wording import NUMBERS, ORDINALS
from models import judges
from models.judges import PocketJudge, pixels
from models.pocket.calibrate import Settings as Calibration
from models.pocket.calibrate import calibrate
from models.pocket.judge_net import JudgeNet
from models.pocket.painter import paint
from models.pocket.quiz import quiz, random_scene
from models.pocket.scene import COLOURS, MAX_ITEMS, NAMES, TAXONOMY
from models.pocket.text import LENGTH
from models.pocket.train_judge import ANSWERS, Settings, config, losses, make_batch, train
from models.pocket.words import SPECIAL, tokenizer, tokens, vocabulary
from tests.pocket_graphs import random_graph

SIZES = {"channels": 16, "width": 32, "text_width": 32, "text_layers": 1}
ASKED = ["Is there a dog?", "How many cats are there?", "Is the dog above the cat?", "What colour is the dog?"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.manual_seed(1)
    path = tmp_path_factory.mktemp("weights") / "judge"
    JudgeNet(config(**SIZES)).save_pretrained(path)
    return path


@pytest.fixture(scope="module")
def judge(folder: Path) -> PocketJudge:
    return PocketJudge(str(folder))


def picture(seed: int, size: int = 64) -> Image.Image:
    return paint(random_scene(random.Random(seed), items=3), size=size)


# --- learning ---------------------------------------------------------------------------------------------------------


def test_it_learns() -> None:
    torch.manual_seed(1)
    net = JudgeNet(config(**SIZES))
    optimizer = torch.optim.AdamW(net.parameters(), lr=3e-3)
    batch = make_batch(random.Random(1), 8, 6, 28)
    totals = []
    for _ in range(20):
        parts = losses(net, batch)
        loss = sum(value for name, value in parts.items() if name != "right")
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        totals.append(loss.item())
    assert sum(totals[-3:]) < 0.7 * sum(totals[:3])
    assert all(torch.isfinite(p).all() for p in net.parameters())


def test_a_batch_is_the_same_for_the_same_seed() -> None:
    first, again, other = (make_batch(random.Random(seed), 3, 4, 28) for seed in (1, 1, 2))
    assert torch.equal(first.pixels, again.pixels) and torch.equal(first.tokens, again.tokens)
    assert torch.equal(first.answers, again.answers) and torch.equal(first.meant, again.meant)
    assert not torch.equal(first.pixels, other.pixels)


def test_a_resumed_training_ends_as_an_unbroken_one(tmp_path: Path) -> None:
    settings = Settings(steps=4, batch=4, questions=4)
    whole = train(settings, tmp_path / "whole", sizes=SIZES).state_dict()
    train(settings, tmp_path / "broken", sizes=SIZES, minutes=0)
    assert torch.load(tmp_path / "broken" / "checkpoint.pt", weights_only=True)["step"] == 1
    broken = train(settings, tmp_path / "broken", sizes=SIZES).state_dict()
    assert whole.keys() == broken.keys()
    assert all(torch.equal(whole[name], broken[name]) for name in whole)
    assert not list((tmp_path / "whole").glob("*.part"))


def test_the_quiz_is_balanced() -> None:
    rng = random.Random(4)
    answers = [one.answer for _ in range(150) for one in quiz(random_scene(rng), 8, rng)]
    assert set(answers) <= set(ANSWERS)
    yes = answers.count("yes") / (answers.count("yes") + answers.count("no"))
    assert 0.42 < yes < 0.58


# --- looking ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(64, 64), (768, 768), (1, 1), (300, 100), (65, 63)])
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "P"])
def test_pictures_of_any_size_and_mode(judge: PocketJudge, size: tuple[int, int], mode: str) -> None:
    seen = pixels([Image.new(mode, size)])
    assert seen.shape == (1, 3, 64, 64)
    assert 0 <= seen.min() <= seen.max() <= 1
    assert len(judge.answer(Image.new(mode, size), ASKED)) == len(ASKED)


def test_a_large_picture_is_averaged_down() -> None:
    small, large = (pixels([picture(3, size)]) for size in (64, 768))
    assert (small - large).abs().mean() < 0.012


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


def test_replies_are_probabilities(judge: PocketJudge) -> None:
    for reply in judge.answer(picture(1), ASKED):
        assert reply.answer in ANSWERS
        assert reply.top[0] == (reply.answer, reply.confidence)
        shares = [share for _, share in reply.top]
        assert shares == sorted(shares, reverse=True) and 0 < sum(shares) <= 1.001
        assert reply.p_yes is not None and reply.p_no is not None
        assert 0 < reply.p_yes + reply.p_no <= 1.001


def test_each_picture_gets_its_own_answers(judge: PocketJudge) -> None:
    pictures = [picture(seed) for seed in range(3)]
    together = judge.answer_many(pictures, [ASKED, [], ASKED[:2]])
    assert [len(replies) for replies in together] == [4, 0, 2]
    for image, asked, replies in zip(pictures, (ASKED, [], ASKED[:2]), together, strict=True):
        for alone, reply in zip(judge.answer(image, asked), replies, strict=True):
            assert alone.p_yes == pytest.approx(reply.p_yes, abs=1e-5)
    assert judge.answer_many([], []) == []


def test_the_answer_does_not_depend_on_who_else_is_asked(judge: PocketJudge) -> None:
    long = "Is the small red dog to the left of the large blue butterfly?"
    alone, company = judge.answer(picture(1), ASKED[:1])[0], judge.answer(picture(1), [ASKED[0], long])[0]
    assert alone.p_yes == pytest.approx(company.p_yes, abs=1e-5)


# --- words ------------------------------------------------------------------------------------------------------------


def test_every_word_that_questions_can_say_is_known() -> None:
    pairs = [(("colour", colour),) for colour in COLOURS] + [(("size", "small"), ("colour", "red"))]
    things = [Thing(name, marks, definite) for name in NAMES for marks in ((), pairs[-1]) for definite in (True, False)]
    programs = [Exists(thing, n) for thing in things for n in (1, 2)]
    programs += [Exists(Thing("dog"), n) for n in range(1, 2 * MAX_ITEMS + 1)]
    programs += [Exactly(thing, n) for thing in things for n in (1, 6)] + [HowMany(thing) for thing in things]
    programs += [Is(Thing("dog"), kind.name, value) for kind in TAXONOMY.attribute_kinds for value in kind.values]
    programs += [WhatAttribute(thing, kind.name) for thing in things for kind in TAXONOMY.attribute_kinds]
    programs += [Scene(kind.name, value) for kind in TAXONOMY.scene_kinds for value in kind.phrases]
    programs += [WhatScene(kind.name) for kind in TAXONOMY.scene_kinds]
    programs += [WhichObject(), WhichObject(pairs[-1]), *(WhichObject(marks) for marks in pairs)]
    ends = [Thing("owl", marks, definite) for marks in ((), pairs[-1]) for definite in (True, False)]
    for source, target, phrase, n in product(ends, ends, TAXONOMY.relation, (1, 2, 3)):
        programs.append(Related(source, phrase, target, n))
    programs += [WhatRelated(phrase, thing) for phrase in TAXONOMY.relation for thing in things]
    known = set(vocabulary())
    texts = {say(program, TAXONOMY) for program in programs}
    for text in texts:
        assert tokens(text, 28)[0] == vocabulary().index("[START]")
    assert set(ANSWERS) <= known


def test_every_word_that_captions_can_say_is_known() -> None:
    single = {word for noun in TAXONOMY.nouns for word in (noun.name, noun.plural)}
    single |= set(NUMBERS[: MAX_ITEMS + 1]) | set(ORDINALS[:MAX_ITEMS]) | set(TAXONOMY.kind_of_value)
    single |= {word for phrase in TAXONOMY.relation for word in phrase.split()}
    single |= {word for kind in TAXONOMY.scene_kinds for phrase in kind.phrases.values() for word in phrase.split()}
    single |= set("a an the is are there and scene , .".split())
    assert single <= set(vocabulary())
    for seed in range(200):
        graph = random_graph(random.Random(seed))
        for length, phrasing in product(LENGTHS, range(8)):
            tokens(caption(graph, TAXONOMY, Style(length, phrasing)).text, 2 * LENGTH)
        for question in questions(graph, TAXONOMY):
            tokens(question.text, 28)


def test_calibration_changes_how_sure_an_answer_is_and_no_answer() -> None:
    torch.manual_seed(3)
    net = JudgeNet(config(**SIZES)).eval()
    asked = torch.tensor(
        [tokens(text, 28) for text in ("Is there a dog?", "How many owls are there?", "Is the scene at night?")]
    )
    sight = net.see(torch.rand(1, 3, 64, 64)).rows(torch.zeros(3, dtype=torch.long))
    before = net.ask(sight, asked)[0].softmax(-1)
    calibrate(net, Calibration(pictures=6, steps=40))
    after = net.ask(sight, asked)[0].softmax(-1)
    assert torch.equal(before.argmax(1), after.argmax(1))
    assert not torch.allclose(before, after)
    assert not any(weight.requires_grad for weight in net.doubt.parameters())


def test_our_tokens_are_those_of_the_tokenizer() -> None:
    for text in ("There is a red dog.", "Is the dog to the left of an owl?", "A first fish is above a second fish."):
        expected = tokenizer()(text)["input_ids"]
        assert tokens(text, 24) == [vocabulary().index("[START]"), *expected] + [0] * (23 - len(expected))


def test_the_vocabulary_stays_what_it_was() -> None:
    """Weights depend on the order of the words: when this fails, GRAMMAR_VERSION has to change."""
    words = vocabulary()
    assert words[:3] == SPECIAL
    assert len(set(words)) == len(words)
    digest = hashlib.sha256("\n".join(words).encode()).hexdigest()[:16]
    assert (len(words), digest) == (238, "5093b1971d89fd52")


def test_unknown_words_are_named(judge: PocketJudge) -> None:
    with pytest.raises(WordsNotKnown, match="“zebra” is a word that the pocket models never learned"):
        judge.answer(picture(1), ["Is there a dog?", "Is there a zebra?"])
    with pytest.raises(WordsNotKnown, match="read at most 27"):
        judge.answer(picture(1), ["Is there a dog? " * 9])


# --- weights ----------------------------------------------------------------------------------------------------------


def test_weights_record_their_grammar_and_answers(judge: PocketJudge, folder: Path) -> None:
    text = (folder / "config.json").read_text()
    assert '"grammar": "grammar-2"' in text
    assert judge.words == ANSWERS
    assert (folder / "model.safetensors").is_file()


@pytest.mark.parametrize("change", [('"grammar-2"', '"grammar-0"'), ('"words": ', '"words": 1')])
def test_weights_of_another_grammar_are_refused(folder: Path, tmp_path: Path, change: tuple[str, str]) -> None:
    copy = shutil.copytree(folder, tmp_path / "judge")
    file = copy / "config.json"
    assert change[0] in file.read_text()
    file.write_text(file.read_text().replace(*change))
    with pytest.raises(ModelDamaged, match="run `make pocket`|Run `make pocket`"):
        PocketJudge(str(copy))


def test_weights_with_parts_missing_are_refused(folder: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(folder, tmp_path / "judge")
    file = copy / "model.safetensors"
    parts = load_file(file)
    save_file({name: part for name, part in parts.items() if not name.startswith("reason.")}, file, {"format": "pt"})
    with pytest.raises(ModelDamaged, match="lack 4 parts"):
        PocketJudge(str(copy))


@pytest.mark.parametrize("file", ["model.safetensors", "config.json"])
@pytest.mark.parametrize("harm", ["cut", "garbage", "gone"])
def test_damaged_weights_are_said(folder: Path, tmp_path: Path, file: str, harm: str) -> None:
    copy = shutil.copytree(folder, tmp_path / "judge")
    victim = copy / file
    if harm == "cut":
        victim.write_bytes(victim.read_bytes()[: victim.stat().st_size // 2])
    elif harm == "garbage":
        victim.write_bytes(b"\x00\xff" * 500)
    else:
        victim.unlink()
    with pytest.raises(ModelDamaged):
        PocketJudge(str(copy))


def test_missing_judges_are_said() -> None:
    with pytest.raises(ModelMissing, match="There is no judge “gpt”. Known ones: pocket"):
        judges.load("gpt")
