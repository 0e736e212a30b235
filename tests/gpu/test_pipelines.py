"""Each toy pipeline on a GPU in both half formats: pictures, the same for a seed in company, and memory given back.

Run it: `pytest tests/gpu`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from models import generators, residents
from tests.toy_pipelines import PIPELINES, save

CAPTIONS, SEEDS = ["a red dog", "a small blue cat"], [1, 2]
Taken = Callable[[], int]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    home, made = tmp_path_factory.mktemp("toys"), {}

    def get(kind: str) -> str:
        if kind not in made:
            made[kind] = str(save(kind, home / kind))
        return made[kind]

    return get


def drawn(generator: Any, captions: list[str], seeds: list[int]) -> list[Any]:
    return [np.asarray(one.image) for one in generator.draw(captions, seeds, steps=2, size=32)]


@pytest.mark.parametrize("kind", PIPELINES)
def test_it_draws_in_half_precision(folder: Callable[[str], str], kind: str, half: str, device: str) -> None:
    generator: Any = generators.load(folder(kind))
    network = getattr(generator.pipe, "transformer", None) or generator.pipe.unet
    assert (str(network.device), network.dtype) == (device, getattr(torch, half))
    first, second = drawn(generator, CAPTIONS, SEEDS)
    assert first.shape == second.shape and first.std() > 0
    assert not np.array_equal(first, second)
    record = generator.draw(CAPTIONS[:1], SEEDS[:1], steps=2, size=32)[0].record["used"]
    assert (record["device"], record["dtype"]) == (device, half)


@pytest.mark.parametrize("kind", PIPELINES)
def test_a_seed_is_a_picture_in_any_company(folder: Callable[[str], str], kind: str) -> None:
    generator: Any = generators.load(folder(kind))
    alone = [drawn(generator, [text], [seed])[0] for text, seed in zip(CAPTIONS, SEEDS, strict=True)]
    together = drawn(generator, CAPTIONS, SEEDS)
    assert all(np.array_equal(one, other) for one, other in zip(alone, together, strict=True))


@pytest.mark.parametrize("kind", PIPELINES)
def test_its_memory_comes_back(folder: Callable[[str], str], kind: str, taken: Taken, device: str) -> None:
    name = folder(kind)
    drawn(
        generators.load(name), CAPTIONS[:1], SEEDS[:1]
    )  # libraries keep some workspace of their own after a first run
    residents.send_away("generator", name)
    before = taken()
    drawn(generators.load(name), CAPTIONS, SEEDS)
    if device.startswith("cuda"):
        assert taken() > before
    assert residents.send_away("generator", name)
    assert taken() <= before + 2**20
