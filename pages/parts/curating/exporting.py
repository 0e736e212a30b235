"""A set as files to train on: format, test share, licence, then the receipt, the exact command and a zip to take along.

Written beside its place and given its name only when it reads back whole. Try it: Curate, Sets, Export.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import streamlit as st

from engine.errors import ScenewrightError
from engine.store.set_values import PictureSet
from pages.parts.home import store
from pages.parts.people import require
from pages.parts.words import file_name, plain

LICENCES = ("unknown", "cc0-1.0", "cc-by-4.0", "cc-by-sa-4.0", "apache-2.0", "mit", "openrail", "other")
LARGEST_ZIP = 400_000_000
"""Bytes up to which a set is offered as one download."""


def export_panel(one: PictureSet) -> None:
    """Choices and button; below, what came of the last export."""
    from engine.export import LAYOUTS

    with st.expander("Export", icon=":material/download:", key=f"export:{one.id}"):
        line = st.container(horizontal=True, vertical_alignment="bottom", gap="medium")
        format = line.selectbox("Format", list(LAYOUTS), key=f"export-format:{one.id}", width=220)
        share = line.slider("Test share in percent", 0, 50, 10, key=f"export-share:{one.id}", width=240,
                            help="Of the scenes, by the hash of their graphs, so that none is in train and in test.")  # fmt: skip
        licence = line.selectbox("Licence", LICENCES, key=f"export-licence:{one.id}", width=180)
        go = line.button("Export", icon=":material/save:", type="primary", key=f"export-go:{one.id}")
        st.caption(plain(f"Reads as {LAYOUTS[format].columns}."))
        if go:
            _export(one, format, share / 100, licence)
        _receipt(one, format)


def folder_of(one: PictureSet, format: str) -> Path:
    """Where a set of this format goes: in the home folder, under the set's name and id."""
    return store().home / "exports" / file_name(one.name, f"-{one.id[:6]}-{format}")


def _export(one: PictureSet, format: str, share: float, licence: str) -> None:
    from engine.export import export

    require("export")
    bar = st.progress(0.0, text="Writing…")

    def on_step(done: int, of: int) -> None:
        if done % max(1, of // 50) == 0 or done == of:
            bar.progress(done / of, text=f"Wrote {done:,} of {of:,} pictures, then reading them back…")

    try:
        rows = store().set_rows(one.name)
        receipt = export(
            rows, folder_of(one, format), format, test_share=share, licence=licence, overwrite=True, on_step=on_step
        )
        st.session_state[f"exported:{one.id}:{format}"] = receipt
    except ScenewrightError as error:
        st.error(plain(str(error)), icon=":material/error:")
    bar.empty()


def _receipt(one: PictureSet, format: str) -> None:
    receipt = st.session_state.get(f"exported:{one.id}:{format}")
    if receipt is None or not receipt.folder.is_dir():
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
