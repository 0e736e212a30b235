"""Evaluate in a real browser: the ready-made evaluation from the empty page to its reports, over a reload, and to Inspect.

Try it: `python -m pytest tests/browser/test_evaluate.py`.
"""

from __future__ import annotations

import json
import re
import time

import pytest
from playwright.sync_api import Browser, Page, expect

from engine.evaluation.order import Order, Sampled
from tests.browser.conftest import PATIENCE, Served

pytestmark = pytest.mark.browser
SMALL = Order("browser", "In a browser", ("painter", "pocket"), ("pocket",), 1, 1, 64, Sampled(12, (2, 7)))


@pytest.fixture(scope="module")
def page(browser: Browser, served: Served) -> Page:
    """On Evaluate, with an evaluation that was begun before anybody looked."""
    served.store.enqueue("evaluate", json.dumps(SMALL.to_dict()), owner="me")
    return served.open(browser, "evaluate")


def view(page: Page, name: str, shows: str) -> float:
    """Switch the report; seconds until it is there."""
    begun = time.perf_counter()
    radio = page.get_by_role("radio", name=name).first
    for _ in range(3):  # a click in the moment in which the page is drawn anew is lost now and then
        radio.click(delay=80)
        page.wait_for_timeout(500)
        if radio.is_checked():
            break
    expect(page.get_by_text(shows).first).to_be_visible(timeout=PATIENCE)
    return time.perf_counter() - begun


def test_progress_survives_a_reload_and_ends_in_a_curve(page: Page, served: Served) -> None:
    page.reload()
    expect(page.get_by_text("Where models differ, by complexity").first).to_be_visible(timeout=PATIENCE * 2)
    expect(
        page.locator("[data-testid=stVegaLiteChart] canvas, [data-testid=stVegaLiteChart] svg").first
    ).to_be_visible()
    until = time.monotonic() + PATIENCE / 1000
    while (
        served.store.jobs()[0].active and time.monotonic() < until
    ):  # the curve may be there a moment before the job ends
        page.wait_for_timeout(200)
    assert served.store.jobs()[0].status == "done"


def test_every_report_opens(page: Page) -> None:
    seconds = [
        view(page, "Skills and words", "it is no proof that there is none"),
        view(page, "Judges", "If judges rank the models alike"),
        view(page, "Sample size", "The evaluation at hand"),
        view(page, "Failures", "Seen in at least so many scenes"),
    ]
    assert max(seconds) < 20  # a busy machine is slow; the README has the figures of a quiet one


def test_a_failure_is_a_click_from_its_picture(page: Page) -> None:
    page.get_by_role("radio", name="pocket", exact=True).last.click(delay=80)
    page.get_by_role("spinbutton").first.fill("2")
    page.keyboard.press("Tab")
    expect(page.get_by_text(re.compile("fails in .* pictures")).first).to_be_visible(timeout=PATIENCE)
    page.get_by_test_id("stPageLink").get_by_role("link", name="Inspect").last.click(delay=80)
    page.wait_for_url(re.compile(r"inspect_scene\?.*picture="))
    expect(page.get_by_role("heading", name="Evaluate")).to_have_count(0)


def test_nothing_was_fetched_from_outside(page: Page, served: Served) -> None:
    assert not served.outside
