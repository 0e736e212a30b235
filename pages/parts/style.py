"""Which of the many ways to say a scene a session has chosen, the next one, and the one that a text was written in.

Try it: `python -m pytest tests/pages/test_saying.py -k style`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.caption import LENGTHS, Style, caption
from engine.caption.style import PLAIN, RICH, TERSE
from engine.graph import SceneGraph
from engine.taxonomy import Taxonomy

PHRASINGS = max(len(PLAIN), len(RICH), len(TERSE))
"""After so many phrasings they begin again, whatever the length."""


def saved_style(settings: Mapping[str, Any]) -> Style:
    """The style among the settings of a session; the house style for none, or for one that nobody knows."""
    length, phrasing = settings.get("length"), settings.get("phrasing")
    known = phrasing if isinstance(phrasing, int) and 0 <= phrasing < 10**6 else 0
    return Style(length, known) if length in LENGTHS else Style()


def with_style(settings: Mapping[str, Any], style: Style) -> dict[str, Any]:
    """The settings with another style."""
    return {**settings, "length": style.length, "phrasing": style.phrasing}


def another(graph: SceneGraph, taxonomy: Taxonomy, style: Style) -> Style | None:
    """The next phrasing that says the scene in other words than `style` does; None where there is only one."""
    now = caption(graph, taxonomy, style).text
    for step in range(1, PHRASINGS):
        found = Style(style.length, (style.phrasing + step) % PHRASINGS)
        if caption(graph, taxonomy, found).text != now:
            return found
    return None


def written_in(graph: SceneGraph, taxonomy: Taxonomy, text: str) -> Style | None:
    """The style in which `text` is the caption of this graph; None where the program would not have written it so."""
    wanted = " ".join(text.split())
    return next((s for s in _all() if caption(graph, taxonomy, s).text == wanted), None)


def _all() -> Iterator[Style]:
    lengths = ("plain", *(length for length in LENGTHS if length != "plain"))
    return (Style(length, phrasing) for length in lengths for phrasing in range(PHRASINGS))
