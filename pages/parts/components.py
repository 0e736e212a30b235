"""The browser's side of the page: small components without packaging, and the library that pyvis ships.

One constant component carries vis-network (once per visit), the others stay small enough to be sent with every change.
Try it: `streamlit run app.py`, then look at the network panel: nothing is asked from outside.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pyvis
import streamlit as st

ASSETS = Path(__file__).resolve().parent.parent.parent / "assets" / "canvas"
LIBRARY = Path(pyvis.__file__).parent / "templates" / "lib" / "vis-9.1.2" / "vis-network.min.js"

HTML = {
    "canvas": '<div class="sw graph" role="img"><div class="scene"></div><div class="draw"></div>'
    '<div class="empty"></div><div class="legend"></div></div>',
    "caption": '<div class="sw"><p class="caption"></p></div>',
    "questions": '<div class="sw wide"><table class="asked"></table></div>',
    "film": '<div class="sw film"></div>',
}


@cache
def _file(name: str) -> str:
    return (ASSETS / name).read_text(encoding="utf-8")


@cache
def _library_code() -> str:
    return LIBRARY.read_text(encoding="utf-8") + "\nexport default () => {};\n"


def library() -> None:
    """Bring vis-network into the page; call once per run, before a canvas."""
    component = st.components.v2.component("scenewright_library", js=_library_code(), html="<span></span>")
    component(key="scenewright-library", height=1)


def mount(name: str, *, key: str, data: dict[str, Any], on_picked: Callable[[dict[str, Any]], None]) -> None:
    """Show the component `name` with `data`; `on_picked` hears what a person chose in it."""
    component = st.components.v2.component(
        f"scenewright_{name}", html=HTML[name], css=_file("style.css"), js=_file("bus.js") + _file(f"{name}.js")
    )

    def heard() -> None:
        picked = st.session_state.get(key, {}).get("picked")
        if isinstance(picked, dict):
            on_picked(picked)

    component(key=key, data=data, on_picked_change=heard)
