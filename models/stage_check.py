"""The rehearsal before a talk: weights, reel, fonts, and a worker started cold that has to draw in time, measured.

Cold counts from starting the worker to the saved picture, warm from queueing the next one. Try it: `python cli.py doctor --stage`.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson

from engine.errors import ScenewrightError
from engine.png import read_png
from engine.sampler import Constraints, sample, scene_rng
from engine.scene import describe
from engine.store import Job, Store, default_home, open_store
from engine.taxonomy import load
from models import worker
from models.catalog import card
from models.doctor import ROOT, Finding
from models.stage_reel import reel_files

COLD, WARM = 15.0, 3.0
"""Seconds within which the first picture has to be there, after a cold start and from a warm worker."""
PATIENCE = 90.0
WARMS = 3
TEXTURE = ("stage.js", "stage.css", "style.css", "bus.js")


def rehearse(home: Path | None = None) -> tuple[Finding, ...]:
    """All findings of a rehearsal; draws four scenes in a home of its own, which is gone afterwards."""
    place = home or default_home()
    return tuple(finding for look in (_weights, _files, lambda: _reel(place), _pictures) for finding in look())


def _weights() -> Iterator[Finding]:
    for job in ("generator", "judge"):
        try:
            card("pocket", job)
            yield Finding(job, True, "The pocket weights are here.")
        except ScenewrightError as error:
            yield Finding(job, False, str(error))


def _files() -> Iterator[Finding]:
    missing = [name for name in TEXTURE if not (ROOT / "assets" / "canvas" / name).is_file()]
    yield Finding("stage", not missing, "Its files are here." if not missing else f"Missing: {', '.join(missing)}.")
    import streamlit

    static = Path(streamlit.__file__).parent / "static" / "static" / "media"
    fonts = sorted({file.name.split(".")[0] for file in static.glob("SourceSans*.woff2")})
    says = f"{', '.join(fonts)}, served from here." if fonts else "Streamlit's font is missing. Run `make install`."
    yield Finding("fonts", bool(fonts), says)


def _reel(home: Path) -> Iterator[Finding]:
    """Every picture of the reel is opened; its scene, answers and picture have to be inside."""
    files, broken = reel_files(home), []
    for file in files:
        try:
            read_png(file.read_bytes())
        except (OSError, ScenewrightError) as error:
            broken.append(f"{file.name}: {error}")
    where = f"{len(files)} scenes in {files[0].parent}" if files else "no scene"
    more = "Prepare more with `python -m models.stage_reel --count 20`."
    yield Finding(
        "reel", bool(files) and not broken, f"{broken[0]}" if broken else f"{where}, all of them open. {more}"
    )


def _pictures() -> Iterator[Finding]:
    """A worker started cold, and the scenes that follow."""
    if at_work(default_home()):
        yield Finding(
            "worker", True, "One is at work for your home already; the figures below are of another beside it."
        )
    with _worker() as (store, start):
        try:
            first, seconds = _drawn(store, 0, since=start)
            yield _timed("cold start", first, seconds, COLD)
            for i in range(1, WARMS + 1):
                yield _timed(f"warm {i}", *_drawn(store, i, since=time.monotonic()), WARM)
        except ScenewrightError as error:
            yield Finding("worker", False, str(error))


def at_work(home: Path) -> bool:
    """Whether a worker is alive for this home; a home that was never used has none."""
    return (home / "locks").is_dir() and worker.alive(home)


def _timed(what: str, job: Job, seconds: float, limit: float) -> Finding:
    well = job.status == "done" and seconds <= limit
    slow = "" if seconds <= limit else " Close other programs; the reel needs none of this."
    said = f"{seconds:.1f} s to the first picture, at most {limit:g} s are meant.{slow}"
    return Finding(
        what, well, said if job.status == "done" else job.error or f"Still {job.status} after {seconds:.0f} s."
    )


@contextmanager
def _worker() -> Iterator[tuple[Store, float]]:
    """A store in a folder of its own, and the moment in which its worker was started."""
    home = Path(tempfile.mkdtemp(prefix="scenewright-stage-"))
    child = None
    try:
        with open_store(home, url=f"sqlite:///{home / 'scenewright.db'}") as store:
            start = time.monotonic()
            child = worker.ensure(home)
            yield store, start
    finally:
        if child is not None:
            child.terminate()
            child.wait(20)
        shutil.rmtree(home, ignore_errors=True)


def _drawn(store: Store, index: int, *, since: float) -> tuple[Job, float]:
    """Queue one scene as the stage does; the job, and the seconds from `since` to its picture (or to its end)."""
    words = load("pocket")
    line = describe(sample(Constraints(complexity=(4, 7)), words, scene_rng(99, index)), words, id="stage")
    payload = {
        "caption": line.caption, "graph": line.graph.to_dict(), "questions": [q.to_dict() for q in line.questions],
        "generator": "pocket", "judge": "pocket", "seeds": [index + 1], "steps": 20, "guidance": 2.0, "size": 768,
    }  # fmt: skip
    id = store.enqueue("render", orjson.dumps(payload).decode(), owner="rehearsal")
    seconds = _until(lambda: bool(store.pictures(job=id)) or not store.get_job(id).active, since)
    _until(lambda: not store.get_job(id).active, since)
    return store.get_job(id), seconds


def _until(there: Callable[[], bool], since: float) -> float:
    """Seconds from `since` until it is there, or until patience ends."""
    while not there() and time.monotonic() - since < PATIENCE:
        time.sleep(0.02)
    return time.monotonic() - since
