"""Compose in a real Chromium: it draws, links what belongs together, renders, and runs nobody's script.

Try it: `python -m pytest tests/browser/test_compose.py`.
"""

from __future__ import annotations

import re

import orjson
import pytest
from playwright.sync_api import Browser, Page, expect

from engine.graph import Attribute, Object, Relation, SceneGraph
from engine.parse import parse
from engine.taxonomy import load
from models.catalog import card, cards
from pages.parts.desk import fields
from tests.browser.conftest import PATIENCE, Served

WORDS = load("pocket")
CAPTION = "A large red dog is to the left of a green tree. The scene is at night."
EVIL = "<img src=x onerror=window.hacked=1>"
PAINTED = """box => { const c = box.querySelector('canvas'); const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
 let n = 0; for (let i = 3; i < d.length; i += 4) if (d[i]) n++; return n; }"""

expect.set_options(timeout=PATIENCE)


def make(served: Served, graph: SceneGraph, name: str = "A scene") -> str:
    """A session with this graph, and its address."""
    return "?session=" + served.store.create_session(owner="me", **{**fields(graph, WORDS), "name": name}).id


def drawn(page: Page) -> None:
    page.wait_for_selector(".graph[data-drawn]")


def test_first_visit_draws_a_graph_and_asks_nothing_outside(served: Served, browser: Browser) -> None:
    page = served.open(browser)
    drawn(page)
    graph = page.locator(".graph")
    assert int(graph.get_attribute("data-nodes") or 0) > 0
    page.wait_for_function(f"box => ({PAINTED})(box) > 5000", arg=graph.element_handle())
    assert page.locator(".caption").inner_text().endswith(".")
    assert page.locator(".asked tr.row").count() > 3
    expect(page).to_have_url(re.compile("session="))
    assert served.outside == []
    assert served.troubles == []
    page.context.close()


def test_what_is_hovered_lights_up_everywhere(served: Served, browser: Browser) -> None:
    page = served.open(browser, make(served, parse(CAPTION, WORDS)))
    drawn(page)
    red = page.locator(".caption .piece", has_text=re.compile("^red$"))
    element = red.get_attribute("data-element")
    red.hover()
    expect(page.locator(".graph")).to_have_attribute("data-lit", element or "")
    expect(page.locator(".asked tr.lit")).not_to_have_count(0)
    red.click(delay=80)
    page.mouse.move(5, 600)
    expect(page.locator(".graph")).to_have_attribute("data-lit", element or "")
    page.context.close()


def test_an_edit_shows_up_and_survives_a_reload(served: Served, browser: Browser) -> None:
    page = served.open(browser, make(served, parse(CAPTION, WORDS)))
    drawn(page)
    page.get_by_role("tab", name="Paste or drop").click(delay=80)
    page.get_by_role("textbox", name="Paste a caption").fill("A blue snail is above a cactus.")
    page.get_by_role("button", name="Read the caption").click(delay=80)
    expect(page.locator(".caption")).to_contain_text("snail")
    expect(page.locator(".graph")).to_have_attribute("data-nodes", "2")
    page.reload()
    expect(page.locator(".caption")).to_contain_text("snail")
    page.get_by_role("button", name="Undo (Ctrl+Z)").click(delay=80)
    expect(page.locator(".caption")).to_contain_text("dog")
    page.context.close()


def test_a_hostile_file_is_one_sentence(served: Served, browser: Browser) -> None:
    page = served.open(browser, make(served, parse(CAPTION, WORDS)))
    drawn(page)
    page.get_by_role("tab", name="Paste or drop").click(delay=80)
    data = orjson.dumps({"objects": [{"id": "a", "name": EVIL}]})
    page.locator("input[type=file]").set_input_files({"name": "x.json", "mimeType": "application/json", "buffer": data})
    expect(page.get_by_role("alert")).to_contain_text(EVIL)
    assert page.evaluate("window.hacked") is None
    page.context.close()


def test_script_in_any_name_is_shown_as_text(served: Served, browser: Browser) -> None:
    graph = SceneGraph(
        (Object("a", EVIL), Object("b", "**dog** ![x](http://evil.example/x.png)")),
        (Attribute("a", "colour", "<b>red</b>"),),
        (Relation("a", "b", "k", "<script>window.hacked=1</script>"),),
        (("setting", "<i>night</i>"),),
    )
    row = {
        "name": EVIL,
        "caption": f"There is {EVIL}.",
        "graph": orjson.dumps(graph.to_dict()).decode(),
        "taxonomy": "pocket",
    }
    id = served.store.create_session(owner="me", **row).id  # type: ignore[arg-type]
    page = served.open(browser, f"?session={id}")
    expect(page.get_by_role("alert")).to_contain_text(EVIL)
    assert page.evaluate("window.hacked") is None
    assert page.locator("main img[src='x']").count() == 0
    page.goto(served.url + "sessions")
    expect(page.get_by_text(EVIL, exact=True).first).to_be_visible()
    assert page.evaluate("window.hacked") is None
    assert served.outside == []
    page.context.close()


def test_render_goes_on_through_a_reload_and_shows_what_the_judge_saw(served: Served, browser: Browser) -> None:
    missing = [c.name for job in ("generator", "judge") for c in cards(job) if c.ours and not c.ready]
    if missing:
        pytest.skip(f"the weights of {', '.join(missing)} are not trained yet: make pocket")
    assert card("pocket", "generator").ready
    address = make(served, parse(CAPTION, WORDS))
    page = served.open(browser, address)
    drawn(page)
    assert page.locator(".film").count() == 0
    page.get_by_role("button", name="Render").click(delay=80)
    expect(page.get_by_role("progressbar")).to_be_visible()
    page.reload()
    expect(page.locator(".film button")).to_have_count(4)
    first = page.locator(".film button").first
    expect(first.locator("img")).to_have_js_property("complete", True)
    expect(page.locator(".asked td.reply .glyph").first).to_be_visible()
    last = page.locator(".film button").last
    last.click(delay=80)
    expect(last).to_have_attribute("aria-pressed", "true")
    with page.expect_download() as saved:
        page.get_by_role("button", name="PNG").click(delay=80)
    data = saved.value.path().read_bytes()
    pictures = served.store.pictures(address.partition("=")[2])
    assert data in [served.store.image_path(picture.path).read_bytes() for picture in pictures]
    assert served.outside == []
    page.context.close()
