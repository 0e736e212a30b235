"""Moving pocket scenes: what a pocket video shows, things with a way to go and a camera that may pan or zoom.

Places are those of the middle of the video. Try it: `python -c "from models.pocket.moving import *; print(TIMES, MOTIONS)"`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import FormatError, show
from engine.taxonomy import load
from models.pocket.scene import GRID, Item, PocketScene, _check

VIDEO = load("pocket-video")
FRAMES = 16
TIMES = tuple(i / (FRAMES - 1) - 0.5 for i in range(FRAMES))
"""When the frames are, with the whole video from -1/2 to 1/2."""
MOTIONS = {"still": (0, 0), "rising": (0, -1), "falling": (0, 1), "left-moving": (-1, 0), "right-moving": (1, 0)}
"""The words of the attribute kind `motion`: which way along x and y."""
WAY = 16
"""Grid units that a moving thing goes in a video."""
MOVED, RESTING = 6, 3
"""A thing moves from MOVED grid units on, and is still up to RESTING; between them it is neither."""
PAN, ZOOM = 12, 0.25
"""A pan goes over PAN grid units, a zoom leaves 1 - ZOOM of the picture's edge at its narrowest."""
CAMERAS = tuple(VIDEO.scene_kind["camera"].phrases)
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class MovingItem(Item):
    """An item and how far it goes from the first frame to the last, in grid units to the right and downwards."""

    dx: int = 0
    dy: int = 0

    @property
    def motion(self) -> str:
        """Its word of MOTIONS; "" for a drift that is neither a motion nor rest."""
        far = max(abs(self.dx), abs(self.dy))
        if far <= RESTING:
            return "still"
        if far < MOVED:
            return ""
        along = (self.dx, 0) if abs(self.dx) >= abs(self.dy) else (0, self.dy)
        return next(word for word, (x, y) in MOTIONS.items() if x * along[0] + y * along[1] > 0)

    @property
    def attributes(self) -> dict[str, str]:
        """Kind -> value, the motion among them."""
        return {"colour": self.colour, "size": self.size, "motion": self.motion}


@dataclass(frozen=True, slots=True)
class MovingScene(PocketScene):
    """A pocket scene whose items move, seen by a camera that moves as a word of CAMERAS says, or not (None)."""

    items: tuple[MovingItem, ...] = ()
    camera: str | None = None

    def scene_value(self, kind: str) -> str | None:
        """The value of a scene attribute kind, `camera` among them."""
        values = {"setting": self.setting, "weather": self.weather, "style": self.style, "camera": self.camera}
        return values.get(kind)

    def at(self, time: float) -> tuple[tuple[float, float], ...]:
        """Where the items are at a time of -1/2..1/2: x and y in grid units of the scene, whatever the camera does."""
        return tuple((item.x + item.dx * time, item.y + item.dy * time) for item in self.items)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self) | {"items": [asdict(item) for item in self.items]}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> MovingScene:
        """Read what `to_dict` wrote; raises `FormatError` for anything else."""
        try:
            items = tuple(MovingItem(**row) for row in data["items"])
            scene = cls(items, data.get("setting"), data.get("weather"), data.get("style"), camera=data["camera"])
            _check(scene)
            if scene.camera not in (None, *CAMERAS) or not all(type(i.dx) is type(i.dy) is int for i in items):
                raise ValueError("camera or motion")
        except (KeyError, TypeError, ValueError) as error:
            raise FormatError(f"These are not the contents of a pocket video: {show(dict(data))} ({error}).") from error
        return scene


def view(camera: str | None, time: float) -> Box:
    """What the camera sees at a time of -1/2..1/2: left, top, right, bottom in grid units of the scene."""
    if camera in ("pan left", "pan right"):
        left = PAN * time * (1 if camera == "pan right" else -1)
        return left, 0.0, GRID + left, float(GRID)
    if camera in ("zoom in", "zoom out"):
        edge = GRID * ZOOM / 2 * (0.5 + time if camera == "zoom in" else 0.5 - time)
        return edge, edge, GRID - edge, GRID - edge
    return 0.0, 0.0, float(GRID), float(GRID)


def seen(scene: MovingScene, times: Sequence[float] = TIMES) -> NDArray[np.float64]:
    """The share of each item that is in view and not covered: (times, items), 0..1."""
    from models.pocket.painter import area, cells

    shares = np.zeros((len(times), len(scene.items)))
    for row, time in zip(shares, times, strict=True):
        owner = np.full((3 * GRID, 3 * GRID), -1, dtype=np.int16)
        for i, (item, (x, y)) in enumerate(zip(scene.items, scene.at(time), strict=True)):
            owner[cells(item, round(x) + GRID, round(y) + GRID, 3 * GRID)] = i
        left, top, right, bottom = (round(edge) + GRID for edge in view(scene.camera, time))
        inside = owner[top:bottom, left:right]
        row[:] = [float((inside == i).sum()) / area(item) for i, item in enumerate(scene.items)]
    return shares
