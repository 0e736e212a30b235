"""Slot tokens: a pocket scene as 39 words of a second vocabulary, background first, then six things in order of mention.

Places are told in bins of two grid units. Try it:
`python -c "from models.pocket.slot_tokens import *; from models.pocket.scene import EMPTY; print(write(EMPTY))"`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import torch
from torch import Tensor

from models.pocket.scene import COLOURS, GRID, MAX_ITEMS, NAMES, SETTINGS, SIZES, STYLES, WEATHERS, Item, PocketScene
from models.pocket.words import vocabulary

BIN = 2
"""Grid units to a bin of places."""
PLACES = tuple(range(GRID // BIN))
BACK = {"setting": (*SETTINGS, None), "weather": (*WEATHERS, None), "style": (*STYLES, None)}
THING = {
    "there": ("yes", "no"), "name": NAMES, "colour": COLOURS, "size": tuple(SIZES), "x": PLACES, "y": PLACES,
}  # fmt: skip
ORDER = (*BACK, *(part for _ in range(MAX_ITEMS) for part in THING))
"""What stands at each place of the sequence."""
LENGTH = len(ORDER)
SLOT_ENDS = tuple(range(len(BACK), LENGTH + 1, len(THING)))
"""After so many tokens the background, the first thing, the second ... is known."""
UNTOLD = -100
"""Stands where nothing is to be said, because the thing is not there: no loss there."""


@cache
def starts() -> dict[str, int]:
    """Where the words of each part begin in the common vocabulary, which opens with the caption's words."""
    found, at = {}, len(vocabulary())
    for part, values in (BACK | THING).items():
        found[part] = at
        at += len(values)
    return found


@cache
def size() -> int:
    """How many words captions and slots have together."""
    return len(vocabulary()) + sum(len(values) for values in (BACK | THING).values())


@cache
def allowed() -> Tensor:
    """(LENGTH, words): 0 for the words that can stand at each place, minus infinity for all others."""
    mask = torch.full((LENGTH, size()), float("-inf"))
    for row, part in zip(mask, ORDER, strict=True):
        start = starts()[part]
        row[start : start + len((BACK | THING)[part])] = 0
    return mask


def write(scene: PocketScene) -> list[int]:
    """The scene as LENGTH tokens, `UNTOLD` for the parts of things that are not there."""
    said = [_token(kind, values, scene.scene_value(kind)) for kind, values in BACK.items()]
    for item in scene.items:
        told: dict[str, object] = {"there": "yes", "name": item.name, "colour": item.colour, "size": item.size}
        told |= {"x": item.x // BIN, "y": item.y // BIN}
        said += [_token(part, values, told[part]) for part, values in THING.items()]
    if len(scene.items) < MAX_ITEMS:
        said.append(_token("there", THING["there"], "no"))
    return said + [UNTOLD] * (LENGTH - len(said))


def _token(part: str, values: Sequence[object], value: object) -> int:
    return starts()[part] + values.index(value)


def read(tokens: Sequence[int]) -> PocketScene:
    """The scene that tokens tell, whole or as far as they go; things that are not finished are left out."""
    back = {kind: _value(kind, tokens[i]) for i, kind in enumerate(BACK) if i < len(tokens)}
    items = []
    for start in range(len(BACK), len(tokens) - len(THING) + 1, len(THING)):
        part = dict(zip(THING, tokens[start : start + len(THING)], strict=True))
        if part["there"] != starts()["there"]:
            break
        items.append(_item(part))
    return PocketScene(tuple(items), *(back.get(kind) for kind in BACK))  # type: ignore[arg-type]


def _item(tokens: dict[str, int]) -> Item:
    name, colour, edge, x, y = (_value(part, tokens[part]) for part in ("name", "colour", "size", "x", "y"))
    places = (max(2, min(GRID - 2, int(place) * BIN + BIN // 2)) for place in (x, y))  # type: ignore[call-overload]
    return Item(str(name), str(colour), str(edge), *places)


def _value(part: str, token: int) -> object:
    return (BACK | THING)[part][token - starts()[part]]
