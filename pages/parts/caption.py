"""The caption with its elements: text cut into pieces, each knowing what it says, lit together with the graph.

Try it: `python -m pytest tests/pages/test_parts.py -k pieces`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from typing import Any

from engine.scoring import RIGHT
from pages.parts.components import mount
from pages.parts.desk import pick_element, picked_elements

Spans = Mapping[str, Sequence[tuple[int, int]]]
RANK = {"a": 0, "o": 1, "s": 1, "r": 2}
"""Where elements overlap, the smaller one is meant: an attribute before its object before their relation."""


def pieces(text: str, spans: Spans, statuses: Mapping[str, str]) -> list[dict[str, Any]]:
    """The text in order, cut wherever an element begins or ends; `element` is the one that a click means.

    A `mark` stands after the last piece of an element's first mention, unless the element is right.
    """
    places = [(start, end, element) for element, found in spans.items() for start, end in found]
    cuts = sorted({0, len(text), *(cut for start, end, _ in places for cut in (start, end))})
    found = [_piece(text, start, end, places, statuses) for start, end in pairwise(cuts)]
    for element, where in spans.items():
        inside = [p for p, end in zip(found, cuts[1:], strict=True) if p["element"] == element and end <= where[0][1]]
        if inside and inside[-1]["status"] not in (None, RIGHT):
            inside[-1]["mark"] = inside[-1]["status"]
    return found


def _piece(
    text: str, start: int, end: int, places: Sequence[tuple[int, int, str]], statuses: Mapping[str, str]
) -> dict[str, Any]:
    inside = sorted((RANK.get(e[0], 3), b - a, e) for a, b, e in places if a <= start and end <= b)
    meant = inside[0][2] if inside and text[start:end].strip() else None
    alike = [statuses.get(e) for rank, length, e in inside if meant and (rank, length) == inside[0][:2]]
    status = next((s for s in alike if s not in (None, RIGHT)), alike[0] if alike else None)
    elements = [e for _, _, e in inside]
    return {"text": text[start:end], "elements": elements, "element": meant, "status": status, "mark": None}


def caption(text: str, spans: Spans, statuses: Mapping[str, str], *, group: str, outside: Collection[str] = ()) -> None:
    """Show the caption; `group` ties it to graph and questions, elements `outside` of a model's reach are pale."""
    shown = pieces(text, spans, statuses)
    for piece in shown:
        piece["outside"] = piece["element"] in outside
    data = {"group": group, "selected": picked_elements(), "pieces": shown}
    mount("caption", key="caption", data=data, on_picked=lambda picked: pick_element(picked.get("element")))
