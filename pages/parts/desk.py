"""The desk: the scene one works on, read from the store at each run and saved back with every edit.

Nothing of value lives in the browser session alone. Try it: `python -m pytest tests/pages/test_compose.py`.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import Any

import orjson
import streamlit as st

from engine.edits import Operation, ReplaceGraph, apply
from engine.errors import FormatError
from engine.graph import SceneGraph
from engine.sampler import Constraints, Plan, sample, scene_rng
from engine.scene import VERSION, SceneLine, describe
from engine.store import Picture, Session
from engine.taxonomy import Choice, Taxonomy, load
from engine.wording import number
from pages.parts.home import say, store, who

TAXONOMY = "pocket"
FIRST_SEED = 7
KEPT = 60
"""Steps back that are remembered."""


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


def open_desk(id: str) -> Desk:
    """The session `id`; raises `StoreError` for one that nobody knows, or what is wrong with its graph."""
    session = store().get_session(id)
    taxonomy = load(session.taxonomy or TAXONOMY)
    graph = _graph(session.graph)
    taxonomy.check(graph)
    st.session_state[f"updated:{id}"] = session.updated
    return Desk(session, graph, describe(graph, taxonomy, id=id, seed=session.seed), taxonomy, store().pictures(id))


def _graph(text: str) -> SceneGraph:
    try:
        return SceneGraph.from_dict(orjson.loads(text))
    except orjson.JSONDecodeError as error:
        raise FormatError(f"The saved graph cannot be read ({error}). Open another scene.") from error


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


# --- saving -----------------------------------------------------------------------------------------------------------


def fields(graph: SceneGraph, taxonomy: Taxonomy) -> dict[str, Any]:
    """What a session keeps of a graph."""
    line = describe(graph, taxonomy, id="")
    return {
        "graph": dumped(graph.to_dict()),
        "caption": line.caption,
        "questions": dumped([question.to_dict() for question in line.questions]),
        "graph_hash": graph.hash,
        "taxonomy": taxonomy.name,
        "taxonomy_version": taxonomy.version,
        "program_version": VERSION,
    }


def new_session(graph: SceneGraph, *, taxonomy: Taxonomy, **more: Any) -> str:
    """Keep a graph in a session of its own and go there."""
    named = {"name": title(graph, taxonomy), **more}
    id = store().create_session(owner=who(), **named, **fields(graph, taxonomy)).id
    go_to(id)
    return id


def edit(desk: Desk, operation: Operation, **more: Any) -> None:
    """Apply one edit and save it; what was there before can be had back by undo."""
    put(desk, apply(desk.graph, operation, desk.taxonomy), **more)


def put(desk: Desk, graph: SceneGraph, **more: Any) -> None:
    """Save another graph in this session and remember the step."""
    before = desk.session.graph
    save_graph(desk, graph, **more)
    st.session_state[f"undo:{desk.id}"] = [*past(desk.id), before][-KEPT:]
    st.session_state[f"redo:{desk.id}"] = []


def save_graph(desk: Desk, graph: SceneGraph, **more: Any) -> None:
    """Save the graph, unless somebody else saved another one in between; a name nobody chose follows the graph."""
    if desk.session.name in (title(desk.graph), title(desk.graph, desk.taxonomy)):
        more = {"name": title(graph, desk.taxonomy), **more}
    expected = st.session_state.get(f"updated:{desk.id}", desk.session.updated)
    saved = store().save_session(desk.id, expected_updated=expected, **fields(graph, desk.taxonomy), **more)
    st.session_state[f"updated:{desk.id}"] = saved.updated


def save_quietly(id: str, **some: Any) -> None:
    """Save settings, constraints or a name; they overwrite nobody's graph."""
    st.session_state[f"updated:{id}"] = store().save_session(id, **some).updated


def new_scene(desk: Desk | None, graph: SceneGraph, **more: Any) -> None:
    """Another scene: in this session while it has no pictures, otherwise in a new one, so that none is lost."""
    if desk is None or desk.pictures or desk.session.deleted:
        new_session(graph, taxonomy=desk.taxonomy if desk else load(TAXONOMY), **more)
        if desk is not None and desk.pictures:
            say("A new scene. The one before is kept, with its pictures, under Sessions.", kind="info")
    else:
        edit(desk, ReplaceGraph(graph), **more)


def compose(desk: Desk | None, constraints: Constraints, seed: int, *, form: dict[str, Any]) -> None:
    """Draw a scene that meets the constraints; the same seed gives the same scene."""
    taxonomy = world(form.get("taxonomy") or TAXONOMY, tuple(form.get("topics") or ()))
    plan, place = Plan(constraints, taxonomy), form.get("structure")
    shape = plan.listed[(place - 1) % len(plan.listed)] if place and plan.listable else None
    graph = sample(constraints, taxonomy, scene_rng(seed, 0), structure=shape)
    there = replace(desk, taxonomy=taxonomy) if desk else None
    new_scene(there, graph, seed=seed, constraints=dumped({**form, "seed": seed}))


@st.cache_resource(show_spinner="Reading the words…")
def world(name: str, topics: tuple[str, ...]) -> Taxonomy:
    """A taxonomy of the program, kept to some topics."""
    taxonomy = load(name)
    return taxonomy.choose(Choice(topics=topics)) if topics else taxonomy


def surprise() -> int:
    """A seed that nobody chose."""
    return secrets.randbelow(1_000_000)


# --- undo and redo ----------------------------------------------------------------------------------------------------


def past(id: str) -> list[str]:
    """Graphs to go back to, the last one last; after a reload, what the store remembers."""
    key = f"undo:{id}"
    if key not in st.session_state:
        st.session_state[key] = [revision.graph for revision in reversed(store().revisions(id, limit=KEPT))]
    return list(st.session_state[key])


def step(desk: Desk, *, back: bool) -> None:
    """Undo (`back`) or redo one step."""
    here, there = (f"undo:{desk.id}", f"redo:{desk.id}") if back else (f"redo:{desk.id}", f"undo:{desk.id}")
    ahead = past(desk.id) if back else list(st.session_state.get(here, []))
    if not ahead:
        return
    save_graph(desk, _graph(ahead[-1]))
    st.session_state[there] = [*st.session_state.get(there, []), desk.session.graph]
    st.session_state[here] = ahead[:-1]


# --- what is looked at ------------------------------------------------------------------------------------------------


def picked_elements() -> list[str]:
    """The element that was chosen in graph, caption or questions, as a list of at most one."""
    element = st.session_state.get("element")
    return [element] if element else []


def pick_element(element: object) -> None:
    """Choose an element, or none; choosing it again lets it go."""
    same = st.session_state.get("element") == element
    st.session_state.element = None if same or not isinstance(element, str) else element


def title(graph: SceneGraph, taxonomy: Taxonomy | None = None) -> str:
    """A name for a scene: “Red dog, owl and two trees”."""
    if not graph.objects:
        return "Empty scene"
    counts: dict[str, int] = {}
    for item in graph.objects:
        counts[item.name] = counts.get(item.name, 0) + 1
    nouns = (taxonomy or load(TAXONOMY)).noun
    several = {name: nouns[name].plural if name in nouns else name + "s" for name in counts}
    words = [name if count == 1 else f"{number(count)} {several[name]}" for name, count in counts.items()]
    said = words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]
    return said[:1].upper() + said[1:100]


def dumped(value: object) -> str:
    """JSON text."""
    return orjson.dumps(value).decode()


def loaded(text: str) -> dict[str, Any]:
    """A JSON object of the store, or an empty one for anything else."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}
