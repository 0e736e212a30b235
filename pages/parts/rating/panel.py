"""The panel one rates in: an item, a question, a key on every button; a fragment, so that a key costs a few milliseconds.

Try it: `python -m bench.rate_latency`.
"""

from __future__ import annotations

import streamlit as st

from engine.store.rating_values import Feedback, Guideline, Project
from pages.parts.notices import guarded, show_notices
from pages.parts.opening import store
from pages.parts.rating.asked import in_words
from pages.parts.rating.guidelines import guidelines
from pages.parts.rating.item import item_view, preload
from pages.parts.rating.progress import progress_line
from pages.parts.rating.turn import Turn, choose, flag, go_on, reopen, skip, turn, undo
from pages.parts.words import ago, plain

RECENT = 10
"""Answers of one's own that can be opened again at a glance."""


@st.fragment(key="rating")
def panel(project: Project, guideline: Guideline | None) -> None:
    """Everything between two keys."""
    with guarded():
        show_notices()
        if not _read(project, guideline):
            _first_reading(project, guideline)
            return
        here = turn(project)
        progress_line(project, here)
        if st.session_state.get("guidelines-open") and guideline is not None:
            with st.container(border=True):
                guidelines(project, guideline)
        if here.item is None:
            _done(project)
        else:
            _item(here)
        _tools(here, guideline)
        if st.session_state.get("history-open"):
            _history(here)
        following = here.peek()
        if following is not None:
            preload(following.content)


def _item(here: Turn) -> None:
    item = here.item
    assert item is not None
    with st.container(border=True, key="item"):
        if item.practice:
            st.badge("Practice", icon=":material/school:", color="blue")
        asked = "" if here.feedback else here.question().element
        elements = here.project.settings.elements
        item_view(item.kind, item.content, said=here.answers(), asked=asked, list_all=elements)
    if here.feedback is not None:
        _feedback(here, here.feedback)
    else:
        _choices(here, item.id)


def _choices(here: Turn, item: str) -> None:
    question = here.question()
    total = len(here.asks())
    step = f" :gray[{len(here.said) + 1} of {total}]" if total > 1 else ""
    about = _about(here, question.element)
    st.markdown(f"**{question.text}**{about}{step}")
    row = st.container(horizontal=True, gap="small", key="choices")
    for choice in question.choices:
        row.button(choice.label, key=f"{question.name}:{choice.key}", shortcut=choice.key, width="stretch",
                   on_click=choose, args=(here, item, choice.value))  # fmt: skip


def _about(here: Turn, element: str) -> str:
    if here.item is None or not element:
        return ""
    listed = here.item.content.get("elements", ())
    return next((f" :blue[{plain(str(e.get('text', '')))}]" for e in listed if str(e.get("id")) == element), "")


def _feedback(here: Turn, feedback: Feedback) -> None:
    expected = plain(in_words(here.project.kind, feedback.expected))
    why = f" {plain(feedback.why)}" if feedback.why else ""
    if feedback.right:
        st.success(f"As we see it, too.{why}", icon=":material/check_circle:")
    else:
        st.warning(f"We would say: {expected}.{why}", icon=":material/school:")
    st.button("Next", key="go-on", type="primary", shortcut="Enter", on_click=go_on, args=(here,))


def _tools(here: Turn, guideline: Guideline | None) -> None:
    row = st.container(horizontal=True, gap="xsmall", key="tools")
    if here.item is not None and here.feedback is None:
        args = (here, here.item.id)
        row.button("Skip", key="skip", shortcut="S", type="tertiary", on_click=skip, args=args)
        row.button("Flag", key="flag", shortcut="F", type="tertiary", on_click=flag, args=args,
                   help="Something is wrong with this item; whoever set it up will look at it.")  # fmt: skip
    row.button("Undo", key="undo", shortcut="Z", type="tertiary", on_click=undo, args=(here,))
    if guideline is not None:
        row.button("Guidelines", key="guidelines", shortcut="G", type="tertiary", on_click=_toggle,
                   args=("guidelines-open",))  # fmt: skip
    row.button("History", key="history", shortcut="H", type="tertiary", on_click=_toggle, args=("history-open",))


def _toggle(name: str) -> None:
    st.session_state[name] = not st.session_state.get(name)


def _done(project: Project) -> None:
    with st.container(border=True, height=240, vertical_alignment="center", horizontal_alignment="center"):
        st.markdown("**You have rated everything; thank you.**", text_alignment="center")
        st.caption(f"Nothing is left for you in {plain(project.name)}. Everything you said is kept; "
                   "what others skip may still come to you, and Undo takes your last answer back.",
                   text_alignment="center")  # fmt: skip


def _history(here: Turn) -> None:
    past = store().history(here.project.id, here.person, limit=RECENT)
    if not past:
        st.caption("Your answers will be listed here, the newest first.")
    for one in past:
        row = st.container(horizontal=True, vertical_alignment="center")
        text = str(one.item.content.get("text") or one.item.content.get("caption") or "A pair")
        said = in_words(one.item.kind, one.rating.answers) if one.rating.status == "rated" else one.rating.status
        row.markdown(f"**{plain(said)}** · {plain(text[:80])}", width="stretch")
        row.caption(ago(one.rating.created), width="content")
        row.button("Change", key=f"change:{one.item.id}", type="tertiary", on_click=reopen, args=(here, one.item.id))


# --- reading first ----------------------------------------------------------------------------------------------------


def _read(project: Project, guideline: Guideline | None) -> bool:
    """Whether this version of the guidelines was read: in this visit, or before an earlier answer."""
    if guideline is None or st.session_state.get(_key(guideline)):
        return True
    here = turn(project)
    last = store().history(project.id, here.person, limit=1)
    read = bool(last) and last[0].rating.guideline >= guideline.version
    st.session_state[_key(guideline)] = read
    return read


def _key(guideline: Guideline) -> str:
    return f"read:{guideline.project}:{guideline.version}"


def _first_reading(project: Project, guideline: Guideline | None) -> None:
    assert guideline is not None
    if guideline.version > 1:
        st.caption(f"This is version {guideline.version} of the guidelines; please read what has changed.")
    with st.container(border=True):
        guidelines(project, guideline)
    practice = store().project_progress(project.id).practice
    then = f", then {practice} practice item{'s' if practice > 1 else ''}" if practice else ""
    st.button(f"I have read them{then}", key="start", type="primary", shortcut="Enter", on_click=_toggle,
              args=(_key(guideline),))  # fmt: skip
