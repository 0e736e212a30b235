"""Screenshots of every page, light and dark, from laptop to 4K and on a phone, of an app whose home is full of real things.

Run: `python -m bench.screens --out runs/screens [--only stage] [--home FOLDER]`; then look at them.
"""

import argparse
import shutil
import tempfile
from contextlib import nullcontext
from pathlib import Path

from playwright.sync_api import sync_playwright

from bench.app_server import running
from bench.full_home import Filled, fill

SIZES = {"1440": (1440, 900), "1280": (1280, 800), "1920": (1920, 1080), "4k": (3840, 2160), "phone": (390, 844)}
WIDE, ONE, PHONE = ("1440", "1280", "1920", "4k"), ("1440",), ("phone",)
THEMES = ("light", "dark")
PROBE = "404 (Not Found)"
"""Below an address with a path Streamlit first asks for its own health in the wrong place."""
PATIENCE = 90_000
"""Milliseconds to wait for anything."""


def shots(home: Filled):
    """(name, address, what to do before, sizes): every page, and its views."""
    scene = f"session={home.session}"
    yield "compose", f"?{scene}", None, WIDE
    yield "compose-new", "?who=Newcomer", None, ONE
    for tab in ("Edit", "Paste or drop"):
        yield f"compose-{tab.split()[0].lower()}", f"?{scene}", tab, ONE
    yield "sessions", "sessions", None, ("1440", "4k")
    yield "sessions-empty", "sessions?who=Newcomer", None, ONE
    yield "inspect", f"inspect_scene?{scene}&picture={home.picture}", None, WIDE
    yield "evaluate", "evaluate", None, WIDE
    for view in ("Skills and words", "Failures", "Judges", "Sample size"):
        yield f"evaluate-{view.split()[0].lower()}", "evaluate", view, ONE
    yield "rate-desk", "rate", None, ("1440", "4k")
    yield "rate-project", f"rate?desk={home.project}", None, ONE
    yield "rate-door", f"rate?project={home.practised}", None, ("1440", "phone")
    yield "rate-guide", f"rate?project={home.practised}&who=Dora", "Begin", ("1440", "phone")
    yield "rate-practice", f"rate?project={home.practised}&who=Emil", ["Begin", "I have read them"], ("1440", "phone")
    yield "rate-item", f"rate?project={home.project}&who=Fred", ["Begin", "I have read them"], ("1440", "4k", "phone")
    for view in ("pictures", "alike", "gap", "choose", "sets"):
        yield f"curate-{view}", f"curate?show={view}", None, WIDE if view == "pictures" else ONE
    yield "stage", "stage", 2500, (*WIDE, "phone")
    yield "stage-questions", "stage", ("PageDown", 40), ("1440", "4k")
    yield "stage-words", "stage", ("w", 1), ONE
    yield "stage-phone", "stage", ("q", 1), ONE
    yield "backends", "backends", None, WIDE
    yield "scanned", f"inspect_scene?picture={home.picture}", None, PHONE


def settle(page, least=700):
    """Until the app has stopped running and nothing on the page changes for a while."""
    page.wait_for_function("!document.querySelector('[data-testid=stStatusWidget]')")
    page.wait_for_function("!document.querySelector('[data-testid=stSkeleton], [data-testid=stSpinner]')")
    page.wait_for_timeout(least)
    page.wait_for_function("!document.querySelector('[data-testid=stStatusWidget]')")


def act(page, what):
    """What to do before the picture: press a key so often, choose something by its words, or wait; or several of these."""
    if isinstance(what, list):
        for one in what:
            act(page, one)
            settle(page)
    elif isinstance(what, tuple):
        page.wait_for_timeout(1000)
        for _ in range(what[1]):
            page.keyboard.press(what[0])
    elif isinstance(what, int):
        page.wait_for_timeout(what)
    elif what and (found := page.get_by_text(what)).count():
        found.first.click(delay=80)
        page.wait_for_timeout(400)
    elif what:
        print(f"    nothing says {what!r}")


def take(browser, address, theme, size, name, do, out, tall):
    """One screenshot; returns what the page complained about."""
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=theme, has_touch=size == "phone",
        is_mobile=size == "phone", device_scale_factor=2 if size == "phone" else 1,
    )  # fmt: skip
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    said = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda line: said.append(line.text) if line.type == "error" and PROBE not in line.text else None)
    page.goto(address)
    page.locator("[data-testid=stMain] :is(h1, .stage, button)").first.wait_for()
    settle(page)
    act(page, do)
    settle(page)
    if tall:
        page.set_viewport_size({"width": width, "height": _height(page, height)})
        settle(page)
    page.screenshot(path=str(out / f"{name}.{theme}.{size}.png"))
    if page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"):
        said.append("the page is wider than the window")
    context.close()
    return said


def _height(page, least):
    script = "Math.max(...['stMain', 'stSidebarContent'].map(id => document.querySelector(`[data-testid=${id}]`)?.scrollHeight || 0))"
    return min(6000, max(least, page.evaluate(script)))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("runs/screens"))
    parser.add_argument("--only", default="", help="Only pictures whose name holds this; several, parted by commas.")
    parser.add_argument("--themes", default=",".join(THEMES))
    parser.add_argument("--sizes", default="", help="Only these sizes, parted by commas: " + ", ".join(SIZES))
    parser.add_argument("--tall", action="store_true", help="Whole pages instead of what a window shows.")
    parser.add_argument("--home", type=Path, help="A home to keep; filled if it is new, used as it is if not.")
    choice = parser.parse_args()
    choice.out.mkdir(parents=True, exist_ok=True)
    folder = nullcontext(choice.home) if choice.home else tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
    with folder as name, sync_playwright() as play:
        home = Path(name)
        filled = Filled.kept(home) or fill(home)
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        with running(home) as (address, _):
            for name, path, do, sizes in shots(filled):
                if not any(part in name for part in choice.only.split(",")):
                    continue
                for theme in choice.themes.split(","):
                    for size in sizes:
                        if not choice.sizes or size in choice.sizes.split(","):
                            said = take(browser, f"{address}/{path}", theme, size, name, do, choice.out, choice.tall)
                            print(f"{name}.{theme}.{size}.png", *said, sep="\n    ", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
