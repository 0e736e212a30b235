"""Plots of a study as SVG files that stand alone: lines over sizes, with whiskers where there are intervals.

Series differ by their marks (disc, diamond, square, triangle), not by colour alone.
Try it: `python cli.py study captions-check --out report`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 640, 340
LEFT, RIGHT, TOP, BOTTOM = 56, 16, 40, 76
COLOURS = ("#1f5fa8", "#b4521a", "#2f7d4f", "#7a3f8f", "#5c5c5c", "#a8841f")
MARKS = ("disc", "diamond", "square", "triangle")
TICKS = 5
_STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#333}.title{font-size:14px;font-weight:600}"
    ".grid{stroke:#ddd}.axis{stroke:#888}polyline{fill:none;stroke-width:2}.whisker{stroke-width:1.2}"
)


@dataclass(frozen=True, slots=True)
class Point:
    """Where a series is at `x`; `low` and `high` are the ends of a whisker, if there is one."""

    x: float
    y: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """A named line."""

    name: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """The values that the axes span."""

    left: float
    right: float
    bottom: float
    top: float

    def x(self, value: float) -> float:
        """Where a value is, in pixels from the left."""
        return LEFT + (WIDTH - LEFT - RIGHT) * (value - self.left) / ((self.right - self.left) or 1)

    def y(self, value: float) -> float:
        """Where a value is, in pixels from the top."""
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - (value - self.bottom) / ((self.top - self.bottom) or 1))


def lines(title: str, across: str, series: Sequence[Series], *, shares: bool = False) -> str:
    """An SVG document; with `shares`, values are 0..1 and the axis is in per cent. Series without points are left out."""
    shown = [one for one in series if one.points]
    frame = _frame(shown, shares=shares)
    parts = [f'<text class="title" x="{LEFT}" y="20">{escape(title)}</text>', *_axes(frame, across, shown, shares)]
    for i, one in enumerate(shown):
        parts += _series(one, frame, COLOURS[i % len(COLOURS)], MARKS[i % len(MARKS)])
    parts += _legend(shown)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{escape(title, quote=True)}"><style>{_STYLE}</style>'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>{"".join(parts)}</svg>\n'
    )


def _frame(series: Sequence[Series], *, shares: bool) -> Frame:
    points = [point for one in series for point in one.points] or [Point(0, 0)]
    xs = [point.x for point in points]
    if shares:
        return Frame(min(xs), max(xs), 0.0, 1.0)
    highest = max(max(point.y, point.high or point.y) for point in points)
    return Frame(min(xs), max(xs), 0.0, _round_up(highest))


def _round_up(value: float) -> float:
    """The next number of the form 1, 2, 2.5, 4, 5 or 8 times a power of ten."""
    if value <= 0:
        return 1.0
    power = float(10 ** math.floor(math.log10(value)))
    return next((step * power for step in (1, 2, 2.5, 4, 5, 8, 10) if step * power >= value), 10 * power)


def _axes(frame: Frame, across: str, series: Sequence[Series], shares: bool) -> Iterator[str]:
    for i in range(TICKS + 1):
        value = frame.bottom + (frame.top - frame.bottom) * i / TICKS
        y = frame.y(value)
        label = f"{100 * value:.0f} %" if shares else f"{value:g}"
        yield f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{label}</text>'
    for value in sorted({point.x for one in series for point in one.points}):
        yield f'<text x="{frame.x(value):.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{value:g}</text>'
    yield f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - BOTTOM + 36}" text-anchor="middle">{escape(across)}</text>'


def _series(one: Series, frame: Frame, colour: str, mark: str) -> Iterator[str]:
    path = " ".join(f"{frame.x(p.x):.1f},{frame.y(p.y):.1f}" for p in one.points)
    yield f'<polyline stroke="{colour}" points="{path}"/>'
    for point in one.points:
        x = frame.x(point.x)
        if point.low is not None and point.high is not None:
            ends = f'y1="{frame.y(point.low):.1f}" y2="{frame.y(point.high):.1f}"'
            yield f'<line class="whisker" stroke="{colour}" x1="{x:.1f}" x2="{x:.1f}" {ends}/>'
        yield _mark(mark, x, frame.y(point.y), colour)


def _mark(mark: str, x: float, y: float, colour: str) -> str:
    if mark == "disc":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>'
    outline = {"diamond": "m0 -5 5 5 -5 5 -5 -5z", "square": "m-4 -4h8v8h-8z", "triangle": "m0 -5 5 9h-10z"}[mark]
    return f'<path fill="{colour}" d="M{x:.1f} {y:.1f}{outline}"/>'


def _legend(series: Sequence[Series]) -> Iterator[str]:
    x = float(LEFT)
    for i, one in enumerate(series):
        colour = COLOURS[i % len(COLOURS)]
        yield _mark(MARKS[i % len(MARKS)], x + 5, HEIGHT - 18, colour)
        yield f'<text x="{x + 15:.1f}" y="{HEIGHT - 14}">{escape(one.name)}</text>'
        x += 34 + 6.6 * len(one.name)
