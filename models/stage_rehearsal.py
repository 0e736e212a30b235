"""A talk rehearsed for minutes with the network cut: the app, a real browser, the reel by itself, and a key pressed for surprises.

The figures are those of the stage itself, from the key to the picture on the screen. Needs Playwright and Chromium.
Try it: `python cli.py doctor --stage --minutes 5`.
"""

from __future__ import annotations

import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.store import default_home
from models.doctor import ROOT, Finding
from models.stage_reel import reel_files

COLD, WARM = 15.0, 3.0
"""Seconds from a key to the first picture that are meant: with the app just started, and later."""
REEL = 25.0
"""Seconds that the reel goes by itself between two surprises."""
STILL = 12.0
"""Seconds without anything new after which the reel has stood still."""
PATIENCE = 90.0
DEAD = "http://127.0.0.1:9"
"""A proxy that nobody answers, so that whatever asks the network fails at once."""
WATCH = """() => {
  window.moves = { last: performance.now(), longest: 0, shows: new Set(), frames: 0 };
  const stage = window.stage, moves = window.moves;
  new MutationObserver(() => {
    const now = performance.now();
    if (stage.dataset.mode === 'reel' && moves.mode === 'reel') moves.longest = Math.max(moves.longest, now - moves.last);
    moves.last = now; moves.mode = stage.dataset.mode; moves.shows.add(stage.dataset.show);
  }).observe(stage, { attributes: true, attributeFilter: ['data-act', 'data-beat', 'data-show', 'data-mode'] });
}"""


@dataclass
class Notes:
    """What was seen: seconds to the first and the finished picture of each surprise, megabytes, and what went wrong."""

    first: list[float] = field(default_factory=list)
    finished: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    shows: int = 0
    longest: float = 0.0
    since_start: float = 0.0


def able() -> str:
    """Why there can be no such rehearsal here, or nothing."""
    try:
        import playwright.sync_api  # noqa: F401
    except ImportError:
        return "Playwright is not installed, so no key was pressed in a browser: pip install -r requirements-dev.txt."
    return (
        ""
        if shutil.which("chromium") or shutil.which("google-chrome")
        else "Chromium is not installed (apt-get install chromium)."
    )


def talk(minutes: float, *, on_time: Callable[[float], None] = lambda seconds: None) -> Iterator[Finding]:
    """The findings of a rehearsal of so many minutes; `on_time` hears the seconds that have passed."""
    missing = able()
    if missing:
        yield Finding("talk", False, missing)
        return
    with tempfile.TemporaryDirectory(prefix="scenewright-talk-", ignore_cleanup_errors=True) as folder:
        _bring_reel(Path(folder))
        with _app(Path(folder)) as (address, server, start), _stage(address) as (page, notes):
            _rehearse(page, notes, server, start, minutes * 60, on_time)
    yield from findings(notes, minutes)


def findings(notes: Notes, minutes: float) -> Iterator[Finding]:
    """What the notes say, against what is meant."""
    cold, warm = notes.first[:1], sorted(notes.first[1:])
    if cold:
        since = f"{notes.since_start:.1f} s after the app was started"
        says = f"{cold[0]:.1f} s from the key to the first picture, {since}; at most {COLD:g} s are meant."
        yield Finding("cold key", cold[0] <= COLD, says)
    if warm:
        typical = f"median of {len(warm)}, slowest {warm[-1]:.1f} s, finished after {statistics.median(notes.finished[1:]):.1f} s"
        says = f"{statistics.median(warm):.1f} s from the key to the first picture ({typical}); at most {WARM:g} s are meant."
        yield Finding("warm key", warm[-1] <= WARM, says)
    still = f"the longest time without anything new was {notes.longest:.1f} s, at most {STILL:g} s are meant."
    yield Finding(
        "reel", notes.longest <= STILL and notes.shows > 0, f"{notes.shows} scenes in {minutes:g} minutes; {still}"
    )
    said = f"Asked for {notes.outside[0]}." if notes.outside else "Nothing asked the network for anything."
    yield Finding("offline", not notes.outside, said)
    if notes.memory:
        says = f"App and worker: {notes.memory[0]:.0f} MB early, {notes.memory[-1]:.0f} MB at the end."
        yield Finding("memory", True, says)
    if notes.troubles:
        yield Finding("troubles", False, f"{len(notes.troubles)}, the first: {notes.troubles[0][:200]}")


def _rehearse(
    page: Any,
    notes: Notes,
    server: subprocess.Popen[bytes],
    start: float,
    seconds: float,
    on_time: Callable[[float], None],
) -> None:
    """The first surprise at once, then the reel and a surprise in turn until the time is over."""
    end = time.monotonic() + seconds
    _surprise(page, notes)
    notes.since_start = time.monotonic() - start
    while time.monotonic() < end:
        page.keyboard.press("l")
        page.locator(".stage[data-mode=reel]").wait_for()
        notes.memory.append(_memory(server.pid))
        until = min(end, time.monotonic() + REEL)
        while time.monotonic() < until:
            page.wait_for_timeout(1000)
            on_time(seconds - (end - time.monotonic()))
        if time.monotonic() < end:
            _surprise(page, notes)
    moves = page.evaluate("() => ({ longest: window.moves.longest, shows: window.moves.shows.size })")
    notes.longest, notes.shows = moves["longest"] / 1000, moves["shows"]


def _surprise(page: Any, notes: Notes) -> None:
    page.keyboard.press("s")
    page.locator(".stage[data-mode=live]:not([data-final=''])").wait_for()
    seen = page.locator(".stage").evaluate("stage => [stage.dataset.first, stage.dataset.final]")
    notes.first.append(float(seen[0]) / 1000)
    notes.finished.append(float(seen[1]) / 1000)
    page.wait_for_timeout(2000)


@contextmanager
def _stage(address: str) -> Iterator[tuple[Any, Notes]]:
    """A page on the stage, its requests to elsewhere noted and refused."""
    from playwright.sync_api import Error, sync_playwright

    notes = Notes()

    def gate(route: Any) -> None:
        if route.request.url.startswith((address, "data:", "blob:")):
            route.continue_()
        else:
            notes.outside.append(route.request.url)
            route.abort()

    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("google-chrome"), args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": 1920, "height": 1080})
        page.set_default_timeout(PATIENCE * 1000)
        page.on("pageerror", lambda error: notes.troubles.append(str(error)))
        page.route("**/*", gate)
        try:
            page.goto(address + "/stage")
            page.locator(".stage[data-mode=reel]").wait_for()
            page.locator(".stage").evaluate("stage => { window.stage = stage; }")
            page.evaluate(WATCH)
            yield page, notes
        except Error as error:
            notes.troubles.append(str(error).splitlines()[0])
        finally:
            browser.close()


@contextmanager
def _app(home: Path) -> Iterator[tuple[str, subprocess.Popen[bytes], float]]:
    """The app on a free port of this machine, cut off from the network; its address, process and moment of start."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    proxies = {f"{kind}_proxy": DEAD for kind in ("http", "https", "all")}
    environment = {
        **os.environ,
        **proxies,
        "no_proxy": "127.0.0.1,localhost",
        "HF_HUB_OFFLINE": "1",
        "SCENEWRIGHT_HOME": str(home),
    }
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        "app.py",
        "--server.port",
        str(port),
        "--server.address",
        "127.0.0.1",
    ]
    with (home / "server.log").open("wb") as log:
        start = time.monotonic()
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            _answers(f"http://127.0.0.1:{port}/_stcore/health", server)
            yield f"http://127.0.0.1:{port}", server, start
        finally:
            server.terminate()
            server.wait(30)


def _answers(address: str, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while time.monotonic() < end and server.poll() is None:
        try:
            opener.open(address, timeout=2).read()
        except OSError:
            time.sleep(0.1)
        else:
            return


def _bring_reel(home: Path) -> None:
    """The prepared reel of this machine's home, if there is one; the shipped one is found anyway."""
    files = reel_files(default_home())
    if files and files[0].parent == default_home() / "stage":
        shutil.copytree(files[0].parent, home / "stage")


def _memory(pid: int) -> float:
    """Resident megabytes of a process and its children; 0 where the system does not tell."""
    try:
        children = [
            one for thread in Path(f"/proc/{pid}/task").iterdir() for one in (thread / "children").read_text().split()
        ]
        lines = (line for one in (str(pid), *children) for line in Path(f"/proc/{one}/status").read_text().splitlines())
        return sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024
    except (OSError, ValueError):
        return 0.0
