"""What every page stands on: the store, opened once; the worker, started once; who is here; and what there is to say.

Errors of the program become one sentence on the page, never a traceback. Try it: `streamlit run app.py`.
"""

from __future__ import annotations

import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import streamlit as st

from engine.errors import ScenewrightError
from engine.store import open_store
from models import worker
from pages.parts.notices import guarded, say, show_notices, told
from pages.parts.opening import store
from pages.parts.people import LONGEST_NAME, NOBODY, good_person, person, who

__all__ = [
    "LONGEST_NAME",
    "NOBODY",
    "good_person",
    "guarded",
    "lifespan",
    "person",
    "revive_worker",
    "say",
    "show_notices",
    "start_worker",
    "store",
    "told",
    "who",
]


@st.cache_resource(show_spinner=False)
def _workers(home: str) -> list[subprocess.Popen[bytes]]:
    """The child processes of this home, one for each device, started at once; none where a worker is alive already."""
    return worker.ensure_all(Path(home))


@asynccontextmanager
async def lifespan(_: object) -> AsyncIterator[None]:
    """Start the workers with the app, before the first visitor; whatever stands in the way is said on the page."""
    with suppress(ScenewrightError), open_store() as opened:
        worker.ensure_all(opened.home)
    yield


def start_worker() -> None:
    """Make sure that the workers were started; a second call costs nothing."""
    _workers(str(store().home))


def revive_worker() -> bool:
    """Start workers for the devices that have none alive or on its way any more; returns whether one had to be started."""
    return bool(worker.ensure_all(store().home))
