"""The lobby: open projects for somebody who may rate but came without a link; for who looks on, what to ask for.

Try it: `python -m pytest tests/pages/test_rate.py -k lobby`.
"""

from __future__ import annotations

import streamlit as st

from engine.store.rating_values import Project
from pages.parts.notices import show_notices
from pages.parts.opening import store
from pages.parts.people import allowed, person, who
from pages.parts.words import plain


def lobby() -> None:
    """A card for each project that is open."""
    show_notices()
    line = st.container(horizontal=True, vertical_alignment="center")
    line.title("Rate", anchor=False, width="content")
    with line:
        st.space("stretch")
        person()
    if not allowed("rate"):
        _quiet("You look on here.", "Open the link of a rating project to rate, or ask a curator for one.")
        return
    projects = store().projects(open=True)
    if not projects:
        _quiet("Nothing to rate at the moment.", "As soon as somebody opens a project, it is listed here.")
    for project in projects:
        _card(project)


def _card(project: Project) -> None:
    found = store().project_progress(project.id, who())
    with st.container(border=True):
        row = st.container(horizontal=True, vertical_alignment="center")
        row.markdown(f"**{plain(project.name)}**", width="stretch")
        row.caption(f"{found.mine} mine · team {found.team} of {found.needed}", width="content")
        row.button("Rate", key=f"enter:{project.id}", type="primary", on_click=_go, args=(project.id,))


def _go(id: str) -> None:
    st.query_params["project"] = id


def _quiet(what: str, then: str) -> None:
    with st.container(border=True, height=260, vertical_alignment="center", horizontal_alignment="center"):
        st.markdown(f"**{what}**", text_alignment="center")
        st.caption(then, text_alignment="center")
