"""Where objects stand once a hand has moved them: places kept with the session, free room for what is new.

Places that no longer make sense are left out, never an error. Try it: `python -m pytest tests/pages/test_canvas.py -k place`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.graph import SceneGraph
from engine.taxonomy import Taxonomy
from pages.parts.geometry import Box, Point, card_box, overlap
from pages.parts.layout import place

AIR = 30.0
RINGS = 40
"""How far out free room is looked for, in steps of `STEP` pixels."""
STEP = 60.0
FARTHEST = 20_000.0


def kept(settings: Mapping[str, Any]) -> dict[str, Point]:
    """Object id -> place in pixels, from the settings of a session; what is not two finite numbers is not there."""
    saved = settings.get("positions")
    if not isinstance(saved, Mapping):
        return {}
    return {str(id): (float(at[0]), float(at[1])) for id, at in saved.items() if _good(at)}


def _good(at: object) -> bool:
    return (
        isinstance(at, list | tuple)
        and len(at) == 2
        and all(type(part) in (int, float) and abs(part) <= FARTHEST for part in at)
    )


def standing(graph: SceneGraph, taxonomy: Taxonomy, known: Mapping[str, Point]) -> dict[str, Point]:
    """Object id -> centre: where it was put, and for the others free room beside what they belong to.

    Where no object of the graph was put anywhere, the layout decides.
    """
    found = {item.id: known[item.id] for item in graph.objects if item.id in known}
    if not found:
        return dict(place(graph, taxonomy))
    boxes = {item.id: card_box(graph, item.id) for item in graph.objects}
    for item in graph.objects:
        if item.id not in found:
            found[item.id] = free(_start(graph, item.id, found), boxes[item.id], found, boxes)
    return found


def _start(graph: SceneGraph, id: str, found: Mapping[str, Point]) -> Point:
    """Beside a related object, else below the middle of all."""
    for link in graph.relations:
        if id in (link.source, link.target) and (other := {link.source, link.target} - {id}) <= set(found):
            x, y = found[other.pop()]
            return x, y + 2.4 * STEP
    xs, ys = [x for x, _ in found.values()], [y for _, y in found.values()]
    return (min(xs) + max(xs)) / 2, max(ys) + 2 * STEP


def free(
    at: Point, box: Box, taken: Mapping[str, Point], boxes: Mapping[str, Box], *, air: float = AIR, step: float = STEP
) -> Point:
    """The place nearest to `at`, in steps of so many pixels, where a box of this size stays `air` away from those taken."""
    for spot in _outwards(at, step):
        if not any(overlap(spot, box, other, boxes[id], air) for id, other in taken.items()):
            return spot
    return at


def _outwards(at: Point, step: float) -> Iterator[Point]:
    yield at
    for ring in range(1, RINGS):
        turns = 8 * ring
        for turn in range(turns):
            angle = math.pi / 2 + 2 * math.pi * turn / turns
            yield at[0] + ring * step * math.cos(angle), at[1] + ring * step * math.sin(angle)


# --- attributes around their object -----------------------------------------------------------------------------------


def directions(graph: SceneGraph, id: str, at: Mapping[str, Point]) -> list[float]:
    """The angles at which the relations of an object leave it, in radians."""
    x, y = at[id]
    ends = [
        link.target if link.source == id else link.source
        for link in graph.relations
        if id in (link.source, link.target)
    ]
    return [math.atan2(at[end][1] - y, at[end][0] - x) for end in ends]


def roomiest(busy: Sequence[float]) -> float:
    """Of sixteen angles the one farthest from those taken; straight down where none is."""
    angles = [math.pi / 2 + math.pi / 8 * turn for turn in range(16)]
    return max(
        angles,
        key=lambda angle: min((math.pi - abs(math.pi - abs(angle - other) % math.tau) for other in busy), default=0),
    )


def beside(at: Point, one: Box, other: Box, angle: float) -> Point:
    """Where the second box stands at this angle from the first, with a short line between them."""
    return at[0] + (one.w + other.w * abs(math.cos(angle)) + 26) * math.cos(angle), at[1] + (
        one.h + other.h + 30
    ) * math.sin(angle)
