"""What the tests on a GPU share: the device, the number formats, and how much of its memory is taken.

Rehearse them without a GPU: `SCENEWRIGHT_TEST_DEVICE=cpu python -m pytest tests/gpu`.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator

import pytest
import torch

from models import devices, residents

HALVES = ("bfloat16", "float16")


@pytest.fixture(autouse=True)
def device(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The device that models are put on, by default the first GPU."""
    device = os.environ.get("SCENEWRIGHT_TEST_DEVICE", "cuda:0")
    monkeypatch.setattr(devices, "_CHOSEN", [device])
    yield device
    residents.clear()


@pytest.fixture(params=HALVES)
def half(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """A number format of 16 bits, for whatever is loaded while the test runs."""
    monkeypatch.setenv("SCENEWRIGHT_DTYPE", request.param)
    return str(request.param)


@pytest.fixture
def taken(device: str) -> Callable[[], int]:
    """Bytes of the GPU that tensors hold now; 0 where it is none."""

    def count() -> int:
        gc.collect()
        return torch.cuda.memory_allocated(device) if device.startswith("cuda") else 0

    return count
