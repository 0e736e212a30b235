"""Evaluate: several generators on one set of scenes, how sure the differences are, and what each model fails.

Try it: `streamlit run app.py`, then Evaluate.
"""

from __future__ import annotations

import streamlit as st

from pages.parts.evaluating.curve import curve, headline
from pages.parts.evaluating.failing import failing
from pages.parts.evaluating.judging import judging, switches
from pages.parts.evaluating.order import form, quick
from pages.parts.evaluating.planning import planning
from pages.parts.evaluating.seen import evidence, key_of
from pages.parts.evaluating.shelf import Shown, choose, evaluations, refused_note
from pages.parts.evaluating.strip import folder_of, newest, strip
from pages.parts.evaluating.tables import tables
from pages.parts.home import guarded, person, show_notices

VIEWS = {
    "curve": ":material/show_chart: Curve",
    "skills": ":material/table_chart: Skills and words",
    "failures": ":material/search_insights: Failures",
    "judges": ":material/balance: Judges",
    "plan": ":material/straighten: Sample size",
}


def page() -> None:
    """Everything on Evaluate: which evaluation, the one at work, the reports, and the form of a new one."""
    line = st.container(horizontal=True, vertical_alignment="bottom")
    line.title("Evaluate", anchor=False, width="content")
    found = evaluations()
    job, shown = newest(), None
    with line, guarded():
        shown = choose(found, job)
    with line:
        st.space("stretch")
        person()
    show_notices()
    if job is not None and (job.active or shown is None or folder_of(job) == shown.key):
        strip(job)
    if shown is not None and shown.runs:
        with guarded():
            report(shown)
    elif job is None or not job.active:
        empty()
    opened = st.session_state.pop("ev-open", False)
    with (
        st.expander(
            "New evaluation", icon=":material/add_chart:", expanded=opened or shown is None, key=f"new:{opened}"
        ),
        guarded(),
    ):
        form()


def report(shown: Shown) -> None:
    """The numbers at the top and the view that was chosen."""
    key = key_of(shown.runs)
    seen = evidence(key)
    if not seen.judges:
        st.info("No judge has seen these pictures yet.", icon=":material/info:")
        return
    judge, figure = switches(seen)
    headline(key, judge, figure)
    view = st.segmented_control("View", list(VIEWS), default="curve", format_func=VIEWS.get, required=True, key="ev-view",
                                label_visibility="collapsed")  # fmt: skip
    with guarded():
        if view == "curve":
            curve(shown, key, judge, figure)
        elif view == "skills":
            tables(shown, key, judge)
        elif view == "failures":
            failing(shown, key, judge)
        elif view == "judges":
            judging(shown, key, figure)
        else:
            planning(shown, key, judge, figure)
    refused_note(shown)


def empty() -> None:
    """Nothing to show yet: what this is for, and the quickest way to see it."""
    with st.container(border=True, height=300, vertical_alignment="center", horizontal_alignment="center"):
        st.markdown(":material/monitoring:", text_alignment="center")
        st.markdown("**How far do models follow a scene as it grows?**", text_alignment="center")
        st.caption("An evaluation draws one set of scenes with several generators, asks judges about every element, and shows "
                   "where models differ and what they fail.", text_alignment="center")  # fmt: skip
        quick()


with guarded():
    page()
