"""Rating in a real browser: the link, the keys, a reload in the middle, and how long a key takes to bring the next item.

Try it: `python -m pytest tests/browser/test_rate.py`.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from engine.store.rating_values import NewItem, Project, Settings
from tests.browser.conftest import Served

EVIL = "<img src=x onerror=\"document.title='hacked'\"> [here](javascript:alert(1)) number"


@pytest.fixture
def project(served: Served) -> Project:
    """Thirty items and one to practise."""
    made = served.store.create_project(
        "Plausible?", owner="me", kind="scene", overlap=3, settings=Settings(practice=1, gold_every=0, min_seconds=0)
    )
    served.store.add_guideline(made.id, "Read the scene.", author="me")
    gold = {"answers": {"plausibility": [4, 5]}, "why": "Dogs do."}
    served.store.add_items(made.id, [NewItem({"text": "A dog sleeps."}, "practice", gold)])
    served.store.add_items(made.id, [NewItem({"text": f"{EVIL} {i:02}."}) for i in range(30)])
    return made


def entered(served: Served, browser: Browser, project: Project, name: str, **context: object) -> Page:
    """Through the door and the guidelines to the first practice item."""
    page = served.open(browser, f"rate?project={project.id}", **context)
    page.get_by_role("textbox", name="Your name").fill(name)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="I have read them").click(delay=80)
    expect(page.get_by_text("A dog sleeps.")).to_be_visible()
    return page


def press(page: Page, key: str, then: str) -> None:
    """A key, pressed by somebody who has seen the buttons, and what it brings."""
    page.wait_for_timeout(200)
    page.locator("body").press(key, delay=30)
    expect(page.get_by_text(then).first).to_be_visible()


def test_a_link_a_name_and_keys_alone(served: Served, browser: Browser, project: Project) -> None:
    page = entered(served, browser, project, "Ada")
    assert page.get_by_test_id("stTopNavLink").count() == 0
    press(page, "1", "Could somebody have met it")
    press(page, "n", "We would say: 4 Ordinary or 5 Everyday")
    press(page, "Enter", "number 00.")
    for place in range(3):
        press(page, "4", "Could somebody have met it")
        press(page, "y", f"number {place + 1:02}.")
    press(page, "z", "number 02.")
    press(page, "s", "number 03.")
    assert [one.item for one in served.store.ratings(project.id)]
    assert len(served.store.ratings(project.id)) == 2
    page.reload()
    expect(page.get_by_text("number 03.")).to_be_visible()
    assert page.title() != "hacked" and not served.outside
    page.context.close()


def test_two_people_rate_the_same_items_and_see_one_team(served: Served, browser: Browser, project: Project) -> None:
    pages = [entered(served, browser, project, name) for name in ("Bea", "Cem")]
    for page in pages:
        press(page, "5", "Could somebody have met it")
        press(page, "y", "As we see it, too.")
        press(page, "Enter", "number 00.")
        press(page, "2", "Could somebody have met it")
        press(page, "u", "number 01.")
    assert {one.person for one in served.store.ratings(project.id)} == {"Bea", "Cem"}
    for page in pages:
        page.context.close()


def test_arrows_walk_back_and_forward_and_a_change_is_one_more_row(
    served: Served, browser: Browser, project: Project
) -> None:
    page = entered(served, browser, project, "Eda")
    press(page, "4", "Could somebody have met it")
    press(page, "y", "As we see it, too.")
    press(page, "Enter", "number 00.")
    for place in range(2):
        press(page, "4", "Could somebody have met it")
        press(page, "y", f"number {place + 1:02}.")
    press(page, "ArrowLeft", "number 01.")
    press(page, "ArrowLeft", "number 00.")
    expect(page.get_by_text("You said: 4 Ordinary, could be real")).to_be_visible()
    press(page, "2", "Could somebody have met it")
    press(page, "n", "number 01.")
    press(page, "ArrowRight", "number 02.")
    values = [one.answers["plausibility"] for one in served.store.ratings(project.id) if one.person == "Eda"]
    assert values == [2, 4]
    page.context.close()


def test_a_flag_is_typed_without_the_mouse(served: Served, browser: Browser, project: Project) -> None:
    page = entered(served, browser, project, "Fay")
    press(page, "4", "Could somebody have met it")
    press(page, "y", "As we see it, too.")
    press(page, "Enter", "number 00.")
    press(page, "f", "What is wrong with it?")
    expect(page.get_by_role("textbox", name="What is wrong with it?")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Everyday")).to_be_visible()
    press(page, "f", "What is wrong with it?")
    expect(page.get_by_role("textbox", name="What is wrong with it?")).to_be_focused()
    page.keyboard.type(f"s, z and 4 are letters here {EVIL}")
    page.keyboard.press("Enter")
    expect(page.get_by_text("number 01.")).to_be_visible()
    (flag,) = [one for one in served.store.flags(project.id) if one.rating.person == "Fay"]
    assert flag.comment.startswith("s, z and 4 are letters here <img")
    page.context.close()


def test_a_phone_has_room_for_all_of_it(served: Served, browser: Browser, project: Project) -> None:
    page = entered(served, browser, project, "Dia")
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.get_by_role("button", name="Everyday")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.context.close()
