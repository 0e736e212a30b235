"""The two projects that are ready made, as cards: scenes of 10-20 objects, and captions beside human-written ones.

Try it: `streamlit run app.py`, then Rate.
"""

from __future__ import annotations

import streamlit as st

from engine.rating import READY, human_captions, make_captions, make_scenes
from engine.wording import counted
from pages.parts.desk import world
from pages.parts.opening import store
from pages.parts.people import require, who
from pages.parts.words import plain

WORDS = "full"
"""The taxonomy with room for scenes of 10-20 objects."""


def open_desk_of(id: str) -> None:
    """To the desk of the project that was made."""
    st.query_params["desk"] = id
    st.rerun()


def ready_scenes() -> None:
    """Scenes drawn here; a bar while they are drawn."""
    st.markdown(f"**{plain(READY['scenes'])}**")
    st.caption(
        "Ready made, with guidelines, worked examples, practice and checks. A fifth of the scenes is imaginative."
    )
    count = st.number_input("Scenes", 5, 500, 40, key="ready-scenes-count", on_change="ignore")
    overlap = st.number_input("People for each", 1, 20, 3, key="ready-scenes-overlap", on_change="ignore")
    if st.button("Make it", key="ready-scenes", type="primary", icon=":material/auto_awesome:"):
        require("manage projects")
        bar = st.progress(0.0, text="Reading the words…")
        project = make_scenes(
            store(), world(WORDS, ()), owner=who(), count=count, overlap=overlap,
            progress=lambda done, of: bar.progress(done / of, text=f"{done} of {counted(of, 'scene')}"),
        )  # fmt: skip
        open_desk_of(project.id)


def ready_captions() -> None:
    """Captions of a file, each beside one of ours."""
    st.markdown(f"**{plain(READY['captions'])}**")
    st.caption("Ready made. Sides are drawn by chance and blinded; ours are about as long as theirs.")
    file = st.file_uploader(
        "Human-written captions, one a line, or JSON Lines", ["txt", "jsonl", "json", "csv"], key="human"
    )
    count = st.number_input("Pairs", 5, 500, 40, key="ready-captions-count", on_change="ignore")
    if st.button(
        "Make it", key="ready-captions", type="primary", icon=":material/auto_awesome:", disabled=file is None
    ):
        require("manage projects")
        if file is None:
            return
        with st.spinner("Pairing captions…"):
            words = world(WORDS, ())
            human = human_captions(file.getvalue(), words, name=file.name)
            project = make_captions(store(), words, human, owner=who(), count=count)
        open_desk_of(project.id)
