"""Curate: filter all pictures, choose among them by hand or by rule, see the gap, and keep named sets to train on.

Try it: `streamlit run app.py`, then Curate.
"""

from __future__ import annotations

import streamlit as st

from engine.curation import Filter, refresh
from engine.wording import counted
from pages.parts.curating.alike import alike
from pages.parts.curating.filterbar import asked, bar
from pages.parts.curating.gaps import gaps
from pages.parts.curating.pictures import pictures
from pages.parts.curating.recipes import recipes
from pages.parts.curating.seen import facets_of
from pages.parts.curating.sets import sets
from pages.parts.home import guarded, person, show_notices, store

VIEWS = {
    "pictures": ":material/grid_view: Pictures",
    "alike": ":material/filter_none: Look-alikes",
    "gap": ":material/trending_down: Gap",
    "choose": ":material/checklist: Choose",
    "sets": ":material/bookmarks: Sets",
}


def page() -> None:
    """Everything on Curate: title, which view, the filter, and the view."""
    st.session_state.pop("curate-again", None)
    line = st.container(horizontal=True, vertical_alignment="bottom")
    line.title("Curate", anchor=False, width="content")
    with line:
        st.space("stretch")
        person()
    show_notices()
    view = which()
    if view == "sets":
        with guarded():
            sets()
        return
    _look()
    with guarded():
        filter = asked()
        there = facets_of(Filter())
        bar(filter, there)
        show(view, filter)


def which() -> str:
    """The view in the address, and the switch between them."""
    wanted = st.query_params.get("show", "pictures")
    now = wanted if wanted in VIEWS else "pictures"
    if st.session_state.get("curate-view") != now and st.session_state.get("curate-shown") != now:
        st.session_state["curate-view"] = now
    st.session_state["curate-shown"] = now

    def turn() -> None:
        st.session_state["curate-shown"] = st.query_params["show"] = st.session_state["curate-view"]

    st.segmented_control("View", list(VIEWS), format_func=VIEWS.get, key="curate-view", on_change=turn, required=True,
                         label_visibility="collapsed")  # fmt: skip
    return now


def show(view: str, filter: Filter) -> None:
    """One view of what the filter means."""
    if view == "alike":
        alike(filter)
    elif view == "gap":
        gaps(filter, facets_of(filter))
    elif view == "choose":
        recipes(filter, facets_of(filter))
    else:
        pictures(filter)


def _look() -> None:
    """Note what new pictures show, with progress where there are many."""
    place = st.empty()

    def on_step(done: int, of: int) -> None:
        if of > 200 and done % 50 == 0:
            place.progress(done / of, text=f"Reading {done:,} of {counted(of, 'new picture')}…")

    with guarded():
        refresh(store(), on_step=on_step)
    place.empty()


with guarded():
    page()
