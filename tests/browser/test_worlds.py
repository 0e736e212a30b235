"""Everything there are words for, in a real Chromium: composed, stepped through, said otherwise, and refused in time.

Try it: `python -m pytest tests/browser/test_worlds.py`.
"""

from __future__ import annotations

import json
import re

from playwright.sync_api import Browser, Locator, Page, expect

from engine.graph import SceneGraph
from engine.parse import parse
from engine.sampler import Constraints, sample, scene_rng
from engine.taxonomy import load
from pages.parts.desk import fields
from tests.browser.conftest import PATIENCE, Served

FULL, POCKET = load("full"), load("pocket")
CAPTION = "A large red dog is to the left of a green tree. The scene is at night."

expect.set_options(timeout=PATIENCE)


def make(served: Served, graph: SceneGraph, words=FULL, **more: str) -> str:
    """A session with this graph, and its id."""
    return served.store.create_session(owner="me", **{**fields(graph, words), "name": "A scene", **more}).id


def all_drawn(page: Page, objects: int) -> None:
    """Until every card of so many objects is painted."""
    expect(page.locator(".graph")).to_have_attribute("data-nodes", str(objects))
    expect(page.locator(".graph")).to_have_attribute("data-painted", str(objects))


def settled(page: Page) -> None:
    """Until the page is through: what is pressed while a button is drawn anew is lost."""
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")


def test_from_the_pocket_world_to_everything_step_by_step(served: Served, browser: Browser) -> None:
    id = make(served, parse(CAPTION, POCKET), POCKET, constraints=json.dumps({"complexity": [4, 4]}))
    page = served.open(browser, f"?session={id}")
    all_drawn(page, 2)
    page.get_by_role("radio", name="Everything").or_(page.get_by_text("Everything", exact=True)).first.click(delay=80)
    expect(page.get_by_text("Topics", exact=True)).to_be_visible()
    field = page.get_by_role("spinbutton", name=re.compile("^Structure, up to"))
    expect(field).to_have_count(1)  # for a moment the old one, with its other number, is there beside the new
    expect(field).to_have_value("0")
    settled(page)
    seen = []
    for place in ("1", "2", "3"):
        settled(page)
        expect(field).to_have_count(1)
        field.locator("xpath=ancestor::*[@data-testid='stNumberInput']").get_by_test_id("stNumberInputStepUp").click(
            delay=80
        )
        expect(field).to_have_value(place)
        expect(page.locator(".caption")).not_to_have_text(seen[-1] if seen else CAPTION)
        seen.append(page.locator(".caption").inner_text())
        session = served.store.get_session(id)
        assert session.taxonomy == "full" and json.loads(session.constraints)["structure"] == int(place)
        all_drawn(page, len(json.loads(session.graph)["objects"]))
    assert len(set(seen)) == 3
    assert served.outside == []
    page.context.close()


def lit(page: Page, piece: Locator) -> None:
    """Point at a piece until the graph lights up; a caption drawn anew under the mouse hears nothing of it."""
    element = piece.get_attribute("data-element") or ""
    for _ in range(10):
        page.mouse.move(1, 1)
        piece.hover()
        try:
            expect(page.locator(".graph")).to_have_attribute("data-lit", element, timeout=3000)
            return
        except AssertionError:
            continue
    expect(page.locator(".graph")).to_have_attribute("data-lit", element, timeout=3000)


def test_a_scene_is_said_otherwise_and_stays_so(served: Served, browser: Browser) -> None:
    graph = sample(Constraints(complexity=(9, 9), mode="imaginative"), FULL, scene_rng(5, 0))
    id = make(served, graph)
    page = served.open(browser, f"?session={id}")
    all_drawn(page, len(graph.objects))
    plain = page.locator(".caption").inner_text()
    page.get_by_text("Rich", exact=True).click(delay=80)
    expect(page.locator(".caption")).not_to_have_text(plain)
    settled(page)
    rich = page.locator(".caption").inner_text()
    page.get_by_role("button", name="Say it differently").click(delay=80)
    expect(page.locator(".caption")).not_to_have_text(rich)
    other = page.locator(".caption").inner_text()
    piece = page.locator(".caption .piece", has_text=re.compile(f"{re.escape(graph.objects[0].name)}$")).first
    lit(page, piece)
    page.reload()
    expect(page.locator(".caption")).to_have_text(other)
    assert served.store.get_session(id).caption == other
    page.context.close()


def test_a_large_scene_is_drawn_whole_and_cut_where_the_model_stops(served: Served, browser: Browser) -> None:
    graph = sample(Constraints(complexity=(28, 28), objects=(9, 12), mode="imaginative"), FULL, scene_rng(2, 0))
    page = served.open(browser, f"?session={make(served, graph)}")
    all_drawn(page, len(graph.objects))
    expect(page.get_by_text(re.compile(r"\d+ of 77 tokens of clip"))).to_be_visible()
    expect(page.get_by_text(re.compile("Beyond what clip reads"))).to_be_visible()
    assert page.locator(".caption .piece.outside").count() > 0
    assert page.locator(".asked .choices").count() > 0
    expect(page.get_by_role("button", name="Render")).to_be_disabled()
    expect(page.get_by_text(re.compile("never learned"))).to_contain_text("Stable Diffusion")
    page.context.close()


def test_counting_for_long_leaves_the_page_free(served: Served, browser: Browser) -> None:
    form = {"taxonomy": "full", "complexity": [4, 30], "max_degree": 3, "mode": "imaginative"}
    graph = sample(Constraints(complexity=(5, 5), mode="imaginative"), FULL, scene_rng(5, 0))
    page = served.open(browser, f"?session={make(served, graph, constraints=json.dumps(form))}")
    all_drawn(page, len(graph.objects))
    expect(page.get_by_text("Counting the structures")).to_be_visible()
    settled(page)
    page.get_by_text("Terse", exact=True).click(delay=80)
    expect(page.locator(".caption")).not_to_have_text(re.compile(r"^(An?|There|Some) .*\. "))
    expect(page.get_by_text(re.compile("an estimate: .* at 95 %"))).to_be_visible()
    page.context.close()
