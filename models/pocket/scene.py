"""PocketScene, the exact contents of a pocket picture: up to six items on a grid, and a background.

The painter draws it, the oracle reads it, the generator samples it. Try it: `python -c "from models.pocket.scene import *; print(EMPTY)"`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from engine.errors import FormatError, show
from engine.taxonomy import load

TAXONOMY = load("pocket")
GRID = 64
"""Positions are whole numbers on a 64 x 64 grid, so that a picture of 64 px is exact."""
MAX_ITEMS = 6
SIZES = {"small": 12, "medium": 18, "large": 24}
"""Edge of an item in grid units; even, so that every size of picture has the same centres."""
MARGIN = 4
"""Two centres that differ by less than this, in grid units, are neither left nor right of each other."""
NAMES = tuple(noun.name for noun in TAXONOMY.nouns)
COLOURS = TAXONOMY.attribute_kind["colour"].values
SETTINGS = tuple(TAXONOMY.scene_kind["setting"].phrases)
WEATHERS = tuple(TAXONOMY.scene_kind["weather"].phrases)
STYLES = tuple(TAXONOMY.scene_kind["style"].phrases)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing: name, colour and size are words of the pocket taxonomy; x and y its centre in grid units."""

    name: str
    colour: str
    size: str
    x: int
    y: int

    @property
    def attributes(self) -> dict[str, str]:
        """Kind -> value."""
        return {"colour": self.colour, "size": self.size}


@dataclass(frozen=True, slots=True)
class PocketScene:
    """Items in painting order (later ones on top) and the background's words, None where it has none."""

    items: tuple[Item, ...] = ()
    setting: str | None = None
    weather: str | None = None
    style: str | None = None

    def scene_value(self, kind: str) -> str | None:
        """The value of a scene attribute kind."""
        return {"setting": self.setting, "weather": self.weather, "style": self.style}.get(kind)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self) | {"items": [asdict(item) for item in self.items]}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> PocketScene:
        """Read what `to_dict` wrote, of a moving scene too; raises `FormatError` for anything else."""
        if "camera" in data:
            from models.pocket.moving import MovingScene

            return MovingScene.from_dict(data)
        try:
            items = tuple(Item(**row) for row in data["items"])
            scene = cls(items, data.get("setting"), data.get("weather"), data.get("style"))
            _check(scene)
        except (KeyError, TypeError, ValueError) as error:
            raise FormatError(
                f"These are not the contents of a pocket picture: {show(dict(data))} ({error})."
            ) from error
        return scene


EMPTY = PocketScene()


def _check(scene: PocketScene) -> None:
    if len(scene.items) > MAX_ITEMS:
        raise ValueError(f"{len(scene.items)} items, at most {MAX_ITEMS}")
    for item in scene.items:
        if item.name not in NAMES or item.colour not in COLOURS or item.size not in SIZES:
            raise ValueError(f"unknown word in {item}")
        if not (isinstance(item.x, int) and isinstance(item.y, int)):
            raise ValueError(f"position of {item}")
    for value, known in ((scene.setting, SETTINGS), (scene.weather, WEATHERS), (scene.style, STYLES)):
        if value is not None and value not in known:
            raise ValueError(f"unknown background {value!r}")
