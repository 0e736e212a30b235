"""What every page stands on: the store, opened once; the worker, started once; who is here; and what there is to say.

Errors of the program become one sentence on the page, never a traceback. Try it: `streamlit run app.py`.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import streamlit as st

from models import worker
from pages.parts.notices import guarded, say, show_notices, told
from pages.parts.opening import store
from pages.parts.people import LONGEST_NAME, NOBODY, good_person, person, who

__all__ = [
    "LONGEST_NAME",
    "NOBODY",
    "good_person",
    "guarded",
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
    """The child processes of this home, the first started at once; none where somebody else's worker is alive."""
    first = worker.ensure(Path(home))
    return [] if first is None else [first]


def start_worker() -> None:
    """Make sure that a worker was started; a second call costs nothing."""
    _workers(str(store().home))


def revive_worker() -> bool:
    """Start another worker if none is alive or on its way any more; returns whether one had to be started."""
    home = store().home
    children = _workers(str(home))
    if worker.alive(home) or any(child.poll() is None for child in children):
        return False
    started = worker.ensure(home)
    children[:] = [] if started is None else [started]
    return started is not None
