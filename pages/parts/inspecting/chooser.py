"""The line above: which session or run is looked at, and the strip of its pictures.

Try it: `python -m pytest tests/pages/test_inspect.py -k choose`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from engine.errors import ScenewrightError
from engine.run import Run
from engine.scoring import RIGHT, WRONG
from engine.store import Picture
from engine.wording import counted
from pages.parts.gallery import thumb
from pages.parts.home import person, store, told, who
from pages.parts.inspecting.component import show
from pages.parts.inspecting.runs import known_runs
from pages.parts.inspecting.scenes import choose_scene, find_scene
from pages.parts.inspecting.sight import Sight
from pages.parts.inspecting.subject import Subject, go
from pages.parts.people import require
from pages.parts.words import figure, plain

MOST = 200


def header(subject: Subject | None) -> None:
    """What is looked at, other things to look at, and the way to Compose."""
    line = st.container(horizontal=True, vertical_alignment="center")
    line.title("Inspect", anchor=False, width="content")
    with line:
        _choose(subject)
        if subject is not None and subject.run is not None:
            choose_scene(subject.run)
        st.space("stretch")
        if subject is not None and subject.session is not None:
            st.page_link(
                "pages/compose.py",
                label="Compose",
                icon=":material/draw:",
                query_params={"session": subject.session.id},
            )
        with st.popover("", icon=":material/folder_open:", type="tertiary", help="Open a run folder", key="open-run"):
            key = "run-folder"
            st.text_input("Folder of a run", key=key, placeholder="runs/a", on_change=open_folder, args=(key,))
            st.caption("A folder that `python cli.py render` made, on the machine where this program runs.")
        person()
    if subject is not None and subject.run is not None:
        find_scene(subject.run)


def _choose(subject: Subject | None) -> None:
    """All sessions of the person here, and all runs, in one list to type in."""
    sessions = store().list_sessions(owner=who(), limit=MOST)
    names = {f"session:{one.id}": f"{one.name} · {counted(one.pictures, 'picture')}" for one in sessions}
    names |= {f"run:{run.id}": f"Run {run.name}" for run in known_runs(store())}
    now = ""
    if subject is not None:
        now = f"run:{subject.run.id}" if subject.run else subject.key
        names.setdefault(now, subject.name)
    key = f"inspect:{now}"
    st.selectbox("Scene or run", list(names), list(names).index(now) if now else None, format_func=names.__getitem__, key=key,
                 on_change=_chosen, args=(key,), label_visibility="collapsed", width=430, placeholder="Choose a scene or run")  # fmt: skip


def _chosen(key: str) -> None:
    kind, _, id = str(st.session_state.get(key) or "").partition(":")
    if kind == "run":
        go(run=id, session=None, scene=None, picture=None)
    elif kind == "session":
        go(session=id, run=None, scene=None, picture=None)


@told
def open_folder(key: str) -> None:
    """Tell the store of a run folder and look at it; raises `FormatError` for a folder that is none."""
    path = str(st.session_state.get(key) or "").strip()
    if path:
        require("curate")
        Run.open(path)
        go(run=store().index_run(Path(path)).id, session=None, scene=None, picture=None)


# --- the strip --------------------------------------------------------------------------------------------------------


def film(subject: Subject, sights: Mapping[str, Sight]) -> None:
    """All pictures of the scene, a row for each generator; those of an earlier version of it are pale."""
    if subject.picture is None or len(subject.pictures) < 2:
        return
    groups = []
    for generator in dict.fromkeys(picture.generator for picture in subject.pictures):
        mine = [_frame(one, sights.get(one.id)) for one in subject.pictures if one.generator == generator]
        groups.append({"label": f"{generator} · {counted(len(mine), 'picture')}", "pictures": mine})
    show("strip", key="inspect-strip", data={"groups": groups, "current": subject.picture.id}, on_picked=_picked)


def _picked(picked: dict[str, Any]) -> None:
    if isinstance(picked.get("picture"), str):
        go(picture=picked["picture"])


def _frame(picture: Picture, seen: Sight | None) -> dict[str, Any]:
    automatic = picture.judgement.score if picture.judgement else None
    score = seen.corrected.scores.gated if seen and seen.corrected.scores else automatic
    said = bool(seen and seen.said)
    return {
        "id": picture.id, "src": thumb(str(store().image_path(picture.path, run=picture.run))), "score": figure(score),
        "status": None if score is None else RIGHT if score > 0.995 else WRONG, "stale": seen is None,
        "note": "✎" if said else f"#{picture.seed}",
        "alt": f"{picture.generator}, seed {picture.seed}, score {figure(score)}{', corrected' if said else ''}",
    }  # fmt: skip


def nothing() -> None:
    """No scene at all: what to do."""
    with st.container(height=320, border=True, vertical_alignment="center", horizontal_alignment="center"):
        st.markdown("**Nothing to inspect yet.**", text_alignment="center")
        st.caption("Compose a scene and render it, or open a run folder at the top right.", text_alignment="center")
        st.page_link("pages/compose.py", label="Compose a scene", icon=":material/draw:", width="content")


def lost(error: ScenewrightError) -> None:
    """An address that leads nowhere: one sentence, and the list above to choose from."""
    st.error(plain(str(error)), icon=":material/link_off:")

    def on() -> None:
        st.session_state.pop("session", None)
        go(session=None, run=None, scene=None, picture=None)

    st.button(
        "Inspect my last scene", icon=":material/arrow_forward:", type="primary", key="inspect-onwards", on_click=on
    )
