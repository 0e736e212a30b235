"""Exports as jobs: queued, shown with progress and time left wherever one looks, cancelled, tried again.

Try it: `python -m pytest tests/pages/test_curate.py -k export`.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from engine.export_job import Order
from engine.store import Job
from pages.parts.desk import loaded
from pages.parts.home import start_worker, store, who
from pages.parts.people import allowed, require, role
from pages.parts.waiting import again, bar, cancel
from pages.parts.words import plain

LOOKED_AT = 60
"""Jobs in which the newest export is looked for."""


def ask(order: Order) -> str:
    """Queue an export; raises `StoreError` for who may not. Returns the job's id."""
    require("export")
    start_worker()
    session = order.session or None
    return store().enqueue("export", order.to_json(), owner=who(), role=role(), session=session)


def exporting() -> list[Job]:
    """The last export jobs, newest first."""
    return [job for job in store().jobs(limit=LOOKED_AT) if job.kind == "export"]


def newest(*places: str, among: Sequence[Job] | None = None) -> Job | None:
    """The last job that exports to one of these places, `among` the jobs that were read already."""
    jobs = exporting() if among is None else among
    return next((job for job in jobs if loaded(job.payload).get("place") in places), None)


def strip(job: Job, key: str) -> None:
    """Progress and Cancel while it goes on; what went wrong and Try again after."""
    if job.active:
        line = st.container(horizontal=True, vertical_alignment="center")
        with line:
            bar(job.id, begun="Beginning…")
        line.button("Cancel", icon=":material/stop_circle:", key=f"export-stop:{key}", on_click=cancel, args=(job.id,),
                    disabled=job.cancel_requested or not _mine(job))  # fmt: skip
    elif job.status != "done":
        line = st.container(horizontal=True, vertical_alignment="center")
        text = job.error or ("Cancelled; nothing was written." if job.status == "cancelled" else job.message)
        (line.info if job.status == "cancelled" else line.error)(plain(text or "The export did not finish."))
        line.button("Try again", icon=":material/refresh:", key=f"export-retry:{key}", on_click=again, args=(job.id, "export"),
                    disabled=not _mine(job))  # fmt: skip


def _mine(job: Job) -> bool:
    return allowed("export") and (job.owner == who() or role() == "admin")
