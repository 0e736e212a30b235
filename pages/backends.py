"""Backends: every generator, judge and metric with where it runs, what it needs and how far it can be trusted.

Try it: `streamlit run app.py`, then Backends.
"""

from __future__ import annotations

import streamlit as st

from pages.parts.backends.detail import detail
from pages.parts.backends.listing import listing, picked
from pages.parts.backends.machines import machines
from pages.parts.backends.shelf import shelf
from pages.parts.backends.work import strip
from pages.parts.home import guarded, person, show_notices

VIEWS = {
    "generator": ":material/brush: Generators",
    "judge": ":material/gavel: Judges",
    "metric": ":material/straighten: Metrics",
    "server": ":material/dns: Servers",
}


def page() -> None:
    """The devices, the job at work, and one of four lists."""
    line = st.container(horizontal=True, vertical_alignment="bottom")
    line.title("Backends", anchor=False, width="content")
    with line:
        st.space("stretch")
        person()
    show_notices()
    with guarded():
        machines()
    with guarded():
        strip()
    view = st.segmented_control("What", list(VIEWS), default="generator", format_func=VIEWS.get, required=True,
                                key="backends-view", label_visibility="collapsed")  # fmt: skip
    with guarded():
        if view == "server":
            shelf()
            return
        chosen = picked(str(view))
        left, right = (st.container(), None) if chosen is None else st.columns([1.25, 1], gap="medium")
        with left:
            listing(str(view))
        if chosen is not None and right is not None:
            with right:
                detail(chosen)


with guarded():
    page()
