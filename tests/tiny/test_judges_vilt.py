"""ViLT at toy size: batches change no answer, chance neither, and answers are those of the class's own forward pass.

Run it: `pytest tests/tiny/test_judges_vilt.py`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
import torch

sys.path.insert(0, str(Path(__file__).parents[1]))
from toy_judges import ASKED, picture, save

from engine.errors import ModelError, WordsNotKnown
from models import judges
from models.judges.vilt import ViltJudge


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save("vilt", tmp_path_factory.mktemp("vilt"))


@pytest.fixture(scope="module")
def judge(folder: Path) -> ViltJudge:
    found = judges.load(str(folder))
    assert isinstance(found, ViltJudge)
    return found


@torch.inference_mode()
def test_probabilities_are_those_of_the_class_itself(judge: ViltJudge) -> None:
    shown = judge.pictures(picture(), return_tensors="pt")
    rows = judge.first(judge.see(picture()), ASKED)
    for row, question in zip(rows, ASKED, strict=True):
        logits = judge.net(**judge.tokenizer(question, return_tensors="pt"), **shown).logits
        assert torch.allclose(row, logits[0].softmax(-1), atol=1e-6)


def test_an_answer_is_the_same_alone_in_a_batch_and_whatever_chance_did_before(judge: ViltJudge) -> None:
    asked, offered = [*ASKED, "What colour is it?", "Which?"], [()] * 5 + [("dog", "cat", "small ball")]
    together = judge.answer(picture(), asked, choices=offered)
    for seed, (question, options, reply) in enumerate(zip(asked, offered, together, strict=True)):
        torch.manual_seed(seed)
        alone = judge.answer(picture(), [question], choices=[options])[0]
        assert alone.answer == reply.answer and alone.confidence == pytest.approx(reply.confidence, abs=1e-6)
        assert torch.initial_seed() == seed


def test_options_are_whole_labels(judge: ViltJudge) -> None:
    known, unknown = judge.answer(picture(), ["Which?"] * 2, choices=[("dogs", "Dog", "hot dog"), ("house", "tree")])
    assert known.answer == "Dog" and dict(known.top)["dogs"] == dict(known.top)["hot dog"] == 0.0
    assert unknown.left_over == 1.0 and unknown.answer in judge.labels.values()


def test_what_it_is_and_is_not_is_said(judge: ViltJudge) -> None:
    assert any("each question costs as much" in note for note in judge.notes)
    with pytest.raises(WordsNotKnown, match="reads 40"):
        judge.answer(picture(), ["Is it " + "red " * 60 + "?"])


def test_labels_without_yes_are_no_judge(folder: Path, tmp_path: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    labels = {id: text.replace("yes", "red") for id, text in config["id2label"].items()}
    other = save("vilt", tmp_path / "other")
    (other / "config.json").write_text(json.dumps({**config, "id2label": labels}))
    with pytest.raises(ModelError, match="no answers “yes” or “no”"):
        judges.load(str(other))
