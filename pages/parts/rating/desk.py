"""The desk of who sets ratings up: all projects, ways to make one, and behind each what people said and what to do next.

Try it: `streamlit run app.py`, then Rate.
"""

from __future__ import annotations

import streamlit as st

from engine.errors import ScenewrightError
from engine.store.rating_values import Project
from engine.wording import counted
from pages.parts.notices import guarded, show_notices
from pages.parts.opening import store
from pages.parts.people import AS_ME, person
from pages.parts.rating.adjudication import adjudication
from pages.parts.rating.exchange import export, importing, link
from pages.parts.rating.founding import founding
from pages.parts.rating.guidelines import guidelines_panel
from pages.parts.rating.reading import agreement_panel, people_table, worst
from pages.parts.rating.refit import refit_panel
from pages.parts.rating.settings import settings_panel
from pages.parts.words import ago, plain

SECTIONS = {
    "Agreement": ":material/insights:",
    "Adjudicate": ":material/gavel:",
    "Guidelines": ":material/menu_book:",
    "In and out": ":material/import_export:",
    "Settings": ":material/tune:",
}
"""Only the chosen one is drawn: keys that settle must not work while nobody sees what they settle."""
SORTS = {
    "scene": ("scene in words", "scenes in words"),
    "picture": ("picture", "pictures"),
    "caption-pair": ("pair of captions", "pairs of captions"),
    "picture-pair": ("pair of pictures", "pairs of pictures"),
}


def desk() -> None:
    """One project by the address, or all of them."""
    id = st.query_params.get("desk")
    if id:
        _project(id)
    else:
        _all()


def _all() -> None:
    show_notices()
    line = st.container(horizontal=True, vertical_alignment="center")
    line.title("Rate", anchor=False, width="content")
    with line:
        st.space("stretch")
        person()
    projects = store().projects()
    if not projects:
        with st.container(border=True, height=200, vertical_alignment="center", horizontal_alignment="center"):
            st.markdown("**Nothing is being rated yet.**", text_alignment="center")
            st.caption("Make a project below, then send its link to who should rate. They give a name and begin; "
                       "you see here how far they are and how well they agree.", text_alignment="center")  # fmt: skip
    for project in projects:
        _card(project)
    founding()


def _card(project: Project) -> None:
    found = store().project_progress(project.id)
    with st.container(border=True):
        row = st.container(horizontal=True, vertical_alignment="center")
        row.markdown(f"**{plain(project.name)}**  \n:gray[{counted(found.items, *SORTS[project.kind])}, "
                     f"{counted(project.overlap, 'person', 'people')} each · {ago(project.created)}]", width="stretch")  # fmt: skip
        if project.status != "open":
            row.badge("closed", color="gray")
        row.caption(
            f"{found.team} of {counted(found.needed, 'rating')} · {counted(found.people, 'person', 'people')}",
            width="content",
        )
        row.button("Open", icon=":material/open_in_new:", key=f"desk:{project.id}", on_click=_go, args=(project.id,))


def _go(id: str | None) -> None:
    if id is None:
        st.query_params.pop("desk", None)
    else:
        st.query_params["desk"] = id


# --- one project ------------------------------------------------------------------------------------------------------


def _project(id: str) -> None:
    try:
        project = store().project(id)
    except ScenewrightError as error:
        st.error(plain(str(error)), icon=":material/link_off:")
        st.button("All projects", icon=":material/arrow_back:", key="back", on_click=_go, args=(None,))
        return
    _header(project)
    show_notices()
    link(project)
    section = st.segmented_control("Section", list(SECTIONS), default="Agreement", required=True, key="section",
                                   format_func=lambda name: f"{SECTIONS[name]} {name}", label_visibility="collapsed")  # fmt: skip
    with guarded():
        if section == "Adjudicate":
            adjudication(project)
        elif section == "Guidelines":
            guidelines_panel(project)
        elif section == "In and out":
            importing(project)
            export(project)
        elif section == "Settings":
            settings_panel(project)
        else:
            _reading(project)


def _reading(project: Project) -> None:
    agreement_panel(project)
    worst(project)
    people_table(project)
    refit_panel(project)


def _header(project: Project) -> None:
    line = st.container(horizontal=True, vertical_alignment="center")
    line.button("", icon=":material/arrow_back:", help="All projects", key="back", type="tertiary", on_click=_go,
                args=(None,))  # fmt: skip
    line.subheader(plain(project.name), anchor=False, width="content")
    if project.status != "open":
        line.badge("closed", color="gray")
    with line:
        st.space("stretch")
        st.button("Rate it myself", icon=":material/thumbs_up_down:", key="rate-it", on_click=_rate, args=(project.id,),
                  disabled=project.status != "open")  # fmt: skip
        person()


def _rate(id: str) -> None:
    st.session_state[AS_ME] = True
    st.query_params.pop("desk", None)
    st.query_params["project"] = id
