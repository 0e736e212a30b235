"""How fast the pocket world is on this machine: drawing, judging, and the app's first paint after the server starts.

Run: `python -m bench.speed [--no-app]`. Times are wall-clock medians of five after a warm-up.
"""

import argparse
import json
import os
import statistics
import time

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

from bench.app_server import app_page
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
    """Seconds from starting the server to a page with pictures in a fresh Chromium, with an empty home."""
    with app_page() as (_, started):
        return time.perf_counter() - started


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
