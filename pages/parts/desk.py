"""The desk: the scene one works on, read from the store at each run and saved back with every edit.

Nothing of value lives in the browser session alone. Try it: `python -m pytest tests/pages/test_compose.py`.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import orjson
import streamlit as st

from engine.caption import Style
from engine.edits import CloneObjects, Operation, ReplaceGraph, apply, apply_all, clone_ids
from engine.errors import ConstraintError, FormatError, ScenewrightError
from engine.graph import SceneGraph
from engine.sampler import MODALITIES, Constraints, Plan, sample, scene_rng
from engine.scene import VERSION, SceneLine, describe
from engine.store import Picture, Session
from engine.structure import Structure
from engine.taxonomy import Choice, Taxonomy, load, names
from engine.wording import number
from pages.parts.geometry import Point
from pages.parts.gestures import Gesture
from pages.parts.home import say, store, who
from pages.parts.people import require
from pages.parts.positions import kept, standing
from pages.parts.style import saved_style, with_style

TAXONOMY = "pocket"
KEPT = 60
"""Steps back that are remembered."""
MOST_PLACES = 400
"""Places of objects that a session keeps, those of objects that went included."""


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
    stamps = _stamps()
    session = store().get_session(id)
    stamps[id] = session.updated
    taxonomy = world(session.taxonomy or TAXONOMY, ())
    graph = _graph(session.graph)
    taxonomy.check(graph)
    settings = loaded(session.settings)
    line = describe(graph, taxonomy, id=id, seed=session.seed, modality=_medium(settings), style=saved_style(settings))
    return Desk(session, graph, line, taxonomy, store().pictures(id))


def _medium(settings: Mapping[str, Any]) -> str:
    medium = settings.get("modality")
    return medium if medium in MODALITIES else MODALITIES[0]


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


def fields(graph: SceneGraph, taxonomy: Taxonomy, style: Style | None = None) -> dict[str, Any]:
    """What a session keeps of a graph, said in a style."""
    line = describe(graph, taxonomy, id="", style=style)
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
    """Keep a graph in a session of its own and go there; its `settings` say in which style it is said."""
    require("edit")
    named = {"name": title(graph, taxonomy), **more}
    style = saved_style(loaded(more.get("settings", "")))
    id = store().create_session(owner=who(), **named, **fields(graph, taxonomy, style)).id
    go_to(id)
    return id


def edit(desk: Desk, operation: Operation, **more: Any) -> None:
    """Apply one edit and save it; what was there before can be had back by undo."""
    if isinstance(operation, ReplaceGraph):
        more["settings"] = dumped(unplaced(loaded(more.get("settings", desk.session.settings))))
    put(desk, apply(desk.graph, operation, desk.taxonomy), **more)


def unplaced(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings without the places of objects, which were those of another graph."""
    return {name: value for name, value in settings.items() if name != "positions"}


def take(desk: Desk, gesture: Gesture) -> None:
    """Do what a hand did on the canvas and save it; raises in one sentence what cannot be, and then nothing is changed."""
    if gesture.step:
        step(desk, back=gesture.step == "back")
    elif gesture.operations:
        graph = apply_all(desk.graph, gesture.operations, desk.taxonomy)
        if graph != desk.graph:
            places = places_after(desk, gesture, graph)
            put(desk, graph, settings=dumped({**desk.settings, "positions": places}))
    elif gesture.places:
        there = {**kept(desk.settings), **standing(desk.graph, desk.taxonomy, kept(desk.settings)), **gesture.places}
        save_quietly(desk.id, settings=dumped({**desk.settings, "positions": _latest(there)}))
    elif gesture.tidy:
        save_quietly(desk.id, settings=dumped(unplaced(desk.settings)))


def places_after(desk: Desk, gesture: Gesture, graph: SceneGraph) -> dict[str, Point]:
    """Object id -> place once a gesture has led to `graph`: nothing moves by itself, clones stand beside what they copy.

    Places of objects that went are kept for when an undo brings them back.
    """
    before = kept(desk.settings)
    there = standing(desk.graph, desk.taxonomy, before)
    gone = {id: at for id, at in {**before, **there}.items() if id not in graph.names}
    new = dict(gesture.places)
    for operation in gesture.operations:
        if isinstance(operation, CloneObjects):
            shift = _clear(there, operation.ids)
            new |= {to: (there[id][0], there[id][1] + shift) for id, to in clone_ids(desk.graph, operation.ids).items()}
    known = {id: at for id, at in {**there, **new}.items() if id in graph.names}
    return _latest({**gone, **standing(graph, desk.taxonomy, known)})


def _clear(there: Mapping[str, Point], ids: Iterable[str]) -> float:
    """How far down a copy of these objects has to go to be below everything."""
    return max(y for _, y in there.values()) - min(there[id][1] for id in ids) + 150


def _latest(places: Mapping[str, Point]) -> dict[str, Point]:
    return dict(list(places.items())[-MOST_PLACES:])


def put(desk: Desk, graph: SceneGraph, **more: Any) -> None:
    """Save another graph in this session and remember the step."""
    back, ahead = past(desk), _future(desk)
    save_graph(desk, graph, **more)
    back[:] = [*back, desk.session.graph][-KEPT:]
    ahead.clear()


def save_graph(desk: Desk, graph: SceneGraph, **more: Any) -> None:
    """Save the graph, unless somebody else saved another one in between; a name nobody chose follows the graph."""
    require("edit")
    if desk.session.name in (title(desk.graph), title(desk.graph, desk.taxonomy)):
        more = {"name": title(graph, desk.taxonomy), **more}
    stamps, style = _stamps(), saved_style(loaded(more.get("settings", desk.session.settings)))
    expected, what = stamps.get(desk.id, desk.session.updated), fields(graph, desk.taxonomy, style)
    stamps[desk.id] = store().save_session(desk.id, expected_updated=expected, **what, **more).updated


def _stamps() -> dict[str, str]:
    """Session id -> when this window last saw it saved.

    Looked up before something is saved: Streamlit may end a run wherever its state is touched, and a run that ends
    between saving and remembering would take its own save for somebody else's.
    """
    stamps: dict[str, str] = st.session_state.setdefault("stamps", {})
    return stamps


def save_quietly(id: str, **some: Any) -> None:
    """Save settings, constraints or a name; they overwrite nobody's graph."""
    require("edit")
    stamps = _stamps()
    stamps[id] = store().save_session(id, **some).updated


def say_as(desk: Desk, style: Style) -> None:
    """Say the same scene in another style, from now on."""
    save_graph(desk, desk.graph, settings=dumped(with_style(desk.settings, style)))


def new_scene(desk: Desk, graph: SceneGraph, **more: Any) -> None:
    """Another scene: in this session while it has no pictures, otherwise in a new one, so that none is lost."""
    if desk.pictures or desk.session.deleted:
        new_session(graph, taxonomy=desk.taxonomy, **{"settings": dumped(unplaced(desk.settings)), **more})
        if desk.pictures:
            say("A new scene. The one before is kept, with its pictures, under Sessions.", kind="info")
    else:
        edit(desk, ReplaceGraph(graph), **more)


def compose(desk: Desk, constraints: Constraints, seed: int, *, form: dict[str, Any]) -> None:
    """Draw a scene that meets the constraints; the same seed gives the same scene."""
    name = form["taxonomy"]
    taxonomy = world(name, tuple(form["topics"]) if name != TAXONOMY else ())
    shape = _shape(Plan(constraints, taxonomy), form["structure"])
    graph = sample(constraints, taxonomy, scene_rng(seed, 0), structure=shape)
    settings = dumped({**desk.settings, "modality": constraints.modality})
    there = replace(desk, taxonomy=taxonomy)
    new_scene(there, graph, seed=seed, settings=settings, constraints=dumped({**form, "seed": seed}))


def _shape(plan: Plan, place: int) -> Structure | None:
    """The structure at a place of the list, from 1; None for 0, which is any, and where there is no list."""
    if not place or not plan.listable:
        return None
    if place > len(plan.listed):
        raise ConstraintError(
            f"There is no structure {place:,} among the {len(plan.listed):,} that meet these constraints. "
            "Choose a smaller number, or 0 for any."
        )
    return plan.listed[place - 1]


@st.cache_resource(show_spinner="Reading the words…", max_entries=12)
def world(name: str, topics: tuple[str, ...]) -> Taxonomy:
    """A taxonomy of the program, kept to some topics; all of its words are read at the first call."""
    taxonomy = load(name)
    return taxonomy.choose(Choice(topics=topics)) if topics else taxonomy


def surprise() -> int:
    """A seed that nobody chose."""
    return secrets.randbelow(1_000_000)


# --- undo and redo ----------------------------------------------------------------------------------------------------


def past(desk: Desk) -> list[str]:
    """Graphs to go back to, the last one last; after a reload, what the store remembers."""
    key = f"undo:{desk.id}"
    if key not in st.session_state:
        line = [*(revision.graph for revision in reversed(store().revisions(desk.id, limit=KEPT))), desk.session.graph]
        st.session_state[key] = [graph for graph, after in pairwise(line) if graph != after]
    steps: list[str] = st.session_state[key]
    return steps


def _future(desk: Desk) -> list[str]:
    steps: list[str] = st.session_state.setdefault(f"redo:{desk.id}", [])
    return steps


def knowing(desk: Desk, graph: SceneGraph) -> Desk:
    """The desk with a taxonomy that knows the words of a graph, its own if possible; raises what is wrong with it."""
    try:
        desk.taxonomy.check(graph)
        return desk
    except ScenewrightError as error:
        for other in (world(name, ()) for name in names() if name != desk.taxonomy.name):
            try:
                other.check(graph)
            except ScenewrightError:
                continue
            return replace(desk, taxonomy=other)
        raise error


def step(desk: Desk, *, back: bool) -> None:
    """Undo (`back`) or redo one step."""
    here, there = (past(desk), _future(desk)) if back else (_future(desk), past(desk))
    if not here:
        return
    graph = _graph(here[-1])
    known = knowing(desk, graph)
    if akin(desk.graph, graph):
        save_graph(known, graph)
    else:
        save_graph(known, graph, settings=dumped(unplaced(desk.settings)))
    there.append(desk.session.graph)
    here.pop()


def steps_of(desk: Desk) -> tuple[bool, bool]:
    """Whether there is a step to undo, and one to redo."""
    return bool(past(desk)), bool(_future(desk))


def akin(one: SceneGraph, other: SceneGraph) -> bool:
    """Whether two graphs are the same scene before and after an edit: most objects of the smaller one are in both."""
    both, least = one.names.items() & other.names.items(), min(len(one.names), len(other.names))
    return 2 * len(both) >= least


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
    return (said[:1].upper() + said[1:100]).rstrip(" ,")


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
