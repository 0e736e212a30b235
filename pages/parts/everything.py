"""Everything of a scene in one zip: at once while it is small, as a job with progress where there are many pictures.

Try it: `python -m pytest tests/pages/test_compose.py -k zip`.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from engine.export_job import Order, exports
from engine.wording import counted
from pages.parts.desk import Desk
from pages.parts.exports import ask, newest, strip
from pages.parts.home import store, told
from pages.parts.people import allowed
from pages.parts.words import file_name, plain

AT_ONCE = 24
"""Pictures up to which the zip is made when it is asked for; it holds their files, which are about a megabyte each."""


def everything_button(desk: Desk) -> None:
    """Take the zip along, or have it made first."""
    if len(desk.pictures) <= AT_ONCE:
        _take(desk, lambda: everything(desk))
        return
    job = newest(place_of(desk))
    file = exports(store().home) / place_of(desk)
    if job is not None and (job.active or job.status != "done"):
        strip(job, desk.id)
    elif job is not None and file.is_file():
        made = f"{plain(job.message)} Made {job.finished[:16].replace('T', ' ') if job.finished else ''} UTC."
        _take(desk, lambda: file.read_bytes(), made)
    if job is None or not job.active:
        st.button("Make everything (zip)", icon=":material/folder_zip:", key="make-all", on_click=begin, args=(desk,),
                  width="stretch", disabled=not allowed("export"),
                  help=f"{counted(len(desk.pictures), 'picture')}, so it is made in the background.")  # fmt: skip


def _take(desk: Desk, data: Callable[[], bytes], help: str | None = None) -> None:
    st.download_button("Everything (zip)", data, file_name(desk.session.name, ".zip"), "application/zip", help=help,
                       icon=":material/folder_zip:", on_click="ignore", key="take-all", width="stretch")  # fmt: skip


def place_of(desk: Desk) -> str:
    """The name of the file: the scene's first name may change, its id does not."""
    return f"scene-{desk.id}.zip"


@told
def begin(desk: Desk) -> None:
    """Queue the zip of this session."""
    ask(Order(place_of(desk), session=desk.id))


def everything(desk: Desk) -> bytes:
    """A zip of graph, caption, questions, and every picture as it was made with its scores."""
    from engine.export import session_zip  # brings Arrow along, which no page needs to begin with
    from engine.export.stored import rows_of_session

    rows = rows_of_session(store(), desk.id)
    return session_zip(graph=desk.graph, caption=desk.line.caption, questions=desk.line.questions, pictures=rows)
