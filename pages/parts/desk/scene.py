"""The scene one works on, read from the store at each run: which session it is, its graph, and the element looked at.

Nothing of value lives in the browser session alone. Try it: `python -m pytest tests/pages/test_compose.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
import streamlit as st

from engine.errors import FormatError
from engine.graph import SceneGraph
from engine.sampler import MODALITIES
from engine.scene import SceneLine, describe
from engine.store import Picture, Session
from engine.taxonomy import Choice, Taxonomy, load
from pages.parts.desk.kept_json import loaded
from pages.parts.home import store, who
from pages.parts.style import saved_style

TAXONOMY = "pocket"


@dataclass(frozen=True)
class Desk:
    """One scene as the store has it, with all that follows from its graph."""

    session: Session
    graph: SceneGraph
    line: SceneLine
    taxonomy: Taxonomy
    pictures: tuple[Picture, ...]

    @property
    def id(self) -> str:
        """The session's id."""
        return self.session.id

    @property
    def settings(self) -> dict[str, Any]:
        """How the scene is said and rendered."""
        return loaded(self.session.settings)


def open_desk(id: str) -> Desk:
    """The session `id`; raises `StoreError` for one that nobody knows, or what is wrong with its graph."""
    seen = stamps()
    session = store().get_session(id)
    seen[id] = session.updated
    taxonomy = world(session.taxonomy or TAXONOMY, ())
    graph = read_graph(session.graph)
    taxonomy.check(graph)
    settings = loaded(session.settings)
    line = describe(graph, taxonomy, id=id, seed=session.seed, modality=_medium(settings), style=saved_style(settings))
    return Desk(session, graph, line, taxonomy, store().pictures(id))


def _medium(settings: Mapping[str, Any]) -> str:
    medium = settings.get("modality")
    return medium if medium in MODALITIES else MODALITIES[0]


def read_graph(text: str) -> SceneGraph:
    """The graph that a session keeps; raises `FormatError` for one that cannot be read."""
    try:
        return SceneGraph.from_dict(orjson.loads(text))
    except orjson.JSONDecodeError as error:
        raise FormatError(f"The saved graph cannot be read ({error}). Open another scene.") from error


@st.cache_resource(show_spinner="Reading the words…", max_entries=12)
def world(name: str, topics: tuple[str, ...]) -> Taxonomy:
    """A taxonomy of the program, kept to some topics; all of its words are read at the first call."""
    taxonomy = load(name)
    return taxonomy.choose(Choice(topics=topics)) if topics else taxonomy


def stamps() -> dict[str, str]:
    """Session id -> when this window last saw it saved.

    Looked up before something is saved: Streamlit may end a run wherever its state is touched, and a run that ends
    between saving and remembering would take its own save for somebody else's.
    """
    seen: dict[str, str] = st.session_state.setdefault("stamps", {})
    return seen


# --- which one, and what of it ----------------------------------------------------------------------------------------


def choose_session() -> str | None:
    """Which session to show: the one in the address, the one of this visit, or the last one; None on a first visit."""
    wanted = st.query_params.get("session") or st.session_state.get("session")
    if not wanted:
        latest = store().list_sessions(owner=who(), limit=1)
        wanted = latest[0].id if latest else None
    if wanted:
        go_to(wanted)
    return wanted


def go_to(id: str) -> None:
    """Make this session the one in the address; the picked element belonged to the one before."""
    if st.session_state.get("session") != id:
        st.session_state.pop("element", None)
    st.session_state.session = id
    if st.query_params.get("session") != id:
        st.query_params["session"] = id


def picked_elements() -> list[str]:
    """The element that was chosen in graph, caption or questions, as a list of at most one."""
    element = st.session_state.get("element")
    return [element] if element else []


def pick_element(element: object) -> None:
    """Choose an element, or none; choosing it again lets it go."""
    same = st.session_state.get("element") == element
    st.session_state.element = None if same or not isinstance(element, str) else element
