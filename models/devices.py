"""Devices: what this machine can compute on, which one this process uses, and in which number format, with the reason.

Try it: `python -c "from models import devices; print(devices.placement().reason)"`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

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
    """Make `device` (`cpu`, `cuda:0`, `mps`) the one that this process loads models on."""
    _CHOSEN[:] = [device]


def placement() -> Placement:
    """Where this process puts models: the device named by `use`, else the first GPU, else the CPU.

    bfloat16 on a GPU that computes in it, float16 on an older one (arXiv 1710.03740: half the memory and more than
    twice the speed), float32 on a CPU, where half precision is emulated or loses what seeds promise.
    """
    import torch

    device = _CHOSEN[0] if _CHOSEN else "cuda:0" if torch.cuda.is_available() else "cpu"
    if not device.startswith("cuda"):
        why = "named for this process" if _CHOSEN else "no GPU that torch can use here"
        return Placement(device, "float32", f"{device} in float32: {why}.")
    name = torch.cuda.get_device_name(device)
    if torch.cuda.is_bf16_supported(including_emulation=False):
        return Placement(device, "bfloat16", f"{device} in bfloat16: {name} computes in it.")
    return Placement(device, "float16", f"{device} in float16: {name} has no bfloat16.")
