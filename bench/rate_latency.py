"""How long a key takes to bring the next item: the real app, a real Chromium, one person rating scenes.

Try it: `python -m bench.rate_latency --items 40`.
"""

import argparse
import json
import statistics

from bench.rating_server import rating_page

WATCH = """() => {
  window.seen = null;
  new MutationObserver(() => {
    const text = document.querySelector('.st-key-item')?.innerText ?? '';
    const found = text.match(/number (\\d+)/);
    if (found && found[1] !== window.seen) { window.seen = found[1]; window.when = performance.now(); }
  }).observe(document.body, {subtree: true, childList: true, characterData: true});
  addEventListener('keydown', event => { window.pressed = performance.now(); }, true);
}"""


def measure(items: int) -> list[float]:
    """Milliseconds from the second key of an item, which completes its answer, to the text of the next one in the page."""
    times = []
    with rating_page(items + 2) as page:
        page.evaluate(WATCH)
        for place in range(items):
            page.keyboard.press("4")
            page.get_by_text("Could somebody have met it").wait_for()
            page.wait_for_timeout(150)
            page.keyboard.press("y")
            page.wait_for_function(f"window.seen === '{place + 1}'")
            times.append(page.evaluate("window.when - window.pressed"))
            page.wait_for_timeout(150)
    return times


def main() -> None:
    """Print median, 95th percentile and worst."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=40)
    times = sorted(measure(parser.parse_args().items))
    print(json.dumps({
        "items": len(times), "median_ms": round(statistics.median(times)),
        "p95_ms": round(times[max(0, round(0.95 * len(times)) - 1)]), "worst_ms": round(times[-1]),
    }))  # fmt: skip


if __name__ == "__main__":
    main()
