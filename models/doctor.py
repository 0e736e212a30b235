"""The doctor: looks at a machine and says in one sentence each what is well and what to do about the rest.

Try it: `python cli.py doctor`.
"""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.errors import ScenewrightError
from engine.store import default_home, open_store
from models.catalog import CARDS

ROOT = Path(__file__).resolve().parent.parent
ROOM = 500 * 1024 * 1024
"""Free bytes under which a day's work might not fit."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: whether it is well, and one sentence."""

    what: str
    well: bool
    says: str


def examine() -> tuple[Finding, ...]:
    """All findings, in the order in which a newcomer would mend them."""
    return tuple(
        finding for look in (_python, _packages, _torch, _home, _room, _models, _browser) for finding in look()
    )


def _python() -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    well = sys.version_info >= (3, 11)
    yield Finding("Python", well, f"{version}." if well else f"{version} is too old; 3.11 or newer is needed.")


def _packages() -> Iterator[Finding]:
    wrong = [text for line in _pins() if (text := _differs(*line))]
    yield Finding("packages", not wrong, "As pinned." if not wrong else f"{'; '.join(wrong[:4])}. Run `make install`.")


def _pins() -> Iterator[tuple[str, str]]:
    for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines():
        name, sign, version = line.split("#")[0].strip().partition("==")
        if sign:
            yield name.split("[")[0], version.strip()


def _differs(name: str, version: str) -> str | None:
    try:
        found = importlib.metadata.version(name).split("+")[0]
    except importlib.metadata.PackageNotFoundError:
        return f"{name} is missing"
    return None if found == version else f"{name} is {found}, not {version}"


def _torch() -> Iterator[Finding]:
    try:
        import torch
    except ImportError as error:
        yield Finding("torch", False, f"Cannot be imported ({error}). Run `make install`.")
        return
    device = torch.cuda.get_device_name() if torch.cuda.is_available() else "no GPU: the pocket world runs on the CPU"
    yield Finding("torch", True, f"{torch.__version__}, {device}.")


def _home() -> Iterator[Finding]:
    home = default_home()
    try:
        with open_store() as store:
            yield Finding("home", True, f"{home}, {store.count_sessions()} sessions.")
    except ScenewrightError as error:
        yield Finding("home", False, str(error))


def _room() -> Iterator[Finding]:
    home = default_home()
    there = next(folder for folder in (home, *home.parents) if folder.exists())
    free = shutil.disk_usage(there).free
    text = f"{free / 1024**3:.1f} GB free at {there}."
    yield Finding("disk", free > ROOM, text if free > ROOM else text + " Make room, or set SCENEWRIGHT_HOME.")


def _models() -> Iterator[Finding]:
    loaders: dict[str, Callable[[str], object]] = {}
    try:
        from models import generators, judges, metrics

        loaders = {"generator": generators.load, "judge": judges.load, "metric": metrics.load}
    except ImportError as error:
        yield Finding("models", False, f"Cannot be imported ({error}). Run `make install`.")
    for card in (card for card in CARDS if loaders and (card.ours or card.ready)):
        try:
            loaders[card.job](card.name)
            yield Finding(card.job, True, f"{card.name} loads.")
        except ScenewrightError as error:
            yield Finding(card.job, False, str(error))


def _browser() -> Iterator[Finding]:
    found = next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
    )
    says = f"{found}." if found else "No Chromium; only the browser tests need it: apt-get install chromium."
    yield Finding("browser", bool(found) or not os.environ.get("CI"), says)
