"""Making a rating project: two that are ready made, one from sessions of yours, one from a file.

Try it: `streamlit run app.py`, then Rate.
"""

from __future__ import annotations

import streamlit as st

from engine.errors import FormatError, StoreError
from engine.rating import (
    READY,
    from_pictures,
    from_sessions,
    human_captions,
    make_captions,
    make_scenes,
    picture_pairs,
)
from engine.rating.lessons import LESSONS
from engine.store import Picture
from engine.store.rating_values import Kind, NewItem, Settings
from engine.taxonomy import names
from pages.parts.desk import world
from pages.parts.notices import guarded
from pages.parts.opening import store
from pages.parts.people import require, who
from pages.parts.words import plain

WORDS = "full"
"""The taxonomy with room for scenes of 10-20 objects."""
MOST_SESSIONS = 200
SORTS: dict[str, Kind] = {
    "Scenes in words": "scene",
    "Pictures beside their captions": "picture",
    "Pairs of pictures": "picture-pair",
}


def founding() -> None:
    """Four ways, side by side; what goes wrong is one sentence in its place."""
    st.markdown("**Make a project**")
    grid = st.grid(columns="auto", min_column_width=330, gap="medium")
    for part in (_ready_scenes, _ready_captions, _of_sessions, _of_file):
        with grid.container(border=True, height="stretch"), guarded():
            part()


def _open(id: str) -> None:
    st.query_params["desk"] = id
    st.rerun()


def _ready_scenes() -> None:
    st.markdown(f"**Ready made** · {plain(READY['scenes'])}")
    st.caption("With guidelines, worked examples, practice and checks. A fifth of the scenes is imaginative.")
    count = st.number_input("Scenes", 5, 500, 40, key="ready-scenes-count", on_change="ignore")
    overlap = st.number_input("People for each", 1, 20, 3, key="ready-scenes-overlap", on_change="ignore")
    if st.button("Make it", key="ready-scenes", type="primary", icon=":material/auto_awesome:"):
        require("manage projects")
        bar = st.progress(0.0, text="Reading the words…")
        project = make_scenes(
            store(), world(WORDS, ()), owner=who(), count=count, overlap=overlap,
            progress=lambda done, of: bar.progress(done / of, text=f"{done} of {of} scenes"),
        )  # fmt: skip
        _open(project.id)


def _ready_captions() -> None:
    st.markdown(f"**Ready made** · {plain(READY['captions'])}")
    st.caption("Sides are drawn by chance and blinded; ours are about as long as theirs.")
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
        _open(project.id)


# --- of one's own -----------------------------------------------------------------------------------------------------


def _of_sessions() -> None:
    st.markdown("**From your sessions**")
    sessions = {found.id: found for found in store().list_sessions(owner=who(), limit=MOST_SESSIONS)}
    if not sessions:
        st.caption("You have no scenes yet. Compose some, and they can be rated here.")
        return
    chosen = st.multiselect("Sessions", list(sessions), key="of-sessions", format_func=lambda id: sessions[id].name,
                            placeholder="All of them", on_change="ignore")  # fmt: skip
    sort = st.selectbox("What is rated", list(SORTS), key="of-sort", on_change="ignore")
    name = st.text_input("Name", "My scenes", key="of-name", max_chars=120, on_change="ignore")
    overlap = st.number_input("People for each", 1, 20, 3, key="of-overlap", on_change="ignore")
    elements = st.toggle("Element by element, too", key="of-elements", on_change="ignore")
    if st.button("Make it", key="of-make", type="primary", icon=":material/add:"):
        require("manage projects")
        kind = SORTS[sort]
        items = _items(kind, chosen or list(sessions))
        _open(_made(name, kind, items, overlap=overlap, elements=elements))


def _items(kind: Kind, ids: list[str]) -> tuple[NewItem, ...]:
    if kind == "scene":
        return from_sessions([store().get_session(id) for id in ids], {name: world(name, ()) for name in names()})
    pictures: list[Picture] = [picture for id in ids for picture in store().pictures(id)]
    return from_pictures(pictures) if kind == "picture" else picture_pairs(pictures)


def _of_file() -> None:
    st.markdown("**From a file**")
    st.caption(
        "Scenes in words, one a line or JSON Lines. To bring ratings as well, make the project and open “In and out”."
    )
    file = st.file_uploader("Scenes in words", ["txt", "jsonl", "json", "csv"], key="of-file")
    name = st.text_input("Name", "Scenes of a file", key="of-file-name", max_chars=120, on_change="ignore")
    overlap = st.number_input("People for each", 1, 20, 3, key="of-file-overlap", on_change="ignore")
    if st.button("Make it", key="of-file-make", type="primary", icon=":material/add:", disabled=file is None):
        require("manage projects")
        if file is None:
            return
        texts = human_captions(file.getvalue(), world(WORDS, ()), name=file.name)
        items = tuple(NewItem({"text": text, "hidden": {"file": file.name}}) for text in texts)
        _open(_made(name, "scene", items, overlap=overlap, elements=False))


def _made(name: str, kind: Kind, items: tuple[NewItem, ...], *, overlap: int, elements: bool) -> str:
    """A project with these items and the lessons of its kind; raises `FormatError` for none."""
    if not items:
        raise FormatError("Nothing of this can be rated: there are no such scenes or pictures. Choose others.")
    if not name.strip():
        raise StoreError("The project needs a name. Type one.")
    lessons = LESSONS.get(kind)
    settings = Settings(elements=elements, practice=5 if lessons else 0)
    project = store().create_project(name, owner=who(), kind=kind, overlap=overlap, settings=settings)
    if lessons is not None:
        store().add_guideline(project.id, lessons.text, examples=lessons.examples, author=who())
    store().add_items(project.id, [*(lessons.items if lessons else ()), *items])
    return project.id
