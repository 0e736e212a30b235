"""Curate in a real browser: choosing by click, range and key, on several pages of state, and a set kept from it.

Try it: `python -m pytest tests/browser/test_curate.py`.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from engine.store import Store
from engine.taxonomy import load
from pages.parts.intake import keep_picture, read_file, welcome_files
from tests.browser.conftest import ROOT, Served

EVIL = '"><img src=x onerror=alert(1)>'


def welcome(store: Store) -> None:
    """The four pictures that are shipped, of a rocket, a robot and a house, with their scores."""
    brought = [read_file(name, data, load("pocket")) for name, data in welcome_files(ROOT / "assets" / "welcome")]
    session = store.create_session(owner="me", name="Welcome", graph_hash=brought[0].graph.hash)
    for incoming in brought:
        keep_picture(store, session.id, incoming)


@pytest.fixture
def curate(browser: Browser, served: Served) -> Page:
    if not any(found.name == "Welcome" for found in served.store.list_sessions()):
        welcome(served.store)
    page = served.open(browser, "curate")
    page.locator(".picks .card").first.wait_for()
    yield page
    page.context.close()


def test_choose_by_key_and_range_tag_and_keep(curate: Page, served: Served) -> None:
    cards = curate.locator(".picks .card")
    cards.nth(0).click()
    curate.get_by_text("1 chosen").wait_for()
    curate.keyboard.press("ArrowRight")
    curate.keyboard.press("Space")
    curate.get_by_text("2 chosen").wait_for()
    cards.nth(3).click(modifiers=["Shift"])
    curate.get_by_text("4 chosen").wait_for()
    assert curate.locator(".picks .card[aria-checked=true]").count() == 4
    curate.keyboard.press("Escape")
    curate.get_by_text("Nothing chosen").wait_for()
    curate.keyboard.press("a")
    curate.get_by_text("chosen", exact=False).first.wait_for()
    curate.get_by_role("button", name="Keep as a set").click()
    curate.get_by_label("Name of the new set").fill(EVIL)
    curate.keyboard.press("Tab")
    curate.get_by_role("button", name="Keep", exact=True).click(delay=80)
    curate.get_by_text("Kept as the set").first.wait_for()
    assert any(found.name == EVIL for found in served.store.sets())
    curate.get_by_text("Sets", exact=False).last.click()
    curate.get_by_text("onerror=alert").first.wait_for()
    assert curate.locator("img[onerror]").count() == 0 and not served.outside


def test_the_address_keeps_the_filter_through_a_reload(curate: Page) -> None:
    curate.get_by_placeholder("Words of the caption").fill("rocket")
    curate.keyboard.press("Enter")
    curate.wait_for_url("**filter=**")
    curate.reload()
    curate.locator(".picks .card").first.wait_for()
    assert curate.get_by_placeholder("Words of the caption").input_value() == "rocket"


def test_a_picture_leads_to_inspect(curate: Page) -> None:
    curate.locator(".picks .open").first.click()
    curate.wait_for_url("**/inspect_scene?picture=*")
