"""The whole program behind a real Chromium: own home, own free port, nothing reachable outside.

Try it: `python -m pytest tests/browser`.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from engine.store import Store, open_store

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 90_000
"""Milliseconds to wait for anything: a busy machine is slow, not wrong."""


@dataclass
class Served:
    """A running app: its address, its store, and every request that went elsewhere."""

    url: str
    store: Store
    friends: tuple[str, ...] = ()
    outside: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)

    def open(self, browser: Browser, path: str = "", **context: object) -> Page:
        """A fresh visitor on a page of the app."""
        page = browser.new_context(viewport={"width": 1440, "height": 900}, **context).new_page()  # type: ignore[arg-type]
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda said: self.troubles.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.route("**/*", self._watch)
        page.goto(self.url + path)
        return page

    def _watch(self, route: object) -> None:
        address = route.request.url  # type: ignore[attr-defined]
        if address.startswith((self.url, "data:", "blob:", *self.friends)):
            route.continue_()  # type: ignore[attr-defined]
        else:
            self.outside.append(address)
            route.abort()  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("needs Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """`streamlit run app.py`, worker included, until the tests are over."""
    with serving(tmp_path_factory.mktemp("home"), free_port()) as app:
        yield app


def free_port() -> int:
    """A port of this machine that nobody uses."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@contextmanager
def serving(
    home: Path,
    port: int,
    *options: str,
    bind: str = "127.0.0.1",
    seen: str = "127.0.0.1",
    friends: tuple[str, ...] = (),
) -> Iterator[Served]:
    """A server of its own, bound to one address and visited at another."""
    environment = {**os.environ, "SCENEWRIGHT_HOME": str(home)}
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        "app.py",
        "--server.port",
        str(port),
        "--server.address",
        bind,
        *options,
    ]
    with (home / "server.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            url = f"http://{seen}:{port}/"
            wait_for(url + "_stcore/health", server)
            yield Served(url, open_store(home), friends)
        finally:
            server.terminate()
            server.wait(20)


def wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    """Until the server answers."""
    end = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < end:
        assert server.poll() is None, "the server stopped"
        try:
            urllib.request.urlopen(address, timeout=2).read()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise AssertionError(f"{address} does not answer")
