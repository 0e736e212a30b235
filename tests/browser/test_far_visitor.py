"""A visitor from another address, while the program answers to the network: looks on, rates by a link, is nobody else.

Try it: `python -m pytest tests/browser/test_far_visitor.py`.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from engine.parse import parse
from engine.store.rating_values import NewItem, Settings
from engine.taxonomy import load
from pages.parts.desk import fields
from pages.parts.staging.phone import own_address
from tests.browser.conftest import PATIENCE, Served, free_port, serving

WORDS = load("pocket")

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="module")
def far(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The program bound to all addresses, seen at the one that others see."""
    address = own_address()
    if address is None:
        pytest.skip("this machine has no address but loopback")
    with serving(tmp_path_factory.mktemp("far"), free_port(), bind="0.0.0.0", seen=address) as served:
        yield served


def test_a_stranger_looks_on_whatever_name_the_address_gives(far: Served, browser: Browser) -> None:
    far.store.person("me", role="admin")
    far.store.person("Ada", role="curator")
    page = far.open(browser, "?who=Ada")
    expect(page.get_by_text("Scenes are composed on the computer that runs this program.")).to_be_visible()
    page.locator(".st-key-who-is-here button").first.click()
    expect(page.get_by_text("You are here as viewer")).to_be_visible()
    line = fields(parse("A red dog is above a green tree.", WORDS), WORDS)
    session = far.store.create_session(owner="Ada", name="Hers", **line)
    page.goto(f"{far.url}?who=Ada&session={session.id}")
    expect(page.get_by_role("textbox", name="Name of the scene")).to_have_value("Hers")
    page.get_by_role("textbox", name="Name of the scene").fill("Mine")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").first).to_contain_text("not enough to edit")
    assert far.store.get_session(session.id).name == "Hers" and far.store.jobs() == ()
    assert page.get_by_test_id("stException").count() == 0 and not far.outside
    page.context.close()


def test_a_link_to_rate_works_under_any_name_but_that_of_who_runs_this(far: Served, browser: Browser) -> None:
    project = far.store.create_project(
        "Plausible?", owner="me", kind="scene", settings=Settings(practice=0, min_seconds=0)
    )
    far.store.add_guideline(project.id, "Read the scene.", author="me")
    far.store.add_items(project.id, [NewItem({"text": "A dog sleeps."}), NewItem({"text": "A cat sleeps."})])
    far.store.person("Ada", role="curator")
    page = far.open(browser, f"rate?project={project.id}")
    name = page.get_by_role("textbox", name="Your name")
    name.fill("Ada")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").first).to_contain_text("Choose another name")
    name.fill("Dia")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="I have read them").click(delay=80)
    expect(page.get_by_text("A dog sleeps.")).to_be_visible()
    page.get_by_role("button", name="Everyday").click(delay=80)
    page.get_by_role("button", name="Could be real").click(delay=80)
    expect(page.get_by_text("A cat sleeps.")).to_be_visible()
    assert [(one.person, far.store.person("Dia").role) for one in far.store.ratings(project.id)] == [
        ("Dia", "annotator")
    ]
    page.goto(far.url + "?who=Dia")
    expect(page.get_by_role("heading", name="Rate")).to_be_visible()
    page.context.close()


def test_a_proxy_on_this_machine_makes_nobody_local(far: Served, browser: Browser) -> None:
    here = Served(far.url.replace(str(own_address()), "127.0.0.1"), far.store)
    local = here.open(browser, "sessions")
    local.locator(".st-key-who-is-here button").first.click()
    expect(local.get_by_text("You are here as admin")).to_be_visible()
    local.context.close()
    passed = here.open(browser, "sessions", extra_http_headers={"X-Forwarded-For": "203.0.113.9"})
    passed.locator(".st-key-who-is-here button").first.click()
    expect(passed.get_by_text("You are here as viewer")).to_be_visible()
    passed.context.close()
