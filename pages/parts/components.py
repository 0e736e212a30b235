"""The browser's side of the page: small components without packaging, and the library that pyvis ships.

One constant component carries vis-network (once per visit), the others stay small enough to be sent with every change.
Try it: `streamlit run app.py`, then look at the network panel: nothing is asked from outside.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pyvis
import streamlit as st

ASSETS = Path(__file__).resolve().parent.parent.parent / "assets" / "canvas"
LIBRARY = Path(pyvis.__file__).parent / "templates" / "lib" / "vis-9.1.2" / "vis-network.min.js"

HTML = {
    "canvas": '<div class="sw graph" role="img"><div class="draw"></div><div class="top"><div class="bar" role="toolbar" '
    'aria-label="Tools of the canvas"></div><div class="scene"></div><div class="hint" role="status"></div>'
    '<div class="refused" role="alert"></div></div><div class="empty"></div>'
    '<div class="about" role="toolbar" aria-label="What is selected"></div><div class="legend"></div>'
    '<div class="said" role="status"></div></div>',
    "words": '<div class="sw words" hidden></div>',
    "caption": '<div class="sw"><p class="caption"></p></div>',
    "questions": '<div class="sw wide"><table class="asked"></table></div>',
    "film": '<div class="sw film"></div>',
}


@cache
def _file(name: str) -> str:
    return (ASSETS / name).read_text(encoding="utf-8")


@cache
def _library_code() -> str:
    """vis-network, and on top of it all that draws and edits a graph, as one constant module."""
    own = "".join(map(_file, ("bus.js", "pick.js", "hand.js", "view.js")))
    return f"{LIBRARY.read_text(encoding='utf-8')}\n{own}\nglobalThis.scenewright = {{ View }};\nexport default () => {{}};\n"


def library() -> None:
    """Bring vis-network into the page; call once per run, before a canvas."""
    component = st.components.v2.component("scenewright_library", js=_library_code(), html="<span></span>")
    component(key="scenewright-library", height=1)


def mount(
    name: str,
    *,
    key: str,
    data: dict[str, Any],
    on_picked: Callable[[dict[str, Any]], None] | None = None,
    hear: Mapping[str, Callable[[object], None]] | None = None,
) -> None:
    """Show the component `name` with `data`; `on_picked` hears what a person chose in it, `hear` its other events.

    What a browser sends can be anything: `on_picked` gets records only, those in `hear` look for themselves.
    """
    component = st.components.v2.component(
        f"scenewright_{name}", html=HTML[name], css=_file("style.css"), js=_file("bus.js") + _file(f"{name}.js")
    )

    def sent(event: str) -> object:
        state = st.session_state.get(key)
        return state.get(event) if isinstance(state, Mapping) else None

    def heard(picked: object) -> None:
        if on_picked is not None and isinstance(picked, dict):
            on_picked(picked)

    def listener(event: str, react: Callable[[object], None]) -> Callable[[], None]:
        return lambda: react(sent(event))

    events = {"picked": heard, **(hear or {})}
    component(key=key, data=data, **{f"on_{event}_change": listener(event, react) for event, react in events.items()})
