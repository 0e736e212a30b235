"""This machine: its GPUs and memory as the system tells them, without torch; one worker for each device it may use.

Try it: `python -c "from models import machine; print(machine.devices(), machine.room('cpu'))"`.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from engine.errors import ModelError, show

GIB = 1 << 30
FRESH = 5.0
"""Seconds that an answer of nvidia-smi is used again."""
ASK = ("nvidia-smi", "--query-gpu=uuid,name,memory.total,memory.free", "--format=csv,noheader,nounits")
NAME = re.compile(r"cpu|mps|cuda(:\d{1,3})?", re.ASCII)
MOST = 64


@dataclass(frozen=True, slots=True)
class Room:
    """A device's memory in GiB: `free` now and in `total`."""

    name: str
    free: float
    total: float


def devices(environment: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """A name for each worker that the app starts: every GPU that torch can use here, or the CPU once.

    SCENEWRIGHT_DEVICES (`cuda:0,cuda:1`, `cpu,cpu`) names them instead, SCENEWRIGHT_WORKERS says how many: fewer, none,
    or several on a device, of which the second is called `cpu#2`. Raises `ModelError` for settings that mean nothing.
    """
    named = [part.strip() for part in environment.get("SCENEWRIGHT_DEVICES", "").split(",") if part.strip()]
    found = named or [f"cuda:{i}" for i in range(len(gpus()))] or ["cpu"]
    for name in found:
        if not NAME.fullmatch(name):
            raise ModelError(
                f"SCENEWRIGHT_DEVICES has {show(name)}. Write cpu, cuda:0 or mps, with commas between them."
            )
    count = environment.get("SCENEWRIGHT_WORKERS", "").strip()
    if count:
        if not count.isdecimal() or int(count) > MOST:
            raise ModelError(f"SCENEWRIGHT_WORKERS is {show(count)}. Write a number from 0 to {MOST}.")
        found = [found[i % len(found)] for i in range(int(count))]
    return tuple(name if (n := found[:i].count(name)) == 0 else f"{name}#{n + 1}" for i, name in enumerate(found))


def plain(device: str) -> str:
    """A worker's name without its number: `cpu#2` computes on `cpu`."""
    return device.partition("#")[0]


def room(device: str) -> Room:
    """The memory of a device (`cpu`, `cuda:1`); a GPU that is not there has none."""
    kind, _, number = plain(device).partition(":")
    if kind != "cuda":
        return _main_memory()
    found = gpus()
    return found[int(number or 0)] if int(number or 0) < len(found) else Room("no such GPU", 0.0, 0.0)


_ASKED: list[tuple[float, str | None, tuple[Room, ...]]] = []


def gpus() -> tuple[Room, ...]:
    """The GPUs that torch can use here, numbered as torch does; none where its build has no CUDA."""
    seen = os.environ.get("CUDA_VISIBLE_DEVICES")
    if not (_ASKED and _ASKED[0][0] + FRESH > time.monotonic() and _ASKED[0][1] == seen):
        _ASKED[:] = [(time.monotonic(), seen, _visible(_all_gpus(), seen) if _cuda_build() else ())]
    return _ASKED[0][2]


def _all_gpus() -> list[tuple[str, Room]]:
    if shutil.which(ASK[0]) is None:
        return []
    try:
        told = subprocess.run(ASK, capture_output=True, text=True, timeout=10, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return []
    return parsed(told)


def parsed(told: str) -> list[tuple[str, Room]]:
    """Lines of nvidia-smi (uuid, name, MiB in total, MiB free) as uuid and room; those without numbers are left out."""
    rows = [[cell.strip() for cell in line.split(",")] for line in told.splitlines()]
    return [
        (row[0], Room(row[1], int(row[3]) / 1024, int(row[2]) / 1024))
        for row in rows
        if len(row) == 4 and row[2].isdecimal() and row[3].isdecimal()
    ]


def _visible(found: list[tuple[str, Room]], seen: str | None) -> tuple[Room, ...]:
    """Those that CUDA_VISIBLE_DEVICES names, in its order; it ends at the first name that is none, as CUDA does."""
    if seen is None:
        return tuple(room for _, room in found)
    chosen: list[Room] = []
    for name in (part.strip() for part in seen.split(",")):
        fits = [room for i, (uuid, room) in enumerate(found) if name == str(i) or (name and uuid.startswith(name))]
        if not fits:
            break
        chosen.append(fits[0])
    return tuple(chosen)


@cache
def _cuda_build() -> bool:
    """Whether the torch installed here was built with CUDA, read from its version file without importing it."""
    spec = importlib.util.find_spec("torch")
    if spec is None or spec.origin is None:
        return False
    try:
        text = (Path(spec.origin).parent / "version.py").read_text(encoding="utf-8")
    except OSError:
        return False
    return re.search(r"^cuda\b[^=\n]*=\s*['\"]", text, re.MULTILINE) is not None


def _main_memory() -> Room:
    total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    free = total
    try:
        rows = dict(line.split(":") for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines())
        free = int(rows["MemAvailable"].split()[0]) * 1024
        most, used = (int(Path(f"/sys/fs/cgroup/memory.{what}").read_text()) for what in ("max", "current"))
        total, free = min(total, most), min(free, max(0, most - used))
    except (OSError, ValueError, LookupError):
        pass  # no Linux, or no limit set ("max")
    return Room("main memory", free / GIB, total / GIB)
