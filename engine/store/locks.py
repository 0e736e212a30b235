"""One worker per device, told by a lock that the kernel lets go when its holder dies, however it dies.

Clocks and process numbers lie after a crash or a nap; `flock` does not. Try it:
`python -c "from engine.store import *; print(device_lock(open_store().home, 'cpu'))"`.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from engine.errors import JobError, show
from engine.store.failures import from_disk


@contextmanager
def device_lock(home: Path, device: str) -> Iterator[None]:
    """Be the worker of `device` while inside; raises `JobError` at once where another one is.

    A child made by fork keeps the lock after its parent is dead: start children by spawn.
    """
    path = home / "locks" / f"{quote(device, safe='')}.lock"
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise from_disk(error, home=home) from error
    try:
        take(file, device)
        yield
    finally:
        os.close(file)  # which lets go of the lock; the file stays, since removing it would race with the next holder


def take(file: int, device: str) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = os.pread(file, 32, 0).decode(errors="replace").strip()
        raise JobError(
            f"Device {show(device)} already has a worker (process {holder or 'unknown'}). "
            "Leave the work to it, or stop it first."
        ) from error
    os.ftruncate(file, 0)
    os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
