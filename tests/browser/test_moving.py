"""A scene that moves, in a real Chromium: drawn as a video, which plays in Compose and in Inspect.

Run it: `pytest tests/browser/test_moving.py`.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect

from engine.parse import parse
from engine.png import read_frames
from engine.taxonomy import load
from pages.parts.desk import fields
from tests.browser.conftest import PATIENCE, Served

MOVING = load("pocket-video")
CAPTION = (
    "A large red rising rocket is to the left of a green still tree. The scene is at night and filmed panning left."
)


def plays(page: Page, picture: Locator) -> bool:
    """True once two looks at a picture differ."""
    before = picture.screenshot()
    for _ in range(20):
        page.wait_for_timeout(130)
        if picture.screenshot() != before:
            return True
    return False


def test_a_video_is_drawn_and_plays(served: Served, browser: Browser) -> None:
    settings = json.dumps({"generator": "pocket-video", "pictures": 2, "steps": 8, "modality": "video"})
    graph = parse(CAPTION, MOVING)
    id = served.store.create_session(
        owner="me", **{**fields(graph, MOVING), "name": "It moves", "settings": settings}
    ).id
    page = served.open(browser, f"?session={id}")
    page.get_by_role("button", name="Render", exact=True).click(delay=80)
    picture = page.get_by_role("img", name=re.compile("^pocket-video, seed"))
    expect(picture.first).to_be_visible(timeout=PATIENCE)
    assert plays(page, picture.first)
    (one, two) = served.store.pictures(session=id)
    assert len(read_frames(served.store.image_path(one.path).read_bytes())) == 16
    keep(page, "compose")
    page = served.open(browser, f"inspect_scene?session={id}&picture={two.id}")
    picture = page.get_by_role("img", name=re.compile(f"^pocket-video, seed {two.seed}:")).first
    expect(picture).to_be_visible(timeout=PATIENCE)
    assert plays(page, picture)
    expect(page.get_by_text("Is the rocket rising?").first).to_be_visible()
    keep(page, "inspect")
    assert not served.outside


def keep(page: Page, name: str) -> None:
    """A picture of the page, for people, where SCENEWRIGHT_SHOTS names a folder."""
    if folder := os.environ.get("SCENEWRIGHT_SHOTS"):
        page.screenshot(path=Path(folder) / f"moving-{name}.png")
