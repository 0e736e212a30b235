"""Residents: each model once, the longest unused sent away when the next needs room, what is at work stays.

Run it: `pytest tests/models/test_residents.py`.
"""

from __future__ import annotations

import gc
import logging
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.errors import ModelError
from models import devices, generators, residents
from models.machine import Room
from tests.toy_pipelines import save

Toys = Callable[[str], str]


@pytest.fixture(scope="module")
def toys(tmp_path_factory: pytest.TempPathFactory) -> Toys:
    home = tmp_path_factory.mktemp("toys")
    folders = {name: save("StableDiffusion", home / name) for name in "abc"}
    return lambda name: str(folders[name])


@pytest.fixture(autouse=True)
def alone() -> Iterator[None]:
    residents.clear()
    yield
    residents.clear()


def held() -> list[str]:
    return [Path(name).name for _, name in residents.listed()]


def test_a_model_is_loaded_once(toys: Toys) -> None:
    assert generators.load(toys("a")) is generators.load(toys("a"))


def test_the_longest_unused_gives_way(
    toys: Toys, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("SCENEWRIGHT_MEMORY", "2.5")  # each toy counts as a bit more than 1 GiB: two fit
    caplog.set_level(logging.INFO, "models.residents")
    gone = weakref.ref(generators.load(toys("b")).pipe)  # type: ignore[attr-defined]
    generators.load("painter")
    for name in "ac":
        generators.load(toys(name))
    assert held() == ["painter", "a", "c"]
    gc.collect()
    assert gone() is None  # its memory can be used again
    assert "b sent away: " in caplog.text and "needs 1.0 GiB, 0.4 are free" in caplog.text


def test_what_is_at_work_is_not_sent_away(toys: Toys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCENEWRIGHT_MEMORY", "1.5")
    with residents.in_use():
        generators.load(toys("a"))
        generators.load(toys("b"))
        assert held() == ["a", "b"]
        residents.clear()
        assert held() == ["a", "b"]
    generators.load(toys("c"))
    assert held() == ["c"]


def test_without_a_limit_free_memory_decides(toys: Toys, monkeypatch: pytest.MonkeyPatch) -> None:
    from models import machine

    generators.load(toys("a"))
    monkeypatch.setattr(machine, "room", lambda device: Room("main memory", 0.5, 16.0))
    generators.load(toys("b"))
    assert held() == ["b"]


def test_limits_are_said(toys: Toys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCENEWRIGHT_MEMORY", "0.9")
    with pytest.raises(ModelError, match=r"needs about 1\.0 GiB and SCENEWRIGHT_MEMORY allows 0\.9"):
        generators.load(toys("a"))
    monkeypatch.setenv("SCENEWRIGHT_MEMORY", "much")
    with pytest.raises(ModelError, match="Write a number of GiB"):
        generators.load(toys("a"))


def test_a_device_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "_CHOSEN", [])
    with pytest.raises(ModelError, match="is no device"):
        devices.use("tpu")
    devices.use("cuda:99")
    with pytest.raises(ModelError, match="There is no cuda:99 here"):
        devices.placement()


def test_a_number_format_can_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCENEWRIGHT_DTYPE", "bfloat16")
    monkeypatch.setattr(devices, "_CHOSEN", ["cpu"])
    assert devices.placement() == devices.Placement("cpu", "bfloat16", "cpu in bfloat16: as SCENEWRIGHT_DTYPE says.")
    monkeypatch.setenv("SCENEWRIGHT_DTYPE", "int4")
    with pytest.raises(ModelError, match="Write one of float32, bfloat16, float16"):
        devices.placement()
