"""The chosen picture, large, as it was made.

Try it: `python -m pytest tests/pages/test_inspect.py -k choose`.
"""

from __future__ import annotations

import streamlit as st

from engine.png import moves
from pages.parts.home import store
from pages.parts.inspecting.subject import Subject, go
from pages.parts.words import plain


def large(subject: Subject) -> None:
    """Show the chosen picture and what made it, or what to do to have one."""
    picture = subject.picture
    if picture is None:
        with st.container(border=True, height=320, vertical_alignment="center", horizontal_alignment="center"):
            st.markdown("**No pictures of this scene yet.**", text_alignment="center")
            st.caption("Render it in Compose, or draw a grid below.", text_alignment="center")
        return
    try:
        data = store().image_path(picture.path, run=picture.run).read_bytes()
        st.image(  # a video plays only if its bytes are left alone
            data, width="stretch", output_format="PNG" if moves(data) else "auto",
            alt=f"{picture.generator}, seed {picture.seed}: {picture.caption}",
        )  # fmt: skip
    except OSError:
        st.error(
            "The file of this picture is gone. Render it again, with the same seed.", icon=":material/broken_image:"
        )
    st.caption(f"{plain(picture.generator)}, seed {picture.seed}")
    if subject.session is not None and picture.session != subject.session.id:
        st.button("Back to the scene", icon=":material/arrow_back:", key="back-to-scene", type="tertiary",
                  on_click=go, kwargs={"picture": None}, help="This picture belongs to a grid.")  # fmt: skip
