"""What one does with the chosen pictures: tag them, keep them as a set, put them into one or take them out.

Try it: `python -m pytest tests/pages/test_curate.py -k chosen`.
"""

from __future__ import annotations

import streamlit as st

from engine.curation import Choice, Filter, Hand, choose, ids, keep
from engine.store.set_values import Member
from engine.wording import counted
from pages.parts.curating.grid import clear, picked, redraw
from pages.parts.home import say, store, told, who
from pages.parts.people import require
from pages.parts.words import plain


def action_bar(filter: Filter, total: int) -> None:
    """One line over the grid: how many are chosen, and what can be done with them."""
    count = len(picked())
    line = st.container(horizontal=True, vertical_alignment="center", gap="small", key="action-bar", border=True)
    line.markdown(f"**{count:,} chosen**" if count else "**Nothing chosen**", width="content")
    line.button(f"Choose all {total:,}", icon=":material/select_all:", key="pick-all", type="tertiary",
                on_click=told(pick_all), args=(filter,), disabled=not total)  # fmt: skip
    line.button(
        "Clear", icon=":material/deselect:", key="pick-none", type="tertiary", on_click=clear, disabled=not count
    )
    with line:
        st.space("stretch")
    with line.popover("Tag", icon=":material/sell:", disabled=not count, key="tagging"):
        _tagging()
    with line.popover("Keep as a set", icon=":material/bookmark_added:", disabled=not count, key="keeping"):
        st.text_input("Name of the new set", key="hand-name", max_chars=120)
        st.button("Keep", icon=":material/check:", key="hand-keep", type="primary", on_click=keep_hand, args=(filter,))
    names = [found.name for found in store().sets(limit=200) if found.kind == "pictures"]
    with line.popover("Add to a set", icon=":material/playlist_add:", disabled=not count or not names, key="adding"):
        st.selectbox("Set", names, key="add-to")
        st.button("Add", icon=":material/check:", key="add-go", type="primary", on_click=add)
    if filter.in_set:
        line.button(f"Remove from {plain(filter.in_set)}", icon=":material/playlist_remove:", key="remove-go",
                    on_click=remove, args=(filter.in_set,), disabled=not count)  # fmt: skip


def pick_all(filter: Filter) -> None:
    """Choose everything that the filter means, on all pages."""
    picked().update(dict.fromkeys(ids(store(), filter)))
    redraw()


def _tagging() -> None:
    st.text_input("Tag", key="tag-name", max_chars=40)
    if known := list(store().tags())[:12]:
        st.caption(f"In use: {plain(', '.join(known))}.")
    line = st.container(horizontal=True, gap="small")
    line.button("Tag them", icon=":material/sell:", key="tag-go", type="primary", on_click=tag)
    line.button("Take it off", icon=":material/close:", key="untag-go", on_click=untag)


@told
def tag() -> None:
    """Put the typed tag on the chosen pictures."""
    name = str(st.session_state.get("tag-name") or "")
    require("curate")
    new = store().tag(tuple(picked()), name, person=who())
    say(f"Tagged {counted(new, 'picture')} {name.strip()}.", kind="info")


@told
def untag() -> None:
    """Take the typed tag off the chosen pictures."""
    name = str(st.session_state.get("tag-name") or "")
    require("curate")
    gone = store().untag(tuple(picked()), name)
    say(f"Took {name.strip()} off {counted(gone, 'picture')}.", kind="info")


@told
def keep_hand(filter: Filter) -> None:
    """The chosen pictures as a set of their own."""
    chosen = choose(store(), Filter(judge=filter.judge), Hand(tuple(picked())))
    keep_choice(chosen, str(st.session_state.get("hand-name") or ""))
    clear()


def keep_choice(choice: Choice, name: str) -> None:
    """Save a choice under a name; raises `StoreError` for a name that is taken or missing."""
    require("curate")
    kept = keep(store(), name, choice, owner=who())
    st.session_state["curate:kept"] = kept.name
    say(f"Kept as the set {kept.name}, with {counted(kept.size, 'picture')}. It is under Sets.", kind="info")


@told
def add() -> None:
    """The chosen pictures at the end of a set."""
    name = str(st.session_state.get("add-to") or "")
    require("curate")
    grown = store().add_to_set(name, [Member(id) for id in picked()])
    say(f"{grown.name} has {grown.size:,} pictures now.", kind="info")
    clear()


@told
def remove(name: str) -> None:
    """Take the chosen pictures out of a set; the pictures themselves stay."""
    require("curate")
    shrunk = store().remove_from_set(name, tuple(picked()))
    say(f"{shrunk.name} has {shrunk.size:,} pictures now.", kind="info")
    clear()
