"""Slots: a pocket scene as seven rows of numbers (six things and a background), which the generators learn to draw.

Try it: `python -c "from models.pocket.slots import *; from models.pocket.scene import EMPTY; print(encode(EMPTY).shape)"`.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from models.pocket.scene import COLOURS, GRID, MAX_ITEMS, NAMES, SETTINGS, SIZES, STYLES, WEATHERS, Item, PocketScene

ROWS = MAX_ITEMS + 1
"""Slots 0..5 are things in the order of mention, the last one is the background."""
_SIZES = tuple(SIZES)
PARTS = {"name": (1, len(NAMES)), "colour": (1 + len(NAMES), len(COLOURS)), "size": (1 + len(NAMES) + len(COLOURS), 3)}
PLACE = 1 + len(NAMES) + len(COLOURS) + len(_SIZES)
WIDTH = PLACE + 2
"""Presence, one-hot name, colour and size, x, y."""
_BACK = {"setting": (0, SETTINGS), "weather": (7, WEATHERS), "style": (11, STYLES)}
RIGHT, WRONG = 2.0, -0.3


def encode(scene: PocketScene) -> Tensor:
    """The scene as (ROWS, WIDTH) floats; absent things are rows of zeros but for presence -1."""
    rows = torch.zeros(ROWS, WIDTH)
    rows[:MAX_ITEMS, 0] = -1
    for row, item in zip(rows, scene.items, strict=False):
        row[0] = 1
        for part, words in (("name", NAMES), ("colour", COLOURS), ("size", _SIZES)):
            start, length = PARTS[part]
            row[start : start + length] = WRONG
            row[start + words.index(getattr(item, part))] = RIGHT
        row[PLACE] = item.x / GRID * 4 - 2
        row[PLACE + 1] = item.y / GRID * 4 - 2
    for kind, (start, words) in _BACK.items():
        value = scene.scene_value(kind)
        rows[-1, start : start + len(words) + 1] = WRONG
        rows[-1, start + (len(words) if value is None else words.index(value))] = RIGHT
    return rows


def weights(rows: Tensor) -> Tensor:
    """How much each number counts in the loss, like `rows` (B, ROWS, WIDTH): an absent thing only for its absence."""
    weight = torch.ones_like(rows)
    weight[:, :MAX_ITEMS, 1:] = torch.where(rows[:, :MAX_ITEMS, :1] > 0, 1.0, 0.05)
    weight[:, :MAX_ITEMS, 0] = 4.0
    weight[:, :MAX_ITEMS, PLACE:] *= 2.0
    weight[:, -1, 15:] = 0.05
    return weight


def decode(rows: Tensor) -> PocketScene:
    """The scene that (ROWS, WIDTH) numbers are nearest to; places are rounded to the grid."""
    items = tuple(_item(row.tolist()) for row in rows[:MAX_ITEMS] if row[0] > 0)
    back = rows[-1].tolist()
    return PocketScene(items, *(_back(back, kind) for kind in ("setting", "weather", "style")))


def _item(row: Sequence[float]) -> Item:
    name, colour, size = (
        _best(row, *PARTS[part], words) for part, words in (("name", NAMES), ("colour", COLOURS), ("size", _SIZES))
    )
    x, y = (max(2, min(GRID - 2, round((row[PLACE + i] + 2) / 4 * GRID))) for i in (0, 1))
    return Item(name, colour, size, x, y)


def _back(row: Sequence[float], kind: str) -> str | None:
    start, words = _BACK[kind]
    best = _best(row, start, len(words) + 1, (*words, ""))
    return best or None


def _best(row: Sequence[float], start: int, length: int, words: Sequence[str]) -> str:
    part = row[start : start + length]
    return words[part.index(max(part))]
