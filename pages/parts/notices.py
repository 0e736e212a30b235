"""What there is to say to a person: sentences kept for the next run, and errors of the program shown as one sentence.

Try it: `python -m pytest tests/pages/test_rate.py -k sentence`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec

import streamlit as st

from engine.errors import ScenewrightError, StoreError
from pages.parts.words import plain

P = ParamSpec("P")


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
