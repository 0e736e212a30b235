"""Inspect: one scene and its pictures; graph, caption, questions and answers linked, corrected by hand, compared, recalled.

Try it: `streamlit run app.py`, then Inspect.
"""

from __future__ import annotations

import streamlit as st

from engine.errors import ScenewrightError
from pages.parts.canvas import canvas
from pages.parts.caption import caption
from pages.parts.components import library
from pages.parts.home import guarded, show_notices, store
from pages.parts.inspecting.answers import answer_bar, answer_table
from pages.parts.inspecting.asking import chosen_judge, judge_bar
from pages.parts.inspecting.chooser import film, header, lost, nothing
from pages.parts.inspecting.grids import grids
from pages.parts.inspecting.large import large
from pages.parts.inspecting.recall import recall
from pages.parts.inspecting.scores import scores
from pages.parts.inspecting.sight import Sight, sight
from pages.parts.inspecting.slider import compare
from pages.parts.inspecting.subject import Subject, open_subject
from pages.parts.inspecting.work import strip

NOTHING = Sight()


def page() -> None:
    """Everything on the Inspect page, once from top to bottom; what fails is one sentence in its place."""
    try:
        subject = open_subject()
    except ScenewrightError as error:
        header(None)
        show_notices()
        lost(error)
        return
    header(subject)
    show_notices()
    if subject is None:
        nothing()
        return
    with guarded():
        strip(subject)
    inspect(subject)
    library()


def inspect(subject: Subject) -> None:
    """The scene, the chosen picture beside it, and the four tabs below."""
    judge = chosen_judge(subject)
    said = store().corrections_of([picture.id for picture in subject.pictures])
    sights = {p.id: sight(p, subject.questions, said.get(p.id, ()), judge=judge) for p in subject.same}
    current = sights.get(subject.picture.id, NOTHING) if subject.picture else NOTHING
    statuses = current.corrected.elements
    caption(subject.line.caption, subject.line.spans, statuses, group=subject.key)
    left, right = st.columns([1.12, 1], gap="medium")
    with left, guarded():
        canvas(subject.graph, subject.taxonomy, statuses, text=subject.line.caption, group=subject.key, key="seen")
        film(subject, sights)
    with right, guarded():
        judge_bar(subject)
        picture, side = st.columns([1.5, 1], gap="medium")
        with picture:
            large(subject)
        with side, guarded():
            if subject.picture is not None:
                scores(current, said.get(subject.picture.id, ()))
        answer_bar(subject, current)
    tabs(subject, sights, current)


def tabs(subject: Subject, sights: dict[str, Sight], current: Sight) -> None:
    """All answers, two pictures on one place, grids, and the settings of the picture."""
    asked, pair, many, made = st.tabs(
        [":material/quiz: Answers", ":material/compare: Compare two", ":material/grid_on: Grids",
         ":material/receipt_long: Settings and Again"],
        key="inspect-tabs",
    )  # fmt: skip
    with asked, guarded():
        answer_table(subject, current)
    with pair, guarded():
        compare(subject, sights)
    with many, guarded():
        grids(subject)
    with made, guarded():
        recall(subject)


with guarded():
    page()
