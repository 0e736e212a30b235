"""Sessions: every scene that was ever worked on, to search, open, rename, copy and delete.

Try it: `streamlit run app.py`, then Sessions.
"""

from __future__ import annotations

import streamlit as st

from engine.store import SessionSummary
from engine.wording import counted
from pages.parts.desk import go_to
from pages.parts.gallery import cover
from pages.parts.home import guarded, person, show_notices, store, who
from pages.parts.shelf import delete, duplicate, rename, undo_bar
from pages.parts.words import ago, figure, plain

PER_PAGE = 24


def page() -> None:
    show_notices()
    line = st.container(horizontal=True, vertical_alignment="bottom")
    line.title("Sessions", anchor=False, width="content")
    with line:
        st.space("stretch")
    search = line.text_input("Search", key="search", placeholder="A word of the name or the caption", width=380,
                             icon=":material/search:", label_visibility="collapsed")  # fmt: skip
    with line:
        person()
    undo_bar()
    total = store().count_sessions(search=search, owner=who())
    if not total:
        empty(search)
        return
    pages = -(-total // PER_PAGE)
    number = st.pagination(pages, key="pages") if pages > 1 else 1
    found = store().list_sessions(search=search, owner=who(), limit=PER_PAGE, offset=(number - 1) * PER_PAGE)
    grid = st.grid(columns="auto", min_column_width=270, gap="medium")
    for summary in found:
        with grid.container(border=True):
            card(summary)


def card(summary: SessionSummary) -> None:
    """One scene: its best picture, what it is, and what can be done with it."""
    image = cover(summary.cover)
    if image:
        st.image(image, width="stretch", alt=f"Best picture of {summary.name}")
    else:
        with st.container(height=200, border=False, vertical_alignment="center", horizontal_alignment="center"):
            st.caption(":material/imagesmode: no pictures yet")
    st.markdown(f"**{plain(summary.name)}**")
    st.caption(plain(summary.caption[:90] + ("…" if len(summary.caption) > 90 else "")))
    count = counted(summary.pictures, "picture")
    best = f"best {figure(summary.best)} · " if summary.best is not None else ""
    st.caption(f"{best}{count} · {ago(summary.updated)}")
    row = st.container(horizontal=True, gap="xsmall", vertical_alignment="center")
    id = summary.id
    if row.button("Open", icon=":material/open_in_new:", key=f"open:{id}", type="primary"):
        go_to(id)
        st.switch_page("pages/compose.py", query_params={"session": id})
    if row.button("", icon=":material/frame_inspect:", help="Inspect", key=f"inspect:{id}", type="tertiary"):
        go_to(id)
        st.switch_page("pages/inspect_scene.py", query_params={"session": id})
    with row.popover("", icon=":material/edit:", help="Rename", type="tertiary", key=f"rename:{id}"):
        st.text_input("New name", summary.name, max_chars=120, key=f"rename-to:{id}:{summary.name}", on_change=rename,
                      args=(id, f"rename-to:{id}:{summary.name}"))  # fmt: skip
    row.button(
        "",
        icon=":material/content_copy:",
        help="Duplicate",
        type="tertiary",
        key=f"copy:{id}",
        on_click=duplicate,
        args=(id,),
    )
    row.button(
        "", icon=":material/delete:", help="Delete", type="tertiary", key=f"delete:{id}", on_click=delete, args=(id,)
    )


def empty(search: str) -> None:
    """Nothing to list: why, and what to do."""
    with st.container(height=320, border=True, vertical_alignment="center", horizontal_alignment="center"):
        if search:
            st.markdown(f"No scene has {plain(search)} in its name or caption.", text_alignment="center")
            st.caption("Search for another word, or empty the search field to see all.", text_alignment="center")
        else:
            st.markdown("**No scenes yet.**", text_alignment="center")
            st.caption("Compose one, and it is kept here from the first click.", text_alignment="center")
            st.page_link("pages/compose.py", label="Compose a scene", icon=":material/draw:", width="content")


with guarded():
    page()
