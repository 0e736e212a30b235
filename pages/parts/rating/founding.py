"""Making a rating project: two that are ready made, or one's own from sessions, a set of Curate, or a file.

Try it: `streamlit run app.py`, then Rate.
"""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from engine.rating import found_project, from_pictures, from_sessions, from_set, human_captions, picture_pairs
from engine.store import Picture
from engine.store.rating_values import Kind, NewItem, Settings
from engine.taxonomy import names
from engine.wording import counted
from pages.parts.desk import world
from pages.parts.notices import guarded
from pages.parts.opening import store
from pages.parts.people import require, who
from pages.parts.rating.ready import WORDS, open_desk_of, ready_captions, ready_scenes

MOST_SESSIONS = 200
MOST_SETS = 500
SORTS: dict[str, Kind] = {
    "Scenes in words": "scene",
    "Pictures beside their captions": "picture",
    "Pairs of pictures": "picture-pair",
}


def founding() -> None:
    """One way at a time, chosen above it; what goes wrong is one sentence in its place."""
    ways = {
        "Drawn scenes": (":material/auto_awesome:", ready_scenes),
        "Captions": (":material/format_quote:", ready_captions),
        "My sessions": (":material/folder_open:", _of_sessions),
        "A set": (":material/collections_bookmark:", _of_set),
        "A file": (":material/description:", _of_file),
    }
    st.markdown("**Make a project from**")
    way = st.segmented_control("Make a project from", list(ways), default="Drawn scenes", required=True, key="found-from",
                               format_func=lambda name: f"{ways[name][0]} {name}", label_visibility="collapsed")  # fmt: skip
    with st.container(border=True, width=640), guarded():
        ways[way or "Drawn scenes"][1]()


def _of_sessions() -> None:
    sessions = {found.id: found for found in store().list_sessions(owner=who(), limit=MOST_SESSIONS)}
    if not sessions:
        st.caption("You have no scenes yet. Compose some, and they can be rated here.")
        return
    chosen = st.multiselect("Sessions", list(sessions), key="of-sessions", format_func=lambda id: sessions[id].name,
                            placeholder="All of them", on_change="ignore")  # fmt: skip
    kind, overlap, elements = _how("of")
    name = st.text_input("Name", "My scenes", key="of-name", max_chars=120, on_change="ignore")
    if st.button("Make it", key="of-make", type="primary", icon=":material/add:"):
        _make(name, kind, _items(kind, chosen or list(sessions)), overlap=overlap, elements=elements)


def _items(kind: Kind, ids: list[str]) -> tuple[NewItem, ...]:
    if kind == "scene":
        return from_sessions([store().get_session(id) for id in ids], {name: world(name, ()) for name in names()})
    pictures: list[Picture] = [picture for id in ids for picture in store().pictures(id)]
    return from_pictures(pictures) if kind == "picture" else picture_pairs(pictures)


def _of_set() -> None:
    sets = {found.id: found for found in store().sets(limit=MOST_SETS)}
    if not sets:
        st.caption("There is no set yet. Keep some pictures under a name in Curate, and they can be rated here.")
        return
    id = st.selectbox("Set", list(sets), key="of-set", on_change="ignore",
                      format_func=lambda id: f"{sets[id].name} · {counted(sets[id].size, 'picture')}")  # fmt: skip
    kind, overlap, elements = _how("of-set")
    name = st.text_input(
        "Name", key="of-set-name", max_chars=120, placeholder="The name of the set", on_change="ignore"
    )
    if st.button("Make it", key="of-set-make", type="primary", icon=":material/add:"):
        require("manage projects")
        with st.spinner("Reading the set…"):
            items = from_set(store(), id, kind)
        _make(name.strip() or sets[id].name, kind, items, overlap=overlap, elements=elements)


def _of_file() -> None:
    st.caption(
        "Scenes in words, one a line or JSON Lines. To bring ratings as well, make the project and open “In and out”."
    )
    file = st.file_uploader("Scenes in words", ["txt", "jsonl", "json", "csv"], key="of-file")
    name = st.text_input("Name", "Scenes of a file", key="of-file-name", max_chars=120, on_change="ignore")
    overlap = st.number_input("People for each", 1, 20, 3, key="of-file-overlap", on_change="ignore")
    if st.button("Make it", key="of-file-make", type="primary", icon=":material/add:", disabled=file is None):
        if file is None:
            return
        texts = human_captions(file.getvalue(), world(WORDS, ()), name=file.name)
        items = (NewItem({"text": text, "hidden": {"file": file.name}}) for text in texts)
        _make(name, "scene", items, overlap=overlap, elements=False)


def _how(key: str) -> tuple[Kind, int, bool]:
    """What is rated, by how many people, and whether element by element, too."""
    sort = st.selectbox("What is rated", list(SORTS), key=f"{key}-sort", on_change="ignore")
    overlap = st.number_input("People for each", 1, 20, 3, key=f"{key}-overlap", on_change="ignore")
    elements = st.toggle("Element by element, too", key=f"{key}-elements", on_change="ignore",
                         help="Yes, no or can’t tell for each thing in a scene or picture; not for pairs.")  # fmt: skip
    return SORTS[sort], overlap, elements


def _make(name: str, kind: Kind, items: Iterable[NewItem], *, overlap: int, elements: bool) -> None:
    require("manage projects")
    settings = Settings(elements=elements)
    open_desk_of(found_project(store(), name, kind, items, owner=who(), overlap=overlap, settings=settings).id)
