"""What fits this machine: counted in files or about, on a GPU or off it, each time with one sentence.

Run it: `pytest tests/models/test_catalog_fits.py`.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from engine.errors import ModelError
from models import machine
from models.catalog import CARDS, Card
from models.catalog.fits import ABOUT, WORK, fit, needed
from models.machine import Room

GPU = "GPU-1, NVIDIA H200, 143771, 143000\nGPU-2, NVIDIA T4, 15360, 15000\nGPU-3, Odd, [N/A], [N/A]\n"


def card(**more: object) -> Card:
    return Card(**{"name": "x", "job": "judge", "family": "vlm", "summary": "", "licence": ""} | more)  # type: ignore[arg-type]


@pytest.fixture
def rooms(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with 40 GiB of main memory free and one GPU with 16."""
    held = {"cpu": Room("main memory", 40.0, 64.0), "cuda:0": Room("NVIDIA T4", 16.0, 16.0)}
    monkeypatch.setattr(machine, "room", lambda device: held[device])


def test_every_published_model_of_the_catalogue_is_known_about() -> None:
    unknown = [one.name for one in CARDS if not one.ours and fit(one).needs is None]
    assert unknown == []
    assert set(ABOUT) <= {hub for one in CARDS for hub, _ in one.sources}


def test_needs_are_compared_with_what_is_free(rooms: None) -> None:
    small, large, huge = (card(parameters=billions) for billions in (4.0, 20.0, 60.0))
    assert fit(small, "cuda:0").fits and "cuda:0 (NVIDIA T4) has 16.0 GiB free" in fit(small, "cuda:0").says
    assert fit(small, "cpu").says.startswith("Needs about 17.4 GiB, in float32 on the CPU; 40.0 GiB are free")
    assert fit(large, "cuda:0").fits is False and "not enough: cuda:0" in fit(large, "cuda:0").says
    assert fit(huge, "cpu").fits is False and "not enough: 40.0 GiB" in fit(huge, "cpu").says


def test_a_pipeline_may_wait_in_main_memory(rooms: None) -> None:
    found = fit(card(job="generator", family="diffusers", parameters=15.0), "cuda:0")
    assert found.fits and "parts wait in main memory: slow" in found.says
    assert not fit(card(job="generator", family="diffusers", parameters=30.0), "cuda:0").fits


def test_what_is_on_disk_is_counted(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    for name in ("model.safetensors", "model.fp16.safetensors"):  # a variant beside it is not loaded too
        save_file({"w": torch.zeros(1000, 1000)}, tmp_path / name)
    found = fit(card(folder=tmp_path), "cpu")
    assert found.needs == pytest.approx(needed(0.001, 4)) and "counted in its files" in found.says
    assert found.needs is not None and found.needs > WORK


def test_what_needs_nothing_here() -> None:
    assert fit(card(url="http://127.0.0.1:1")).says == "Runs on another machine."
    assert fit(card(hub="me/mine")).fits is None
    assert all(fit(one).fits for one in CARDS if one.ours)


# --- the machine ------------------------------------------------------------------------------------------------------


def test_the_cpu_has_memory() -> None:
    here = machine.room("cpu")
    assert 0 < here.free <= here.total and machine.room("cpu#2").name == "main memory"
    assert machine.room("cuda:60") == Room("no such GPU", 0.0, 0.0)


def test_gpus_are_numbered_as_torch_numbers_them() -> None:
    found = machine.parsed(GPU)
    assert [room.name for _, room in found] == ["NVIDIA H200", "NVIDIA T4"]
    names = {None: "H200 T4", "1": "T4", "1,0": "T4 H200", "GPU-2": "T4", "": "", "-1": "", "0,7,1": "H200"}
    for seen, expected in names.items():
        assert [room.name.split()[1] for room in machine._visible(found, seen)] == expected.split()


@pytest.mark.parametrize(
    ("environment", "names"),
    [
        ({"SCENEWRIGHT_DEVICES": "cpu,cpu"}, ("cpu", "cpu#2")),
        ({"SCENEWRIGHT_DEVICES": "cuda:0, cuda:1", "SCENEWRIGHT_WORKERS": "3"}, ("cuda:0", "cuda:1", "cuda:0#2")),
        ({"SCENEWRIGHT_DEVICES": "cuda:0,cuda:1", "SCENEWRIGHT_WORKERS": "1"}, ("cuda:0",)),
        ({"SCENEWRIGHT_DEVICES": "cpu", "SCENEWRIGHT_WORKERS": "0"}, ()),
    ],
)
def test_workers_are_one_for_each_device(environment: dict[str, str], names: tuple[str, ...]) -> None:
    assert machine.devices(environment) == names
    assert all(machine.plain(name) in environment["SCENEWRIGHT_DEVICES"] for name in names)


@pytest.mark.parametrize("environment", [{"SCENEWRIGHT_DEVICES": "tpu"}, {"SCENEWRIGHT_WORKERS": "many"}])
def test_settings_that_mean_nothing_are_said(environment: dict[str, str]) -> None:
    with pytest.raises(ModelError, match="Write "):
        machine.devices(environment)
