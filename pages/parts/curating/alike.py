"""Look-alikes: groups of pictures that a difference hash cannot tell apart, the one to keep first.

Try it: `streamlit run app.py`, then Curate, Look-alikes.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from engine.curation import Filter, Group, find
from engine.wording import counted
from pages.parts.curating.actions import action_bar
from pages.parts.curating.grid import entry, grid, picked, redraw
from pages.parts.curating.pictures import cards_of, nothing
from pages.parts.curating.seen import groups_of
from pages.parts.home import guarded, show_notices, store, told

SHOWN = 12
"""Groups on one page."""


def alike(filter: Filter) -> None:
    """How alike is alike, the groups, and one button that chooses what could go."""
    total = find(store(), filter, limit=1).total
    if not total:
        nothing(filter)
        return
    line = st.container(horizontal=True, vertical_alignment="bottom", gap="medium")
    distance = line.slider("Bits that may differ, of 64", 0, 16, 4, key="alike-bits", width=320,
                           help="A difference hash of 8 x 8 grey pixels. 0: the same shapes; 4: hardly to be told apart.")  # fmt: skip
    same = line.toggle("Only pictures of one scene", True, key="alike-same")
    _groups(filter, _found(filter, distance, same), total)


def _found(filter: Filter, distance: int, same: bool) -> tuple[Group, ...]:
    place = st.empty()

    def on_step(done: int, of: int) -> None:
        if of > 200 and done % 20 == 0:
            place.progress(done / of, text=f"Looking at {done:,} of {counted(of, 'picture')}…")

    groups = groups_of(filter, distance=distance, same_scene=same, on_step=on_step)
    place.empty()
    return groups


@st.fragment
def _groups(filter: Filter, groups: Sequence[Group], total: int) -> None:
    with guarded():
        show_notices()
        if not groups:
            st.success("No two of these pictures look alike.", icon=":material/check_circle:")
            return
        spare = [id for group in groups for id in group.others]
        line = st.container(horizontal=True, vertical_alignment="center")
        line.markdown(
            f"**{counted(len(groups), 'group')}**, {len(spare):,} of {total:,} pictures could go.", width="content"
        )
        line.button(f"Choose the {counted(len(spare), 'spare picture')}", icon=":material/playlist_add_check:", key="alike-pick",
                    on_click=told(_pick), args=(tuple(spare),))  # fmt: skip
        action_bar(filter, total)
        for number, group in enumerate(groups[:SHOWN]):
            members = (group.keep, *group.others)
            cards = cards_of(members[:12], filter.judge)
            notes = {group.keep: "keep"}
            entries = [entry(cards[id], note=notes.get(id, "")) for id in members if id in cards]
            st.caption(f"Group {number + 1}: {len(members)} pictures")
            grid(entries, key=f"alike-grid:{number}", dense=True)
        if len(groups) > SHOWN:
            st.caption(f"The {SHOWN} largest of {len(groups):,} groups are shown; the button above chooses from all.")


def _pick(spare: tuple[str, ...]) -> None:
    picked().update(dict.fromkeys(spare))
    redraw()
