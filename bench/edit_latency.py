"""How soon caption and questions follow an edit on the canvas: real server, real Chromium, from the key to the new text.

Run: `python -m bench.edit_latency [--edits 20]`. Milliseconds on the clock of the browser; prints one JSON line.
"""

import argparse
import json
import os
import platform
import statistics

from bench.app_server import app_page

WATCH = """() => {
  const said = () => [document.querySelectorAll('*')].flatMap(all => [...all]).flatMap(e => e.shadowRoot ? [e.shadowRoot] : []);
  const find = name => said().map(root => root.querySelector(name)).find(Boolean);
  window.follow = key => new Promise(done => {
    const caption = find('.caption'), asked = find('.asked'), times = {};
    const before = [caption.textContent, asked.textContent];
    let start = 0;
    const look = () => {
      if (caption.textContent !== before[0] && !times.caption) times.caption = performance.now() - start;
      if (asked.textContent !== before[1] && !times.questions) times.questions = performance.now() - start;
      if (times.caption && times.questions) { watch.disconnect(); done(times); }
    };
    const watch = new MutationObserver(look);
    for (const root of [caption, asked]) watch.observe(root, { childList: true, subtree: true, characterData: true });
    window.addEventListener('keydown', event => { if (event.key === key && !start) start = performance.now(); }, { capture: true });
    window.ready = true;
  });
}"""


def one(page, key, press):
    """Milliseconds from the key to the caption and to the questions."""
    page.evaluate("key => { window.ready = false; window.result = window.follow(key); }", key)
    page.keyboard.press(press)
    return page.evaluate("() => window.result")


def edits(page, times):
    """Deletes an object and takes that back by Ctrl+Z, in turn."""
    page.locator(".graph[data-drawn]").wait_for()
    page.evaluate(WATCH)
    page.locator(".graph").focus()
    for turn in range(times + 2):
        if turn % 2 == 0:
            page.keyboard.press("ArrowRight")
            page.wait_for_timeout(1200)
            found = one(page, "Delete", "Delete")
        else:
            found = one(page, "z", "Control+z")
        page.wait_for_timeout(700)
        if turn > 1:  # the first two warm up
            yield found


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--edits", type=int, default=20)
    choice = parser.parse_args()
    with app_page(viewport={"width": 1440, "height": 900}) as (page, _):
        page.wait_for_timeout(3000)
        found = list(edits(page, choice.edits))
    rows = {what: sorted(row[what] for row in found) for what in ("caption", "questions")}
    result = {f"{what}_ms": {"median": round(statistics.median(v)), "worst": round(v[-1])} for what, v in rows.items()}
    load = [round(value, 1) for value in os.getloadavg()]
    print(
        json.dumps(
            {
                **result,
                "edits": len(found),
                "aim_ms": 300,
                "cpus": os.cpu_count(),
                "load": load,
                "machine": platform.machine(),
            }
        )
    )


if __name__ == "__main__":
    main()
