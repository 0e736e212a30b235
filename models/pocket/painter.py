"""The painter: draws a pocket scene at any size, each item as a coloured sticker with a contrasting rim.

Try it: `python -m models.pocket.painter night.png` paints a sample; `paint(scene, size=64)` is what models see.
"""

from __future__ import annotations

import sys
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from models.pocket.background import background
from models.pocket.glyphs import shape
from models.pocket.scene import GRID, SIZES, Item, PocketScene

PALETTE = {
    "red": (218, 44, 44), "orange": (242, 134, 28), "yellow": (250, 214, 40), "green": (46, 152, 70),
    "blue": (40, 96, 216), "purple": (134, 62, 178), "pink": (246, 140, 190), "brown": (124, 78, 44),
    "black": (28, 28, 32), "white": (252, 252, 252),
}  # fmt: skip
LIGHT = ("yellow", "white", "pink", "orange")
FINE = 96
"""Stickers of fewer pixels are scaled down from a larger one."""
RIMS = {True: (36, 34, 44), False: (255, 255, 255)}


def paint(scene: PocketScene, *, size: int = GRID) -> Image.Image:
    """The scene as an RGB picture of `size` x `size` pixels; later items cover earlier ones."""
    page = background(scene.setting, scene.weather, scene.style, size).copy()
    for item in scene.items:
        stick(page, item, item.x, item.y, size)
    return page


def stick(page: Image.Image, item: Item, x: float, y: float, size: int) -> None:
    """Put the item's sticker on `page` with its centre at x, y grid units, GRID of which are `size` pixels."""
    sticker = _sticker(item.name, item.colour, _edge(item, size))
    left, top = (round(c * size / GRID) - sticker.width // 2 for c in (x, y))
    page.paste(sticker, (left, top), sticker)


def covered(item: Item) -> NDArray[np.bool_]:
    """Which cells of the grid the item itself covers, before others cover it: GRID x GRID booleans."""
    return cells(item, item.x, item.y, GRID)


def cells(item: Item, x: int, y: int, edge: int) -> NDArray[np.bool_]:
    """Which cells of a field of `edge` x `edge` the item would cover with its centre at x, y."""
    mask = _mask(item.name, SIZES[item.size])
    found = np.zeros((edge, edge), dtype=bool)
    left, top = x - mask.shape[1] // 2, y - mask.shape[0] // 2
    rows = slice(max(0, top), max(0, min(edge, top + mask.shape[0])))
    columns = slice(max(0, left), max(0, min(edge, left + mask.shape[1])))
    found[rows, columns] = mask[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]
    return found


def area(item: Item) -> int:
    """How many grid cells the item would cover if nothing hid it."""
    return int(_mask(item.name, SIZES[item.size]).sum())


def _edge(item: Item, size: int) -> int:
    return max(3, round(SIZES[item.size] * size / GRID))


@lru_cache(maxsize=4096)
def _sticker(name: str, colour: str, edge: int) -> Image.Image:
    """An RGBA picture: the icon in its colour on a rim that stands off from every background.

    Small ones are scaled down from large ones, so that a large picture scaled down looks like a small one painted.
    """
    if edge < FINE:
        factor = -(-FINE // edge)
        large = _sticker(name, colour, edge * factor)
        alpha = large.getchannel("A").resize((edge, edge), Image.Resampling.BOX)
        small = large.convert("RGBa").resize((edge, edge), Image.Resampling.BOX).convert("RGBA")
        small.putalpha(alpha)
        return small
    rim = max(1, round(edge * 0.06))
    icon = Image.new("L", (edge, edge))
    icon.paste(shape(name, edge - 2 * rim), (rim, rim))
    halo = _filled(icon.filter(ImageFilter.MaxFilter(2 * rim + 1)))
    sticker = Image.new("RGBA", (edge, edge), (*RIMS[colour in LIGHT], 0))
    sticker.putalpha(halo)
    sticker.paste(Image.new("RGBA", (edge, edge), (*PALETTE[colour], 255)), (0, 0), icon)
    return sticker


def _filled(mask: Image.Image) -> Image.Image:
    """The mask with its holes closed, so that no background shows through a sticker."""
    page = Image.new("L", (mask.width + 2, mask.height + 2))
    page.paste(mask.point([0] * 128 + [255] * 128), (1, 1))
    ImageDraw.floodfill(page, (0, 0), 128)
    holes = page.point([255] + [0] * 255).crop((1, 1, mask.width + 1, mask.height + 1))
    return ImageChops.lighter(mask, holes)


@lru_cache(maxsize=512)
def _mask(name: str, edge: int) -> NDArray[np.bool_]:
    return np.asarray(_sticker(name, "black", edge).getchannel("A")) > 127


if __name__ == "__main__":
    sample = PocketScene(
        (Item("dog", "red", "large", 20, 40), Item("owl", "white", "small", 46, 18)), "night", None, None
    )
    paint(sample, size=768).save(sys.argv[1] if len(sys.argv) > 1 else "pocket.png")
