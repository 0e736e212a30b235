"""Order: the payload of an `export` job, a named set as a folder to train on or a session as one zip.

It names its place in the `exports` folder of the home, so that page and worker mean the same one.
Try it: `python -c "from engine.export_job import Order; print(Order.read('{\"session\": \"x\", \"place\": \"x.zip\"}'))"`.
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from engine.disk import refusal
from engine.errors import JobError, show

PLACE = re.compile(r"[\w][\w .-]{0,150}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Order:
    """What to export: `set` (an id, in a `format`, with a share of test scenes 0..1 and a licence) or `session` (an id)."""

    place: str
    set: str = ""
    session: str = ""
    format: str = "imagefolder"
    test_share: float = 0.0
    licence: str = "unknown"

    @classmethod
    def read(cls, payload: str) -> Order:
        """Raises `JobError` for what is missing or wrong."""
        try:
            data = orjson.loads(payload)
            texts = {name: str(data[name]) for name in ("place", "set", "session", "format", "licence") if name in data}
            order = cls(**texts, test_share=float(data.get("test_share", 0.0)))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise JobError(f"The job says nothing usable for {show(error)}. Export again from the page.") from error
        if not PLACE.fullmatch(order.place):
            raise JobError(f"{show(order.place)} is no name of a folder. Use letters, digits, - and _.")
        if bool(order.set) == bool(order.session):
            raise JobError("An export needs a set or a session, and not both. Export again from the page.")
        return order

    def to_json(self) -> str:
        """The payload."""
        return orjson.dumps({name: value for name, value in asdict(self).items() if value}).decode()

    def path(self, home: Path) -> Path:
        """The folder or file that it makes."""
        return exports(home) / self.place


def exports(home: Path) -> Path:
    """Where everything goes that is exported from the pages."""
    return home / "exports"


@contextmanager
def alone(out: Path) -> Iterator[None]:
    """Be the only one who writes `out` while inside; the kernel lets go when its holder dies. Else raises `JobError`."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(out.parent / f".{out.name}.lock", os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise refusal(error, out.parent) from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise JobError(f"{out.name} is being written by another worker. Wait until it is done.") from error
    finally:
        os.close(file)
