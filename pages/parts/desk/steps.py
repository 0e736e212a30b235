"""Undo and redo: graphs to go back to and forward again, also after a reload.

Try it: `python -m pytest tests/pages/test_compose.py -k undo`.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import streamlit as st

from engine.errors import ScenewrightError
from engine.graph import SceneGraph
from engine.taxonomy import names
from pages.parts.desk.kept_json import dumped
from pages.parts.desk.saving import save_graph, unplaced
from pages.parts.desk.scene import Desk, read_graph, world
from pages.parts.home import store

KEPT = 60
"""Steps back that are remembered."""


def put(desk: Desk, graph: SceneGraph, **more: Any) -> None:
    """Save another graph in this session and remember the step."""
    back, ahead = past(desk), _future(desk)
    save_graph(desk, graph, **more)
    back[:] = [*back, desk.session.graph][-KEPT:]
    ahead.clear()


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


def step(desk: Desk, *, back: bool) -> None:
    """Undo (`back`) or redo one step."""
    here, there = (past(desk), _future(desk)) if back else (_future(desk), past(desk))
    if not here:
        return
    graph = read_graph(here[-1])
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


def akin(one: SceneGraph, other: SceneGraph) -> bool:
    """Whether two graphs are the same scene before and after an edit: most objects of the smaller one are in both."""
    both, least = one.names.items() & other.names.items(), min(len(one.names), len(other.names))
    return 2 * len(both) >= least
