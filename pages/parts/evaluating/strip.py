"""The evaluation that is being made: how far it is, how long it takes yet, and how to stop it.

It only shows; whoever reloads or looks from another browser sees the same. Try it: `streamlit run app.py`.
"""

from __future__ import annotations

import orjson
import streamlit as st

from engine.store import Job
from pages.parts.home import store, who
from pages.parts.people import allowed
from pages.parts.waiting import again, bar, cancel
from pages.parts.words import plain

SILENCE = 60.0
"""Seconds without a word from a batch before another worker takes over."""
LOOKED_AT = 40
"""Jobs in which the newest evaluation is looked for."""


def newest(folder: str | None = None) -> Job | None:
    """The evaluation that is at work or waits; otherwise the last one of this folder, if it did not finish."""
    jobs = [job for job in store().jobs(limit=LOOKED_AT, active=True) if job.kind == "evaluate"]
    if jobs:
        return jobs[-1]
    over = (job for job in store().jobs(limit=LOOKED_AT, active=False) if job.kind == "evaluate")
    return next((job for job in over if folder is None or folder_of(job) == folder), None)


def folder_of(job: Job) -> str:
    """The folder that a job fills; empty for a payload of something else."""
    try:
        data = orjson.loads(job.payload)
        return str(data.get("folder", "")) if isinstance(data, dict) else ""
    except ValueError:
        return ""


def title_of(job: Job) -> str:
    """The title of the evaluation that a job makes."""
    try:
        return str(orjson.loads(job.payload)["title"])
    except (ValueError, KeyError, TypeError):
        return "Evaluation"


def strip(job: Job) -> None:
    """Progress and Cancel while it goes on; what went wrong and Try again after."""
    if job.active:
        with st.container(border=True):
            line = st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute")
            line.markdown(f"**{plain(title_of(job))}** · {plain(job.owner)}")
            line.button("Cancel", icon=":material/stop_circle:", key="cancel-evaluation", on_click=cancel,
                        args=(job.id,), disabled=job.cancel_requested or job.owner != who())  # fmt: skip
            bar(job.id, begun="Working…", stopping="Stopping after this batch…", silence=SILENCE)
    elif job.status in ("failed", "interrupted", "cancelled"):
        line = st.container(horizontal=True, vertical_alignment="center")
        text = job.error or job.message or "The evaluation did not finish."
        (line.info if job.status == "cancelled" else line.error)(
            f"{plain(title_of(job))}: {plain(text)} What was drawn is kept, and going on draws only the rest."
        )
        line.button("Go on", icon=":material/play_arrow:", key="retry-evaluation", on_click=again, args=(job.id, "render"),
                    disabled=job.owner != who() or not allowed("render"))  # fmt: skip
