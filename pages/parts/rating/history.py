"""One's own answers: the line above an earlier one while one walks back to it, and the list of the latest.

Try it: `python -m pytest tests/pages/test_rate.py -k history`.
"""

from __future__ import annotations

from textwrap import shorten

import streamlit as st

from engine.store.rating_values import Past
from engine.wording import counted
from pages.parts.opening import store
from pages.parts.rating.asked import in_words
from pages.parts.rating.keys import walk_to
from pages.parts.rating.turn import Turn
from pages.parts.words import ago, plain

RECENT = 10
"""Answers of one's own that are listed."""


def past_line(here: Turn, past: Past) -> None:
    """How far back it lies, and what was said about it."""
    row = st.container(horizontal=True, vertical_alignment="center", gap="small")
    row.badge(f"{counted(here.back, 'step')} back", icon=":material/history:", color="violet")
    row.caption(f"You said: {_said(past)} · {ago(past.rating.created)}. Another answer replaces it; the old one stays in "
                "the record.", width="content")  # fmt: skip


def history(here: Turn) -> None:
    """The latest answers in the order in which the items came, each a press away."""
    listed = store().steps_back(here.project.id, here.person, limit=RECENT)
    if not listed:
        st.caption("Your answers will be listed here, the newest first.")
    for back, one in enumerate(listed, 1):
        what, when, change = st.columns([7, 2, 1], vertical_alignment="center")
        what.markdown(f"**{_said(one)}** · {plain(_what(one))}")
        when.caption(ago(one.rating.created))
        change.button("Change", key=f"change:{one.item.id}", type="tertiary", on_click=walk_to, args=(here, back),
                   disabled=back == here.back)  # fmt: skip


def _said(past: Past) -> str:
    if past.rating.status != "rated":
        comment = str(past.answers.get("comment", ""))
        return plain(f"{past.rating.status}{f' (“{comment}”)' if comment else ''}")
    return plain(in_words(past.item.kind, past.answers))


def _what(past: Past) -> str:
    content = past.item.content
    left, right = (content.get(side) or {} for side in ("left", "right"))
    pair = " / ".join(shorten(str(side["text"]), 40, placeholder=" …") for side in (left, right) if side.get("text"))
    return shorten(str(content.get("text") or content.get("caption") or pair or "a pair"), 90, placeholder=" …")
