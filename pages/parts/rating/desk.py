"""The desk of who sets ratings up.

Try it: `streamlit run app.py`, then Rate.
"""

from __future__ import annotations

import streamlit as st


def desk() -> None:
    st.title("Rate", anchor=False)
