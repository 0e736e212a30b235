"""The painter of videos: sixteen frames of a moving pocket scene at any size, seen by its camera.

Try it: `python -m models.pocket.clip_painter clip.png` paints a sample as an animated PNG.
"""

from __future__ import annotations

import sys

from PIL import Image, ImageOps

from models.pocket.background import background, border
from models.pocket.moving import PAN, TIMES, MovingItem, MovingScene, view
from models.pocket.painter import stick
from models.pocket.scene import GRID


def paint_clip(scene: MovingScene, *, size: int = GRID) -> tuple[Image.Image, ...]:
    """The frames of the scene as RGB pictures of `size` x `size` pixels; the style's border stays before the camera."""
    return tuple(paint_frame(scene, time, size=size) for time in TIMES)


def paint_frame(scene: MovingScene, time: float, *, size: int = GRID) -> Image.Image:
    """The frame at a time of -1/2..1/2; without camera and motion it is the painter's picture, byte for byte."""
    style = None if scene.camera else scene.style
    page, margin = _page(scene, style, size)
    for item, (x, y) in zip(scene.items, scene.at(time), strict=True):
        stick(page, item, x + margin, y, size)
    if scene.camera is None:
        return page
    return _filmed(page, scene, time, margin, size)


def _page(scene: MovingScene, style: str | None, size: int) -> tuple[Image.Image, float]:
    """The background as far as the camera can see, and how many grid units of it lie at the left of the picture."""
    plain = background(scene.setting, scene.weather, style, size)
    if scene.camera not in ("pan left", "pan right"):
        return plain.copy(), 0.0
    more = -(-size * PAN // (2 * GRID))
    page = Image.new("RGB", (size + 2 * more, size))
    mirrored = ImageOps.mirror(plain)
    for place, left in ((mirrored, more - size), (mirrored, more + size), (plain, more)):
        page.paste(place, (left, 0))
    return page, more * GRID / size


def _filmed(page: Image.Image, scene: MovingScene, time: float, margin: float, size: int) -> Image.Image:
    left, top, right, bottom = view(scene.camera, time)
    scale = size / GRID
    if scene.camera in ("pan left", "pan right"):
        start = round((left + margin) * scale)
        shown = page.crop((start, 0, start + size, size))
    else:
        box = (left * scale, top * scale, right * scale, bottom * scale)
        shown = page.resize((size, size), Image.Resampling.BICUBIC, box=box)
    frame = border(scene.style, size)
    shown.paste(frame, (0, 0), frame)
    return shown


if __name__ == "__main__":
    items = (MovingItem("rocket", "red", "large", 20, 40, 0, -16), MovingItem("owl", "white", "small", 46, 18, 0, 0))
    frames = paint_clip(MovingScene(items, "night", None, None, camera="pan right"), size=256)
    frames[0].save(
        sys.argv[1] if len(sys.argv) > 1 else "clip.png", save_all=True, append_images=frames[1:], duration=125
    )
