"""Jobs that Inspect asked for: put into the queue, found again after a reload, and shown while they go on.

Try it: `python -m pytest tests/pages/test_inspect.py -k job`.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from engine.store import Job
from pages.parts.desk import loaded
from pages.parts.home import say, start_worker, store, who
from pages.parts.inspecting.subject import Subject, payload
from pages.parts.people import require, role
from pages.parts.waiting import again, cancel
from pages.parts.words import plain

KINDS = ("judge", "grid", "again")
ACTIVE = ("queued", "running")
STYLE = """<style>
[data-testid="stLayoutWrapper"]:has(> .st-key-work-strip) {
  position: fixed; right: 2.25rem; bottom: 1.25rem; width: min(32rem, calc(100vw - 2rem)); z-index: 900;
}
.st-key-work-strip {
  background: light-dark(#fffdf8, #1c2530); border: 1px solid light-dark(#a79f86, #4a5a6a); border-radius: 0.6rem;
  padding: 0.6rem 0.9rem; box-shadow: 0 6px 24px rgb(0 0 0 / 0.22);
}
.st-key-judges { min-height: 2.7rem; }
</style>"""
"""The card lies over a corner of the page, so that nothing moves when it comes and goes; nor when no judge is left to ask."""
LOOKED_AT = 100
"""How far back in the list of jobs we look."""


def ask(subject: Subject, kind: str, **what: Any) -> str:
    """Queue a job about what is looked at; raises `StoreError` for who may not render. Returns the job's id."""
    require("render")
    start_worker()
    session = subject.session.id if subject.session is not None else None
    return store().enqueue(kind, payload(subject, **what), owner=who(), role=role(), session=session)


def jobs(subject: Subject, *kinds: str) -> list[Job]:
    """The jobs of these kinds that were asked for here, newest first."""
    session = subject.session.id if subject.session is not None else None
    found = store().jobs(session=session, limit=LOOKED_AT) if session else store().jobs(owner=who(), limit=LOOKED_AT)
    mine = [job for job in found if job.kind in (kinds or KINDS)]
    return [job for job in mine if session or loaded(job.payload).get("subject") == subject.key]


def strip(subject: Subject) -> None:
    """How far the newest job is, and how it ended if it did not come out; on a card that lies over the page."""
    st.html(STYLE)
    newest = next(iter(jobs(subject)), None)
    if newest is None:
        return
    failed = newest.status not in ("done", *ACTIVE) and st.session_state.get("job-seen") != newest.id
    if not newest.active and not failed:
        return
    with st.container(key="work-strip"):
        line = st.container(horizontal=True, vertical_alignment="center")
        if newest.active:
            with line:
                st.fragment(_watch, run_every=1.0)(newest.id, len(store().pictures(job=newest.id)))
            line.button("Cancel", icon=":material/stop_circle:", key="stop-work", on_click=cancel, args=(newest.id,),
                        disabled=newest.cancel_requested or newest.owner != who())  # fmt: skip
            return
        text = plain(newest.error or newest.message or "It failed.")
        line.markdown(f":material/info: {text}" if newest.status == "cancelled" else f":red[:material/error:] {text}")
        line.button("Try again", icon=":material/refresh:", key="retry-work", on_click=again, args=(newest.id, "render"),
                    disabled=newest.owner != who())  # fmt: skip
        line.button("", icon=":material/close:", key="seen-work", type="tertiary", help="Put this away.",
                    on_click=lambda: st.session_state.update({"job-seen": newest.id}))  # fmt: skip


def _watch(id: str, seen: int) -> None:
    job = store().get_job(id)
    if not job.active or len(store().pictures(job=id)) > seen:
        st.rerun()
    st.progress(job.progress, text=plain("Stopping…" if job.cancel_requested else job.message or "Queued…"))


def notice(text: str) -> None:
    """A short good word."""
    say(text, kind="info")
