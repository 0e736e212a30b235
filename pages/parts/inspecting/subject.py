"""What Inspect looks at: a scene of a session or of a run, and one of its pictures, all from the address.

The picture decides: graph, caption and questions are those it was drawn from. Try it:
`python -m pytest tests/pages/test_inspect.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson
import streamlit as st

from engine.errors import FormatError, ScenewrightError, StoreError, show
from engine.graph import SceneGraph
from engine.questions import Question
from engine.scene import SceneLine, describe
from engine.store import Picture, Session
from engine.taxonomy import Taxonomy, names
from pages.parts.desk import TAXONOMY, choose_session, loaded, world
from pages.parts.gallery import ordered
from pages.parts.home import store
from pages.parts.inspecting.runs import RunScene, bring, open_run
from pages.parts.style import saved_style, written_in


@dataclass(frozen=True)
class Subject:
    """One scene with its pictures; `key` says where it is from (`session:ID`, `run:ID:SCENE`), `picture` is the chosen one."""

    key: str
    name: str
    line: SceneLine
    taxonomy: Taxonomy
    pictures: tuple[Picture, ...]
    picture: Picture | None
    session: Session | None = None
    run: RunScene | None = None

    @property
    def graph(self) -> SceneGraph:
        """The graph that the chosen picture was drawn from, or the scene's own while it has no pictures."""
        return self.line.graph

    @property
    def questions(self) -> tuple[Question, ...]:
        """The questions about this graph."""
        return self.line.questions

    @property
    def same(self) -> list[Picture]:
        """The pictures drawn from the same graph, whose answers can be held side by side."""
        graph = self.graph.to_dict()
        return [picture for picture in self.pictures if graph_of(picture).to_dict() == graph]


def open_subject() -> Subject | None:
    """What the address says, or what this visit looked at last; None where there is nothing at all yet.

    Raises `StoreError` and `FormatError` in one sentence for an address that leads nowhere.
    """
    wanted = st.query_params.get("picture")
    if run := st.query_params.get("run"):
        return _of_run(open_run(store(), run), st.query_params.get("scene"), wanted)
    picture = store().get_picture(wanted) if wanted else None
    if picture is not None and picture.session and not st.query_params.get("session"):
        st.query_params["session"] = picture.session
    id = choose_session()
    if id is None:
        return None
    return _of_session(store().get_session(id), picture)


def _of_session(session: Session, picture: Picture | None) -> Subject:
    mine = ordered(store().pictures(session.id))
    strip = mine if picture is None or picture in mine else _beside(picture)
    chosen = picture or best(strip)
    settings = loaded(session.settings)
    own = session.taxonomy or TAXONOMY
    if chosen is None:
        graph = read_graph(session.graph)
        line, taxonomy = described(session.graph, own, "", orjson.dumps(settings).decode())
    else:
        graph = graph_of(chosen)
        text = orjson.dumps(graph.to_dict()).decode()
        line, taxonomy = described(text, own, chosen.caption, orjson.dumps(settings).decode())
    return Subject(f"session:{session.id}", session.name, line, taxonomy, tuple(strip), chosen, session=session)


def _beside(picture: Picture) -> list[Picture]:
    """A picture that is in no session, such as one of a grid: those that were made with it from the same scene."""
    made = store().pictures(job=picture.job) if picture.job else (picture,)
    return [one for one in ordered(made) if one.graph == picture.graph]


def _of_run(run: RunScene, scene: str | None, picture: str | None) -> Subject:
    at = run.at(scene)
    line = at.line
    pictures = bring(store(), at)
    chosen = next((one for one in pictures if one.id == picture), None) or best(pictures)
    taxonomy = world(line.taxonomy or TAXONOMY, ())
    return Subject(f"run:{run.id}:{line.id}", f"{run.name}: {line.id}", line, taxonomy, tuple(pictures), chosen, run=at)


def best(pictures: Sequence[Picture]) -> Picture | None:
    """The best of the newest pictures, by the score that lists show."""
    newest = [picture for picture in pictures if picture.job == pictures[0].job]
    return max(newest, key=lambda p: p.judgement.score or 0.0 if p.judgement else -1.0, default=None)


# --- graphs and their words -------------------------------------------------------------------------------------------


def read_graph(text: str) -> SceneGraph:
    """The graph of a JSON text; raises `FormatError` or `GraphError`."""
    try:
        return SceneGraph.from_dict(orjson.loads(text))
    except orjson.JSONDecodeError as error:
        raise FormatError(f"The saved graph {show(text)} cannot be read. Choose another picture.") from error


def graph_of(picture: Picture) -> SceneGraph:
    """The graph a picture was drawn from."""
    return _graph(picture.graph)


@st.cache_resource(show_spinner=False, max_entries=500)
def _graph(text: str) -> SceneGraph:
    return read_graph(text)


@st.cache_resource(show_spinner=False, max_entries=200)
def described(graph: str, taxonomy: str, caption: str, settings: str) -> tuple[SceneLine, Taxonomy]:
    """Caption, spans and questions of a graph, said as `caption` says it where the program knows how.

    A caption in words of its own keeps them, without spans. Raises what is wrong with the graph.
    """
    read = read_graph(graph)
    words = known_in(read, taxonomy)
    style = saved_style(loaded(settings))
    line = describe(read, words, id="", style=style)
    if caption and line.caption != caption:
        found = written_in(read, words, caption)
        line = describe(read, words, id="", style=found) if found else replace(line, caption=caption, spans={})
    return line, words


def known_in(graph: SceneGraph, taxonomy: str) -> Taxonomy:
    """The taxonomy of that name if it knows the words of the graph, else the first that does; raises what is wrong."""
    first: ScenewrightError | None = None
    for name in dict.fromkeys((taxonomy, *names())):
        try:
            words = world(name, ())
            words.check(graph)
            return words
        except ScenewrightError as error:
            first = first or error
    raise first or StoreError("No taxonomy is installed. Restore assets/taxonomy from the release.")


def go(**where: str | None) -> None:
    """Look at something else: `session`, `run`, `scene` and `picture` of the address; None takes one out."""
    if "session" in where or "run" in where or "scene" in where:
        st.session_state.pop("element", None)
    for name, value in where.items():
        if value is None:
            st.query_params.pop(name, None)
        else:
            st.query_params[name] = value


def payload(subject: Subject, **more: Any) -> str:
    """A job's payload that says what it belongs to."""
    return orjson.dumps({"subject": subject.key, **more}).decode()
