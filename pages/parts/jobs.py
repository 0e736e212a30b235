"""Rendering as a job: settings, the button, and a strip that shows how far it is, wherever it was started.

The strip only shows; whoever reloads or looks from another browser sees the same. Try it: `streamlit run app.py`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import streamlit as st
from PIL import Image

from engine.errors import ModelMissing
from engine.store import Job
from engine.wording import counted
from models.catalog import Card, card
from models.tasks.render import TILE
from pages.parts.desk import Desk, dumped, loaded, save_quietly
from pages.parts.home import revive_worker, say, start_worker, store, told, who
from pages.parts.models import offered
from pages.parts.obstacles import obstacle
from pages.parts.people import require, role
from pages.parts.words import duration, plain

MOST = 8
SIDES = (256, 512, 768, 1024)
PATIENCE = 6.0
"""Seconds a job may wait before we look whether a worker lives."""


def settings_of(desk: Desk) -> dict[str, Any]:
    """How this session is rendered: what was saved, and for the rest what the models suggest."""
    saved = desk.settings
    ready = [c for c in offered("generator") if c.ready] or [offered("generator")[0]]
    fitting = [c for c in ready if c.modality == desk.line.modality] or ready
    name = saved.get("generator")
    chosen = name if name in {c.name for c in offered("generator")} else fitting[0].name
    about = _card(chosen, "generator")
    size = about.size if about.modality == "video" and about.size in SIDES else 768
    defaults = {
        "generator": chosen, "judge": offered("judge")[0].name, "pictures": 4, "seed": 1, "size": size,
        "steps": about.steps or 20, "guidance": float(about.guidance or 2.0),
    }  # fmt: skip
    return {**defaults, **{key: value for key, value in saved.items() if key in defaults}, "generator": chosen}


def _card(name: str, job: str) -> Card:
    return next(c for c in offered(job) if c.name == name)


def render_bar(desk: Desk, active: Job | None) -> None:
    """One line: what would be rendered, the settings behind it, and the button."""
    values, trouble = settings_of(desk), obstacle_of(desk)
    line = st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute")
    number = counted(int(values["pictures"]), "picture")
    with line.popover(
        f"{values['generator']} · {number} · seed {values['seed']}", icon=":material/tune:", key="render-settings"
    ):
        _settings(desk, values)
    if active is None:
        line.button("Render", type="primary", icon=":material/brush:", key="render", disabled=bool(trouble),
                    on_click=render, args=(desk,), help=plain(trouble) if trouble else "Draw pictures of this caption.")  # fmt: skip
    else:
        line.button("Cancel", icon=":material/stop_circle:", key="cancel", on_click=cancel, args=(active.id,),
                    disabled=active.cancel_requested)  # fmt: skip
    if trouble and desk.graph.objects and desk.pictures:
        st.warning(plain(trouble), icon=":material/info:")


def obstacle_of(desk: Desk) -> str:
    """Why nothing can be rendered, or nothing."""
    values = settings_of(desk)
    if not desk.graph.objects:
        return "The scene is empty. Compose one, or add an object, to have something to draw."
    try:
        generator = card(values["generator"], "generator")
        card(values["judge"], "judge")
    except ModelMissing as error:
        return str(error)
    return obstacle(desk.line, generator.name, generator.tokens)


def _settings(desk: Desk, values: dict[str, Any]) -> None:
    keys = {name: f"render-{name}:{desk.id}" for name in values}

    @told
    def keep() -> None:
        now = {name: st.session_state.get(key, values[name]) for name, key in keys.items()}
        save_quietly(desk.id, settings=dumped({**desk.settings, **now}))

    def named(job: str) -> dict[str, str]:
        return {c.name: c.name if c.ready else f"{c.name} (weights missing)" for c in offered(job)}

    for name in ("generator", "judge"):
        options = named(name)
        st.selectbox(name.capitalize(), list(options), list(options).index(values[name]), format_func=options.get,
                     key=keys[name], on_change=keep)  # fmt: skip
        st.caption(_card(values[name], name).summary)
    left, right = st.columns(2)
    left.number_input("Pictures", 1, MOST, int(values["pictures"]), key=keys["pictures"], on_change=keep)
    right.number_input("First seed", 0, 10**9, int(values["seed"]), key=keys["seed"], on_change=keep,
                       help="The pictures get this seed and those that follow.")  # fmt: skip
    if _card(values["generator"], "generator").steps:
        left.number_input("Steps", 1, 100, int(values["steps"]), key=keys["steps"], on_change=keep)
        right.number_input("Guidance", 0.0, 15.0, float(values["guidance"]), 0.5, key=keys["guidance"], on_change=keep,
                           help="How closely to follow the caption; 1 is the model as it is.")  # fmt: skip
    size = values["size"] if values["size"] in SIDES else 768
    st.segmented_control("Size in pixels", SIDES, default=size, key=keys["size"], on_change=keep, required=True)


@told
def render(desk: Desk) -> None:
    """Queue the job of the settings as they stand."""
    require("render")
    values = settings_of(desk)
    if trouble := obstacle_of(desk):
        say(trouble)
        return
    seeds = list(range(values["seed"], values["seed"] + values["pictures"]))
    payload = {
        "caption": desk.line.caption,
        "graph": desk.graph.to_dict(),
        "questions": [question.to_dict() for question in desk.line.questions],
        "generator": values["generator"], "judge": values["judge"], "seeds": seeds,
        "steps": values["steps"], "guidance": values["guidance"], "size": values["size"],
        "taxonomy": desk.taxonomy.name, "taxonomy_version": desk.taxonomy.version,
    }  # fmt: skip
    start_worker()
    job = store().enqueue("render", dumped(payload), owner=who(), role=role(), session=desk.id)
    st.session_state[f"watch:{desk.id}"] = job
    st.session_state.pop(f"picture:{desk.id}", None)


@told
def cancel(job: str) -> None:
    """Ask the worker to stop; only the owner may."""
    require("render")
    store().cancel(job, by=who(), role=role())


@told
def retry(job: str) -> None:
    """Queue a job again that did not finish."""
    require("render")
    start_worker()
    store().retry(job, by=who(), role=role())


def newest(desk: Desk) -> Job | None:
    """The last render job of this session."""
    return next((job for job in store().jobs(session=desk.id, limit=50) if job.kind == "render"), None)


def job_strip(job: Job) -> None:
    """How far the job is; looks again every second while it goes on."""
    if job.active:
        seen = len(store().pictures(job=job.id))
        st.fragment(_watch, run_every=1.0)(job.id, seen)
    elif job.status in ("failed", "interrupted", "cancelled") and not store().pictures(job=job.id):
        line = st.container(horizontal=True, vertical_alignment="center")
        text = job.error or job.message or "The job did not finish."
        (line.info if job.status == "cancelled" else line.error)(plain(text))
        line.button("Try again", icon=":material/refresh:", key="retry", on_click=retry, args=(job.id,))


def _watch(id: str, seen: int) -> None:
    job = store().get_job(id)
    if not job.active or len(store().pictures(job=id)) > seen:
        st.rerun()
    st.progress(job.progress, text=plain(_told(job)))
    preview = _preview(job)
    if preview is not None:
        st.image(preview, width="stretch", alt="The pictures as they form")
    else:
        st.skeleton(height=260)


def _told(job: Job) -> str:
    if job.cancel_requested:
        return "Stopping…"
    if job.status == "queued":
        waiting = _since(job.updated)
        if waiting > PATIENCE and revive_worker():
            return "No worker was at work, so a new one was started; this takes a few seconds…"
        return "Waiting for the worker…" if waiting > 1 else "Queued…"
    if job.started is not None and _since(job.updated) > 4 * PATIENCE and revive_worker():
        return "The worker stopped; another one takes over…"
    left = f" · about {duration(_left(job))} left" if job.started and job.progress > 0.05 else ""
    return (job.message or "Working…") + left


def _since(moment: str) -> float:
    return (datetime.now(UTC) - datetime.fromisoformat(moment)).total_seconds()


def _left(job: Job) -> float:
    return _since(job.started or job.created) * (1 - job.progress) / max(job.progress, 0.01)


def _preview(job: Job) -> Image.Image | None:
    """The forming pictures, as large as they fit; the file is replaced while we look, so a miss is no matter."""
    if job.preview is None:
        return None
    try:
        with Image.open(BytesIO(store().image_path(job.preview).read_bytes())) as sheet:
            return tiled(sheet.convert("RGB"), len(loaded(job.payload).get("seeds", ())))
    except OSError:
        return None


def tiled(sheet: Image.Image, count: int) -> Image.Image:
    """The worker's sheet, four to a row, laid out anew: up to four pictures as a square."""
    columns = 1 if count == 1 else 2 if count <= 4 else 4
    across = max(1, sheet.width // TILE)
    page = Image.new("RGB", (columns * TILE, -(-max(1, count) // columns) * TILE), "#808080")
    for i in range(count):
        left, top = i % across * TILE, i // across * TILE
        page.paste(sheet.crop((left, top, left + TILE, top + TILE)), (i % columns * TILE, i // columns * TILE))
    return page
