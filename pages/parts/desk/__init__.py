"""The desk: the scene one works on, read from the store at each run and saved back with every edit.

Nothing of value lives in the browser session alone. Try it: `python -m pytest tests/pages/test_compose.py`.
"""

from __future__ import annotations

from pages.parts.desk.drawing import compose, new_scene, surprise
from pages.parts.desk.gesture import edit, places_after, take
from pages.parts.desk.kept_json import dumped, loaded
from pages.parts.desk.saving import fields, new_session, save_graph, save_quietly, say_as, title, unplaced
from pages.parts.desk.scene import (
    TAXONOMY,
    Desk,
    choose_session,
    go_to,
    open_desk,
    pick_element,
    picked_elements,
    world,
)
from pages.parts.desk.steps import akin, knowing, past, put, step, steps_of

__all__ = [
    "TAXONOMY", "Desk", "akin", "choose_session", "compose", "dumped", "edit", "fields", "go_to", "knowing", "loaded",
    "new_scene", "new_session", "open_desk", "past", "pick_element", "picked_elements", "places_after", "put", "save_graph",
    "save_quietly", "say_as", "step", "steps_of", "surprise", "take", "title", "unplaced", "world",
]  # fmt: skip
