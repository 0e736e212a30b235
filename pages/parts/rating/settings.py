"""How a project runs, as its curator reads and changes it: people for each item, and whether it is open.

Try it: `python -m pytest tests/pages/test_rate.py -k closed`.
"""

from __future__ import annotations

import streamlit as st

from engine.store.rating_values import Project
from engine.wording import counted
from pages.parts.notices import told
from pages.parts.opening import store
from pages.parts.people import require
from pages.parts.words import duration


def settings_panel(project: Project) -> None:
    """What was set, in words, and what can be changed."""
    found = project.settings
    hidden = "Who rates does not see where an item comes from." if found.blinded else "Who rates sees all of an item."
    checks = f", a check after every {counted(found.gold_every, 'item')}" if found.gold_every else ", no checks"
    st.markdown(
        f"- {counted(project.overlap, 'person rates', 'people rate')} each item; an item stays with who opened it for "
        f"{duration(found.lease_seconds)}.\n- {hidden}\n"
        f"- {counted(found.practice, 'practice item')} first{checks}.\n"
        f"- Element by element: {'yes' if found.elements else 'no'}."
    )
    st.number_input("People for each item", 1, 100, project.overlap, key=f"overlap:{project.id}", width=220,
                    on_change=_overlap, args=(project.id,))  # fmt: skip
    closing = project.status == "open"
    st.button("Close it" if closing else "Open it again", key="close", icon=":material/lock:" if closing else ":material/lock_open:",
              help="A closed project gives no more items; what was rated stays.", on_click=_status,
              args=(project.id, not closing))  # fmt: skip


@told
def _status(id: str, open: bool) -> None:
    require("manage projects")
    store().change_project(id, open=open)


@told
def _overlap(id: str) -> None:
    require("manage projects")
    store().change_project(id, overlap=int(st.session_state[f"overlap:{id}"]))
