"""Devices: what this machine can compute on, which one this process uses, and in which number format, with the reason.

Try it: `python -c "from models import devices; print(devices.placement().reason)"`.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import Any

from engine.errors import ModelError, show
from models import machine

DTYPES = ("float32", "bfloat16", "float16")
_CHOSEN: list[str] = []


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a model goes: `device` as torch names it, `dtype` as the name of a torch type, and why."""

    device: str
    dtype: str
    reason: str

    @property
    def torch_dtype(self) -> Any:
        """The torch type itself."""
        import torch

        return getattr(torch, self.dtype)


def use(device: str) -> None:
    """Make `device` (`cpu`, `cuda:0`, `mps`) the one that this process loads models on; raises `ModelError` for others."""
    if not machine.NAME.fullmatch(device):
        raise ModelError(f"{show(device)} is no device. Write cpu, cuda:0, cuda:1 or mps.")
    _CHOSEN[:] = [device]


def chosen() -> str:
    """The device of this process, without importing torch: as `use` said, else the first GPU, else the CPU."""
    return _CHOSEN[0] if _CHOSEN else "cuda:0" if machine.gpus() else "cpu"


def free(device: str) -> float:
    """GiB that are free on a device now: as torch knows it once it has used the GPU, else as the system does."""
    torch: Any = sys.modules.get("torch")
    if device.startswith("cuda") and torch is not None and torch.cuda.is_available() and torch.cuda.is_initialized():
        return float(torch.cuda.mem_get_info(device)[0]) / machine.GIB
    return machine.room(device).free


def placement() -> Placement:
    """Where this process puts models: the device named by `use`, else the first GPU, else the CPU.

    bfloat16 on a GPU that computes in it, float16 on an older one (arXiv 1710.03740: half the memory and more than
    twice the speed), float32 on a CPU, where half precision is emulated or loses what seeds promise; SCENEWRIGHT_DTYPE
    names another. Raises `ModelError` for a GPU that torch cannot use here, and for what is no number format.
    """
    import torch

    there = torch.cuda.is_available()
    device = _CHOSEN[0] if _CHOSEN else "cuda:0" if there else "cpu"
    if device.startswith("cuda") and (not there or int(device.partition(":")[2] or 0) >= torch.cuda.device_count()):
        count = torch.cuda.device_count() if there else 0
        raise ModelError(f"There is no {device} here: torch can use {count} GPUs. Choose another device, or cpu.")
    if named := _dtype_named():
        return Placement(device, named, f"{device} in {named}: as SCENEWRIGHT_DTYPE says.")
    if not device.startswith("cuda"):
        why = "named for this process" if _CHOSEN and there else "no GPU that torch can use here"
        return Placement(device, "float32", f"{device} in float32: {why}.")
    name = torch.cuda.get_device_name(device)
    if torch.cuda.is_bf16_supported(including_emulation=False):
        return Placement(device, "bfloat16", f"{device} in bfloat16: {name} computes in it.")
    return Placement(device, "float16", f"{device} in float16: {name} has no bfloat16.")


def _dtype_named() -> str:
    """What SCENEWRIGHT_DTYPE says, empty where it is not set."""
    named = os.environ.get("SCENEWRIGHT_DTYPE", "").strip()
    if named not in ("", *DTYPES):
        raise ModelError(f"SCENEWRIGHT_DTYPE is {show(named)}. Write one of {', '.join(DTYPES)}, or unset it.")
    return named
