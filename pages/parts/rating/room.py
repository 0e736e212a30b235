"""The room that a link opens: a name first, then guidelines, practice and items; nothing else of the program.

Try it: `streamlit run app.py`, set up a project under Rate, and open its link in a private window.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from engine.errors import ScenewrightError
from engine.store.rating_values import Project
from pages.parts.accounts import sign_in, signing_in
from pages.parts.notices import show_notices, told
from pages.parts.opening import store
from pages.parts.people import AS_ME, LONGEST_NAME, NOBODY, allowed, by_link, join, known_role, person, who
from pages.parts.rating.panel import panel
from pages.parts.words import plain

STYLE = Path(__file__).resolve().parents[3] / "assets" / "rating" / "rate.css"
KINDS = {
    "scene": "How plausible are these scenes?",
    "picture": "How well do these pictures show their captions?",
    "caption-pair": "Which caption is better?",
    "picture-pair": "Which picture is better?",
}


def room(id: str) -> None:
    """The project with this id, for whoever may rate; every reason why not is one sentence."""
    st.html(STYLE)
    with st.container(key="room"):
        _room(id)


def _room(id: str) -> None:
    try:
        project = store().project(id)
    except ScenewrightError:
        _nothing(
            "This link leads to no project.", "It may be mistyped or from another machine. Ask for the link again."
        )
        return
    if project.status != "open":
        _nothing(f"“{project.name}” is closed.", f"Everything that was rated is kept. Ask {project.owner} about it.")
        return
    _header(project)
    if not _inside():
        show_notices()
        _door(project)
    elif not allowed("rate"):
        _nothing("You look on here.", f"Ask {project.owner} to make you an annotator, then open the link again.")
    else:
        panel(project, store().guideline(project.id))


def _inside() -> bool:
    """Whether it is known who rates."""
    if by_link():
        return False
    return bool(st.session_state.get(AS_ME)) or known_role(who()) is not None


def _nothing(what: str, then: str) -> None:
    with st.container(border=True, height=260, vertical_alignment="center", horizontal_alignment="center"):
        st.markdown(f"**{plain(what)}**", text_alignment="center")
        st.caption(plain(then), text_alignment="center")


def _header(project: Project) -> None:
    line = st.container(horizontal=True, vertical_alignment="center", key="rating-header")
    line.subheader(plain(project.name), anchor=False, width="content")
    with line:
        st.space("stretch")
        if not by_link():
            person()


def _door(project: Project) -> None:
    st.markdown(f"**{KINDS[project.kind]}** A minute to read, a few items to practise, then one key for each decision.")
    if signing_in():
        if not st.user.is_logged_in:
            st.button("Sign in", icon=":material/login:", key="door-sign-in", type="primary", on_click=sign_in)
            return
        st.button(f"Begin as {plain(who())}", key="begin", type="primary", on_click=told(join), args=(who(),))
        return
    with st.form("door", border=True, width=460):
        st.text_input("Your name", "" if who() == NOBODY else who(), key="door-name", max_chars=LONGEST_NAME,
                      placeholder="As it should stand beside your ratings",
                      help="Come back under the same name, here or on another machine, to go on where you were.")  # fmt: skip
        st.form_submit_button("Begin", type="primary", icon=":material/arrow_forward:", on_click=_enter)
        st.caption("Your ratings are kept under this name, with their times. There is no password.")


@told
def _enter() -> None:
    join(str(st.session_state.get("door-name") or ""))
