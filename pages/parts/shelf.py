"""What one does with a scene of the list: rename, copy, delete, and have it back.

Try it: `python -m pytest tests/pages/test_sessions.py`.
"""

from __future__ import annotations

import streamlit as st

from pages.parts.home import say, store, told, who
from pages.parts.people import require
from pages.parts.words import plain


@told
def rename(id: str, key: str) -> None:
    """Save the name that was typed."""
    require("edit")
    store().rename_session(id, st.session_state[key])


@told
def duplicate(id: str) -> None:
    """A copy to go on with."""
    require("edit")
    copy = store().duplicate_session(id, owner=who())
    say(f"Copied as {copy.name}.", kind="info")


@told
def delete(id: str) -> None:
    """Out of the list; the bar above brings it back."""
    require("edit")
    gone = store().delete_session(id)
    st.session_state.deleted = (gone.id, gone.name)
    if st.session_state.get("session") == id:
        st.session_state.pop("session")


@told
def restore(id: str) -> None:
    """Back into the list."""
    require("edit")
    store().restore_session(id)
    st.session_state.pop("deleted", None)


def undo_bar() -> None:
    """What was deleted last, and how to have it back."""
    if "deleted" not in st.session_state:
        return
    id, name = st.session_state.deleted
    line = st.container(horizontal=True, vertical_alignment="center", border=True)
    line.markdown(f"Deleted **{plain(name)}**.")
    line.button("Undo", icon=":material/undo:", key="restore", on_click=restore, args=(id,))
