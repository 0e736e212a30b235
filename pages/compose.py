"""Compose: constraints to a scene graph, its caption and questions, pictures of it, and what a judge saw in them.

Try it: `streamlit run app.py`.
"""

from __future__ import annotations

import streamlit as st

from engine.errors import ScenewrightError
from pages.parts.bringing import bringing
from pages.parts.canvas import canvas
from pages.parts.caption import caption
from pages.parts.components import library
from pages.parts.constraints import constraints_form
from pages.parts.desk import choose_session, open_desk, steps_of, take
from pages.parts.entrance import deleted, first_visit, header, looking_on, lost
from pages.parts.gallery import chosen, gallery, ordered
from pages.parts.home import guarded, person, show_notices
from pages.parts.jobs import job_strip, newest, render_bar
from pages.parts.people import allowed
from pages.parts.positions import kept
from pages.parts.questions import question_table
from pages.parts.saying import budget_of, saying
from pages.parts.tables import tables
from pages.parts.verdict import NONE, same_scene, verdict


def page() -> None:
    """Everything on the Compose page, once from top to bottom; what fails is one sentence in its place."""
    id = choose_session()
    if id is None and not allowed("edit"):
        looking_on()
        return
    id = id or first_visit()
    try:
        desk = open_desk(id)
    except ScenewrightError as error:
        lost(id, error)
        return
    with st.sidebar, guarded():
        constraints_form(desk)
        person()
    if desk.session.deleted:
        deleted(desk)
    header(desk)
    show_notices()
    pictures = ordered(desk.pictures)
    verdicts = {p.id: verdict(p.judgement, desk.line.questions) for p in pictures if same_scene(p, desk.graph)}
    current = chosen(desk, pictures)
    job = newest(desk)
    busy = job is not None and job.active
    statuses = verdicts.get(current.id, NONE).elements if current and not busy else {}
    fits = budget_of(desk)
    caption(desk.line.caption, desk.line.spans, statuses, group=desk.id, outside=fits.outside if fits else ())
    with guarded():
        saying(desk, fits)
    left, right = st.columns([1.12, 1], gap="medium")
    with left, guarded():
        canvas(desk.graph, desk.taxonomy, statuses, text=desk.line.caption, group=desk.id, positions=kept(desk.settings),
               on_edit=lambda gesture: take(desk, gesture), steps=steps_of(desk))  # fmt: skip
    with right, guarded():
        render_bar(desk, job if busy else None)
        if job is not None:
            job_strip(job)
        if not busy:
            gallery(desk, pictures, current, verdicts)
    asked, edit, bring = st.tabs(
        [":material/quiz: Questions", ":material/table_edit: Edit", ":material/upload_file: Paste or drop"]
    )
    with asked, guarded():
        same = [p for p in pictures if p.id in verdicts]
        place = same.index(current) if current in same else None
        question_table(desk.line.questions, [verdicts[p.id] for p in same], place, group=desk.id)
    with edit, guarded():
        tables(desk)
    with bring, guarded():
        bringing(desk)
    library()


with guarded():
    page()
