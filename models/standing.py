"""Standing: what each worker says about itself, for pages that load no model: its device, memory, models and speeds.

A worker tells after every job. A file stays when its worker is gone: whether one is alive, the lock of its device says.
Try it: `python -c "from engine.store import default_home; from models.standing import standings; print(standings(default_home()))"`.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any

import orjson

from engine.disk import write_whole
from engine.errors import ScenewrightError
from models import residents

FOLDER = "standing"
_TOOK: dict[str, Speed] = {}


@dataclass(frozen=True, slots=True)
class Speed:
    """`seconds` a picture that a model took in its newest job, of so many `pictures`, `size` pixels wide (0: of any size)."""

    seconds: float
    pictures: int
    size: int = 0
    when: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """One worker: its device, process, when it spoke (ISO 8601, UTC), and why it computes there and in which numbers.

    `memory` is the GiB that the process holds, of the GPU where it has one, else resident; `held` are its models as
    `job/name`, which are the keys of `speeds` too.
    """

    device: str
    pid: int
    when: str
    reason: str = ""
    memory: float = 0.0
    held: tuple[str, ...] = ()
    speeds: Mapping[str, Speed] = field(default_factory=dict)


@contextmanager
def timed(job: str, name: str, pictures: int, *, size: int = 0) -> Iterator[None]:
    """Remember how long the block takes for `pictures` pictures of a model; nothing is remembered of what fails."""
    start = monotonic()
    yield
    took(job, name, monotonic() - start, pictures, size=size)


def took(job: str, name: str, seconds: float, pictures: int, *, size: int = 0) -> None:
    """Remember that `pictures` took so many seconds; none are no measurement."""
    if pictures > 0:
        moment = datetime.now(UTC).isoformat(timespec="seconds")
        _TOOK[f"{job}/{name}"] = Speed(round(seconds / pictures, 4), pictures, size, moment)


def tell(home: Path, device: str) -> None:
    """Write down how this process stands, in place of what it said before; a full disk is no reason to stop working."""
    earlier = read(home / FOLDER / _file(device))
    speeds = {**(earlier.speeds if earlier else {}), **_TOOK}
    held = tuple(f"{job}/{name}" for job, name in residents.listed())
    moment = datetime.now(UTC).isoformat(timespec="seconds")
    now = Standing(device, os.getpid(), moment, _reason(), round(memory(), 3), held, speeds)
    try:
        (home / FOLDER).mkdir(parents=True, exist_ok=True)
        write_whole(home / FOLDER / _file(device), orjson.dumps(asdict(now)))
    except (ScenewrightError, OSError) as error:
        print(error, file=sys.stderr, flush=True)


def standings(home: Path) -> tuple[Standing, ...]:
    """What the workers of this home said last, by device; whether one is alive is `models.worker.alive`'s to say."""
    found = (read(path) for path in sorted((home / FOLDER).glob("*.json")))
    return tuple(one for one in found if one is not None)


def read(path: Path) -> Standing | None:
    """What stands in a file; None where it is missing or none of ours."""
    try:
        data = orjson.loads(path.read_bytes())
        speeds = {str(name): Speed(**row) for name, row in data["speeds"].items()}
        return Standing(**{**data, "held": tuple(map(str, data["held"])), "speeds": speeds})
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def memory() -> float:
    """GiB that this process holds: of its GPU once torch has used one, resident otherwise."""
    torch: Any = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_available() and torch.cuda.is_initialized():
        return float(torch.cuda.memory_reserved()) / 2**30
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**30


def _reason() -> str:
    if "torch" not in sys.modules:
        return ""
    from models import devices

    return devices.placement().reason


def _file(device: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", device) + ".json"
