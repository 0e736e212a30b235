"""Signing in with a real provider on loopback: who one is, what one may do, and every refusal in one sentence.

Try it: `python -m pytest tests/browser/test_signing_in.py`.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from engine.store.rating_values import NewItem, Settings
from engine.store.set_values import Member
from engine.taxonomy import load
from pages.parts.intake import keep_picture, read_file, welcome_files
from tests.browser.conftest import PATIENCE, ROOT, Served, free_port, serving, wait_for
from tests.oidc_provider import CLIENT, SECRET

ACCOUNTS = {
    "1": {"email": "Ada@Example.org", "email_verified": True, "name": "Ada"},
    "2": {"email": "bob@example.org", "email_verified": True, "name": "Ada"},
    "3": {"email": "ada@example.org", "email_verified": False, "name": "Ada"},
    "4": {"email": "ada@example.org", "email_verified": True, "name": "Ada", "forged": True},
    "5": {
        "email": "eve@example.org",
        "email_verified": True,
        "name": "<img src=x onerror=alert(1)> [Eve](http://evil)",
    },
}
SECRETS = """
[auth]
redirect_uri = "http://127.0.0.1:{port}/oauth2callback"
cookie_secret = "only for these tests"
client_id = "{client}"
client_secret = "{secret}"
server_metadata_url = "http://127.0.0.1:{provider}/.well-known/openid-configuration"

[roles]
admin = ["ada@example.org"]
curator = ["bob@example.org"]
"""

Running = subprocess.Popen[bytes]

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="module")
def provider() -> Iterator[tuple[int, int, Running]]:
    """A provider that knows the accounts: its port, that of the app it works for, and itself."""
    port, app = free_port(), free_port()
    command = [sys.executable, "-m", "tests.oidc_provider", str(port), json.dumps(ACCOUNTS), f"http://127.0.0.1:{app}/"]
    with subprocess.Popen(command, cwd=ROOT) as running:
        try:
            wait_for(f"http://127.0.0.1:{port}/jwks", running)
            yield port, app, running
        finally:
            running.terminate()


@pytest.fixture(scope="module")
def app(provider: tuple[int, int, Running], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The program with these secrets."""
    home = tmp_path_factory.mktemp("signed")
    port, own, _ = provider
    secrets = home / "secrets.toml"
    secrets.write_text(SECRETS.format(port=own, provider=port, client=CLIENT, secret=SECRET))
    with serving(home, own, "--secrets.files", str(secrets), friends=(f"http://127.0.0.1:{port}/",)) as served:
        yield served


def signed_in(app: Served, browser: Browser, account: str, path: str = "sessions") -> Page:
    """Through the provider's page, back to where one began."""
    page = app.open(browser, path)
    here(page).click()
    page.get_by_role("button", name="Sign in").click(delay=80)
    page.get_by_role("link", name=account, exact=True).click()
    page.wait_for_url(f"{app.url}{path.partition('?')[0]}*")
    return page


def here(page: Page):  # type: ignore[no-untyped-def]
    """The button that says who is here."""
    return page.locator(".st-key-who-is-here button").first


def test_a_verified_address_is_who_one_is_and_the_secrets_say_what_one_may(app: Served, browser: Browser) -> None:
    ada = signed_in(app, browser, "1")
    expect(here(ada)).to_contain_text("ada@")
    bob = signed_in(app, browser, "2")
    expect(here(bob)).to_contain_text("bob@")
    assert {one.name: one.role for one in app.store.people()} == {
        "ada@example.org": "admin",
        "bob@example.org": "curator",
    }
    here(ada).click()
    expect(ada.get_by_text("You are here as admin")).to_be_visible()
    ada.get_by_role("button", name="Sign out").click(delay=80)
    expect(here(ada)).to_contain_text("Not signed in")
    expect(ada.get_by_text("You look on here.")).to_be_visible()
    bob.reload()
    expect(here(bob)).to_contain_text("bob@")
    assert not app.outside
    ada.context.close()
    bob.context.close()


def test_an_address_that_is_not_verified_gives_no_role(app: Served, browser: Browser) -> None:
    page = signed_in(app, browser, "3")
    expect(here(page)).to_contain_text("account 3")
    here(page).click()
    expect(page.get_by_text("You are here as viewer")).to_be_visible()
    page.context.close()


def test_a_viewer_is_refused_where_a_curator_works(app: Served, browser: Browser) -> None:
    session = app.store.create_session(owner="ada@example.org", name="A scene")
    picture = read_file(*welcome_files(ROOT / "assets" / "welcome")[0], load("pocket"))
    keep_picture(app.store, session.id, picture)
    app.store.save_set("Kept", [Member(app.store.pictures(session.id)[0].id)], owner="ada@example.org")
    page = signed_in(app, browser, "5", path="curate?show=sets")
    page.get_by_role("button", name="Delete").click(delay=80)
    expect(page.get_by_role("alert").first).to_contain_text("not enough to curate")
    assert [one.name for one in app.store.sets()] == ["Kept"]
    page.get_by_role("link", name="Rate", exact=True).click()
    expect(page.get_by_text("You look on here.")).to_be_visible()
    page.get_by_role("link", name="Compose", exact=True).click()
    expect(page.get_by_text("Ask an admin to make you a curator")).to_be_visible()
    assert page.get_by_test_id("stException").count() == 0 and not app.outside
    here(page).click()
    expect(page.get_by_text("Signed in as <img src=x onerror=alert(1)> [Eve]")).to_be_visible()
    page.context.close()


def test_a_forged_answer_is_refused_in_one_sentence(app: Served, browser: Browser) -> None:
    """Of a sign-in that nobody began here, of a provider that says no, and one that somebody else signed."""
    page = app.open(browser, "oauth2callback?code=x&state=wrong")
    refused(page)
    page.goto(app.url + "oauth2callback?error=access_denied&error_description=<b>x")
    refused(page)
    for account in ("nobody", "4"):
        page.get_by_role("button", name="Sign in").click(delay=80)
        page.get_by_role("link", name=account, exact=True).click()
        refused(page)
    page.context.close()


def refused(page: Page) -> None:
    """One sentence on the front page, which a reload does not say again, and nobody signed in."""
    expect(page.get_by_role("alert")).to_contain_text("You are not signed in")
    expect(here(page)).to_contain_text("Not signed in")
    expect(page).not_to_have_url(re.compile("sign-in="))
    assert page.get_by_test_id("stException").count() == 0


def test_a_link_to_rate_survives_signing_in(app: Served, browser: Browser) -> None:
    project = app.store.create_project(
        "Plausible?", owner="ada@example.org", kind="scene", settings=Settings(practice=0)
    )
    app.store.add_guideline(project.id, "Read the scene.", author="ada@example.org")
    app.store.add_items(project.id, [NewItem({"text": "A dog sleeps."})])
    page = app.open(browser, f"rate?project={project.id}")
    page.get_by_role("button", name="Sign in").click(delay=80)
    page.get_by_role("link", name="5", exact=True).click()
    page.get_by_role("button", name="Begin as eve@").click(delay=80)
    expect(page.get_by_role("button", name="I have read them")).to_be_visible()
    assert app.store.person("eve@example.org").role == "annotator"
    page.context.close()


def test_a_provider_that_is_gone_is_said(app: Served, browser: Browser, provider: tuple[int, int, Running]) -> None:
    """Runs last: the provider does not come back."""
    provider[2].terminate()
    provider[2].wait(20)
    page = app.open(browser, "evaluate")
    here(page).click()
    page.get_by_role("button", name="Sign in").click(delay=80)
    expect(page.get_by_role("alert")).to_contain_text("does not answer")
    expect(page.get_by_role("heading", name="Evaluate")).to_be_visible()
    page.context.close()
