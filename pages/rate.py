"""Rate: annotators come by a link and rate, one key a decision; curators set projects up and read what was said.

Try it: `streamlit run app.py`, then Rate.
"""

from __future__ import annotations

import streamlit as st

from pages.parts.home import guarded
from pages.parts.people import allowed, by_link
from pages.parts.rating.desk import desk
from pages.parts.rating.lobby import lobby
from pages.parts.rating.room import room


def page() -> None:
    """By the address: a project to rate, or the desk for who may set one up, or the open projects for who may rate."""
    project = st.query_params.get("project")
    if project or by_link():
        room(str(project))
    elif allowed("manage projects"):
        desk()
    else:
        lobby()


with guarded():
    page()
