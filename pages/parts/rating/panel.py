"""The panel one rates in: an item, a question, a key on every button; a fragment, so that a key costs a few milliseconds.

Try it: `python -m bench.rate_latency`.
"""

from __future__ import annotations

from functools import partial

import streamlit as st

from engine.store.rating_values import Feedback, Guideline, Item, Project
from pages.parts.notices import guarded, show_notices
from pages.parts.rating.asked import in_words
from pages.parts.rating.first_reading import first_reading, has_read
from pages.parts.rating.flagging import flag_line
from pages.parts.rating.guidelines import guidelines
from pages.parts.rating.history import history, past_line
from pages.parts.rating.item import item_view, preload
from pages.parts.rating.keys import choose, flag, go_on, skip, undo, walk
from pages.parts.rating.progress import progress_line
from pages.parts.rating.turn import Turn, turn
from pages.parts.words import plain


@st.fragment(key="rating")
def panel(project: Project, guideline: Guideline | None) -> None:
    """Everything between two keys."""
    with guarded():
        show_notices()
        if guideline is not None and not has_read(project, guideline):
            first_reading(project, guideline)
            return
        here = turn(project)
        progress_line(project, here)
        if st.session_state.get("guidelines-open") and guideline is not None:
            with st.container(border=True):
                guidelines(project, guideline)
        item = here.at()
        if item is None:
            _done(project)
        else:
            _item(here, item)
        _tools(here, item, guideline)
        if st.session_state.get("history-open"):
            history(here)
        following = here.peek() if here.past is None else None
        if following is not None:
            preload(following.content)


def _item(here: Turn, item: Item) -> None:
    feedback = here.feedback if here.past is None else None
    if here.past is not None:
        past_line(here, here.past)
    with st.container(border=True, key="item"):
        if item.practice:
            st.badge("Practice", icon=":material/school:", color="blue")
        asked = "" if feedback else here.question().element
        elements = here.project.settings.elements
        item_view(item.kind, item.content, said=here.answers(), asked=asked, list_all=elements)
    if feedback is not None:
        _feedback(here, feedback)
    elif here.flagging:
        flag_line(here, item.id)
    else:
        _choices(here, item)


def _choices(here: Turn, item: Item) -> None:
    question, before = here.question(), here.said_before(here.question())
    total = len(here.asks())
    step = f" :gray[{len(here.said) + 1} of {total}]" if total > 1 else ""
    about = _about(item, question.element)
    st.markdown(f"**{question.text}**{about}{step}")
    row = st.container(horizontal=True, gap="small", key="choices")
    for choice in question.choices:
        row.button(choice.label, key=f"{question.name}:{choice.key}", shortcut=choice.key, width="stretch",
                   type="primary" if choice.value == before else "secondary", on_click=choose,
                   args=(here, item.id, choice.value))  # fmt: skip


def _about(item: Item, element: str) -> str:
    if not element:
        return ""
    listed = item.content.get("elements", ())
    return next((f" :blue[{plain(str(e.get('text', '')))}]" for e in listed if str(e.get("id")) == element), "")


def _feedback(here: Turn, feedback: Feedback) -> None:
    expected = plain(in_words(here.project.kind, feedback.expected))
    why = f" {plain(feedback.why)}" if feedback.why else ""
    if feedback.right:
        st.success(f"As we see it, too.{why}", icon=":material/check_circle:")
    else:
        st.warning(f"We would say: {expected}.{why}", icon=":material/school:")
    st.button("Next", key="go-on", type="primary", shortcut="Enter", on_click=go_on, args=(here,))


def _tools(here: Turn, item: Item | None, guideline: Guideline | None) -> None:
    row = st.container(horizontal=True, gap="xsmall", key="tools")
    tool = partial(row.button, type="tertiary")
    open_ = item is not None and not here.flagging and (here.past is not None or here.feedback is None)
    if item is not None and open_ and here.past is None:
        tool("Skip", key="skip", shortcut="S", on_click=skip, args=(here, item.id))
    if item is not None and open_:
        tool("Flag", key="flag", shortcut="F", on_click=flag, args=(here, item.id),
             help="Something is wrong with this item; whoever set it up will look at it.")  # fmt: skip
    if here.past is None or here.said:
        tool("Undo", key="undo", shortcut="Z", on_click=undo, args=(here,))
    tool("Earlier", key="earlier", shortcut="Left", on_click=walk, args=(here, 1), help="Back through your answers")
    if here.past is not None:
        tool("Later", key="later-one", shortcut="Right", on_click=walk, args=(here, -1), help="Forward again")
    if guideline is not None:
        tool("Guidelines", key="guidelines", shortcut="G", on_click=_toggle, args=("guidelines-open",))
    tool("History", key="history", shortcut="H", on_click=_toggle, args=("history-open",))


def _toggle(name: str) -> None:
    st.session_state[name] = not st.session_state.get(name)


def _done(project: Project) -> None:
    with st.container(border=True, height=240, vertical_alignment="center", horizontal_alignment="center"):
        st.markdown("**You have rated everything; thank you.**", text_alignment="center")
        st.caption(f"Nothing is left for you in {plain(project.name)}. Everything you said is kept; "
                   "what others skip may still come to you, and Undo takes your last answer back.",
                   text_alignment="center")  # fmt: skip
