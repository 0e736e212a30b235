"""The pictures that the filter means, 48 at a time, and the bar of what can be done with the chosen ones.

Try it: `streamlit run app.py`, then Curate.
"""

from __future__ import annotations

import streamlit as st

from engine.curation import Card, Filter, find
from engine.wording import counted
from pages.parts.curating.actions import action_bar
from pages.parts.curating.filterbar import ask_anew, in_words, whole_again
from pages.parts.curating.grid import KEYS, PER_PAGE, entry, grid
from pages.parts.home import guarded, show_notices, store


@st.fragment
def pictures(filter: Filter) -> None:
    """The action bar, one page of the grid, and the way to the other pages."""
    whole_again()
    with guarded():
        show_notices()
        total = find(store(), filter, limit=1).total
        if not total:
            nothing(filter)
            return
        action_bar(filter, total)
        pages = -(-total // PER_PAGE)
        place = st.container()
        number = _page(pages)
        found = find(store(), filter, limit=PER_PAGE, offset=(number - 1) * PER_PAGE)
        with place:
            grid([entry(card) for card in found.cards], key="curate-grid")
        of = counted(found.scenes, "scene")
        st.caption(f"{counted(found.total, 'picture')} of {of}. {KEYS}")


def _page(pages: int) -> int:
    if pages < 2:
        return 1
    return int(st.pagination(pages, key=f"curate-page:{pages}") or 1)


def nothing(filter: Filter) -> None:
    """No pictures: why, and what to do."""
    with st.container(height=340, border=True, vertical_alignment="center", horizontal_alignment="center"):
        st.markdown(":material/filter_list:", text_alignment="center")
        if in_words(filter):
            st.markdown("**No picture meets all of this.**", text_alignment="center")
            st.caption("Take a condition away, or widen a range.", text_alignment="center")
            st.button("Show all pictures", icon=":material/filter_alt_off:", key="show-all", on_click=ask_anew,
                      args=(Filter(),))  # fmt: skip
        else:
            st.markdown("**No pictures yet.**", text_alignment="center")
            st.caption("Render some in Compose: each picture comes here with its scores, to filter, choose and keep in sets.",
                       text_alignment="center")  # fmt: skip
            st.page_link("pages/compose.py", label="Compose a scene", icon=":material/draw:", width="content")


def cards_of(ids: tuple[str, ...], judge: str | None) -> dict[str, Card]:
    """The cards of up to 500 pictures by id; those that are not there any more are left out."""
    if not ids:
        return {}
    return {card.id: card for card in find(store(), Filter(pictures=ids[:500], judge=judge), limit=500).cards}
