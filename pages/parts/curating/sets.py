"""Named sets: what was kept, with how it was chosen; rename, delete and have back, look inside, export.

Try it: `streamlit run app.py`, then Curate, Sets.
"""

from __future__ import annotations

from typing import Any

import orjson
import streamlit as st

from engine.curation import Filter
from engine.store.set_values import PictureSet
from engine.wording import counted
from pages.parts.curating.exporting import export_panel
from pages.parts.curating.filterbar import ask_anew, whole_again
from pages.parts.curating.grid import entry, grid
from pages.parts.curating.pictures import cards_of
from pages.parts.exports import exporting
from pages.parts.home import guarded, say, show_notices, store, told
from pages.parts.people import require
from pages.parts.words import ago, plain

KINDS = {"pictures": "", "distillation": " in teacher and student pairs", "preference": " in preference pairs"}
LOOK = 8
RULES = {
    "BestOf": "the best of each scene", "Threshold": "all above a threshold", "DoubleGate": "what passes two judges",
    "TopShare": "the best share", "BestShare": "the best share of each scene's best",
    "RandomControl": "at random, as many as", "Preference": "best and worst of each scene",
    "TeacherStudent": "teacher's best beside student's worst",
}  # fmt: skip


@st.fragment
def sets() -> None:
    """All sets, last changed first; each with its first pictures and what can be done with it."""
    whole_again()
    with guarded():
        show_notices()
        _undo()
        search = st.text_input("Search", key="sets-search", placeholder="A word of the name", icon=":material/search:",
                               label_visibility="collapsed", width=320)  # fmt: skip
        found = store().sets(search=search, limit=100)
        if not found:
            _empty(search)
        jobs = exporting()
        for one in found:
            with st.container(border=True):
                _card(one)
                export_panel(one, jobs)


def _empty(search: str) -> None:
    with st.container(height=300, border=True, vertical_alignment="center", horizontal_alignment="center"):
        if search:
            st.markdown(f"No set has {plain(search)} in its name.", text_alignment="center")
        else:
            st.markdown("**No sets yet.**", text_alignment="center")
            st.caption("Choose pictures by hand under Pictures, or by a rule under Choose, and keep them under a name. "
                       "Training and export read a set by that name.", text_alignment="center")  # fmt: skip


def _card(one: PictureSet) -> None:
    line = st.container(horizontal=True, vertical_alignment="center", gap="small")
    line.markdown(f"**{plain(one.name)}**", width="content")
    line.caption(
        f"{counted(one.size, 'picture')}{KINDS[one.kind]} · {plain(one.owner)}, {ago(one.updated)}", width="content"
    )
    with line:
        st.space("stretch")
    line.button(
        "Look inside",
        icon=":material/grid_view:",
        key=f"set-open:{one.id}",
        on_click=open_set,
        args=(one.name,),
        type="tertiary",
    )
    with line.popover("", icon=":material/edit:", help="Rename", type="tertiary", key=f"set-rename:{one.id}"):
        key = f"set-name:{one.id}:{one.name}"
        st.text_input("New name", one.name, max_chars=120, key=key, on_change=rename, args=(one.name, key))
    line.button("", icon=":material/delete:", help="Delete", key=f"set-delete:{one.id}", on_click=delete, args=(one.name,),
                type="tertiary")  # fmt: skip
    members = tuple(member.picture for member in store().members(one.name)[:LOOK])
    cards = cards_of(members, None)
    grid([entry(cards[id]) for id in members if id in cards], key=f"set-look:{one.id}", dense=True)
    st.caption(plain(said(one)))


def said(one: PictureSet) -> str:
    """How the members were chosen, from the selection that was kept with them."""
    try:
        selection = orjson.loads(one.selection)
    except orjson.JSONDecodeError:
        return "How it was chosen is not known."
    rule = selection.get("rule") if isinstance(selection, dict) else None
    if not isinstance(rule, dict) or rule.get("name") == "Hand":
        return "Chosen by hand."
    return f"Chosen: {RULES.get(str(rule.get('name')), 'by a rule')}{_figures(rule)}."


def _figures(rule: dict[str, Any]) -> str:
    """The figures of a rule, and of the rule that it is a control of."""
    like = rule.get("like")
    inner = f" {RULES.get(str(like.get('name')), 'a rule')}{_figures(like)}" if isinstance(like, dict) else ""
    told = ", ".join(
        f"{name.replace('_', ' ')} {value}" for name, value in rule.items() if name not in ("name", "like")
    )
    return inner + (f" ({told})" if told else "")


def open_set(name: str) -> None:
    """Show the members under Pictures, where they can be added to and taken out of."""
    ask_anew(Filter(in_set=name))
    st.query_params["show"] = "pictures"


@told
def rename(name: str, key: str) -> None:
    """Save the name that was typed."""
    require("curate")
    store().rename_set(name, st.session_state[key])


@told
def delete(name: str) -> None:
    """Out of the list; the bar above brings it back."""
    require("curate")
    gone = store().delete_set(name)
    st.session_state["set-deleted"] = (gone.id, gone.name)


@told
def restore(id: str) -> None:
    """Back into the list."""
    require("curate")
    back = store().restore_set(id)
    st.session_state.pop("set-deleted", None)
    say(f"{back.name} is back.", kind="info")


def _undo() -> None:
    if "set-deleted" in st.session_state:
        id, name = st.session_state["set-deleted"]
        line = st.container(horizontal=True, vertical_alignment="center", border=True)
        line.markdown(f"Deleted **{plain(name)}**. Its pictures are still here.")
        line.button("Undo", icon=":material/undo:", key="set-restore", on_click=restore, args=(id,))
