"""Judges in half precision, as a GPU holds them: every family answers, close to its answers in float32.

Run it: `pytest tests/tiny/test_judges_half.py`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import torch

sys.path.insert(0, str(Path(__file__).parents[1]))
from toy_judges import ASKED, JUDGES, picture, save

from models import judges


@pytest.mark.parametrize("kind", JUDGES)
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_half_precision_is_near(kind: str, dtype: torch.dtype, tmp_path: Path) -> None:
    judge = judges.load(str(save(kind, tmp_path / kind)))
    asked, offered = [*ASKED, "What colour is it?", "Which?"], [()] * 5 + [("dog", "cat")]
    whole = judge.answer(picture(), asked, choices=offered)
    judge.net.to(dtype)
    half = judge.answer(picture(), asked, choices=offered)
    for one, other in zip(whole, half, strict=True):
        assert other.p_yes == (None if one.p_yes is None else pytest.approx(one.p_yes, abs=0.03))
        assert 0 <= other.confidence <= 1 and other.answer
