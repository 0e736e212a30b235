"""The tab that takes a caption or a file and makes it the scene, and the button that hands everything out.

Try it: `streamlit run app.py`, then the tab “Paste or drop”.
"""

from __future__ import annotations

import io
import zipfile

import orjson
import streamlit as st

from engine.parse import MAX_CAPTION, parse
from pages.parts.desk import Desk, dumped, new_scene, new_session, title
from pages.parts.home import say, store, told
from pages.parts.intake import ENDINGS, keep_picture, read_file
from pages.parts.words import file_name


def bringing(desk: Desk) -> None:
    """Two ways in, side by side."""
    left, right = st.columns(2, gap="large")
    with left, st.form("caption-form", border=False):
        st.text_area("Paste a caption", key=f"pasted:{desk.id}", height=132, max_chars=MAX_CAPTION,
                     placeholder="A large red dog is to the left of a tree. The scene is at night.",
                     help="In the words and the plain sentences of the captions above.")  # fmt: skip
        st.form_submit_button("Read the caption", icon=":material/auto_stories:", on_click=_read_caption, args=(desk,))
    with right:
        turn = st.session_state.get("drops", 0)
        key = f"dropped:{turn}"
        st.file_uploader("Drop a graph or a picture", ENDINGS, key=key, on_change=_read_dropped, args=(desk, key),
                         help="A scene graph in JSON, the first line of a scenes.jsonl, or a PNG made here.")  # fmt: skip


@told
def _read_caption(desk: Desk) -> None:
    text = str(st.session_state.get(f"pasted:{desk.id}") or "")
    if not text.strip():
        say("There is no caption to read. Paste or type one first.")
        return
    graph = parse(text, desk.taxonomy)
    desk.taxonomy.check(graph)
    new_scene(desk, graph)


@told
def _read_dropped(desk: Desk, key: str) -> None:
    file = st.session_state.get(key)
    st.session_state["drops"] = st.session_state.get("drops", 0) + 1
    if file is None:
        return
    incoming = read_file(file.name, file.getvalue(), desk.taxonomy)
    if incoming.picture is None:
        new_scene(desk, incoming.graph)
        return
    id = new_session(incoming.graph, taxonomy=desk.taxonomy)
    keep_picture(store(), id, incoming)
    say(f"Opened {title(incoming.graph)}, with its picture.", kind="info")


def downloads(desk: Desk) -> None:
    """Graph, caption and everything, each in one click."""
    name = desk.session.name
    with st.popover("Download", icon=":material/download:", key="downloads"):
        st.download_button("Graph (JSON)", _pretty(desk), file_name(name, ".json"), "application/json",
                           icon=":material/account_tree:", on_click="ignore", key="take-graph", width="stretch")  # fmt: skip
        st.download_button("Caption (text)", desk.line.caption + "\n", file_name(name, ".txt"), "text/plain",
                           icon=":material/notes:", on_click="ignore", key="take-caption", width="stretch")  # fmt: skip
        st.download_button("Everything (zip)", lambda: everything(desk), file_name(name, ".zip"), "application/zip",
                           icon=":material/folder_zip:", on_click="ignore", key="take-all", width="stretch")  # fmt: skip


def _pretty(desk: Desk) -> bytes:
    return orjson.dumps(desk.graph.to_dict(), option=orjson.OPT_INDENT_2)


def everything(desk: Desk) -> bytes:
    """A zip of the scene line, graph, caption and every picture as it was made, with its scores."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("graph.json", _pretty(desk))
        archive.writestr("caption.txt", desk.line.caption + "\n")
        archive.writestr("scenes.jsonl", dumped(desk.line.to_dict()) + "\n")
        for place, picture in enumerate(desk.pictures, start=1):
            path = store().image_path(picture.path, run=picture.run)
            stem = f"{place:03}-{picture.seed}"
            if path.is_file():
                archive.write(path, f"pictures/{stem}.png", zipfile.ZIP_STORED)
            if picture.judgement is not None:
                archive.writestr(f"pictures/{stem}.scores.json", picture.judgement.scores)
    return file.getvalue()
