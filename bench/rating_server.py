"""The app with one rating project in an empty home, and a page on its first item; runs nothing by itself.

Used by `python -m bench.rate_latency`.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from bench.app_server import come, started
from engine.store import open_store
from engine.store.rating_values import NewItem, Settings


@contextmanager
def rating_page(items: int) -> Iterator[Page]:
    """A page on the first of `items` scenes, its person named, no guidelines or practice before it."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home, sync_playwright() as play:
        project = _project(Path(home), items)
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        try:
            with started(home) as (address, _):
                page = browser.new_page()
                page.set_default_timeout(60_000)
                come(page, f"{address}/rate?project={project}")
                page.get_by_role("textbox", name="Your name").fill("Ada")
                page.keyboard.press("Enter")
                page.get_by_text("number 0").wait_for()
                page.wait_for_timeout(1000)
                yield page
        finally:
            browser.close()


def _project(home: Path, items: int) -> str:
    with open_store(home) as store:
        settings = Settings(practice=0, gold_every=0, min_seconds=0)
        made = store.create_project("Latency", owner="me", kind="scene", overlap=1, settings=settings)
        text = "A dog is beside a tree and behind a couch, and a cat is on the couch"
        store.add_items(made.id, [NewItem({"text": f"{text}, number {place}."}) for place in range(items)])
        return made.id
