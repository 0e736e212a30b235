"""The browser's side of Inspect: small components of its own, mounted like those of Compose.

Texts reach the page through `textContent` alone. Try it: `python -m pytest tests/browser/test_inspect.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import streamlit as st

from pages.parts.components import ASSETS

HTML = {
    "answers": '<div class="sw wide"><table class="answers"></table></div>',
    "compare": '<div class="sw compare"></div>',
    "grid": '<div class="sw wide"><table class="grid"></table></div>',
    "facts": '<div class="sw"><dl class="facts"></dl></div>',
    "strip": '<div class="sw strip"></div>',
    "scores": '<div class="sw"><table class="scores"></table></div>',
}


@cache
def _file(name: str) -> str:
    return (ASSETS / name).read_text(encoding="utf-8")


def show(
    name: str, *, key: str, data: dict[str, Any], on_picked: Callable[[dict[str, Any]], None] | None = None
) -> None:
    """Show the component `name` with `data`; `on_picked` hears what a person chose in it."""
    component = st.components.v2.component(
        f"scenewright_inspect_{name}",
        html=HTML[name],
        css=_file("style.css") + _file("inspect.css"),
        js=_file("bus.js") + _file(f"{name}.js"),
    )

    def heard() -> None:
        picked = st.session_state.get(key, {}).get("picked")
        if isinstance(picked, dict) and on_picked is not None:
            on_picked(picked)

    component(key=key, data=data, on_picked_change=heard)
