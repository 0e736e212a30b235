"""Work: jobs about models, asked for here and shown until they are over, whoever looks.

Try it: `python -m pytest tests/pages/test_backends.py -k job`.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from engine.roles import action_of
from engine.store import Job
from models.catalog import Card
from pages.parts.desk import dumped, loaded
from pages.parts.home import start_worker, store, told, who
from pages.parts.people import require, role
from pages.parts.waiting import cancel
from pages.parts.words import plain

KINDS = ("load", "unload", "fetch", "probe", "examine")
ASKED = "backend-job"


@told
def ask(kind: str, card: Card) -> None:
    """Queue a job about this model."""
    queue(kind, job=card.job, name=card.name)


def queue(kind: str, **payload: Any) -> None:
    """Queue a job about models; raises `StoreError` for who may not."""
    require(action_of(kind))
    start_worker()
    st.session_state[ASKED] = store().enqueue(kind, dumped(payload), owner=who(), role=role(), priority=1)


def newest() -> Job | None:
    """The job that was asked for here last, or one under way that somebody else asked for."""
    mine = st.session_state.get(ASKED)
    jobs = [job for job in store().jobs(limit=50) if job.kind in KINDS]
    return next((job for job in jobs if job.active), next((job for job in jobs if job.id == mine), None))


def strip() -> None:
    """One line that is always there, so that nothing below it moves."""
    with st.container(height=64, border=False, key="backend-strip", vertical_alignment="center"):
        job = newest()
        if job is not None and job.active:
            st.fragment(_watch, run_every=1.0)(job.id)
        elif job is not None:
            _over(job)
        else:
            st.caption("Pick a model to see all that is known of it, to load it or to send it away.")


def _watch(id: str) -> None:
    job = store().get_job(id)
    if not job.active:
        st.rerun()
    line = st.container(horizontal=True, vertical_alignment="center")
    line.progress(job.progress, text=plain(f"{_title(job)}: {job.message or 'waiting for the worker…'}"))
    line.button("Cancel", icon=":material/stop_circle:", key="backend-cancel", on_click=cancel, args=(id,),
                disabled=job.cancel_requested)  # fmt: skip


def _over(job: Job) -> None:
    text = job.error or job.message or "It did not finish."
    shown = st.success if job.status == "done" else st.info if job.status == "cancelled" else st.error
    shown(plain(text))


def _title(job: Job) -> str:
    payload = loaded(job.payload)
    return f"{job.kind.capitalize()} {payload.get('name') or payload.get('url') or ''}".strip()
