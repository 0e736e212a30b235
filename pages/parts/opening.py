"""The store of this home, opened once and shared by all visits.

Try it: `python -c "from pages.parts.opening import store; print(store().home)"`.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from engine.store import Store, default_home, open_store


@st.cache_resource(show_spinner="Opening your scenes…")
def _store(home: str) -> Store:
    return open_store(Path(home))


def store() -> Store:
    """The store of this home; raises `StoreError` and its kinds in one sentence."""
    return _store(str(default_home()))
