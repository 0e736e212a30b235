"""The tab that takes a caption or a file and makes it the scene, and the button that hands everything out.

Try it: `streamlit run app.py`, then the tab “Paste or drop”.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import TypeVar

import orjson
import streamlit as st

from engine.errors import GraphError, ParseError, ScenewrightError, TaxonomyError
from engine.graph import SceneGraph
from engine.parse import MAX_CAPTION, parse
from engine.taxonomy import Taxonomy, names
from pages.parts.desk import Desk, dumped, loaded, new_scene, new_session, title, world
from pages.parts.everything import everything_button
from pages.parts.home import say, store, told
from pages.parts.intake import ENDINGS, keep_picture, read_file
from pages.parts.style import with_style, written_in
from pages.parts.words import file_name

T = TypeVar("T")


def bringing(desk: Desk) -> None:
    """Two ways in, side by side."""
    left, right = st.columns(2, gap="large")
    with left, st.form("caption-form", border=False):
        st.text_area("Paste a caption", key=f"pasted:{desk.id}", height=132, max_chars=MAX_CAPTION,
                     placeholder="A large red dog is to the left of a tree. The scene is at night.",
                     help="In any length and phrasing that this program writes.")  # fmt: skip
        st.form_submit_button("Read the caption", icon=":material/auto_stories:", on_click=_read_caption, args=(desk,))
    with right:
        turn = st.session_state.get("drops", 0)
        key = f"dropped:{turn}"
        st.file_uploader("Drop a graph or a picture", ENDINGS, key=key, on_change=_read_dropped, args=(desk, key),
                         help="A scene graph in JSON, a scenes.jsonl, a PNG made here, or the first scene of a file by the paper, "
                              "Visual Genome, GQA, DSG (CSV), TIFA or GenEval.")  # fmt: skip


@told
def _read_caption(desk: Desk) -> None:
    text = str(st.session_state.get(f"pasted:{desk.id}") or "")
    if not text.strip():
        say("There is no caption to read. Paste or type one first.")
        return
    graph, there = _in_some_world(desk, lambda words: _parsed(text, words))
    new_scene(there, graph, settings=_said_as(there, graph, text))


def _parsed(text: str, taxonomy: Taxonomy) -> SceneGraph:
    graph = parse(text, taxonomy)
    taxonomy.check(graph)
    return graph


def _in_some_world(desk: Desk, read: Callable[[Taxonomy], T]) -> tuple[T, Desk]:
    """What is read with the words of this scene, or else with those chosen in the side bar, or any others there are.

    What is no scene in any words is refused with what is wrong in those of this scene.
    """
    try:
        return read(desk.taxonomy), desk
    except (TaxonomyError, GraphError, ParseError) as error:
        chosen = loaded(desk.session.constraints).get("taxonomy")
        others = [name for name in dict.fromkeys((chosen, *names())) if name in names() and name != desk.taxonomy.name]
        for other in (world(name, ()) for name in others):
            with suppress(ScenewrightError):
                return read(other), _moved(desk, other)
        raise error


def _moved(desk: Desk, other: Taxonomy) -> Desk:
    """The desk with another taxonomy, and a word about it."""
    say(
        f"Not all of this is in the words of “{desk.taxonomy.name}”, so the scene is in those of “{other.name}”.",
        kind="info",
    )
    return replace(desk, taxonomy=other)


def _said_as(desk: Desk, graph: SceneGraph, text: str) -> str:
    """The settings of the session, with the style in which the text was written, if it was one of ours."""
    style = written_in(graph, desk.taxonomy, text)
    return dumped(with_style(desk.settings, style) if style else desk.settings)


@told
def _read_dropped(desk: Desk, key: str) -> None:
    file = st.session_state.get(key)
    st.session_state["drops"] = st.session_state.get("drops", 0) + 1
    if file is None:
        return
    incoming, there = _in_some_world(desk, lambda words: read_file(file.name, file.getvalue(), words))
    if incoming.picture is None:
        new_scene(there, incoming.graph)
        if incoming.notice:
            say(incoming.notice, kind="info")
        return
    settings = _said_as(there, incoming.graph, incoming.origin.caption if incoming.origin else "")
    id = new_session(incoming.graph, taxonomy=there.taxonomy, settings=settings)
    keep_picture(store(), id, incoming)
    say(f"Opened {title(incoming.graph, there.taxonomy)}, with its picture.", kind="info")


def downloads(desk: Desk) -> None:
    """Graph, caption and everything, each in one click."""
    name = desk.session.name
    with st.popover("Download", icon=":material/download:", key="downloads"):
        st.download_button("Graph (JSON)", _pretty(desk), file_name(name, ".json"), "application/json",
                           icon=":material/account_tree:", on_click="ignore", key="take-graph", width="stretch")  # fmt: skip
        st.download_button("Caption (text)", desk.line.caption + "\n", file_name(name, ".txt"), "text/plain",
                           icon=":material/notes:", on_click="ignore", key="take-caption", width="stretch")  # fmt: skip
        everything_button(desk)


def _pretty(desk: Desk) -> bytes:
    return orjson.dumps(desk.graph.to_dict(), option=orjson.OPT_INDENT_2)
