"""The player: one component, told what is on; a surprise becomes a scene, a job, and what the worker makes of it.

Try it: `streamlit run app.py`, then Stage.
"""

from __future__ import annotations

import base64
import random
import secrets
from datetime import UTC, datetime
from functools import cache
from typing import Any

import orjson
import streamlit as st

from engine.errors import ScenewrightError, StoreError
from engine.graph import SceneGraph
from engine.scene import describe
from engine.store import Job, Picture
from engine.taxonomy import load
from models.catalog import card
from pages.parts.components import ASSETS
from pages.parts.desk import TAXONOMY, dumped, fields, title
from pages.parts.home import revive_worker, start_worker, store, who
from pages.parts.people import require, role
from pages.parts.staging.heard import surprise
from pages.parts.staging.phone import ALONE, UNPLUGGED, host, phone
from pages.parts.staging.reel import reel
from pages.parts.staging.show import show_of
from pages.parts.verdict import NONE, verdict

PATIENCE = 6.0
"""Seconds a job may wait before we look whether a worker lives."""
SIZE, STEPS = 768, 20
BUTTONS = (
    ("back", "Back", "←"), ("next", "Next", "Space"), ("surprise", "Surprise me", "S"), ("words", "Your words", "W"),
    ("loop", "Reel", "L"), ("phone", "Phone", "Q"), ("full", "Full screen", "F"),
)  # fmt: skip


@cache
def _html() -> str:
    buttons = "".join(
        f'<button type="button" data-do="{do}">{label}<kbd>{key}</kbd></button>' for do, label, key in BUTTONS
    )
    return (
        '<div class="sw stage" role="region" aria-label="Stage"><div class="caption" role="heading" aria-level="2"></div>'
        '<div class="scene2"><div class="graph" role="img"></div><div class="picture"></div></div>'
        '<div class="now-line now"></div><div class="strip"></div>'
        '<div class="phone"></div><div class="hint" role="status"></div>'
        f'<div class="keys" role="toolbar" aria-label="Stage controls">{buttons}</div>'
        '<div class="words"><form><label for="said">What should be in the picture?</label>'
        '<input id="said" autocomplete="off" maxlength="400" placeholder="red dog, robot, night">'
        "<button>Make it</button><small>Loose words or a sentence. What you leave open is drawn by chance. Esc closes.</small>"
        '</form></div><div class="spoken" aria-live="polite"></div><div class="black"></div></div>'
    )


@cache
def _file(name: str) -> str:
    return (ASSETS / name).read_text(encoding="utf-8")


@st.fragment
def player() -> None:
    """The stage; it asks again by itself while a picture is being made."""
    component = st.components.v2.component(
        "scenewright_stage",
        html=_html(),
        css=_file("style.css") + _file("stage.css"),
        js=_file("bus.js") + _file("stage.js"),
    )
    component(key="stage", data=_data(), on_asked_change=_asked, on_tick_change=lambda: None)


def state() -> dict[str, Any]:
    """What is on: `mode` reel or live, the session and job of a surprise, and what there is to say."""
    found: dict[str, Any] = st.session_state.setdefault("stage-state", {"mode": "reel", "notice": "", "turn": 0})
    return found


def _asked() -> None:
    """A person pressed S, gave words, or wants the reel back."""
    said = st.session_state.get("stage", {}).get("asked")
    if not isinstance(said, dict):
        return
    now = state()
    if said.get("turn") == now.get("heard"):  # asked twice, since the first time was not heard at once
        return
    now["heard"] = said.get("turn")
    if said.get("reel"):
        now.update(mode="reel", notice="", turn=now["turn"] + 1)
        return
    try:
        _surprise(str(said.get("words") or ""))
    except ScenewrightError as error:
        now["notice"] = str(error)


def _surprise(words: str) -> None:
    """A scene with these words, kept under Sessions, and the job that draws it."""
    require("render")
    card("pocket", "generator")
    card("pocket", "judge")
    taxonomy = load(TAXONOMY)
    seed = secrets.randbelow(10**6)
    heard = surprise(words, taxonomy, random.Random(seed))
    line = describe(heard.graph, taxonomy, id="stage")
    session = store().create_session(
        owner=who(), name=title(heard.graph, taxonomy), seed=seed, **fields(heard.graph, taxonomy)
    )
    payload = {
        "caption": line.caption, "graph": heard.graph.to_dict(), "questions": [q.to_dict() for q in line.questions],
        "generator": "pocket", "judge": "pocket", "seeds": [seed % 1000 + 1], "steps": STEPS, "guidance": 2.0, "size": SIZE,
    }  # fmt: skip
    start_worker()
    job = store().enqueue("render", dumped(payload), owner=who(), role=role(), session=session.id, priority=5)
    state().update(mode="live", session=session.id, job=job, notice=heard.notice)


def _data() -> dict[str, Any]:
    now = state()
    said = {"heard": now.get("heard"), "notice": now["notice"], "reason": {None: ALONE, "": UNPLUGGED}.get(host(), "")}
    if now["mode"] == "live":
        try:
            return {**said, "mode": "live", "key": now["job"], "reel": [], **_live(now["session"], now["job"])}
        except ScenewrightError as error:
            said["notice"] = str(error)
    shows = [{**show, "phone": {"reason": said["reason"] or "A prepared scene has no address. Press S for one that has."}}
             for show in reel()]  # fmt: skip
    if not shows and not said["notice"]:
        said["notice"] = "There is no reel here. Prepare one with: python -m models.stage_reel"
    return {**said, "mode": "reel", "key": f"reel:{now['turn']}", "reel": shows, "live": None, "job": None}


def _live(session: str, id: str) -> dict[str, Any]:
    job, scene = store().get_job(id), store().get_session(session)
    graph = SceneGraph.from_dict(orjson.loads(scene.graph))
    taxonomy = load(scene.taxonomy or TAXONOMY)
    made = store().pictures(job=id)
    picture = made[0] if made else None
    line = describe(graph, taxonomy, id=session)
    judged = verdict(picture.judgement, line.questions) if picture else NONE
    where = ("inspect_scene?picture=", picture.id) if picture else ("?session=", session)
    show = show_of(
        graph, taxonomy, judged, key=id, final=_bytes(picture) if picture else None, phone=phone(*where),
        by=f"{picture.generator}, seed {picture.seed}" if picture else "",
    )  # fmt: skip
    return {"live": show, "job": {"active": job.active, "message": _message(job), "preview": _preview(job)}}


def _message(job: Job) -> str:
    if job.status == "queued":
        waits = (datetime.now(UTC) - datetime.fromisoformat(job.updated)).total_seconds()
        return "A new worker is starting…" if waits > PATIENCE and revive_worker() else "The worker is getting ready…"
    return job.error or job.message or "Working…"


def _bytes(picture: Picture) -> str | None:
    try:
        data = store().image_path(picture.path, run=picture.run).read_bytes()
    except (OSError, StoreError):
        return None
    return "data:image/png;base64," + base64.b64encode(data).decode()


def _preview(job: Job) -> str | None:
    """The forming picture; the file is replaced while we look, so a miss is no matter."""
    if job.preview is None:
        return None
    try:
        data = store().image_path(job.preview).read_bytes()
    except (OSError, StoreError):
        return None
    return "data:image/jpeg;base64," + base64.b64encode(data).decode()
