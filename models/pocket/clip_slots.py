"""Slots of videos: the rows of a pocket picture, and for each thing which way it goes; the camera is in the last row.

Try it: `python -c "from models.pocket.clip_slots import *; print(encode_clip(MovingScene()).shape)"`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import torch
from torch import Tensor

from models.pocket.moving import CAMERAS, MOTIONS, WAY, MovingItem, MovingScene
from models.pocket.scene import MAX_ITEMS
from models.pocket.slots import RIGHT, ROWS, WIDTH, WRONG, decode, encode, weights

CLIP_WIDTH = WIDTH + len(MOTIONS)
"""The numbers of a picture's row, then one-hot which way the thing goes."""
CAMERA = 15
"""Where the camera's words begin in the last row, after setting, weather and style; the last one is no camera."""
_CHOICES = (*CAMERAS, None)
_WAYS = tuple(MOTIONS.values())


def encode_clip(scene: MovingScene) -> Tensor:
    """The scene as (ROWS, CLIP_WIDTH) floats."""
    rows = torch.zeros(ROWS, CLIP_WIDTH)
    rows[:, :WIDTH] = encode(scene)
    for row, item in zip(rows, scene.items, strict=False):
        row[WIDTH:] = WRONG
        row[WIDTH + _WAYS.index((item.dx // WAY, item.dy // WAY))] = RIGHT
    rows[-1, CAMERA : CAMERA + len(_CHOICES)] = WRONG
    rows[-1, CAMERA + _CHOICES.index(scene.camera)] = RIGHT
    return rows


def clip_weights(rows: Tensor) -> Tensor:
    """How much each number counts in the loss, like `rows` (B, ROWS, CLIP_WIDTH)."""
    weight = torch.ones_like(rows)
    weight[..., :WIDTH] = weights(rows[..., :WIDTH])
    weight[:, :MAX_ITEMS, WIDTH:] = torch.where(rows[:, :MAX_ITEMS, :1] > 0, 2.0, 0.05)
    weight[:, -1, CAMERA : CAMERA + len(_CHOICES)] = 1.0
    weight[:, -1, WIDTH:] = 0.05
    return weight


def decode_clip(rows: Tensor) -> MovingScene:
    """The scene that (ROWS, CLIP_WIDTH) numbers are nearest to."""
    scene = decode(rows[:, :WIDTH])
    there = [row for row in rows[:MAX_ITEMS].tolist() if row[0] > 0]
    items = tuple(
        MovingItem(**asdict(item), dx=WAY * x, dy=WAY * y)
        for item, (x, y) in zip(scene.items, map(_way, there), strict=True)
    )
    camera = _CHOICES[int(rows[-1, CAMERA : CAMERA + len(_CHOICES)].argmax())]
    return MovingScene(items, scene.setting, scene.weather, scene.style, camera=camera)


def _way(row: Sequence[float]) -> tuple[int, int]:
    told = row[WIDTH:]
    return _WAYS[told.index(max(told))]
