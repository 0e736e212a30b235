"""The canvas under a real hand: mouse and keys edit the scene, refusals are taken back, labels cover nothing.

Try it: `python -m pytest tests/browser/test_canvas.py`.
"""

from __future__ import annotations

import random
from itertools import combinations
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from engine.graph import SceneGraph
from engine.parse import parse
from engine.sampler import Constraints, sample
from engine.taxonomy import Taxonomy, load
from pages.parts.desk import fields
from tests.browser.conftest import PATIENCE, Served

WORDS, FULL = load("pocket"), load("full")
CAPTION = "A large red dog is to the left of a green tree. A cat is below the tree. The scene is at night."
IDS = {item.name: f"o:{item.id}" for item in parse(CAPTION, WORDS).objects}
EVIL = "<img src=x onerror=window.hacked=1>"
BOXES = "box => box.boxes()"
PLACE = """(box, id) => { const { cards, labels } = box.boxes(), it = [...cards, ...labels].find(one => one.id === id),
  view = box.view, at = view.canvasToDOM(it), side = view.canvasToDOM({ x: it.x + it.w, y: it.y }), r = box.getBoundingClientRect();
  return [r.left + at.x, r.top + at.y, r.left + side.x, r.top + side.y]; }"""

expect.set_options(timeout=PATIENCE)


def make(served: Served, graph: SceneGraph, taxonomy: Taxonomy = WORDS) -> str:
    """A session with this graph, and its address."""
    saved = {**fields(graph, taxonomy), "name": "A scene"}
    return "?session=" + served.store.create_session(owner="me", **saved).id


@pytest.fixture
def page(served: Served, browser: Browser):
    page = served.open(browser, make(served, parse(CAPTION, WORDS)))
    steady(page)
    yield page
    page.context.close()


def steady(page: Page) -> Locator:
    """The canvas, once it has been fitted into its place."""
    page.wait_for_selector(".graph[data-scale]")
    page.wait_for_timeout(400)
    return page.locator(".graph")


def place(page: Page, id: str) -> tuple[float, float]:
    """Where an element is on the screen, in pixels."""
    x, y, *_ = page.locator(".graph").evaluate(PLACE, id)
    return x, y


def handle(page: Page, id: str) -> tuple[float, float]:
    *_, x, y = page.locator(".graph").evaluate(PLACE, id)
    return x, y


def caption(page: Page) -> Locator:
    return page.locator(".caption")


def acked(page: Page, number: int) -> None:
    expect(page.locator(".graph")).to_have_attribute("data-ack", str(number))


def word(page: Page, text: str) -> None:
    """Type into the picker and take the first word."""
    field = page.locator("#pick-word")
    expect(field).to_be_focused()
    page.keyboard.type(text)
    expect(page.locator(f".pick li[data-word='{text}']")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")


def test_double_click_adds_and_keys_rename_undo_and_delete(page: Page, served: Served) -> None:
    graph = page.locator(".graph")
    edge = graph.bounding_box() or {}
    page.mouse.dblclick(edge["x"] + 60, edge["y"] + edge["height"] - 60)
    word(page, "owl")
    expect(caption(page)).to_contain_text("owl")
    expect(page.locator(".asked")).to_contain_text("Is there an owl?")
    expect(graph).to_have_attribute("data-nodes", "4")
    graph.focus()
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    word(page, "rabbit")
    expect(caption(page)).to_contain_text("rabbit")
    graph.focus()  # which the picker gives back when it closes, a moment after the caption
    page.keyboard.press("Control+z")
    expect(caption(page)).not_to_contain_text("rabbit")
    page.keyboard.press("Control+Shift+Z")
    expect(caption(page)).to_contain_text("rabbit")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    expect(caption(page)).to_have_text(CAPTION)
    page.keyboard.press("Control+y")
    expect(caption(page)).to_contain_text("owl")
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Delete")
    expect(graph).to_have_attribute("data-nodes", "3")
    assert served.troubles == [] and served.outside == []


def test_a_drag_from_a_handle_connects_and_what_is_refused_is_taken_back(page: Page) -> None:
    graph = page.locator(".graph")

    def drag(source: str, target: str) -> None:
        page.mouse.move(*place(page, IDS[source]))
        page.wait_for_timeout(150)
        page.mouse.move(*handle(page, IDS[source]))
        page.mouse.down()
        x, y = place(page, IDS[target])
        page.mouse.move(x - 30, y, steps=6)
        page.mouse.move(x, y)
        page.mouse.up()

    drag("dog", "cat")
    word(page, "above")
    expect(graph).to_have_attribute("data-edges", "3")
    expect(caption(page)).to_contain_text("above")
    acked(page, 1)
    drag("tree", "dog")
    word(page, "to the left of")
    acked(page, 2)
    expect(page.locator(".refused")).to_contain_text("circle")
    expect(graph).to_have_attribute("data-edges", "3")
    assert len(graph.evaluate(BOXES)["labels"]) == 3


def test_a_relation_is_retyped_and_disconnected(page: Page) -> None:
    id = f"r:{IDS['cat'][2:]}:below:{IDS['tree'][2:]}"
    page.mouse.dblclick(*place(page, id))
    word(page, "above")
    expect(caption(page)).to_contain_text("A cat is above the tree")
    page.mouse.click(*place(page, id.replace("below", "above")))
    expect(page.locator(".graph")).to_have_attribute("data-chosen", id.replace("below", "above"))
    page.keyboard.press("Delete")
    expect(page.locator(".graph")).to_have_attribute("data-edges", "1")
    expect(caption(page)).to_contain_text("There is a cat")


def test_a_part_is_boxed_and_cloned_with_its_inner_relation(page: Page) -> None:
    graph = page.locator(".graph")
    (left, top), (right, low) = place(page, IDS["dog"]), place(page, IDS["tree"])
    page.keyboard.down("Shift")
    page.mouse.click(left, top - 12)
    page.mouse.click(right, low - 12)
    page.keyboard.up("Shift")
    expect(graph).to_have_attribute("data-chosen", f"{IDS['dog']} {IDS['tree']}")
    page.keyboard.press("Control+c")
    page.keyboard.press("Control+v")
    expect(graph).to_have_attribute("data-nodes", "5")
    expect(graph).to_have_attribute("data-edges", "3")
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+d")
    expect(page.locator(".refused")).to_contain_text("at most 6")
    expect(graph).to_have_attribute("data-nodes", "5")


def test_what_is_dragged_stays_there_through_edits_and_a_reload(page: Page) -> None:
    x, y = place(page, IDS["cat"])
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 90, y - 20, steps=5)
    page.mouse.up()
    acked(page, 1)

    def cat() -> dict[str, Any]:
        cards = page.locator(".graph").evaluate(BOXES)["cards"]
        return next(card for card in cards if card["id"] == IDS["cat"])

    there = cat()
    page.get_by_role("button", name="Setting", exact=True).click(delay=80)
    word(page, "rain")
    expect(caption(page)).to_contain_text("rain")
    assert (cat()["x"], cat()["y"]) == pytest.approx((there["x"], there["y"]), abs=1)
    page.reload()
    steady(page)
    assert (cat()["x"], cat()["y"]) == pytest.approx((there["x"], there["y"]), abs=1)


def test_keep_adding_asks_for_the_next_word_and_hostile_words_are_only_words(page: Page) -> None:
    page.get_by_role("button", name="Keep adding").click(delay=80)
    page.get_by_role("button", name="Add", exact=True).click(delay=80)
    for name in ("owl", "snail"):
        word(page, name)
        expect(caption(page)).to_contain_text(name)
    page.keyboard.type(EVIL)
    page.keyboard.press("Enter")
    expect(page.locator(".refused")).to_contain_text(EVIL)
    assert page.evaluate("window.hacked") is None
    expect(page.locator(".graph")).to_have_attribute("data-nodes", "5")


def test_any_word_of_the_whole_taxonomy_is_found_while_typing(served: Served, browser: Browser) -> None:
    graph = sample(Constraints(complexity=(4, 6)), FULL, random.Random(2))
    page = served.open(browser, make(served, graph, FULL))
    steady(page).focus()
    page.keyboard.press("n")
    page.keyboard.type("lighthouse")
    expect(page.locator(".pick li[data-word=lighthouse]")).to_be_visible()
    assert int(page.locator(".pick").get_attribute("data-count") or 0) <= 200
    page.keyboard.press("Enter")
    expect(caption(page)).to_contain_text("lighthouse")
    page.context.close()


def scenes() -> list[SceneGraph]:
    """A handful of scenes of 6 to 10 objects with as many relations and attributes."""
    wanted = ((objects, objects - 1 + objects % 2, objects // 2) for objects in range(6, 11))
    limits = (Constraints(None, objects=(o, o), relations=(r, r), attributes=(a, a)) for o, r, a in wanted)
    return [sample(limit, FULL, random.Random(seed)) for seed, limit in enumerate(limits)]


def touching(boxes: dict[str, Any]) -> list[tuple[str, str]]:
    """Pairs of a label and a card, or of two labels, that overlap."""
    labels, cards = boxes["labels"], boxes["cards"]
    pairs = [*((label, card) for label in labels for card in cards), *combinations(labels, 2)]
    return [
        (a["id"], b["id"]) for a, b in pairs if abs(a["x"] - b["x"]) < a["w"] + b["w"] and abs(a["y"] - b["y"]) < a["h"] + b["h"]
    ]  # fmt: skip


def test_no_label_covers_anything_at_projector_size(served: Served, browser: Browser) -> None:
    for graph in scenes():
        page = served.open(browser, make(served, graph, FULL))
        page.set_viewport_size({"width": 1920, "height": 1080})
        canvas = steady(page)
        boxes = canvas.evaluate(BOXES)
        assert len(boxes["labels"]) == len(graph.relations) and len(boxes["cards"]) == len(graph.objects)
        assert touching(boxes) == []
        page.get_by_role("button", name="Satellites").click(delay=80)
        expect(canvas).to_have_attribute("data-nodes", str(len(graph.objects) + len(graph.attributes)))
        page.wait_for_timeout(300)
        assert touching(canvas.evaluate(BOXES)) == []
        page.context.close()
