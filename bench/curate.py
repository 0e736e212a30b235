"""How fast a filter, its counts, a rule, the gap and the page are over many pictures; rows without files, scores by chance.

Try it: `python -m bench.curate --pictures 50000`.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import orjson
from sqlalchemy import insert

from engine.curation import BestOf, DoubleGate, Filter, choose, facets, find, gap, ids, refresh
from engine.sampler import Constraints
from engine.sampler import scenes as sample_scenes
from engine.scene import describe
from engine.store import Store, device_lock, open_store
from engine.store.tables import JudgementRow, PictureRow
from engine.taxonomy import load

ROOT = Path(__file__).resolve().parent.parent
GENERATORS, JUDGES, BATCH = ("pocket", "pocket-ar"), ("pocket", "pocket-b"), 2_000
ANSWERS = json.dumps([{"question": f"q{i}", "answer": "yes"} for i in range(60)])
SCORES = json.dumps({"judge": {"marks": [{"question": f"q{i}", "p_yes": 0.987654321} for i in range(80)]}})
"""About as long as real ones, since long rows are what makes a scan slow."""


def fill(store: Store, count: int) -> None:
    """Four pictures a scene, two by each generator, each seen by two judges."""
    words, rng = load("pocket"), random.Random(0)
    graphs = sample_scenes(Constraints(complexity=(2, 9)), words, seed=0, count=-(-count // 4))
    rows = []
    for i, graph in enumerate(graphs):
        line = describe(graph, words, id=str(i), ask=False)
        text = orjson.dumps(graph.to_dict()).decode()
        for k in range(4):
            row = PictureRow(sha256=f"{i}-{k}", path=f"{i}-{k}.png", width=768, height=768, generator=GENERATORS[k % 2],
                             caption=line.caption, graph=text, seed=k, record=text)  # fmt: skip
            rows.append(row)
    for start in range(0, count, BATCH):
        some = rows[start : min(start + BATCH, count)]
        said = [
            JudgementRow(picture=row.id, number=n, judge=judge, answers=ANSWERS, scores=SCORES, score=rng.random())
            for row in some
            for n, judge in enumerate(JUDGES, start=1)
        ]
        with store.writing() as transaction:
            connection = transaction.connection()
            connection.execute(insert(PictureRow), [row.model_dump() for row in some])
            connection.execute(insert(JudgementRow), [row.model_dump() for row in said])


def median(call: Callable[[], object], times: int = 5) -> float:
    """Milliseconds, after one call to warm up."""
    call()
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        call()
        taken.append(time.perf_counter() - start)
    return 1000 * statistics.median(taken)


VIEWS = ("pictures", "gap", "choose", "alike", "sets")


def paints(home: Path, times: int = 20) -> Iterator[tuple[str, list[float]]]:
    """Seconds of each paint of the page, by view: the first, which reads everything, and those that follow."""
    from streamlit.testing.v1 import AppTest

    os.environ["SCENEWRIGHT_HOME"] = str(home)
    with device_lock(home, "cpu"):  # no worker is needed
        page = AppTest.from_file(ROOT / "app.py", default_timeout=300)
        page.run()
        page.switch_page("pages/curate.py")
        for view in VIEWS:
            page.query_params["show"] = view
            taken = []
            for _ in range(times):
                start = time.perf_counter()
                page.run()
                assert not page.exception and not page.error, (page.exception, page.error)
                taken.append(time.perf_counter() - start)
            yield view, taken


def main() -> None:
    """Fill a store in a temporary folder, or use the one in `--home`, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=50_000)
    parser.add_argument("--home", type=Path)
    asked = parser.parse_args()
    logging.disable(logging.WARNING)  # Streamlit says at each paint that there is no browser
    with tempfile.TemporaryDirectory() as folder, open_store(asked.home or Path(folder)) as store:
        if not find(store, Filter()).total:
            fill(store, asked.pictures)
            start = time.perf_counter()
            refresh(store)
            print(f"facts of {asked.pictures:,} pictures, once: {time.perf_counter() - start:.1f} s")
        compared = {"teacher": "pocket", "student": "pocket-ar", "judge": "pocket"}
        several = Filter(words=("dog",), complexity=(4, 8), judge="pocket", score=(0.5, 1), sort="best")
        for name, call in {
            "find: everything, newest": lambda: find(store, Filter()),
            "find: everything, best first": lambda: find(store, Filter(sort="best", judge="pocket")),
            "find: a word, a score, a span, best first": lambda: find(store, several),
            "find: text in the caption": lambda: find(store, Filter(text="red dog")),
            "find: page 500": lambda: find(store, Filter(), offset=30_000),
            "ids: select all": lambda: ids(store, Filter()),
            "facets: everything": lambda: facets(store, Filter()),
            "facets: one word": lambda: facets(store, Filter(words=("dog",))),
            "choose: best of N": lambda: choose(store, Filter(), BestOf("pocket")),
            "choose: two judges": lambda: choose(store, Filter(), DoubleGate("pocket", "pocket-b", 0.6, 0.6)),
            "gap: all scenes and words": lambda: gap(store, Filter(), **compared),
        }.items():
            print(f"{name:<44} {median(call):>7.0f} ms")
        for view, taken in paints(store.home):
            first, *then = taken
            p95 = sorted(then)[round(0.95 * (len(then) - 1))]
            print(f"{'page: ' + view:<44} {1000 * first:>7.0f} ms first, {1000 * p95:.0f} ms p95 of {len(then)} more")


if __name__ == "__main__":
    main()
