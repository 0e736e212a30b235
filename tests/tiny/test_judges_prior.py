"""A judge's prior: a yes that needs no picture is taken off, each question is asked of the grey picture once.

Run it: `pytest tests/tiny/test_judges_prior.py`.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path

import pytest
from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[1]))
from toy_judges import ASKED, picture, save

from engine.errors import ModelError
from engine.scoring import Reply
from models import judges, residents
from models.catalog import card
from models.judges import prior
from models.judges.prior import GREY, SIDE, Corrected, corrected, odds


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Corrected:
    found = judges.load(f"prior:{save('blip', tmp_path_factory.mktemp('blip'))}")
    assert isinstance(found, Corrected)
    return found


def test_log_odds_are_taken_off_and_the_mass_stays(judge: Corrected) -> None:
    plain, freed = judge.judge.answer(picture(), ASKED), judge.answer(picture(), ASKED)
    grey = judge.judge.answer(Image.new("RGB", (SIDE, SIDE), GREY), ASKED)
    for raw, new, blank in zip(plain, freed, grey, strict=True):
        assert new.prior == pytest.approx(blank.soft_yes, abs=1e-6)
        assert odds(new.soft_yes) == pytest.approx(odds(raw.soft_yes) - odds(blank.soft_yes), abs=1e-6)
        assert new.p_yes + new.p_no == pytest.approx(raw.p_yes + raw.p_no) and new.left_over == raw.left_over
        assert new.answer == ("yes" if new.p_yes >= new.p_no else "no") and new.top == raw.top


def test_a_grey_picture_says_nothing(judge: Corrected) -> None:
    for reply in judge.answer(Image.new("RGB", (SIDE, SIDE), GREY), ASKED):
        assert reply.soft_yes == pytest.approx(0.5, abs=1e-6)


def test_each_question_is_asked_of_it_once(judge: Corrected, monkeypatch: pytest.MonkeyPatch) -> None:
    judge.known.clear()
    seen: list[int] = []
    handle = judge.judge.net.vision_model.register_forward_hook(lambda *_: seen.append(1))
    judge.answer_many([picture("red"), picture("blue")], [ASKED, ASKED[:2]])
    assert len(seen) == 3 and list(judge.known) == list(ASKED)
    judge.answer(picture("green"), ASKED)
    handle.remove()
    assert len(seen) == 4
    monkeypatch.setattr(prior, "MOST", 2)
    judge.answer(picture(), [ASKED[3], "Is it red?"])
    assert list(judge.known) == [ASKED[3], "Is it red?"]


def test_open_questions_and_choices_stay_as_they_are(judge: Corrected) -> None:
    asked, offered = ["What colour is it?", "Which?"], [(), ("dog", "cat")]
    assert judge.answer(picture(), asked, choices=offered) == judge.judge.answer(picture(), asked, choices=offered)


@pytest.mark.parametrize(
    ("yes", "no", "blank", "soft"), [(0.9, 0.1, 0.9, 0.5), (0.6, 0.2, 0.9, 0.25), (0.0, 0.0, 0.5, 0.5)]
)
def test_figures(yes: float, no: float, blank: float, soft: float) -> None:
    found = corrected(Reply("yes", yes, yes, no), blank)
    assert found.soft_yes == pytest.approx(soft) and found.prior == blank
    assert found.confidence == max(found.p_yes, found.p_no)


def test_certain_answers_stay_finite() -> None:
    found = corrected(Reply("yes", 1.0, 1.0, 0.0), 1.0)
    assert found.soft_yes == pytest.approx(0.5) and math.isfinite(corrected(Reply("no", 1.0, 0.0, 1.0), 1.0).soft_yes)


def test_any_judge_can_be_named_so_and_goes_with_it() -> None:
    asked = card("prior:pocket", "judge")
    assert asked.judge == "pocket" and asked.ours and asked.ready
    judges.load("prior:pocket")
    assert {("judge", "pocket"), ("judge", "prior:pocket")} <= set(residents.listed())
    residents.send_away("judge", "pocket")
    assert not {("judge", "pocket"), ("judge", "prior:pocket")} & set(residents.listed())
    with pytest.raises(ModelError, match="no judge “prior:pockt”|no judge “pockt”"):
        judges.load("prior:pockt")
