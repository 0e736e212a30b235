"""Adjudication: the items on which people differ, the widest first, settled with the same keys that rated them.

What people said stays, and agreement is computed without the verdict. Try it: `python -m pytest tests/pages/test_rate.py -k settle`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from engine.store.rating_answers import MAIN
from engine.store.rating_values import PAIRS, Answers, Disagreement, Flagged, Project
from pages.parts.notices import guarded, say, show_notices, told
from pages.parts.opening import store
from pages.parts.people import require, who
from pages.parts.rating.asked import Choice, Question, in_words, questions
from pages.parts.rating.flags import flag_list, flag_words
from pages.parts.rating.item import item_view
from pages.parts.words import plain

LEAST = 0.24
"""Spread from which an item is in the queue: neighbours on a scale (0.25) are, equal answers are not."""
PICTURE = 300
"""Pixels of a picture: the keys that settle stay in sight below it."""
STORED = {"left": "a", "right": "b"}


@st.fragment(key="adjudication")
def adjudication(project: Project) -> None:
    """The next open disagreement with everybody's answer, and one key to settle it."""
    with guarded():
        show_notices()
        waiting = [one for one in store().disagreements(project.id, least=LEAST) if one.verdict is None]
        skipped = st.session_state.setdefault(f"later:{project.id}", [])
        queue = [one for one in waiting if one.item.id not in skipped] or waiting
        flags = store().flags(project.id)
        if queue:
            st.caption(f"{len(waiting)} to settle, the widest first. One key decides; what people said is kept.")
            _one(project, queue[0], [one for one in flags if one.item.id == queue[0].item.id])
        else:
            with st.container(border=True, height=200, vertical_alignment="center", horizontal_alignment="center"):
                st.markdown("**Nothing to settle.**", text_alignment="center")
                st.caption("Items that two people answered differently come here.", text_alignment="center")
        flag_list(flags)


def _one(project: Project, found: Disagreement, flags: Sequence[Flagged]) -> None:
    with st.container(border=True):
        item_view(project.kind, found.item.content, list_all=False, width=PICTURE)
        for rating in found.ratings:
            late = " · came late" if rating.surplus else ""
            st.caption(f"**{plain(rating.person)}** {plain(in_words(project.kind, rating.answers))}{late}")
        for one in flags:
            st.caption(f":material/flag: **{plain(one.rating.person)}** {flag_words(one)}")
    question = _main(project)
    st.markdown(f"**{question.text}**")
    row = st.container(horizontal=True, gap="small")
    for choice in question.choices:
        row.button(choice.label, key=f"settle:{choice.key}", shortcut=choice.key, width="stretch", on_click=_settle,
                   args=(project, found, choice.value))  # fmt: skip
    st.button("Later", key="later", type="tertiary", shortcut="S", on_click=_later, args=(project, found.item.id))


def _main(project: Project) -> Question:
    """The main question; of a pair, A and B are the sides as they are stored."""
    found = next(one for one in questions(project.kind, {}) if one.name == MAIN[project.kind])
    if project.kind not in PAIRS:
        return found
    sides = tuple(Choice(STORED.get(c.value, c.value), c.label, c.key) for c in found.choices)
    return Question(found.name, found.text, sides)


@told
def _settle(project: Project, found: Disagreement, value: Any) -> None:
    require("adjudicate")
    store().adjudicate(found.item.id, who(), _verdict(project, found, value))
    say("Settled.", kind="info")


def _verdict(project: Project, found: Disagreement, value: Any) -> Answers:
    """The chosen answer, with what most people said to the other questions of the item."""
    answers = {MAIN[project.kind]: value}
    for question in questions(project.kind, {}):
        said = [rating.answers[question.name] for rating in found.ratings if question.name in rating.answers]
        if question.name not in answers and said:
            answers[question.name] = max(said, key=said.count)
    return answers


def _later(project: Project, item: str) -> None:
    st.session_state[f"later:{project.id}"].append(item)
