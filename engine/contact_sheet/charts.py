"""The drawings of a contact sheet: scores by complexity with intervals, and by kind of question, as inline SVG.

Judge and oracle differ by shape (disc, diamond), not by colour alone. Try it: `python cli.py demo`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.questions import KINDS
from engine.report import ALL

WIDTH, HEIGHT = 460, 220
LEFT, RIGHT, TOP, BOTTOM = 34, 14, 14, 34
Row = Mapping[str, Any]
Point = tuple[float, float, float, float]
"""x, and y of mean, low and high."""


def by_complexity(rows: Mapping[str, Row]) -> str:
    """The mean score against complexity, whiskers are 95% intervals; one series for the judge, one for the oracle."""
    levels = [level for level in rows if level != ALL]
    exact = all("oracle" in rows[level] for level in levels)
    values = [rows[level] for level in levels] + ([rows[level]["oracle"] for level in levels] if exact else [])
    floor = min(80, math.floor(min(value["low"] for value in values) * 10) * 10)
    parts = [*_axes(levels, floor)]
    if exact:
        parts += _series([rows[level]["oracle"] for level in levels], floor, "oracle", shift=4)
    parts += _series([rows[level] for level in levels], floor, "judge", shift=-4 if exact else 0)
    return _svg(WIDTH, HEIGHT, "Mean score by complexity", parts)


def by_kind(row: Row) -> str:
    """The share of right answers for each kind of question, 0 to 100."""
    kinds = [kind for kind in KINDS if kind in row["by_kind"]]
    height = 2 + 32 * len(kinds)
    parts: list[str] = []
    for i, kind in enumerate(kinds):
        parts += _kind(kind, 14 + 32 * i, row)
    return _svg(WIDTH * 0.75, height, "Score by kind of question", parts)


def _kind(kind: str, y: float, row: Row) -> Iterator[str]:
    start, width = 76, WIDTH * 0.75 - 76 - 94
    share, exact = row["by_kind"][kind], row.get("oracle", {}).get("by_kind", {}).get(kind)
    yield f'<text class="name" x="0" y="{y + 4}">{kind.capitalize()}</text>'
    yield f'<line class="track" x1="{start}" x2="{start + width:.1f}" y1="{y}" y2="{y}"/>'
    if exact is not None:
        yield _diamond(start + width * exact, y)
        yield f'<text class="oracle" x="{start + width + 94:.1f}" y="{y + 4}" text-anchor="end">{_points(exact)}</text>'
    yield f'<circle class="judge" cx="{start + width * share:.1f}" cy="{y}" r="5"/>'
    yield f'<text class="judge" x="{start + width + 50:.1f}" y="{y + 4}" text-anchor="end">{_points(share)}</text>'


def _axes(levels: Sequence[str], floor: int) -> Iterator[str]:
    for points in range(floor, 101, 10 if floor >= 50 else 20):
        y = _y(points / 100, floor)
        yield f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{points}</text>'
    for i, level in enumerate(levels):
        yield f'<text x="{_x(i, len(levels)):.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{level}</text>'
    yield f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 5}" text-anchor="middle">complexity</text>'


def _series(rows: Sequence[Row], floor: int, kind: str, *, shift: float) -> Iterator[str]:
    points: list[Point] = [
        (_x(i, len(rows)) + shift, *(_y(row[name], floor) for name in ("mean", "low", "high")))  # type: ignore[misc]
        for i, row in enumerate(rows)
    ]
    yield f'<polyline class="{kind}" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y, _, _ in points)}"/>'
    for x, y, low, high in points:
        yield f'<line class="{kind}" x1="{x:.1f}" x2="{x:.1f}" y1="{low:.1f}" y2="{high:.1f}"/>'
        yield f'<circle class="judge" cx="{x:.1f}" cy="{y:.1f}" r="4.5"/>' if kind == "judge" else _diamond(x, y)


def _diamond(x: float, y: float) -> str:
    return f'<path class="oracle" stroke-width="2" d="M{x:.1f} {y - 6:.1f}l6 6-6 6-6-6z"/>'


def _x(i: int, count: int) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * (i + 0.5) / count


def _y(share: float, floor: int) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - (100 * share - floor) / (100 - floor))


def _points(share: float) -> str:
    return f"{100 * share:.1f}"


def _svg(width: float, height: float, title: str, parts: Sequence[str]) -> str:
    return f'<svg viewBox="0 0 {width:g} {height:g}" role="img" aria-label="{title}">{"".join(parts)}</svg>'
