"""Plots are well-formed SVG whatever they are called and whatever they show.

Run it: `pytest tests/engine/studies/test_plots.py`.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from engine.studies.plots import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Point, Series, lines
from engine.studies.sheet import table

VALUES = st.floats(0, 1e6, allow_nan=False)
POINTS = st.builds(lambda x, y: Point(float(x), y), st.integers(1, 50), VALUES)
NAMES = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF), min_size=1, max_size=12)


@given(st.lists(st.builds(Series, NAMES, st.lists(POINTS, max_size=5).map(tuple)), max_size=4), NAMES)
def test_any_series_make_a_drawing_with_its_points_inside(series: list[Series], title: str) -> None:
    drawing = ET.fromstring(lines(title, "x & y", series))
    assert drawing.attrib["aria-label"] == title
    found = list(drawing.iter("{http://www.w3.org/2000/svg}polyline"))
    assert len(found) == sum(bool(one.points) for one in series)
    for line in found:
        for pair in line.attrib["points"].split():
            x, y = map(float, pair.split(","))
            assert LEFT - 1 <= x <= WIDTH - RIGHT + 1 and TOP - 1 <= y <= HEIGHT - BOTTOM + 1


def test_shares_are_where_they_belong() -> None:
    drawing = ET.fromstring(lines("t", "x", [Series("s", (Point(1, 0.0), Point(2, 1.0, 0.5, 1.0)))], shares=True))
    line = next(drawing.iter("{http://www.w3.org/2000/svg}polyline"))
    assert line.attrib["points"] == f"{LEFT:.1f},{HEIGHT - BOTTOM:.1f} {WIDTH - RIGHT:.1f},{TOP:.1f}"
    whiskers = [e for e in drawing.iter("{http://www.w3.org/2000/svg}line") if e.attrib["class"] == "whisker"]
    assert len(whiskers) == 1


def test_tables_line_up() -> None:
    text = table(("size", "n"), [["3", "10"], ["all", "1234567"]])
    assert len({len(line) for line in text.splitlines()}) == 1
    assert text.splitlines()[1] == "| ---- | ------: |"
