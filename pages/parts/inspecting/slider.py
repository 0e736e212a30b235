"""Two pictures of one scene on one place, with a divider between them, and where their answers differ.

Try it: `python -m pytest tests/pages/test_inspect.py -k compare`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from engine.questions import Question
from engine.store import Picture
from pages.parts.gallery import thumb
from pages.parts.home import store
from pages.parts.inspecting.component import show
from pages.parts.inspecting.sight import Sight
from pages.parts.inspecting.subject import Subject
from pages.parts.verdict import status
from pages.parts.words import figure

SIDE = 1024
HINT = "Drag, or press the arrow keys; B blinks between the two."
MOST = 12
GLYPHS = {"right": "✓", "wrong": "✗", "not asked": "–", "unsure": "?"}


def compare(subject: Subject, sights: Mapping[str, Sight]) -> None:
    """Show the chosen picture beside another one."""
    first = subject.picture
    others = [picture for picture in subject.pictures if first is not None and picture.id != first.id]
    if first is None or not others:
        st.caption("There is one picture here so far. Render more seeds, or ask for a grid, to compare two.")
        return
    named = {picture.id: label(picture) for picture in others}
    chosen = st.selectbox(
        "Compare with", list(named), format_func=named.__getitem__, key=f"compare:{first.id}", width=420
    )
    second = next(picture for picture in others if picture.id == chosen)
    left, right = st.columns([1.5, 1], gap="large")
    with left:
        data = {"left": _side(first), "right": _side(second), "hint": HINT}
        show("compare", key=f"slider:{first.id}:{second.id}", data=data)
    with right:
        _differences(subject, first, second, sights)


def label(picture: Picture) -> str:
    """A picture as one line of a list."""
    score = f" · {figure(picture.judgement.score)}" if picture.judgement else ""
    return f"{picture.generator}, seed {picture.seed}{score}"


def _side(picture: Picture) -> dict[str, str]:
    path = str(store().image_path(picture.path, run=picture.run))
    return {"src": thumb(path, SIDE), "alt": f"{label(picture)}: {picture.caption}", "label": label(picture)}


def _differences(subject: Subject, first: Picture, second: Picture, sights: Mapping[str, Sight]) -> None:
    st.markdown("**Where they differ**")
    if first.id not in sights or second.id not in sights:
        st.caption("The two show different scenes, so their answers cannot be held side by side.")
        return
    found = differences(subject.questions, sights[first.id], sights[second.id])
    if not found:
        st.caption("The same questions come out right in both.")
    data = {"head": ["", *(f"{one.generator} #{one.seed}" for one in (first, second))], "rows": [
        {"name": question.text, "meaning": f"Expected {question.answer}.", "main": False, "changed": False,
         "values": [f"{GLYPHS.get(one, '')} {one}", f"{GLYPHS.get(other, '')} {other}"]}
        for question, one, other in found[:MOST]
    ]}  # fmt: skip
    if found:
        show("scores", key="differences", data=data)
    if len(found) > MOST:
        st.caption(f"And {len(found) - MOST} more.")


def differences(questions: Sequence[Question], one: Sight, other: Sight) -> list[tuple[Question, str, str]]:
    """The questions whose status differs between two pictures of one scene, each with both."""
    found = []
    for question in questions:
        left, right = (status(sight.corrected.marks.get(question.id)) or "no answer" for sight in (one, other))
        if left != right:
            found.append((question, left, right))
    return found
