"""InstructBLIP at toy size: the picture encoded once, batches that change no answer, answers as the class itself gives them.

Run it: `pytest tests/tiny/test_judges_instructblip.py`.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import InstructBlipProcessor

sys.path.insert(0, str(Path(__file__).parents[1]))
from toy_judges import ASKED, picture, save

from engine.errors import ModelDamaged
from models import judges
from models.judges.instructblip import InstructBlipJudge


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save("instructblip", tmp_path_factory.mktemp("instructblip"))


@pytest.fixture(scope="module")
def judge(folder: Path) -> InstructBlipJudge:
    found = judges.load(str(folder))
    assert isinstance(found, InstructBlipJudge)
    return found


def own_inputs(judge: InstructBlipJudge, folder: Path, question: str) -> dict[str, Any]:
    processor = InstructBlipProcessor.from_pretrained(folder)
    return dict(processor(images=picture(), text=question, return_tensors="pt"))


@torch.inference_mode()
def test_first_probabilities_are_those_of_the_class_itself(judge: InstructBlipJudge, folder: Path) -> None:
    rows = judge.first(judge.see(picture()), ASKED)
    for row, question in zip(rows, ASKED, strict=True):
        start = torch.tensor([[judge.language.config.decoder_start_token_id]])
        logits = judge.net(**own_inputs(judge, folder, question), decoder_input_ids=start).logits
        assert torch.allclose(row.log(), logits[0, -1].log_softmax(-1), atol=1e-4)


@torch.inference_mode()
def test_open_answers_are_those_of_generate(judge: InstructBlipJudge, folder: Path) -> None:
    for question, said in zip(ASKED, judge.say(judge.see(picture()), ASKED), strict=True):
        ids = judge.net.generate(**own_inputs(judge, folder, question), max_new_tokens=12, min_new_tokens=1)
        assert said.text == judge.tokenizer.decode(ids[0], skip_special_tokens=True)


def test_an_answer_is_the_same_alone_and_in_a_batch(judge: InstructBlipJudge) -> None:
    asked, offered = [*ASKED, "What colour is it?", "Which?"], [()] * 5 + [("dog", "cat", "small ball")]
    together = judge.answer(picture(), asked, choices=offered)
    for question, options, reply in zip(asked, offered, together, strict=True):
        alone = judge.answer(picture(), [question], choices=[options])[0]
        assert alone.answer == reply.answer and alone.confidence == pytest.approx(reply.confidence, rel=1e-4)


def test_the_picture_is_encoded_once_and_seen(judge: InstructBlipJudge) -> None:
    seen: list[int] = []
    handle = judge.net.vision_model.register_forward_hook(lambda *_: seen.append(1))
    red, blue = judge.answer_many([picture("red"), picture("blue")], [ASKED * 9, ASKED])
    handle.remove()
    assert len(seen) == 2
    assert all(abs((a.p_yes or 0) - (b.p_yes or 0)) > 1e-7 for a, b in zip(red, blue, strict=False))


def test_one_on_vicuna_and_one_without_its_second_tokenizer_are_refused(folder: Path, tmp_path: Path) -> None:
    lacking = Path(shutil.copytree(folder, tmp_path / "lacking"))
    shutil.rmtree(lacking / "qformer_tokenizer")
    with pytest.raises(ModelDamaged, match="qformer_tokenizer holds no tokenizer"):
        judges.load(str(lacking))
    config = json.loads((lacking / "config.json").read_text())
    assert config["use_decoder_only_language_model"] is False
