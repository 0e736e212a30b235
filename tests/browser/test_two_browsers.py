"""Two people at once: both see a job's progress, and cancelling one's own stops nobody else's.

Try it: `python -m pytest tests/browser/test_two_browsers.py`.
"""

from __future__ import annotations

import time

from playwright.sync_api import Browser, Page, expect

from engine.parse import parse
from engine.taxonomy import load
from pages.parts.desk import fields
from tests.browser.conftest import PATIENCE, Served

WORDS = load("pocket")
STEPS = 200
"""Enough that both jobs are still there when the buttons are pressed."""

expect.set_options(timeout=PATIENCE)


def slow_scene(served: Served, owner: str, caption: str) -> str:
    """A session whose pictures take a while; its id."""
    settings = f'{{"generator": "pocket", "pictures": 8, "steps": {STEPS // 2}, "size": 768}}'
    return served.store.create_session(owner=owner, **{**fields(parse(caption, WORDS), WORDS), "settings": settings}).id


def job_of(served: Served, session: str) -> str:
    """The id of the session's job, as soon as it has one."""
    end = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < end:
        if found := served.store.jobs(session=session, limit=1):
            return found[0].id
        time.sleep(0.1)
    raise AssertionError("no job was queued")


def render(page: Page) -> None:
    page.wait_for_selector(".graph[data-drawn]")
    page.get_by_role("button", name="Render", exact=True).click(delay=80)
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()


def test_cancelling_one_job_leaves_the_other(served: Served, browser: Browser) -> None:
    first = slow_scene(served, "ada", "A red dog is above a green tree.")
    second = slow_scene(served, "bob", "A blue cat is below a yellow car.")
    ada = served.open(browser, f"?who=ada&session={first}")
    bob = served.open(browser, f"?who=bob&session={second}")
    render(ada)
    render(bob)
    expect(ada.get_by_role("progressbar")).to_be_visible()
    expect(bob.get_by_role("progressbar")).to_be_visible()
    mine, other = job_of(served, first), job_of(served, second)
    bob.get_by_role("button", name="Cancel").click(delay=80)
    expect(ada.locator(".film button")).to_have_count(8)
    assert served.store.get_job(mine).status == "done"
    assert served.store.get_job(other).status == "cancelled"
    ada.context.close()
    bob.context.close()


def test_both_see_the_progress_of_one_job_and_only_its_owner_may_stop_it(served: Served, browser: Browser) -> None:
    session = slow_scene(served, "ada", "A small pink fish is to the left of a house.")
    ada = served.open(browser, f"?who=ada&session={session}")
    render(ada)
    bob = served.open(browser, f"?who=bob&session={session}")
    expect(bob.get_by_role("progressbar")).to_be_visible()
    bob.get_by_role("button", name="Cancel").click(delay=80)
    expect(bob.get_by_role("alert").first).to_contain_text("belongs to")
    expect(bob.locator(".film button")).to_have_count(8)
    assert served.store.get_job(job_of(served, session)).status == "done"
    ada.context.close()
    bob.context.close()
