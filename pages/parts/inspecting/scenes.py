"""The scenes of a run: a list to choose from, and for runs of thousands a search over all of them and pages of the list.

The browser never gets more than a page of them. Try it: `python -m pytest tests/pages/test_inspect.py -k scenes`.
"""

from __future__ import annotations

import streamlit as st

from engine.run_index import PAGE, Entry, Found
from engine.wording import counted
from pages.parts.inspecting.runs import RunScene
from pages.parts.inspecting.subject import go
from pages.parts.words import plain

LONGEST = 160
"""Characters of a caption in the list."""


def listed(run: RunScene) -> Found:
    """The page of scenes that is shown: what was searched for, or where the scene is that one looks at."""
    words = str(st.session_state.get(f"scenes-find:{run.id}") or "")
    begin = st.session_state.get(f"scenes-page:{run.id}")
    if begin is None:
        begin = 0 if words else run.index.page_of(run.line.id)
    return run.index.find(words, offset=int(begin))


def choose_scene(run: RunScene) -> None:
    """One page of the scenes of a run, the current one among them whatever was searched."""
    here = run.index.scenes[run.line.id]
    page = {entry.id: entry for entry in listed(run).scenes}
    entries = page if here.id in page else {here.id: here, **page}
    key = f"scene:{run.id}:{here.id}:{hash(tuple(entries))}"

    def chosen() -> None:
        go(scene=st.session_state[key], picture=None)

    st.selectbox("Scene", list(entries), list(entries).index(here.id), key=key, on_change=chosen, width=330,
                 format_func=lambda id: said(entries[id]), label_visibility="collapsed")  # fmt: skip


def said(entry: Entry) -> str:
    """A scene in the list."""
    short = entry.caption if len(entry.caption) <= LONGEST else entry.caption[: LONGEST - 1] + "…"
    return f"{entry.id}: {short}"


def find_scene(run: RunScene) -> None:
    """Search and pages, where one list does not hold all scenes."""
    if len(run.index.scenes) <= PAGE:
        return
    found = listed(run)
    words = st.session_state.get(f"scenes-find:{run.id}") or ""

    def turn(to: int | None) -> None:
        st.session_state[f"scenes-page:{run.id}"] = to

    line = st.container(horizontal=True, vertical_alignment="center", gap="small", key="find-scene")
    line.text_input("Find a scene", key=f"scenes-find:{run.id}", on_change=turn, args=(None,), width=340, max_chars=200,
                    icon=":material/search:", placeholder=f"Find among {counted(len(run.index.scenes), 'scene')}",
                    label_visibility="collapsed")  # fmt: skip
    line.button("", icon=":material/chevron_left:", key="scenes-back", type="tertiary", help="Earlier scenes",
                disabled=not found.offset, on_click=turn, args=(found.offset - PAGE,))  # fmt: skip
    last = found.offset + len(found.scenes)
    line.caption(f"{found.offset + 1:,}–{last:,} of {found.total:,}" if found.total else "None found.", width="content")
    line.button("", icon=":material/chevron_right:", key="scenes-on", type="tertiary", help="Later scenes",
                disabled=last >= found.total, on_click=turn, args=(found.offset + PAGE,))  # fmt: skip
    if words:
        for entry in found.scenes[:1]:
            line.button(f"Open {plain(said(entry))[:80]}", key="scenes-first", type="tertiary", icon=":material/arrow_forward:",
                        on_click=_open, args=(entry.id,))  # fmt: skip


def _open(id: str) -> None:
    go(scene=id, picture=None)
