"""Metrics on a GPU: near their numbers in float32 on the CPU, a picture alone and in a batch alike, memory given back.

Run it where there is CUDA: `pytest tests/gpu/test_metrics.py`; without: `SCENEWRIGHT_TEST_DEVICE=cpu`.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from PIL import Image

from models import devices, metrics, residents
from tests.toy_metrics import clip, dinov2, image_reward, vit

CAPTIONS = ["A red dog.", "A blue cat is above a tree.", "a"]
KINDS: dict[str, tuple[Callable[[Path], Path], float]] = {
    "clip": (clip, 0.03), "dinov2": (dinov2, 0.02), "vit": (vit, 0.02), "image-reward": (image_reward, 0.05)
}  # fmt: skip
"""How far 16 bits may be from 32: absolute, but for ImageReward, whose scale is its own, a share."""


@pytest.mark.parametrize("kind", KINDS)
def test_a_metric_on_the_gpu(
    kind: str, half: str, device: str, taken: Callable[[], int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make, slack = KINDS[kind]
    rng = random.Random(5)
    shown = [Image.frombytes("RGB", (40, 30), rng.randbytes(3600)).resize((64, 64)) for _ in CAPTIONS]
    name = str(make(tmp_path))
    with monkeypatch.context() as plain:
        plain.setenv("SCENEWRIGHT_DTYPE", "float32")
        devices.use("cpu")
        whole = metrics.load(name).score(shown, CAPTIONS)
        residents.send_away("metric", name)
    devices.use(device)
    held = taken()
    metric = metrics.load(name)
    net = metric.net  # type: ignore[attr-defined]
    assert net.dtype == getattr(torch, half) and net.device.type == device.split(":")[0]
    found = metric.score(shown, CAPTIONS)
    allowed = {"rel": slack} if kind == "image-reward" else {"abs": slack}
    assert found == pytest.approx(whole, **allowed)
    if not isinstance(metric, metrics.Spread):
        alone = [metric.score([image], [text])[0] for image, text in zip(shown, CAPTIONS, strict=True)]
        assert found == pytest.approx(alone, **allowed)
    del metric, net
    residents.send_away("metric", name)
    assert taken() <= held + 1_000_000
