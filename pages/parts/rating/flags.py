"""Flags as a curator reads them: the item, who flagged it and what they said is wrong.

Try it: `python -m pytest tests/pages/test_rate.py -k flag`.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from engine.store.rating_values import Flagged
from pages.parts.rating.reading import text_of
from pages.parts.words import ago, plain

SHOWN = 100
"""Flags in the list; the export holds all of them."""


def flag_list(flags: Sequence[Flagged]) -> None:
    """All of them, in the order of the items; nothing where there are none."""
    if not flags:
        return
    st.markdown(f"**Flagged** :gray[{len(flags)}]")
    with st.container(border=True):
        for one in flags[:SHOWN]:
            row = st.container(horizontal=True, vertical_alignment="center", gap="small")
            row.markdown(
                f":material/flag: {flag_words(one)}  \n:gray[{plain(text_of(one.item.content))}]", width="stretch"
            )
            row.caption(f"{plain(one.rating.person)} · {ago(one.rating.created)}", width="content")
        if len(flags) > SHOWN:
            st.caption(f"The first {SHOWN} of {len(flags)}; the export holds all of them.")


def flag_words(one: Flagged) -> str:
    """The comment, ready for Markdown."""
    return plain(one.comment) if one.comment else ":gray[flagged without a word]"
