"""Backgrounds of the pocket world: setting, weather and frame, drawn the same way at every size.

Try it: `python -c "from models.pocket.background import background; background('night', 'rain', 'film', 512).show()"`.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from functools import lru_cache

from PIL import Image, ImageDraw

Colour = tuple[int, int, int]
SKIES: dict[str | None, tuple[Colour, Colour]] = {
    None: ((238, 234, 226), (226, 221, 211)),
    "daytime": ((118, 190, 240), (206, 233, 248)),
    "night": ((16, 22, 58), (44, 54, 108)),
    "sunset": ((122, 62, 130), (252, 164, 88)),
    "snow": ((176, 196, 214), (226, 234, 242)),
    "desert": ((246, 216, 150), (250, 236, 196)),
    "sea": ((150, 214, 226), (214, 240, 240)),
}
GROUNDS: dict[str | None, tuple[Colour, float]] = {
    "daytime": ((112, 176, 88), 0.80),
    "night": ((26, 40, 46), 0.84),
    "sunset": ((92, 48, 66), 0.84),
    "snow": ((250, 252, 255), 0.72),
    "desert": ((214, 160, 84), 0.76),
    "sea": ((36, 118, 168), 0.62),
}
FINE = 256
"""Smaller backgrounds are scaled down from a larger one, so that all sizes look alike."""
SCALE = 2
"""Everything is drawn this many times larger and scaled down, for smooth edges."""


@lru_cache(maxsize=256)
def background(setting: str | None, weather: str | None, style: str | None, size: int) -> Image.Image:
    """An RGB picture of `size` x `size` pixels; callers copy it before they draw on it."""
    if size < FINE:
        return background(setting, weather, style, size * -(-FINE // size)).resize((size, size), Image.Resampling.BOX)
    edge = size * SCALE
    page = _sky(*SKIES[setting], edge)
    pen = ImageDraw.Draw(page, "RGBA")
    for draw in (_SETTING.get(setting), _WEATHER.get(weather), _STYLE.get(style)):
        if draw is not None:
            draw(pen, edge)
    return page.resize((size, size), Image.Resampling.BOX)


@lru_cache(maxsize=64)
def border(style: str | None, size: int) -> Image.Image:
    """What a style draws over a picture, alone: RGBA of `size` x `size` pixels."""
    if size < FINE:
        large = border(style, size * -(-FINE // size))
        return large.convert("RGBa").resize((size, size), Image.Resampling.BOX).convert("RGBA")
    edge = size * SCALE
    page = Image.new("RGBA", (edge, edge))
    draw = _STYLE.get(style)
    if draw is not None:
        draw(ImageDraw.Draw(page), edge)
    return page.convert("RGBa").resize((size, size), Image.Resampling.BOX).convert("RGBA")


def _sky(top: Colour, bottom: Colour, edge: int) -> Image.Image:
    column = Image.new("RGB", (1, edge))
    for y in range(edge):
        t = y / max(1, edge - 1)
        column.putpixel((0, y), tuple(round(a + (b - a) * t) for a, b in zip(top, bottom, strict=True)))
    return column.resize((edge, edge))


def _ground(pen: ImageDraw.ImageDraw, edge: int, setting: str, *, waves: float, height: float) -> None:
    colour, level = GROUNDS[setting]
    line = [
        (x, edge * (level + height * math.sin(waves * 2 * math.pi * x / edge)))
        for x in range(0, edge + 1, max(1, edge // 128))
    ]
    pen.polygon([(0, edge), *line, (edge, edge)], fill=colour)


def _disc(pen: ImageDraw.ImageDraw, edge: int, x: float, y: float, r: float, fill: tuple[int, ...]) -> None:
    pen.ellipse([(x - r) * edge, (y - r) * edge, (x + r) * edge, (y + r) * edge], fill=fill)


def _daytime(pen: ImageDraw.ImageDraw, edge: int) -> None:
    _disc(pen, edge, 0.86, 0.14, 0.08, (255, 236, 130))
    _ground(pen, edge, "daytime", waves=1.0, height=0.02)


def _night(pen: ImageDraw.ImageDraw, edge: int) -> None:
    rng = random.Random(7)
    for _ in range(26):
        _disc(pen, edge, rng.random(), rng.random() * 0.8, rng.uniform(0.004, 0.011), (240, 240, 255))
    _disc(pen, edge, 0.14, 0.15, 0.075, (244, 240, 206))
    _disc(pen, edge, 0.17, 0.13, 0.062, (24, 31, 70))
    _ground(pen, edge, "night", waves=1.0, height=0.015)


def _sunset(pen: ImageDraw.ImageDraw, edge: int) -> None:
    _disc(pen, edge, 0.5, 0.83, 0.15, (255, 222, 110))
    _ground(pen, edge, "sunset", waves=1.5, height=0.012)


def _snow(pen: ImageDraw.ImageDraw, edge: int) -> None:
    _ground(pen, edge, "snow", waves=1.2, height=0.03)
    rng = random.Random(11)
    for _ in range(34):
        _disc(pen, edge, rng.random(), rng.random() * 0.72, rng.uniform(0.006, 0.012), (255, 255, 255))


def _desert(pen: ImageDraw.ImageDraw, edge: int) -> None:
    _disc(pen, edge, 0.2, 0.15, 0.08, (255, 250, 226))
    _ground(pen, edge, "desert", waves=1.6, height=0.04)


def _sea(pen: ImageDraw.ImageDraw, edge: int) -> None:
    _ground(pen, edge, "sea", waves=6.0, height=0.008)
    for i in range(3):
        y = (0.72 + 0.09 * i) * edge
        for x in range(3):
            left = (0.08 + 0.33 * x + 0.1 * (i % 2)) * edge
            pen.line([(left, y), (left + 0.13 * edge, y)], fill=(150, 208, 232), width=max(1, edge // 64))


def _rain(pen: ImageDraw.ImageDraw, edge: int) -> None:
    rng = random.Random(3)
    for _ in range(40):
        x, y = rng.random() * 1.1, rng.random()
        line = [(x * edge, y * edge), ((x - 0.03) * edge, (y + 0.1) * edge)]
        pen.line(line, fill=(96, 132, 190, 200), width=max(1, edge // 72))


def _rainbow(pen: ImageDraw.ImageDraw, edge: int) -> None:
    bands = ((226, 70, 60), (244, 150, 50), (250, 220, 80), (90, 180, 90), (70, 120, 210), (140, 90, 180))
    for i, colour in enumerate(bands):
        r = 0.62 - 0.022 * i
        box = [(0.5 - r) * edge, (0.78 - r) * edge, (0.5 + r) * edge, (0.78 + r) * edge]
        pen.arc(box, 180, 360, fill=(*colour, 210), width=max(1, round(0.024 * edge)))


def _storm(pen: ImageDraw.ImageDraw, edge: int) -> None:
    pen.rectangle([0, 0, edge, 0.1 * edge], fill=(74, 78, 92))
    for x in (0.06, 0.24, 0.42, 0.6, 0.78, 0.95):
        _disc(pen, edge, x, 0.1, 0.1, (74, 78, 92, 255))
    for x in (0.3, 0.7):
        bolt = [(0.0, 0.16), (-0.06, 0.34), (-0.01, 0.33), (-0.05, 0.5), (0.06, 0.29), (0.01, 0.3), (0.05, 0.16)]
        pen.polygon([((x + a) * edge, b * edge) for a, b in bolt], fill=(255, 230, 90))


def _postcard(pen: ImageDraw.ImageDraw, edge: int) -> None:
    pen.rectangle([0, 0, edge - 1, edge - 1], outline=(253, 251, 244), width=round(0.05 * edge))


def _film(pen: ImageDraw.ImageDraw, edge: int) -> None:
    band = 0.075 * edge
    for top in (0.0, edge - band):
        pen.rectangle([0, top, edge, top + band], fill=(18, 18, 20))
        for i in range(10):
            left = (i + 0.3) * edge / 10
            pen.rectangle([left, top + band * 0.28, left + 0.04 * edge, top + band * 0.72], fill=(232, 232, 226))


def _comic(pen: ImageDraw.ImageDraw, edge: int) -> None:
    pen.rectangle([0, 0, edge - 1, edge - 1], outline=(20, 20, 24), width=round(0.04 * edge))
    pen.polygon([(0, 0), (0.2 * edge, 0), (0, 0.2 * edge)], fill=(255, 214, 40))
    pen.polygon([(edge, edge), (0.8 * edge, edge), (edge, 0.8 * edge)], fill=(230, 60, 60))


Draw = Callable[[ImageDraw.ImageDraw, int], None]
_SETTING: dict[str | None, Draw] = {
    "daytime": _daytime, "night": _night, "sunset": _sunset, "snow": _snow, "desert": _desert, "sea": _sea,
}  # fmt: skip
_WEATHER: dict[str | None, Draw] = {"rain": _rain, "rainbow": _rainbow, "storm": _storm}
_STYLE: dict[str | None, Draw] = {"postcard": _postcard, "film": _film, "comic": _comic}
