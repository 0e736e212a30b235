"""The pocket world on a GPU: its diffusion generator and its judges, in both half formats, say what they say on a CPU.

Run it: `pytest tests/gpu`.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch

from engine.caption import caption
from engine.questions import questions
from engine.sampler import Constraints, scenes
from models import generators, judges, residents
from models.generators.pocket import PocketGenerator
from models.judges.pocket import PocketJudge
from models.pocket.scene import TAXONOMY

GRAPHS = list(scenes(Constraints(complexity=(2, 4)), TAXONOMY, seed=11, count=8))
TEXTS = [caption(graph, TAXONOMY).text for graph in GRAPHS]
ASKED = [[question.text for question in questions(graph, TAXONOMY)[:8]] for graph in GRAPHS]


@pytest.fixture
def generator(device: str, half: str) -> Iterator[PocketGenerator]:
    """The shipped generator on the device; it goes back to where it was, since this process shares it."""
    found = generators.load("pocket")
    assert isinstance(found, PocketGenerator)
    found.pipeline.to(device, getattr(torch, half))
    yield found
    found.pipeline.to("cpu", torch.float32)


def test_it_draws(generator: PocketGenerator) -> None:
    drawings = generator.draw(TEXTS, range(8), steps=8, size=64)
    assert all(len(drawing.record["pocket"]["items"]) >= 1 for drawing in drawings)
    again = generator.draw(TEXTS, range(8), steps=8, size=64)
    assert [one.image.tobytes() for one in drawings] == [one.image.tobytes() for one in again]


@pytest.mark.parametrize("name", ["pocket", "pocket-b"])
def test_a_judge_says_the_same_as_on_a_cpu(name: str, device: str, half: str) -> None:
    pictures = [one.image for one in generators.load("painter").draw(TEXTS, range(8), size=64)]
    here: Any = judges.load(name)
    there = PocketJudge.around(copy.deepcopy(here.net).to(device, getattr(torch, half)), name=name)
    pairs = [
        (one, other)
        for mine, theirs in zip(here.answer_many(pictures, ASKED), there.answer_many(pictures, ASKED), strict=True)
        for one, other in zip(mine, theirs, strict=True)
    ]
    same = sum(one.answer == other.answer for one, other in pairs)
    assert same / len(pairs) >= 0.95
    assert max(abs(one.p_yes - other.p_yes) for one, other in pairs) <= 0.25


def test_the_memory_comes_back(device: str, taken: Callable[[], int]) -> None:
    before = taken()
    net = copy.deepcopy(judges.load("pocket").net).to(device)  # type: ignore[attr-defined]
    if device.startswith("cuda"):
        assert taken() > before
    del net
    assert taken() <= before
    assert residents.send_away("judge", "pocket")
