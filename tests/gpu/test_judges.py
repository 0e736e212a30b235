"""Judges of every family on a GPU: near their answers on the CPU, alone or in a batch alike, memory given back.

Run it where there is CUDA: `pytest tests/gpu/test_judges.py`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

sys.path.insert(0, str(Path(__file__).parents[1]))
from toy_judges import ASKED, JUDGES, picture, save

from models import devices, judges, residents

ASK, OFFERED = [*ASKED, "What colour is it?", "Which?"], [()] * 5 + [("dog", "cat", "ball")]


@pytest.fixture(autouse=True)
def device_as_before() -> Iterator[None]:
    before = list(devices._CHOSEN)
    yield
    devices._CHOSEN[:] = before


@pytest.mark.parametrize("kind", JUDGES)
def test_a_judge_on_the_gpu(kind: str, tmp_path: Path) -> None:
    name = str(save(kind, tmp_path / kind))
    devices.use("cpu")
    on_cpu = judges.load(name).answer(picture(), ASK, choices=OFFERED)
    residents.send_away("judge", name)
    held = torch.cuda.memory_allocated()
    devices.use("cuda:0")
    judge = judges.load(name)
    assert judge.net.device.type == "cuda" and "cuda:0 in " in judge.notes[0]
    together = judge.answer(picture(), ASK, choices=OFFERED)
    alone = [judge.answer(picture(), [q], choices=[o])[0] for q, o in zip(ASK, OFFERED, strict=True)]
    for there, here, one in zip(on_cpu, together, alone, strict=True):
        assert here.p_yes == (None if there.p_yes is None else pytest.approx(there.p_yes, abs=0.03))
        assert one.p_yes == (None if here.p_yes is None else pytest.approx(here.p_yes, abs=0.02))
        assert 0 <= here.confidence <= 1 and here.answer
    del judge
    residents.send_away("judge", name)
    assert torch.cuda.memory_allocated() <= held + 1_000_000
