"""Ways into Compose: a first visit, an address that leads nowhere, a scene from the bin; and the line above a scene.

Try it: `python -m pytest tests/pages/test_compose.py -k "visit or nowhere"`.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from engine.errors import ScenewrightError, StoreError
from engine.sampler import Constraints, sample, scene_rng
from engine.taxonomy import load
from pages.parts.accounts import sign_in, signing_in
from pages.parts.bringing import downloads
from pages.parts.desk import TAXONOMY, Desk, go_to, new_session, past, save_quietly, step
from pages.parts.form import FIRST_SEED
from pages.parts.home import person, say, show_notices, store, told, who
from pages.parts.intake import keep_picture, read_file, welcome_files
from pages.parts.people import far_away
from pages.parts.words import plain

WELCOME = Path(__file__).resolve().parent.parent.parent / "assets" / "welcome"


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


def looking_on() -> None:
    """The front page of who may only look and has no scene: how to get further."""
    with st.sidebar:
        person()
    show_notices()
    out = signing_in() and not st.user.is_logged_in
    then = (
        "Sign in to compose scenes." if out
        else "Ask an admin to make you a curator, and you can compose scenes." if signing_in() or not far_away()
        else "Scenes are composed on the computer that runs this program."
    )  # fmt: skip
    with st.container(height=320, border=True, vertical_alignment="center", horizontal_alignment="center"):
        st.markdown("**You look on here.**", text_alignment="center")
        st.caption(f"{then} Follow a link to one, or look around.", text_alignment="center")
        if out:
            st.button("Sign in", icon=":material/login:", key="front-sign-in", type="primary", on_click=sign_in)


def lost(id: str, error: ScenewrightError) -> None:
    """An address that leads nowhere, or to what cannot be shown: one sentence and a way on."""
    show_notices()
    text = str(error) if isinstance(error, StoreError) else f"This scene cannot be shown. {error}"
    st.error(plain(text), icon=":material/link_off:")
    st.session_state.pop("session", None)

    @told
    def on() -> None:
        others = [found.id for found in store().list_sessions(owner=who(), limit=5) if found.id != id]
        go_to(others[0] if others else first_visit())

    st.button("Open my last scene", icon=":material/arrow_forward:", type="primary", key="onwards", on_click=on)


def deleted(desk: Desk) -> None:
    """A scene out of the bin can be looked at, and had back."""
    line = st.container(horizontal=True, vertical_alignment="center")
    line.warning("This scene was deleted. Restore it to find it in the list again.", icon=":material/delete:")
    restore = told(store().restore_session)
    line.button("Restore", icon=":material/restore_from_trash:", key="restore", on_click=restore, args=(desk.id,))


def header(desk: Desk) -> None:
    """Name, steps back and forth, downloads."""
    line = st.container(horizontal=True, vertical_alignment="center")

    @told
    def rename() -> None:
        save_quietly(desk.id, name=st.session_state[key])

    key = f"name:{desk.id}:{desk.session.name}"
    line.text_input("Name of the scene", desk.session.name, key=key, max_chars=120, on_change=rename,
                    label_visibility="collapsed", width=330)  # fmt: skip
    graph = desk.graph
    parts = f"{len(graph.objects)} + {len(graph.attributes)} + {len(graph.relations)}"
    line.caption(f"complexity {graph.complexity} = {parts}", help="Objects + attributes + relations.")
    with line:
        st.space("stretch")
        st.button("", icon=":material/undo:", help="Undo", key="undo", on_click=told(step), args=(desk,), kwargs={"back": True},
                  disabled=not past(desk), type="tertiary")  # fmt: skip
        st.button("", icon=":material/redo:", help="Redo", key="redo", on_click=told(step), args=(desk,), kwargs={"back": False},
                  disabled=not st.session_state.get(f"redo:{desk.id}"), type="tertiary")  # fmt: skip
        downloads(desk)
