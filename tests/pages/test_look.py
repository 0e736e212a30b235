"""The look: every pair of colours that the theme puts on each other can be told apart (WCAG 2.2, 1.4.3 and 1.4.11), in both themes.

Try it: `python -m pytest tests/pages/test_look.py`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
THEME = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
STYLES = sorted((ROOT / "assets").glob("*/*.css"))
TEXT, SHAPE = 4.5, 3.0
FADED = 0.6
"""Streamlit writes captions and placeholders in the text's colour at this opacity."""
NAMES = ("red", "orange", "yellow", "green", "blue", "violet", "gray")
BOTH = pytest.mark.parametrize("name", ("light", "dark"))
Colour = Sequence[float]


def rgb(text: str) -> Colour:
    """`#rrggbb` as three numbers of 0 to 255."""
    return [int(text[i : i + 2], 16) for i in (1, 3, 5)]


def luminance(colour: Colour) -> float:
    """Relative luminance as WCAG defines it for sRGB."""
    parts = [c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: Colour, other: Colour) -> float:
    """1 for the same colour, 21 for black and white."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def over(top: Colour, below: Colour, opacity: float) -> Colour:
    """A colour that is partly seen through."""
    return [t * opacity + b * (1 - opacity) for t, b in zip(top, below, strict=True)]


def grounds(name: str) -> list[Colour]:
    """All colours that text is written on."""
    theme = THEME[name]
    places = (theme, theme["sidebar"])
    return [rgb(place[key]) for place in places for key in ("backgroundColor", "secondaryBackgroundColor")]


def ink(name: str) -> Colour:
    """What page.css writes on the accent."""
    found = re.search(r"stBaseButton-primary.*light-dark\((#\w{6}), (#\w{6})\)", STYLES_TEXT)
    assert found
    return rgb(found[1 if name == "light" else 2])


STYLES_TEXT = "\n".join(file.read_text(encoding="utf-8") for file in STYLES)


def test_the_formula_is_that_of_the_standard() -> None:
    assert contrast(rgb("#000000"), rgb("#ffffff")) == pytest.approx(21)
    assert contrast(rgb("#777777"), rgb("#ffffff")) == pytest.approx(4.48, abs=0.005)


@BOTH
@pytest.mark.parametrize("key", ("textColor", "primaryColor", "linkColor", *(f"{one}TextColor" for one in NAMES)))
def test_what_is_written_can_be_read(name: str, key: str) -> None:
    for ground in grounds(name):
        assert contrast(rgb(THEME[name][key]), ground) >= TEXT


@BOTH
def test_captions_are_faint_and_can_be_read(name: str) -> None:
    for ground in grounds(name):
        assert contrast(over(rgb(THEME[name]["textColor"]), ground, FADED), ground) >= TEXT


@BOTH
def test_code_can_be_read_on_its_own_ground(name: str) -> None:
    assert contrast(rgb(THEME[name]["codeTextColor"]), rgb(THEME[name]["codeBackgroundColor"])) >= TEXT


@BOTH
def test_what_stands_on_the_accent_can_be_read_also_while_it_is_hovered(name: str) -> None:
    accent = rgb(THEME[name]["primaryColor"])
    assert contrast(ink(name), accent) >= TEXT
    assert contrast(ink(name), [c * 0.85 for c in accent]) >= 4
    assert contrast(rgb("#ffffff"), accent) >= SHAPE  # ticks and the knobs of switches


@BOTH
def test_right_wrong_and_unsure_are_seen_as_text_and_as_lines(name: str) -> None:
    for status in ("red", "green", "yellow", "gray"):
        for ground in grounds(name):
            assert contrast(rgb(THEME[name][f"{status}Color"]), ground) >= TEXT


@BOTH
def test_where_a_field_ends_is_seen(name: str) -> None:
    for ground in grounds(name):
        assert contrast(rgb(THEME[name]["borderColor"]), ground) >= SHAPE


@BOTH
def test_lines_of_charts_stand_out(name: str) -> None:
    for colour in THEME[name]["chartCategoricalColors"]:
        assert contrast(rgb(colour), rgb(THEME[name]["backgroundColor"])) >= SHAPE


def test_all_styles_ask_nothing_from_the_network() -> None:
    assert not re.search(r"@import|url\(", STYLES_TEXT)


def test_whatever_moves_asks_first_whether_it_may() -> None:
    """Animations and transitions of our own stand inside `prefers-reduced-motion: no-preference`, but for tints of 120 ms."""
    for file in STYLES:
        outside = re.sub(
            r"@media \(prefers-reduced-motion: no-preference\) \{(?:[^{}]|\{[^{}]*\})*\}", "", file.read_text()
        )
        moving = re.findall(r"(?:animation|transition): [^;]+", outside)
        assert [one for one in moving if one != "transition: background 120ms"] == [], file.name
