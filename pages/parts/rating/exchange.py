"""In and out of a project: the link for who rates, ratings made elsewhere, and everything as a zip with its protocol.

Try it: `python -m pytest tests/pages/test_rate.py -k import`.
"""

from __future__ import annotations

from urllib.parse import quote, urlsplit

import streamlit as st

from engine.rating import import_ratings, packed
from engine.store.rating_values import Project
from engine.wording import counted
from pages.parts.notices import say, told
from pages.parts.opening import store
from pages.parts.people import allowed, require
from pages.parts.words import file_name

HERE = ("localhost", "127.0.0.1", "::1")


def link(project: Project) -> None:
    """The address to send to who should rate, to be copied in one click; and whom it reaches."""
    here = urlsplit(st.context.url or "")
    base = f"{here.scheme}://{here.netloc}" if here.netloc else "http://localhost:8501"
    st.code(f"{base}/rate?project={quote(project.id)}", language=None)
    if not here.hostname or here.hostname in HERE:
        st.caption("This link works on this machine. For others, start with `make run HOST=0.0.0.0` and copy it there.")
    else:
        st.caption("Send it to who should rate: they give a name, read, practise, and see nothing else of the program.")


def importing(project: Project) -> None:
    """Ratings made elsewhere."""
    st.markdown("**Bring ratings made elsewhere**")
    turn = st.session_state.get("imports", 0)
    key = f"import:{project.id}:{turn}"
    st.file_uploader("CSV, JSON or JSON Lines, one answer a row", ["csv", "json", "jsonl"], key=key, on_change=_import,
                     args=(project, key),
                     help="Columns: item or text (picture, or a and b), person, and the answers: plausibility, real, shows or "
                          "preference. Items that are not here yet are added.")  # fmt: skip


@told
def _import(project: Project, key: str) -> None:
    file = st.session_state.get(key)
    st.session_state["imports"] = st.session_state.get("imports", 0) + 1
    if file is None:
        return
    require("manage projects")
    done = import_ratings(store(), project.id, file.getvalue(), name=file.name)
    new = f", {counted(done.new_items, 'new item')}" if done.new_items else ""
    say(f"Read {counted(done.rows, 'row')}: {counted(done.kept, 'rating')} kept{new}.", kind="info")


def export(project: Project) -> None:
    """Everything, with the protocol."""
    st.markdown("**Take it all**")
    st.caption("Ratings as CSV and JSON Lines, every row that was ever written, items, guidelines with their versions, "
               "agreement with intervals, and the protocol in words.")  # fmt: skip
    hide = st.toggle("Names as P1, P2, …", key=f"pseudonyms:{project.id}")
    st.download_button(
        "Download (zip)", lambda: packed(store(), project.id, pseudonyms=hide), file_name(project.name, "-ratings.zip"),
        "application/zip", icon=":material/folder_zip:", on_click="ignore", key="take-ratings", disabled=not allowed("export"),
    )  # fmt: skip
