"""How fast the pocket world is on this machine: drawing, judging, and the app's first paint after the server starts.

Run: `python -m bench.speed [--no-app]`. Times are wall-clock medians of five after a warm-up.
"""

import argparse
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

from engine.caption import caption
from engine.questions import questions
from engine.sampler import Constraints, scenes
from models import generators, judges
from models.pocket.scene import TAXONOMY


def median(action, times=5):
    """Median seconds of an action after one warm-up."""
    action()
    found = []
    for _ in range(times):
        start = time.perf_counter()
        action()
        found.append(time.perf_counter() - start)
    return statistics.median(found)


def drawing_and_judging():
    generator, judge = generators.load("pocket"), judges.load("pocket")
    graphs = list(scenes(Constraints(complexity=(4, 8)), TAXONOMY, seed=3, count=64))
    texts = [caption(graph, TAXONOMY).text for graph in graphs]
    one = median(lambda: generator.draw(texts[:1] * 8, range(8)))
    yield "8 pictures of one caption, 768 px (s)", one, "<= 3"
    many = median(lambda: generator.draw(texts, range(64)), times=3)
    yield "pictures per second over different captions, 768 px", 64 / many, ">= 10"
    images = [drawing.image for drawing in generator.draw(texts, range(64))]
    asked = [[q.text for q in (questions(graph, TAXONOMY) * 3)[:12]] for graph in graphs]
    judged = median(lambda: judge.answer_many(images, asked), times=3)
    yield "pictures judged per second, 12 questions each", 64 / judged, ">= 30"
    group = [q.text for q in (questions(graphs[0], TAXONOMY) * 4)[:24]]
    yield "24 questions on one picture (s)", median(lambda: judge.answer(images[0], group)), "<= 0.5"


def first_paint():
    """Seconds from starting the server to a painted page in a fresh Chromium, with an empty home."""
    from playwright.sync_api import sync_playwright

    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as home, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        start = time.perf_counter()
        server = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)],
            env={**os.environ, "SCENEWRIGHT_HOME": home}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            page = browser.new_page()
            while True:
                try:
                    page.goto(f"http://127.0.0.1:{port}", wait_until="domcontentloaded")
                    break
                except Exception:
                    if time.perf_counter() - start > 60:
                        raise
                    page.wait_for_timeout(100)
            page.get_by_test_id("stImage").or_(page.locator("img")).first.wait_for(timeout=60_000)
            return time.perf_counter() - start
        finally:
            server.terminate()
            server.wait()
            browser.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--no-app", action="store_true")
    choice = parser.parse_args()
    rows = list(drawing_and_judging())
    if not choice.no_app:
        rows.append(("first paint with pictures after the server starts (s)", first_paint(), "<= 10"))
    for what, value, aim in rows:
        print(json.dumps({"what": what, "value": round(value, 3), "aim": aim}), flush=True)


if __name__ == "__main__":
    main()
