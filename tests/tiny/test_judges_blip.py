"""BLIP at toy size: batches and the kept picture change no answer, and the answers are those of the class's own `generate`.

Run it: `pytest tests/tiny/test_judges_blip.py`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import torch

sys.path.insert(0, str(Path(__file__).parents[1]))
from toy_judges import ASKED, picture, save

from engine.errors import ModelError, WordsNotKnown
from models import judges
from models.judges.blip import BlipJudge

OPEN = "What colour is it?"
OPTIONS = ("dog", "cat", "small ball")


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> BlipJudge:
    found = judges.load(str(save("blip", tmp_path_factory.mktemp("blip"))))
    assert isinstance(found, BlipJudge)
    return found


def test_an_answer_is_the_same_alone_and_in_a_batch(judge: BlipJudge) -> None:
    asked = [*ASKED, OPEN, "Which animal?"]
    offered = [()] * 5 + [OPTIONS]
    together = judge.answer(picture(), asked, choices=offered)
    for question, options, reply in zip(asked, offered, together, strict=True):
        alone = judge.answer(picture(), [question], choices=[options])[0]
        assert alone.answer == reply.answer
        assert alone.confidence == pytest.approx(reply.confidence, rel=1e-4)
        assert alone.p_yes == (None if reply.p_yes is None else pytest.approx(reply.p_yes, abs=1e-6))
        assert [p for _, p in alone.top] == pytest.approx([p for _, p in reply.top], abs=1e-5)


@torch.inference_mode()
def test_first_probabilities_are_those_of_the_whole_network(judge: BlipJudge) -> None:
    """The forward pass of transformers, which encodes the picture anew, with one question at a time."""
    pixels = judge.pictures(picture(), return_tensors="pt")["pixel_values"]
    rows = judge.first(judge.see(picture()), ASKED)
    for row, question in zip(rows, ASKED, strict=True):
        words = judge.tokenizer(question, return_tensors="pt")
        start = torch.tensor([[judge.net.decoder_start_token_id]])
        logits = judge.net.text_decoder(
            input_ids=start,
            encoder_hidden_states=judge.net.text_encoder(
                input_ids=words["input_ids"],
                attention_mask=words["attention_mask"],
                encoder_hidden_states=judge.net.vision_model(pixel_values=pixels)[0],
            )[0],
        ).logits
        assert torch.allclose(row, logits[0, -1].softmax(-1), atol=1e-6)


@torch.inference_mode()
def test_open_answers_are_those_of_generate(judge: BlipJudge) -> None:
    pixels = judge.pictures(picture(), return_tensors="pt")["pixel_values"]
    for question, said in zip([OPEN, *ASKED], judge.say(judge.see(picture()), [OPEN, *ASKED]), strict=True):
        words = judge.tokenizer(question, return_tensors="pt")
        ids = judge.net.generate(
            input_ids=words["input_ids"], attention_mask=words["attention_mask"], pixel_values=pixels,
            max_new_tokens=12, do_sample=False,
        )  # fmt: skip
        assert said.text == judge.tokenizer.decode(ids[0, 1:], skip_special_tokens=True)


def test_the_picture_is_encoded_once(judge: BlipJudge) -> None:
    seen: list[int] = []
    handle = judge.net.vision_model.register_forward_hook(lambda *_: seen.append(1))
    judge.answer(picture(), [*ASKED * 12, OPEN, OPEN], choices=[()] * (12 * len(ASKED)) + [OPTIONS, ()])
    handle.remove()
    assert len(seen) == 1


def test_other_pictures_and_questions_get_other_answers(judge: BlipJudge) -> None:
    """The toy network does look: a judge that ignored its input would pass the tests above."""
    red, blue = judge.answer_many([picture("red"), picture("blue")], [ASKED, ASKED])
    assert all(abs((a.p_yes or 0) - (b.p_yes or 0)) > 1e-5 for a, b in zip(red, blue, strict=True))
    assert len({round(reply.p_yes or 0, 6) for reply in red}) == len(ASKED)


def test_options_in_any_order_get_the_same_probabilities(judge: BlipJudge) -> None:
    one = judge.answer(picture(), ["Which?"], choices=[OPTIONS])[0]
    other = judge.answer(picture(), ["Which?"], choices=[OPTIONS[::-1]])[0]
    assert one == other and one.answer in OPTIONS
    assert one.left_over == pytest.approx(1 - sum(p for _, p in one.top), abs=2e-6)


def test_yes_no_and_the_rest_are_one(judge: BlipJudge) -> None:
    reply = judge.answer(picture(), ["Is it red?"])[0]
    assert reply.p_yes + reply.p_no + reply.left_over == pytest.approx(1, abs=1e-5)
    assert len(reply.top) == 5 and reply.top[0][1] >= reply.top[4][1]


def test_a_question_that_is_too_long_is_refused_in_a_sentence(judge: BlipJudge) -> None:
    with pytest.raises(WordsNotKnown, match="has 103 tokens, and .* reads 64"):
        judge.answer(picture(), ["Is it " + "red " * 98 + "?"])


def test_no_questions_no_replies(judge: BlipJudge) -> None:
    assert judge.answer_many([picture(), picture()], [[], ["Is it?"]])[0] == []


def test_a_batch_that_does_not_fit_is_halved_and_no_answer_lost(judge: BlipJudge) -> None:
    def short(_: object, arguments: object, named: dict[str, torch.Tensor]) -> None:
        if len(named["input_ids"]) > most:
            raise torch.OutOfMemoryError("CUDA out of memory.")

    most = 5
    asked = [*ASKED * 5, OPEN, OPEN]
    offered = [()] * 20 + [OPTIONS, ()]
    whole = judge.answer(picture(), asked, choices=offered)
    handle = judge.net.text_encoder.register_forward_pre_hook(short, with_kwargs=True)
    halved = judge.answer(picture(), asked, choices=offered)
    assert [reply.answer for reply in halved] == [reply.answer for reply in whole]
    assert [reply.confidence for reply in halved] == pytest.approx([reply.confidence for reply in whole], rel=1e-4)
    assert judge.at_once == 4 and "Memory ran short: 4 questions at once." in judge.notes
    most = 0
    with pytest.raises(ModelError, match="One question does not fit"):
        judge.answer(picture(), asked)
    handle.remove()
