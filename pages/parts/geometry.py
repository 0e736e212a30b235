"""Boxes and lines on the canvas: what overlaps, what crosses, where a label lies; in pixels.

Try it: `python -c "from pages.parts.geometry import *; print(overlap((0, 0), Box(10, 5), (15, 0), Box(10, 5), 0))"`.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.graph import SceneGraph

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """Half width and half height of something on the canvas, in pixels."""

    w: float
    h: float


def card_box(graph: SceneGraph, id: str) -> Box:
    """About how large the card of an object is."""
    chips = [len(mark.value) * 10.5 + 44 for mark in graph.attributes_of[id]]
    width = max(len(graph.names[id]) * 13 + 24, sum(chips) + 8 * max(0, len(chips) - 1), 54) + 28
    return Box(width / 2, 43 if chips else 25)


def word_box(text: str, *, large: bool) -> Box:
    """About how large a word on a card of its own is: `large` for an object, otherwise an attribute."""
    return Box(max(len(text) * 13 + 24, 54) / 2 + 14, 25) if large else Box(len(text) * 5.25 + 22, 17)


def label_box(phrase: str) -> Box:
    """About how large the label of a relation is."""
    return Box(len(phrase) * 4.4 + 18, 14)


def middle(a: Point, one: Box, b: Point, other: Box) -> Point:
    """Where the label of a line lies: halfway between the borders of the two cards."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    t = (_leaves(one, dx, dy) + 1 - _leaves(other, dx, dy)) / 2
    return a[0] + t * dx, a[1] + t * dy


def _leaves(box: Box, dx: float, dy: float) -> float:
    """The share of the way (dx, dy) from a card's centre at which one leaves the card, at most a half."""
    ways = [size / abs(d) for size, d in ((box.w, dx), (box.h, dy)) if d]
    return min([0.5, *ways])


def overlap(a: Point, one: Box, b: Point, other: Box, air: float) -> bool:
    """Whether two boxes are closer than `air` in both directions."""
    return abs(a[0] - b[0]) < one.w + other.w + air and abs(a[1] - b[1]) < one.h + other.h + air


def runs_over(a: Point, b: Point, c: Point, box: Box) -> bool:
    """Whether the line from a to b runs over the box at c."""
    steps = (0.2, 0.35, 0.5, 0.65, 0.8)
    along = ((a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])) for t in steps)
    return any(abs(x - c[0]) < box.w + 6 and abs(y - c[1]) < box.h + 6 for x, y in along)


def cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Whether the lines a-b and c-d cross."""
    return _side(a, b, c) * _side(a, b, d) < 0 and _side(c, d, a) * _side(c, d, b) < 0


def _side(a: Point, b: Point, c: Point) -> float:
    """On which side of the line from a to b the point c lies."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
