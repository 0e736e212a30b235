"""The generators of pocket videos: `pocket-video`, trained, and `painter-video`, who reads the caption and paints just that.

Try it:
`python -c "from models.generators import load; print(len(load('pocket-video').draw(['There is a rising dog.'], [1])[0].frames))"`.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image

from engine.parse import parse
from models.catalog import Card
from models.generators.drawing import PREVIEW, Drawing, Step, Stopped
from models.generators.slot_diffusion import read_pipeline, sampled
from models.pocket.clip_layout import arrange_clip
from models.pocket.clip_painter import paint_clip, paint_frame
from models.pocket.moving import TIMES, VIDEO, MovingScene

SIZE = 256
"""Edge of a frame in pixels, unless another is asked for."""


class PocketVideoGenerator:
    """The trained diffusion model over slots that move."""

    def __init__(self, folder: str, *, name: str = "pocket-video", steps: int = 20, guidance: float = 2.0) -> None:
        self.name, self.defaults = name, (steps, guidance)
        self.pipeline = _pipeline(folder)

    def draw(
        self, captions: Sequence[str], seeds: Sequence[int], *, steps: int | None = None, guidance: float | None = None,
        size: int | None = None, on_step: Step | None = None,
    ) -> list[Drawing]:  # fmt: skip
        """One video of 16 frames per caption and seed; see `Generator.draw`."""
        output = sampled(
            self.pipeline, captions, seeds, steps=steps or self.defaults[0],
            guidance=self.defaults[1] if guidance is None else guidance, size=size or SIZE, on_step=on_step,
            painted=_painted,
        )  # fmt: skip
        drawn = zip(output.frames, captions, seeds, output.scenes, strict=True)
        return [filmed(frames, text, seed, scene) for frames, text, seed, scene in drawn]


class VideoPainter:
    """The perfect teacher of videos: understands the caption by its grammar and paints exactly that. No network."""

    name = "painter-video"

    def draw(
        self, captions: Sequence[str], seeds: Sequence[int], *, steps: int | None = None, guidance: float | None = None,
        size: int | None = None, on_step: Step | None = None,
    ) -> list[Drawing]:  # fmt: skip
        """One video of 16 frames per caption and seed; see `Generator.draw`."""
        drawn: list[Drawing] = []
        for i, (text, seed) in enumerate(zip(captions, seeds, strict=True), start=1):
            scene = arrange_clip(parse(text, VIDEO), random.Random(f"painter-video/{seed}/{text}"))
            drawn.append(filmed(paint_clip(scene, size=size or SIZE), text, seed, scene))
            if on_step and not on_step(i, len(captions), lambda: [drawing.image for drawing in drawn]):
                raise Stopped
        return drawn


def filmed(frames: tuple[Image.Image, ...], caption: str, seed: int, scene: MovingScene) -> Drawing:
    """The drawing of a video: its first frame stands for it."""
    return Drawing(frames[0], caption, seed, {"pocket": scene.to_dict()}, frames)


def _painted(rows: Any) -> Image.Image:
    """The first frame of a forming video."""
    from models.pocket.clip_slots import decode_clip

    return paint_frame(decode_clip(rows), TIMES[0], size=PREVIEW)


@cache
def _pipeline(folder: str) -> Any:
    from models.pocket.clip_pipeline import PocketVideoPipeline
    from models.pocket.clip_words import VIDEO_GRAMMAR, clip_vocabulary

    return read_pipeline(PocketVideoPipeline, Path(folder), words=len(clip_vocabulary()), grammar=VIDEO_GRAMMAR)


def opened(card: Card) -> PocketVideoGenerator | VideoPainter:
    """The generator of that card, the painter where it has no weights; raises `ModelDamaged` with what to do."""
    if card.folder is None:
        return VideoPainter()
    return PocketVideoGenerator(str(card.folder), name=card.name, steps=card.steps, guidance=card.guidance)
