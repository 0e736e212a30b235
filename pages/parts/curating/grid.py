"""The grid: thumbnails with a checkbox each, chosen by click, range or key; what is chosen stays chosen from page to page.

Try it: `python -m pytest tests/pages/test_curate.py -k grid`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any
from urllib.parse import quote

import orjson
import streamlit as st

from engine.curation import Card
from engine.scoring import RIGHT, WRONG
from pages.parts.components import ASSETS
from pages.parts.curating.thumbs import thumb_of
from pages.parts.words import figure

PER_PAGE = 48
KEYS = "Click or Space to choose, Shift for a range, A for the whole page, Esc for none, Enter to inspect."
GOOD = 0.995
"""A score from here on is shown as right."""


@cache
def _file(name: str) -> str:
    return (ASSETS / name).read_text(encoding="utf-8")


def entry(card: Card, *, note: str = "", side: int = 256) -> dict[str, Any]:
    """One picture as the component takes it; `note` is a word on its corner."""
    by = f"{card.generator} #{card.seed}"
    return {
        "id": card.id,
        "src": thumb_of(card.path, card.run, side),
        "alt": f"{card.caption} By {by}, score {figure(card.score)}.",
        "caption": card.caption,
        "score": figure(card.score),
        "status": None if card.score is None else RIGHT if card.score > GOOD else WRONG,
        "by": by,
        "note": note or ("" if card.rating is None else f"★ {card.rating:.1f}"),
        "tags": list(card.tags),
        "href": inspect_link(card.id),
    }


def inspect_link(picture: str) -> str:
    """The address of a picture on Inspect, from another page."""
    return f"inspect_scene?picture={quote(picture)}"


def picked() -> dict[str, None]:
    """The ids that are chosen on Curate, in the order of choosing."""
    found: dict[str, None] = st.session_state.setdefault("curate:picked", {})
    return found


def pick(ids: Sequence[str], *, among: Sequence[str]) -> None:
    """Of the pictures `among` (one page), exactly `ids` are chosen now; those of other pages stay as they were."""
    chosen, here = picked(), set(ids) & set(among)
    for id in among:
        if id in here:
            chosen.setdefault(id)
        else:
            chosen.pop(id, None)


def clear() -> None:
    """Nothing is chosen any more; the grids on the page hear of it."""
    picked().clear()
    redraw()


def redraw() -> None:
    """Make the browser take the choice from here."""
    st.session_state["curate:rev"] = st.session_state.get("curate:rev", 0) + 1


def grid(
    cards: Sequence[Mapping[str, Any]], *, key: str, dense: bool = False, on_pick: Callable[[], None] | None = None
) -> None:
    """Show cards; what a person chooses among them is kept by `picked`."""
    ids = [str(card["id"]) for card in cards]
    page = hashlib.sha256(orjson.dumps([key, ids])).hexdigest()[:12]
    here = picked()
    data = {
        "cards": list(cards),
        "page": page,
        "selected": [id for id in ids if id in here],
        "rev": f"{page}:{st.session_state.get('curate:rev', 0)}",
    }
    shape = "picks small" if dense else "picks"
    component = st.components.v2.component(
        f"scenewright_picks_{'small' if dense else 'large'}",
        html=f'<div class="sw {shape}" role="group" aria-label="Pictures"></div>',
        css=_file("style.css") + _file("picks.css"),
        js=_file("bus.js") + _file("picks.js"),
    )

    def heard() -> None:
        said = st.session_state.get(key, {}).get("picked")
        if isinstance(said, dict) and said.get("page") == page and isinstance(said.get("ids"), list):
            pick([id for id in said["ids"] if isinstance(id, str)], among=ids)
            if on_pick:
                on_pick()

    component(key=key, data=data, on_picked_change=heard)
