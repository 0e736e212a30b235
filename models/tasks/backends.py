"""Backends: jobs about models themselves: load one, send it away, fetch it, ask a server, examine a judge.

They wait in the same queue as pictures, so that a page never does. Try it: `python -m pytest tests/models/test_backends_task.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from engine.errors import JobError, show
from engine.store import Job, Store
from models import residents

PICTURES, LADDERS, SEED = 200, 100, 770_001
"""Of an examination from the page; the command takes more."""


def load(store: Store, job: Job) -> str:
    """Load `{"job": "generator"|"judge"|"metric", "name"}` into this worker; raises what its loader raises."""
    from models import generators, judges, metrics

    what, name = _named(job)
    store.progress(job.id, job.token or "", 0.1, f"Loading {name}…")
    loaders: Mapping[str, Callable[[str], object]] = {
        "generator": generators.load,
        "judge": judges.load,
        "metric": metrics.load,
    }
    if what not in loaders:
        raise JobError(f"{show(what)} is nothing that can be loaded. Choose a generator, a judge or a metric.")
    loaders[what](name)
    return f"{name} is loaded."


def unload(store: Store, job: Job) -> str:
    """Send a model away from this worker; one that is not here is no mistake."""
    what, name = _named(job)
    return f"{name} was sent away." if residents.send_away(what, name) else f"{name} was not loaded here."


def fetch(store: Store, job: Job) -> str:
    """Fetch a model from the hub, with progress; raises `ModelError` with the reason, `Stopped` when cancelled."""
    from models.catalog.fetch import fetch as get
    from models.catalog.named import to_fetch
    from models.generators import Stopped

    _, name = _named(job)
    stopped: list[bool] = []

    def heard(hub: str, done: int, total: int) -> bool:
        part = done / total if total else 0.0
        said = f"{hub}: {done / 1e6:,.0f} of {total / 1e6:,.0f} MB"
        if store.progress(job.id, job.token or "", min(part, 1.0), said):
            stopped.append(True)
        return not stopped

    try:
        get(to_fetch(name), heard)
    except Exception:
        if stopped:
            raise Stopped from None
        raise
    return f"{name} is on this machine now."


def probe(store: Store, job: Job) -> str:
    """Ask a server (`{"url"}`) what it serves and keep its address; raises `ModelError` where it does not answer."""
    from models.catalog.servers import Server, add, good_address
    from models.serving.client import served

    url = good_address(str(_payload(job).get("url", "")))
    store.progress(job.id, job.token or "", 0.2, f"Asking {url}…")
    _, about = served(url)
    rows = [row for row in about.get("data", ()) if isinstance(row, dict)]
    of = {what: tuple(str(row["id"]) for row in rows if row.get("job") == what) for what in ("generator", "judge")}
    moment = datetime.now(UTC).isoformat(timespec="seconds")
    add(store.home, Server(url, of["generator"], of["judge"], moment))
    return f"{url} answers: " + (", ".join((*of["generator"], *of["judge"])) or "it serves no model") + "."


def examine(store: Store, job: Job) -> str:
    """Examine a judge (on `pictures` and `ladders`) and keep its certificate; raises `Stopped` when cancelled."""
    from models.generators import Stopped
    from models.training.examination import certified, size_for
    from models.training.examination import examine as examined
    from models.training.judge_study import Settings

    _, name = _named(job)

    def told(what: str, done: int, total: int) -> None:
        part = done / max(total, 1) / 2 + (0.5 if what == "Ladders" else 0.0)
        if store.progress(job.id, job.token or "", min(part, 1.0), f"{what}: {done} of {total}"):
            raise Stopped

    pictures, ladders = (_number(job, key, usual) for key, usual in (("pictures", PICTURES), ("ladders", LADDERS)))
    settings = Settings(painted=pictures, seed=SEED, size=size_for(name))
    earned = certified(examined(name, settings, ladders=ladders, told=told), name, settings, ladders, store.home)
    return f"{earned or 'No certificate: too few pictures'}."


def _payload(job: Job) -> dict[str, Any]:
    try:
        data = orjson.loads(job.payload)
    except orjson.JSONDecodeError as error:
        raise JobError(f"The job says nothing usable ({error}). Ask for it again from the page.") from error
    if not isinstance(data, dict):
        raise JobError(f"The job says nothing usable: {show(data)}. Ask for it again from the page.")
    return data


def _number(job: Job, key: str, usual: int) -> int:
    value = _payload(job).get(key, usual)
    if not isinstance(value, int) or not 1 <= value <= 10_000:
        raise JobError(f"{show(value)} is no number of {key} from 1 to 10,000. Ask for it again from the page.")
    return value


def _named(job: Job) -> tuple[str, str]:
    data = _payload(job)
    name = data.get("name")
    if not isinstance(name, str) or not name:
        raise JobError("The job names no model. Ask for it again from the page.")
    return str(data.get("job", "judge")), name
