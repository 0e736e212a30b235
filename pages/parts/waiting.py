"""Waiting for a job that is not drawn while one looks: a bar with words that is renewed, a worker that is missed, stop, go on.

Try it: `python -m pytest tests/pages/test_curate.py -k export`.
"""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from engine.store import Job
from pages.parts.home import revive_worker, start_worker, store, told, who
from pages.parts.people import require, role
from pages.parts.words import plain

PATIENCE = 6.0
"""Seconds that a queued job waits before we look whether a worker is alive."""


def bar(id: str, *, begun: str, stopping: str = "Stopping…", silence: float = 4 * PATIENCE) -> None:
    """How far a job is, renewed every second; the whole page runs again when it is over.

    `begun` is said until the job says something itself; a job that is silent for `silence` seconds gets another worker.
    """
    st.fragment(_bar, run_every=1.0)(id, begun, stopping, silence)


def _bar(id: str, begun: str, stopping: str, silence: float) -> None:
    job = store().get_job(id)
    if not job.active:
        st.rerun()
    st.progress(job.progress, text=plain(stopping if job.cancel_requested else _said(job, begun, silence)))


def _said(job: Job, begun: str, silence: float) -> str:
    silent = (datetime.now(UTC) - datetime.fromisoformat(job.updated)).total_seconds()
    if job.status == "queued":
        if silent > PATIENCE and revive_worker():
            return "No worker was at work, so a new one was started; this takes a few seconds…"
        return "Waiting for the worker…"
    if silent > silence and revive_worker():
        return "The worker stopped; another one takes over…"
    return job.message or begun


@told
def cancel(id: str) -> None:
    """Ask the worker to stop; only the owner and an admin may."""
    store().cancel(id, by=who(), role=role())


@told
def again(id: str, right: str) -> None:
    """Queue a job again that did not finish; says on the page that `right` is missing where it is."""
    require(right)
    start_worker()
    store().retry(id, by=who(), role=role())
