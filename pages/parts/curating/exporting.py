"""A set as files to train on: format, test share, licence; the export is a job, whose receipt is the set that it leaves.

Written beside its place and given its name only when it reads back whole. Try it: Curate, Sets, Export.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from engine.errors import FormatError
from engine.export_job import Order, exports
from engine.store import Job
from engine.store.set_values import PictureSet
from pages.parts.exports import ask, newest, strip
from pages.parts.home import store, told
from pages.parts.people import allowed
from pages.parts.words import file_name, plain

if TYPE_CHECKING:
    from engine.export import Receipt

LICENCES = ("unknown", "cc0-1.0", "cc-by-4.0", "cc-by-sa-4.0", "apache-2.0", "mit", "openrail", "other")
LARGEST_ZIP = 400_000_000
"""Bytes up to which a set is offered as one download."""


def export_panel(one: PictureSet, jobs: Sequence[Job]) -> None:
    """Choices and button; below, how far the export is (one of `jobs`), and what lies there in the chosen format."""
    from engine.export import LAYOUTS

    job = newest(*(place_of(one, format) for format in LAYOUTS), among=jobs)
    busy = job is not None and job.active
    with st.expander("Export", icon=":material/download:", key=f"export:{one.id}", expanded=busy):
        line = st.container(horizontal=True, vertical_alignment="bottom", gap="medium")
        format = line.selectbox("Format", list(LAYOUTS), key=f"export-format:{one.id}", width=220)
        share = line.slider("Test share in percent", 0, 50, 10, key=f"export-share:{one.id}", width=240,
                            help="Of the scenes, by the hash of their graphs, so that none is in train and in test.")  # fmt: skip
        licence = line.selectbox("Licence", LICENCES, key=f"export-licence:{one.id}", width=180)
        line.button("Export", icon=":material/save:", type="primary", key=f"export-go:{one.id}",
                    on_click=begin, args=(one, format, share / 100, licence), disabled=busy or not allowed("export"))  # fmt: skip
        st.caption(plain(f"Reads as {LAYOUTS[format].columns}."))
        if job is not None:
            strip(job, one.id)
        if not busy:
            _receipt(one, format)


@told
def begin(one: PictureSet, format: str, share: float, licence: str) -> None:
    """Queue the export of a set."""
    ask(Order(place_of(one, format), set=one.id, format=format, test_share=share, licence=licence))


def place_of(one: PictureSet, format: str) -> str:
    """The name of the folder where a set of this format goes: the set's name and id."""
    return file_name(one.name, f"-{one.id[:6]}-{format}")


def folder_of(one: PictureSet, format: str) -> Path:
    """That folder, in the home folder."""
    return exports(store().home) / place_of(one, format)


@st.cache_data(show_spinner=False, max_entries=50)
def _there(folder: str, stamp: int) -> Receipt:
    from engine.export import receipt

    return receipt(folder)


def _receipt(one: PictureSet, format: str) -> None:
    from engine.export import MANIFEST

    folder = folder_of(one, format)
    try:
        receipt = _there(str(folder), (folder / MANIFEST).stat().st_mtime_ns)
    except (OSError, FormatError):
        return
    st.success(plain(str(receipt)), icon=":material/check_circle:")
    st.markdown("**Train on it**")
    st.code(receipt.train, language="bash")
    if receipt.size <= LARGEST_ZIP:
        st.download_button("Download as zip", lambda: zipped(receipt.folder), file_name(one.name, f"-{format}.zip"),
                           "application/zip", icon=":material/folder_zip:", key=f"export-zip:{one.id}", on_click="ignore")  # fmt: skip


def zipped(folder: Path) -> bytes:
    """The folder as a zip, file by file in order, the same bytes for the same folder."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_STORED) as archive:
        for file in sorted(file for file in folder.rglob("*") if file.is_file()):
            entry = zipfile.ZipInfo(f"{folder.name}/{file.relative_to(folder).as_posix()}", (1980, 1, 1, 0, 0, 0))
            archive.writestr(entry, file.read_bytes())
    return data.getvalue()
