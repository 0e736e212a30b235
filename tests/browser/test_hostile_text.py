"""Hostile text in everything a person can put in, on every page: shown as it is, run by nobody, fetched from nowhere.

Try it: `python -m pytest tests/browser/test_hostile_text.py`.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from engine.evaluation.order import Order, Record, Sampled
from engine.parse import parse
from engine.png import read_png, write_png
from engine.run import Run
from engine.store import Store
from engine.store.rating_values import NewItem, Project, Settings
from engine.store.set_values import Member
from engine.taxonomy import load
from pages.parts.desk import fields
from pages.parts.intake import keep_picture, read_file
from tests.browser.conftest import PATIENCE, ROOT, Served, free_port, serving
from tests.engine.judged_runs import make_run

WORDS = load("pocket")
TAG = "<img class=evil src=//evil.example/i onerror=alert(1)>"
EVIL = (
    f"zq{TAG}<script>alert(2)</script>![i](//evil.example/m)[l](javascript:alert(3)) `c` $x$ :red[r] :material/home: "
    "http://evil.example אבג \u202egnp"
)
"""Begins with a mark that nothing else has, so that all of its places are found."""
NAME = f"zq{TAG}![i](//evil.example/n) **b** אבג \u202egnp"
"""The same for what is short: 120 letters."""
SHORT = "zq<b class=evil>![i](//evil.example/t)"
"""The same for a tag."""
CUTS = (40, 60, 80)
"""Where the program cuts without a mark."""
FOUND = """() => {
  const evil = [], said = [];
  const walk = (root) => {
    const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const parent = texts.currentNode.parentElement;
      if (texts.currentNode.data.includes("zq") && !["STYLE", "SCRIPT"].includes(parent.tagName)) said.push(parent.textContent);
    }
    for (const one of root.querySelectorAll("*")) {
      const links = ["href", "src", "action", "srcdoc", "poster", "data"].map((name) => one.getAttribute(name) || "");
      if (one.classList.contains("evil") || links.some((to) => /evil\\.example|^\\s*javascript:/i.test(to))) evil.push(one.outerHTML);
      if (one.localName === "script" && /alert\\(/.test(one.textContent)) evil.push(one.outerHTML);
      if (one.shadowRoot) walk(one.shadowRoot);
    }
  };
  walk(document.body);
  return [evil, said];
}"""

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A program of its own whose store is full of it."""
    with serving(tmp_path_factory.mktemp("hostile"), free_port()) as served:
        yield served


@pytest.fixture(scope="module")
def page(hostile: Served, browser: Browser) -> Iterator[Page]:
    """One visitor, who minds every dialog."""
    fill(hostile.store)
    page = hostile.open(browser, "sessions")
    page.on("dialog", lambda dialog: (hostile.troubles.append(f"dialog {dialog.message}"), dialog.dismiss()))
    yield page
    page.context.close()


# --- what is put in ---------------------------------------------------------------------------------------------------


def picture() -> bytes:
    """A picture of ours whose metadata are hostile."""
    image, origin = read_png(next(iter(sorted((ROOT / "assets" / "welcome").glob("*.png")))).read_bytes())
    said = json.loads(json.dumps(list(origin.judgements)))
    for one in said:
        one["judge"] = NAME
        for mark in one["scores"]["marks"]:
            mark["reply"]["answer"] = NAME
    settings = {**origin.settings, "scheduler": NAME, NAME: NAME, "negative": EVIL}
    return write_png(image, replace(origin, generator=NAME, caption=EVIL, settings=settings, judgements=tuple(said)))


def fill(store: Store) -> None:
    """Names, captions, metadata, people, tags, sets, views, a failed job, a project and an evaluation."""
    store.person("me", role="admin")
    store.person(NAME[:70], role="curator")
    line = fields(parse("A red dog is above a green tree.", WORDS), WORDS)
    said = {**line, "settings": json.dumps({"generator": NAME, "negative": EVIL, "style": NAME})}
    session = store.create_session(owner="me", name=NAME, **{**said, "caption": EVIL}).id
    keep_picture(store, session, read_file(NAME, picture(), WORDS))
    kept = store.pictures(session)[0]
    question = json.loads(line["questions"])[0]["id"]
    store.correct(kept.id, judge=NAME, question=str(question), answer=NAME, person=NAME[:70])
    store.tag([kept.id], SHORT, person="me")
    rule = {"rule": {"name": NAME, NAME: NAME, "like": {"name": NAME}}}
    store.save_set(NAME, [Member(kept.id)], owner=NAME[:70], selection=json.dumps(rule))
    store.save_view(NAME, json.dumps({"text": EVIL}), owner="me")
    store.enqueue(
        "render", json.dumps({"caption": EVIL, "generator": "pocket", "seeds": [1]}), owner="me", session=session
    )
    project(store, kept.id)
    evaluation(store)


def project(store: Store, picture: str) -> Project:
    """A rating project, whose item one person flagged with a comment."""
    made = store.create_project(
        NAME, owner=NAME[:70], kind="scene", overlap=3, settings=Settings(practice=1, elements=True)
    )
    plain = EVIL.replace("**", "")
    example = {"content": {"text": EVIL}, "answers": {"plausibility": 4}, "why": EVIL}
    store.add_guideline(made.id, plain, author=NAME[:70], examples=[example])
    content = {"text": EVIL, "elements": [{"id": "a", "text": NAME}], "hidden": {NAME: NAME}}
    gold = {"answers": {"plausibility": [4, 5]}, "why": EVIL}
    store.add_items(made.id, [NewItem(content, "practice", gold), NewItem(content)])
    store.person("Bea", role="annotator")
    return made


def evaluation(store: Store) -> None:
    """An evaluation of a hostile title, with a scene that was refused for a hostile reason, and a run of that name."""
    order = Order("evil", NAME, ("pocket",), ("pocket",), 1, 3, 64, Sampled(6, (2, 7)))
    Record(order, {"draw:pocket": 0.5}, {NAME: {NAME: EVIL}}).done().write(store.home)
    path = order.run(store.home, "pocket")
    make_run(path, count=6, images=2)
    for file in (path / "manifest.json", path / "judgements.jsonl"):
        if file.exists():
            file.write_text(file.read_text().replace('"pocket"', json.dumps(NAME)))
    run = Run.open(path)
    store.index_run(run.path, name=NAME)
    store.index_pictures(run.path)


# --- what must hold everywhere ----------------------------------------------------------------------------------------


def quiet(page: Page) -> None:
    """Until Streamlit has nothing more to do."""
    page.wait_for_function(
        "() => document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'"
    )
    page.wait_for_timeout(150)


def harmless(page: Page, served: Served) -> list[str]:
    """Nothing came of it; returns the places where the text stands."""
    quiet(page)
    evil, said = page.evaluate(FOUND)
    assert not evil and not served.outside, (evil, served.outside)
    assert not [trouble for trouble in served.troubles if "dialog" in trouble], served.troubles
    assert page.get_by_test_id("stException").count() == 0
    return list(said)


def look(page: Page, served: Served, *, shown: bool = True) -> None:
    """All of the text is there as it was put in, and nothing came of it."""
    said, end = harmless(page, served), time.monotonic() + PATIENCE / 1000
    while shown and not said and time.monotonic() < end:
        said = harmless(page, served)
    assert said or not shown, f"{page.url} shows nothing of it"
    for text in said:
        check(text)


def check(text: str) -> None:
    """Each place holds one of the texts, whole or cut short."""
    flat = " ".join(text.replace("\u2060", "").replace("\u202e", "").split())
    wanted = [" ".join(one.replace("\u202e", "").split()) for one in (EVIL, NAME, SHORT, NAME[:70])]
    for part in re.split("(?=zq)", flat)[1:]:
        same = max(len(common(part, one)) for one in wanted)
        whole = any(part.startswith(one) for one in wanted)
        assert whole or part[same:].startswith(("…", "...")) or same in CUTS, text


def common(one: str, other: str) -> str:
    """What two texts begin with."""
    return one[
        : next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    ]


# --- page by page -----------------------------------------------------------------------------------------------------


def goto(page: Page, served: Served, path: str, *, shown: bool = True) -> None:
    page.goto(served.url + path)
    page.get_by_test_id("stAppViewContainer").wait_for()
    look(page, served, shown=shown)


def turn(page: Page, served: Served, *names: str) -> None:
    """Through the switches of a page."""
    for name in names:
        page.get_by_role("radio", name=name).first.click(delay=40)
        look(page, served, shown=False)


def test_sessions_and_who_is_here(page: Page, hostile: Served) -> None:
    look(page, hostile)
    page.locator(".st-key-who-is-here button").first.click()
    expect(page.get_by_text("You are here as admin")).to_be_visible()
    look(page, hostile)
    page.get_by_role("textbox", name="Search").fill(EVIL)
    page.keyboard.press("Enter")
    look(page, hostile)


def test_compose_a_pasted_caption_and_a_dropped_file(page: Page, hostile: Served) -> None:
    id = hostile.store.list_sessions(owner="me")[0].id
    goto(page, hostile, f"?session={id}", shown=False)
    expect(page.get_by_role("textbox", name="Name of the scene")).to_have_value(NAME)
    page.get_by_role("tab", name="Paste or drop").click()
    page.get_by_role("textbox", name="Paste a caption").fill(EVIL)
    page.get_by_role("button", name="Read the caption").click(delay=40)
    expect(page.get_by_role("alert").first).to_contain_text("zq<img")
    harmless(page, hostile)
    data = json.dumps({"objects": [{"id": "a", "name": NAME}]}).encode()
    dropped = {"name": "zq<img class=evil src=x>.json", "mimeType": "application/json", "buffer": data}
    page.locator("input[type=file]").first.set_input_files(dropped)
    expect(page.get_by_role("alert").first).to_contain_text("The object name “zq<img class=evil")
    harmless(page, hostile)
    goto(page, hostile, f"?session={quote(EVIL)}&who={quote(NAME)}")


def test_inspect(page: Page, hostile: Served) -> None:
    session = hostile.store.list_sessions(owner="me")[-1].id
    goto(page, hostile, f"inspect_scene?session={session}")
    for tab in ("Compare two", "Grids", "Settings and Again"):
        page.get_by_role("tab", name=tab).click()
        look(page, hostile)
    goto(page, hostile, f"inspect_scene?run={quote(EVIL)}&scene={quote(EVIL)}&picture={quote(EVIL)}")
    run = hostile.store.runs()[0].id
    goto(page, hostile, f"inspect_scene?run={run}")


def test_rate_as_curator_and_as_annotator(page: Page, hostile: Served, browser: Browser) -> None:
    made = hostile.store.projects()[0]
    bea = hostile.open(browser, f"rate?project={made.id}&who=Bea")
    look(bea, hostile)
    bea.get_by_role("button", name="I have read them").click(delay=80)
    expect(bea.get_by_text("Practice").first).to_be_visible()
    look(bea, hostile)
    steps = (
        ("Yes", "How plausible"),
        ("Ordinary", "Could somebody have met it"),
        ("Could be real", "As we see it, too."),
    )
    for choice, then in steps:
        bea.wait_for_timeout(250)
        bea.get_by_role("button", name=choice).click(delay=80)
        expect(bea.get_by_text(then).first).to_be_visible()
        look(bea, hostile)
    bea.context.close()
    rate_all(hostile.store, made)
    goto(page, hostile, "rate")
    goto(page, hostile, f"rate?desk={made.id}")
    turn(page, hostile, "Adjudicate", "Guidelines", "In and out", "Settings")
    goto(page, hostile, f"rate?project={quote(EVIL)}", shown=False)


def rate_all(store: Store, made: Project) -> None:
    """A flag with a comment, and two people who disagree."""
    for i, value in enumerate((1, 5, None)):
        person = f"{NAME[:70]} {i}"
        while (item := store.claim_item(made.id, person)) is not None:
            if item.practice or value is not None:
                store.rate(item.id, person, item.token, {"plausibility": value or 4, "real": "real", "comment": NAME})
            else:
                store.rate(item.id, person, item.token, {"comment": EVIL}, status="flagged")


def test_curate(page: Page, hostile: Served) -> None:
    goto(page, hostile, "curate")
    turn(page, hostile, "Look-alikes", "Gap", "Choose", "Sets")
    page.get_by_text("Export", exact=True).first.click()
    look(page, hostile)
    asked = {"text": EVIL, "judge": NAME, "tags": [SHORT], "in_set": NAME, "generators": [NAME], "words": [NAME]}
    goto(page, hostile, f"curate?filter={quote(json.dumps(asked))}&show={quote(EVIL)}")
    goto(page, hostile, f"curate?filter={quote(EVIL)}", shown=False)


def test_evaluate_stage_and_backends(page: Page, hostile: Served) -> None:
    goto(page, hostile, "evaluate")
    turn(page, hostile, "Skills and words", "Failures", "Judges", "Sample size")
    run = hostile.store.runs()[0].id
    goto(page, hostile, f"evaluate?runs={run}")
    goto(page, hostile, f"evaluate?runs={quote(EVIL)}&evaluation={quote(EVIL)}", shown=False)
    session = hostile.store.list_sessions(owner="me")[-1].id
    goto(page, hostile, f"stage?session={session}", shown=False)
    page.get_by_role("button", name="Your words").click()
    page.get_by_label("What should be in the picture?").fill(EVIL)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="“zq” is no word")).to_be_visible()
    harmless(page, hostile)
    goto(page, hostile, "backends", shown=False)


def test_the_job_that_failed_says_why(page: Page, hostile: Served) -> None:
    session = hostile.store.list_sessions(owner="me")[-1].id
    end = time.monotonic() + PATIENCE / 1000
    while (job := hostile.store.jobs(session=session)[0]).active and time.monotonic() < end:
        page.wait_for_timeout(200)
    assert job.status == "failed"
    goto(page, hostile, f"?session={session}", shown=False)
    expect(page.get_by_text("zq").first).to_be_visible()
    harmless(page, hostile)
