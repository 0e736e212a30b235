"""The front door: page settings, the pages, who is here; opens the store once and starts the worker.

Try it: `streamlit run app.py`; as an ASGI app: `uvicorn app:app`.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

from pages.parts.home import guarded, start_worker

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
)


def main() -> None:
    """One run of the app."""
    st.set_page_config("Scenewright", ICON, layout="wide", initial_sidebar_state="expanded")
    chosen = st.navigation(
        [
            st.Page(path, title=title, icon=icon, default=i == 0)
            for i, (path, title, icon) in enumerate(PAGES)
            if Path(__file__).with_name(path.split("/")[0]).joinpath(path.split("/")[1]).is_file()
        ],
        position="top",
    )
    st.html(CANVAS / "page.css")
    with guarded():
        start_worker()
        chosen.run()


if __name__ == "__main__":  # as a script, which is also how the ASGI app below runs it
    main()
else:
    PagesManager.uses_pages_directory = (
        False  # or the first visitor, if at /sessions, would get that file without the app
    )
    app = st.App(Path(__file__))
