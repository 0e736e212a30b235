"""What every page stands on: the store, opened once; the worker, started once; who is here; and what there is to say.

Errors of the program become one sentence on the page, never a traceback. Try it: `streamlit run app.py`.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec

import streamlit as st

from engine.errors import ScenewrightError, StoreError
from engine.store import Store, default_home, open_store
from models import worker
from pages.parts.words import plain

P = ParamSpec("P")
NOBODY = "me"
LONGEST_NAME = 40


@st.cache_resource(show_spinner="Opening your scenes…")
def _store(home: str) -> Store:
    return open_store(Path(home))


def store() -> Store:
    """The store of this home; raises `StoreError` and its kinds in one sentence."""
    return _store(str(default_home()))


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


def who() -> str:
    """The name of the person here: a local profile, kept for the visit and in the address."""
    if "who" not in st.session_state:
        st.session_state.who = good_person(st.query_params.get("who", NOBODY))
    name = str(st.session_state.who)
    if name != NOBODY and st.query_params.get("who") != name:
        st.query_params["who"] = name
    return name


def good_person(name: str) -> str:
    """The name in one printable line; an empty one is “me”."""
    kept = "".join(letter for letter in " ".join(name.split()) if letter.isprintable())
    return kept[:LONGEST_NAME].strip() or NOBODY


def person() -> None:
    """Who is here, and how to be somebody else: no password, nothing leaves this machine."""

    def change() -> None:
        st.session_state.who = good_person(st.session_state.get("person", ""))
        st.session_state.pop("session", None)
        st.query_params.clear()
        if st.session_state.who != NOBODY:
            st.query_params["who"] = st.session_state.who

    with st.popover(plain(who()), icon=":material/person:", type="tertiary", key="who-is-here"):
        st.text_input("Your name", who(), key="person", max_chars=LONGEST_NAME, on_change=change)
        st.caption("Scenes are kept under this name, on this machine. There is no password.")


# --- saying things ----------------------------------------------------------------------------------------------------


def say(text: str, *, kind: str = "error") -> None:
    """A sentence for the top of the page on its next run: an `error`, or an `info`."""
    st.session_state.setdefault("notices", []).append((kind, text))


def show_notices() -> None:
    """Show what there was to say, once."""
    for kind, text in st.session_state.pop("notices", ()):
        if kind == "error":
            st.error(plain(text), icon=":material/error:")
        else:
            st.toast(plain(text), icon=":material/check_circle:")


@contextmanager
def guarded() -> Iterator[None]:
    """What goes wrong inside, and that a person can act on, is shown in place as one sentence."""
    try:
        yield
    except ScenewrightError as error:
        st.error(plain(str(error)), icon=":material/error:")
        if isinstance(error, StoreError):
            st.button("Try again", icon=":material/refresh:", key=f"again:{type(error).__name__}")


def told(action: Callable[P, Any]) -> Callable[P, None]:
    """For callbacks: an error of the program becomes a notice, and what was there before stays."""

    @wraps(action)
    def safely(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            action(*args, **kwargs)
        except ScenewrightError as error:
            say(str(error))

    return safely
