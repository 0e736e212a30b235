"""The front door: page settings, the pages, who is here; opens the store once and starts the worker.

Try it: `streamlit run app.py`; as an ASGI app: `uvicorn app:app`.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from streamlit.runtime.pages_manager import PagesManager

from pages.parts.accounts import tell_trouble
from pages.parts.callback import Callback
from pages.parts.home import guarded, lifespan, start_worker
from pages.parts.people import only_rates

CANVAS = Path(__file__).resolve().parent / "assets" / "canvas"
ICON = CANVAS / "icon.png"
PAGES = (
    ("pages/compose.py", "Compose", ":material/draw:"),
    ("pages/sessions.py", "Sessions", ":material/photo_library:"),
    ("pages/inspect_scene.py", "Inspect", ":material/frame_inspect:"),
    ("pages/evaluate.py", "Evaluate", ":material/monitoring:"),
    ("pages/rate.py", "Rate", ":material/thumbs_up_down:"),
    ("pages/curate.py", "Curate", ":material/filter_list:"),
    ("pages/stage.py", "Stage", ":material/slideshow:"),
    ("pages/backends.py", "Backends", ":material/memory:"),
)


def main() -> None:
    """One run of the app."""
    st.set_page_config("Scenewright", ICON, layout="wide", initial_sidebar_state="auto")
    st.html(CANVAS / "page.css")
    with guarded():
        start_worker()
        tell_trouble()
        alone = only_rates()
        chosen = st.navigation(pages(), position="hidden" if alone else "top")
        if alone and chosen.title != "Rate":
            st.switch_page("pages/rate.py", query_params=dict(st.query_params))
        chosen.run()


def pages() -> list[st.Page]:
    """What the program can do; the first is the page at the address without a path."""
    return [st.Page(path, title=title, icon=icon, default=i == 0) for i, (path, title, icon) in enumerate(PAGES)]


if __name__ == "__main__":  # as a script, which is also how the ASGI app below runs it
    main()
else:
    PagesManager.uses_pages_directory = (
        False  # or the first visitor, if at /sessions, would get that file without the app
    )
    app = st.App(Path(__file__), lifespan=lifespan, middleware=[Middleware(Callback)])
