"""How far it is: mine, the team's, today's; counted in the store every few seconds, in between by the keys pressed.

Try it: `python -m pytest tests/pages/test_rate.py -k progress`.
"""

from __future__ import annotations

import time
from dataclasses import replace

import streamlit as st

from engine.store.rating_values import Progress, Project
from pages.parts.opening import store
from pages.parts.rating.turn import Turn

FRESH = 5.0
"""Seconds for which a count of the store is shown."""


def counted(here: Turn) -> Progress:
    """The progress as the store counted it lately, and what was rated here since."""
    key = f"progress:{here.project.id}:{here.person}"
    moment, kept, found = st.session_state.get(key, (0.0, 0, Progress()))
    practising = here.item is None or here.item.practice
    if practising or time.monotonic() - moment > FRESH:
        found = store().project_progress(here.project.id, here.person)
        st.session_state[key] = (time.monotonic(), here.kept, found)
        return found
    more = here.kept - kept
    return replace(found, mine=found.mine + more, mine_today=found.mine_today + more, team=found.team + more)


def progress_line(project: Project, here: Turn) -> None:
    """A bar and three figures; while practising, how many practice items are left."""
    found = counted(here)
    if here.item is not None and here.item.practice:
        done = found.practice_done - (here.feedback is not None)
        st.progress(_share(done, found.practice), text=f"Practice {min(done + 1, found.practice)} of {found.practice}")
        return
    skipped = f" · {found.skipped} skipped" if found.skipped else ""
    text = f"**{found.mine}** mine, {found.mine_today} today{skipped} · team {found.team} of {found.needed}"
    st.progress(_share(found.team, found.needed), text=text)


def _share(part: int, whole: int) -> float:
    return min(1.0, max(0.0, part / whole)) if whole else 0.0
