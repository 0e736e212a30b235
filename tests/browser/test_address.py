"""Addresses: the very first visitor of a fresh server may begin anywhere. Runs before the other browser tests.

Try it: `python -m pytest tests/browser/test_address.py`.
"""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from tests.browser.conftest import PATIENCE, Served


def test_the_first_visitor_may_begin_at_the_sessions(served: Served, browser: Browser) -> None:
    page = served.open(browser, "sessions")
    expect(page.get_by_test_id("stTopNavLink")).to_have_count(8, timeout=PATIENCE)
    expect(page.get_by_role("heading", name="Sessions")).to_be_visible()
    assert page.get_by_test_id("stSidebarNav").count() == 0
    page.context.close()
    served.troubles.clear()  # Streamlit itself looks for its server below the page first, and is told 404
