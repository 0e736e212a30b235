"""Automatic and corrected scores of a picture side by side, with who corrected and when.

Try it: `python -m pytest tests/pages/test_inspect.py -k scores`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from engine.scoring import Scores
from engine.store import Correction
from engine.wording import counted
from pages.parts.gallery import FIGURES, GATED, ORACLE
from pages.parts.inspecting.component import show
from pages.parts.inspecting.sight import Sight
from pages.parts.words import ago, figure, plain

LINES = (("gated", "Score", GATED), *FIGURES)


def rows(automatic: Scores, corrected: Scores) -> list[dict[str, Any]]:
    """One row for each figure, the judge's value and the one after corrections; the first is the main one."""
    found = []
    for name, label, meaning in LINES:
        values = [figure(getattr(scores, name)) for scores in (automatic, corrected)]
        changed = getattr(automatic, name) != getattr(corrected, name)
        found.append({"name": label, "meaning": meaning, "values": values, "main": not found, "changed": changed})
    return found


def scores(sight: Sight, history: Sequence[Correction]) -> None:
    """Show both, or that nobody has looked yet."""
    before, after = sight.automatic.scores, sight.corrected.scores
    if before is None or after is None:
        st.caption("No judge has looked at this picture yet. Ask one above.")
        return
    show("scores", key="scores", data={"head": ["", "Judge", "Corrected"], "rows": rows(before, after)})
    if sight.automatic.oracle is not None:
        st.caption(f"Oracle {figure(sight.automatic.oracle.gated)}", help=ORACLE)
    if sight.said:
        _who(sight, history)


def _who(sight: Sight, history: Sequence[Correction]) -> None:
    """Who stands behind the corrected scores; all that was ever said, newest first, behind it."""
    people = list(
        dict.fromkeys(one.person for one in sorted(sight.said.values(), key=lambda c: c.created, reverse=True))
    )
    newest = max(one.created for one in sight.said.values())
    count = len(sight.said)
    st.caption(f"{counted(count, 'answer')} by {plain(', '.join(people[:3]))}, {ago(newest)}")
    with st.popover("History", icon=":material/history:", type="tertiary", key="history"):
        for one in history[:50]:
            word = f"says {plain(one.answer)}" if one.answer else "took the answer back"
            st.caption(f"{ago(one.created)}: {plain(one.person)} {word} to {plain(one.question)}")
