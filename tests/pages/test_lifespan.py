"""The app as a server starts it: workers come up with it, before the first visitor, one for each device.

Run it: `pytest tests/pages/test_lifespan.py`.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from engine.store import default_home, device_lock
from models import worker
from pages.parts.home import lifespan


def begin() -> list[str]:
    """The devices whose workers were started while the app ran; they are ended again."""

    async def life() -> list[str]:
        async with lifespan(None):
            here = default_home()
            return [device for home, device in worker.CHILDREN if home == here]

    try:
        return asyncio.run(life())
    finally:
        for child in worker.CHILDREN.values():
            child.kill()
            child.wait()
        worker.CHILDREN.clear()


def test_workers_start_with_the_app(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCENEWRIGHT_DEVICES", "cpu,cpu")
    assert begin() == ["cpu#2"]  # the test holds the first device
    with device_lock(home, "cpu#2"):
        assert begin() == []


def test_a_setting_that_means_nothing_keeps_no_visitor_out(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCENEWRIGHT_DEVICES", "abacus")
    assert begin() == []
