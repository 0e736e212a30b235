"""One item as an annotator sees it: a scene in words, a picture with its caption, or two sides to choose between.

What was hidden never reaches this file: the store leaves it out. Try it: `python -m pytest tests/pages/test_rate.py -k item`.
"""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

import streamlit as st
from PIL import Image

from engine.errors import ScenewrightError
from engine.store.rating_values import PRACTICE, Answers, Content, Kind
from pages.parts.opening import store
from pages.parts.rating.asked import listed_elements
from pages.parts.words import plain

LESSONS = Path(__file__).resolve().parents[3] / "assets" / "rating" / "practice"
SIDE = 720
"""Pixels of the longer side of a picture that is rated; larger ones are shown smaller."""
MARKS = {"yes": ":material/check_circle:", "no": ":material/cancel:", "unsure": ":material/help:"}


def item_view(
    kind: Kind,
    content: Content,
    *,
    said: Answers | None = None,
    asked: str = "",
    list_all: bool = True,
    width: int | Literal["stretch"] = "stretch",
) -> None:
    """Show it; `said` marks the elements that have an answer, `asked` is the id of the one the question is about.

    Pictures are `width` pixels wide, or as wide as there is room.
    """
    if kind == "scene":
        words(str(content.get("text", "")))
    elif kind == "picture":
        _picture(content.get("picture"), width=width)
        words(str(content.get("caption", "")))
    else:
        _pair(kind, content, width)
    if list_all:
        _elements(content, (said or {}).get("elements", {}), asked)


def words(text: str, *, label: str = "") -> None:
    """A caption, large enough to read at a glance."""
    head = f"**{label}**  \n" if label else ""
    size = "####" if len(text) < 280 else ""
    st.markdown(f"{head}{plain(text)}" if label or not size else f"{size} {plain(text)}")


def _pair(kind: Kind, content: Content, width: int | Literal["stretch"]) -> None:
    if kind == "picture-pair":
        words(str(content.get("caption", "")))
    columns = st.columns(2, gap="medium")
    for column, label, side in zip(columns, ("A", "B"), (_side(content, "left"), _side(content, "right")), strict=True):
        with column.container(border=True, height="stretch"):
            if kind == "picture-pair":
                st.markdown(f"**{label}**")
                _picture(side.get("picture"), alt=f"Picture {label}", width=width)
            else:
                words(str(side.get("text", "")), label=label)


def _side(content: Content, name: str) -> Mapping[str, Any]:
    side = content.get(name) or content.get({"left": "a", "right": "b"}[name])
    return side if isinstance(side, Mapping) else {}


def _elements(content: Content, said: Mapping[str, Any], asked: str) -> None:
    listed = listed_elements(content)
    if not listed:
        return
    st.caption("What is in it")
    row = st.container(horizontal=True, gap="small", key="elements")
    for element in listed:
        id, text = str(element.get("id", "")), plain(str(element.get("text", "")))
        mark = MARKS.get(str(said.get(id, "")), "")
        row.markdown(f":blue-badge[{text}]" if id == asked else f":gray-badge[{mark} {text}]", width="content")


# --- pictures ---------------------------------------------------------------------------------------------------------


def _picture(id: object, *, alt: str = "The picture to rate", width: int | Literal["stretch"] = "stretch") -> None:
    data = picture_bytes(str(id))
    if data:
        st.image(data, alt=alt, width=width)
    else:
        st.caption(":material/broken_image: The file of this picture is gone. Skip it, or flag it for the curator.")


@st.cache_data(show_spinner=False, max_entries=200)
def picture_bytes(id: str) -> bytes:
    """The picture as PNG, at most `SIDE` pixels; empty where it is gone. Nothing in it says where it came from."""
    try:
        with Image.open(_file(id)) as picture:
            shown = picture.convert("RGB")
    except (ScenewrightError, OSError, ValueError):
        return b""
    shown.thumbnail((SIDE, SIDE))
    if max(shown.size) < SIDE // 2:
        shown = shown.resize((shown.width * 2, shown.height * 2), Image.Resampling.LANCZOS)
    file = BytesIO()
    shown.save(file, "PNG")
    return file.getvalue()


def _file(id: str) -> Path:
    """Where the picture lies: among those to practise on, or in the store."""
    if id.startswith(PRACTICE):
        return LESSONS / f"{Path(id.removeprefix(PRACTICE)).name}.png"
    found = store().get_picture(id)
    return store().image_path(found.path, run=found.run)


def preload(content: Content) -> None:
    """Let the browser fetch the pictures of the next item while this one is looked at; nothing of it is seen."""
    ids = [content.get("picture"), _side(content, "left").get("picture"), _side(content, "right").get("picture")]
    with st.container(key="next-pictures", height=1, border=False):
        for id in ids:
            if id and (data := picture_bytes(str(id))):
                st.image(data, alt="", width="stretch")
