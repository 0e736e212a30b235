"""The real app on a free port of this machine with an empty home, and a real Chromium in front of it; runs nothing by itself."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import closing, contextmanager

from playwright.sync_api import Error, sync_playwright


@contextmanager
def app_page(**context):
    """A Playwright page on the running app and the moment (time.perf_counter) at which its server was started."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as home, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_context(**context).new_page()
        started = time.perf_counter()
        server = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)],
            env={**os.environ, "SCENEWRIGHT_HOME": home}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            _open(page, f"http://127.0.0.1:{port}", started)
            page.locator("img").first.wait_for(timeout=60_000)
            yield page, started
        finally:
            server.terminate()
            server.wait()
            browser.close()


def _open(page, address, started):
    while True:
        try:
            page.goto(address, wait_until="domcontentloaded")
            return
        except Error:  # the server is not up yet
            if time.perf_counter() - started > 60:
                raise
            page.wait_for_timeout(100)
