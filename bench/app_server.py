"""The real app on a free port of this machine, and a real Chromium in front of it; runs nothing by itself.

Used by, for example, `python -m bench.speed` and `python -m bench.load`.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Error, sync_playwright

PATIENCE = 90
"""Seconds until the app has to answer."""


@contextmanager
def started(home):
    """`streamlit run app.py`, its worker included, on a free port, not yet up; yields address and process."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    command += ["--server.address", "127.0.0.1"]
    environment = {**os.environ, "SCENEWRIGHT_HOME": str(home)}
    with (Path(home) / "server.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            yield f"http://127.0.0.1:{port}", process
        finally:
            process.terminate()
            process.wait(30)


@contextmanager
def running(home):
    """As `started`, once the app answers."""
    with started(home) as (address, process):
        _wait(address + "/_stcore/health", process)
        yield address, process


@contextmanager
def app_page(**context):
    """A Playwright page on an app with an empty home and the moment (time.perf_counter) at which its server was started."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_context(**context).new_page()
        began = time.perf_counter()
        try:
            with started(home) as (address, _):
                come(page, address)
                page.locator("img").first.wait_for(timeout=60_000)
                yield page, began
        finally:
            browser.close()


def come(page, address):
    """Open a page of an app that may not be up yet."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            page.goto(address, wait_until="domcontentloaded")
            return
        except Error:  # the server is not up yet
            if time.monotonic() > end:
                raise
            page.wait_for_timeout(100)


def _wait(address, process):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=2).read()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("The app did not start; see server.log in its home.")
