"""Compose: constraints to a scene graph, its caption and questions, pictures of it, and what a judge saw in them.

Try it: `streamlit run app.py`.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from engine.errors import ScenewrightError, StoreError
from engine.sampler import Constraints, sample, scene_rng
from engine.taxonomy import load
from pages.parts.bringing import bringing, downloads
from pages.parts.canvas import canvas
from pages.parts.caption import caption
from pages.parts.components import library
from pages.parts.constraints import constraints_form
from pages.parts.desk import (
    FIRST_SEED,
    TAXONOMY,
    Desk,
    choose_session,
    go_to,
    new_session,
    open_desk,
    past,
    save_quietly,
    step,
)
from pages.parts.gallery import chosen, gallery, ordered
from pages.parts.home import guarded, person, say, show_notices, store, told, who
from pages.parts.intake import keep_picture, read_file, welcome_files
from pages.parts.jobs import job_strip, newest, render_bar
from pages.parts.questions import question_table
from pages.parts.tables import tables
from pages.parts.verdict import NONE, same_scene, verdict
from pages.parts.words import plain

WELCOME = Path(__file__).resolve().parent.parent / "assets" / "welcome"


def first_visit() -> str:
    """A finished scene to begin with: the pictures we ship, or where there are none, a scene ready to render."""
    taxonomy = load(TAXONOMY)
    try:
        brought = [read_file(name, data, taxonomy) for name, data in welcome_files(WELCOME)]
    except ScenewrightError as error:
        brought = []
        say(f"The welcome pictures could not be read. {error}")
    graph = brought[0].graph if brought else sample(Constraints(), taxonomy, scene_rng(FIRST_SEED, 0))
    id = new_session(graph, taxonomy=taxonomy, seed=FIRST_SEED)
    for incoming in brought:
        keep_picture(store(), id, incoming)
    return id


def page() -> None:
    id = choose_session() or first_visit()
    try:
        desk = open_desk(id)
    except StoreError as error:
        lost(error)
        return
    with st.sidebar, guarded():
        constraints_form(desk)
        person()
    header(desk)
    show_notices()
    pictures = ordered(desk.pictures)
    verdicts = {p.id: verdict(p.judgement, desk.line.questions) for p in pictures if same_scene(p, desk.graph)}
    current = chosen(desk, pictures)
    job = newest(desk)
    busy = job is not None and job.active
    statuses = verdicts.get(current.id, NONE).elements if current and not busy else {}
    caption(desk.line.caption, desk.line.spans, statuses, group=desk.id)
    left, right = st.columns([1.12, 1], gap="medium")
    with left, guarded():
        canvas(desk.graph, desk.taxonomy, statuses, text=desk.line.caption, group=desk.id)
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


def header(desk: Desk) -> None:
    """Name, steps back and forth, downloads."""
    line = st.container(horizontal=True, vertical_alignment="center")

    @told
    def rename() -> None:
        save_quietly(desk.id, name=st.session_state[key])

    key = f"name:{desk.id}:{desk.session.name}"
    line.text_input("Name of the scene", desk.session.name, key=key, max_chars=120, on_change=rename,
                    label_visibility="collapsed", width=360)  # fmt: skip
    graph = desk.graph
    line.caption(f"complexity {graph.complexity}: {len(graph.objects)} objects, {len(graph.attributes)} attributes, "
                 f"{len(graph.relations)} relations")  # fmt: skip
    with line:
        st.space("stretch")
        st.button("", icon=":material/undo:", help="Undo", key="undo", on_click=told(step), args=(desk,), kwargs={"back": True},
                  disabled=not past(desk.id), type="tertiary")  # fmt: skip
        st.button("", icon=":material/redo:", help="Redo", key="redo", on_click=told(step), args=(desk,), kwargs={"back": False},
                  disabled=not st.session_state.get(f"redo:{desk.id}"), type="tertiary")  # fmt: skip
        downloads(desk)


def lost(error: StoreError) -> None:
    """An address that leads nowhere: one sentence and a way on."""
    show_notices()
    st.error(plain(str(error)), icon=":material/link_off:")
    st.session_state.pop("session", None)

    def on() -> None:
        st.query_params.pop("session", None)
        latest = store().list_sessions(owner=who(), limit=1)
        if latest:
            go_to(latest[0].id)

    st.button("Open my last scene", icon=":material/arrow_forward:", type="primary", key="onwards", on_click=on)


with guarded():
    page()
