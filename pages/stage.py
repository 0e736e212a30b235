"""Stage: a scene as a show, full screen, by keyboard or clicker; it grows, it is spoken, it is drawn, it is questioned.

Try it: `streamlit run app.py`, then Stage; F is full screen, Space goes on, S surprises.
"""

from __future__ import annotations

from pages.parts.home import guarded, show_notices
from pages.parts.staging.player import player

with guarded():
    show_notices()
    player()
