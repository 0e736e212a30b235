"""Small pictures for grids: WebP of at most 256 pixels, made once per file and kept in memory until the file changes.

Try it: `python -m pytest tests/pages/test_curate.py -k thumb`.
"""

from __future__ import annotations

import base64
from io import BytesIO

import streamlit as st
from PIL import Image

from engine.errors import StoreError
from pages.parts.home import store

SIDE = 256


@st.cache_data(show_spinner=False, max_entries=3000)
def small(path: str, stamp: int, side: int = SIDE) -> str:
    """A WebP of at most `side` pixels as a data address; empty where the file is gone or no picture."""
    try:
        with Image.open(path) as picture:
            shrunk = picture.convert("RGB")
            shrunk.thumbnail((side, side))
    except (OSError, ValueError, Image.DecompressionBombError):
        return ""
    file = BytesIO()
    shrunk.save(file, "WEBP", quality=78, method=2)
    return "data:image/webp;base64," + base64.b64encode(file.getvalue()).decode()


def thumb_of(path: str, run: str | None, side: int = SIDE) -> str:
    """The small picture of a path of the store; empty where its file cannot be read."""
    try:
        file = store().image_path(path, run=run)
        return small(str(file), file.stat().st_mtime_ns, side)
    except (OSError, StoreError):
        return ""
