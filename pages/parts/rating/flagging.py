"""Saying in one line what is wrong with an item: Enter flags it, with or without a word, Esc goes back to rating.

Try it: `python -m pytest tests/pages/test_rate.py -k flag`.
"""

from __future__ import annotations

import streamlit as st

from pages.parts.rating.keys import flag, send_flag
from pages.parts.rating.turn import Turn

LONGEST = 200
"""Letters of a comment."""
FOCUS = """<script>
setTimeout(() => document.querySelector(".st-key-flag-line input")?.focus(), 60);
</script>"""


def flag_line(here: Turn, item: str) -> None:
    """The line to type in, which has the keyboard at once."""
    key = f"flag-comment:{item}"
    with st.container(key="flag-line"):
        with st.form(f"flag:{item}", border=False):
            st.text_input("What is wrong with it?", key=key, max_chars=LONGEST, autocomplete="off",
                          placeholder="In one line, if you like: cut off, offends, two captions in one …")  # fmt: skip
            row = st.container(horizontal=True)
            row.form_submit_button("Flag it", type="primary", icon=":material/flag:", on_click=send_flag,
                                   args=(here, item, key))  # fmt: skip
            row.form_submit_button("Back to rating", key="flag-back", type="tertiary", shortcut="Esc", on_click=flag,
                                   args=(here, item))  # fmt: skip
        st.html(FOCUS, unsafe_allow_javascript=True)
