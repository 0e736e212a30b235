"""Guidelines before the first item: whether somebody has read this version, and the page on which they do.

Try it: `python -m pytest tests/pages/test_rate.py -k guideline`.
"""

from __future__ import annotations

import streamlit as st

from engine.store.rating_values import Guideline, Project
from engine.wording import counted
from pages.parts.opening import store
from pages.parts.rating.guidelines import guidelines
from pages.parts.rating.turn import turn


def has_read(project: Project, guideline: Guideline | None) -> bool:
    """Whether this version of the guidelines was read: in this visit, or before an earlier answer."""
    if guideline is None or st.session_state.get(_key(guideline)):
        return True
    here = turn(project)
    last = store().history(project.id, here.person, limit=1)
    read = bool(last) and last[0].rating.guideline >= guideline.version
    st.session_state[_key(guideline)] = read
    return read


def first_reading(project: Project, guideline: Guideline) -> None:
    """All of it, and a button that says what comes then."""
    if guideline.version > 1:
        st.caption(f"This is version {guideline.version} of the guidelines; please read what has changed.")
    with st.container(border=True):
        guidelines(project, guideline)
    practice = store().project_progress(project.id).practice
    then = f", then {counted(practice, 'practice item')}" if practice else ""
    st.button(f"I have read them{then}", key="start", type="primary", shortcut="Enter", on_click=_done,
              args=(guideline,))  # fmt: skip


def _done(guideline: Guideline) -> None:
    st.session_state[_key(guideline)] = True


def _key(guideline: Guideline) -> str:
    return f"read:{guideline.project}:{guideline.version}"
