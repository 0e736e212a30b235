"""The `pocket-video` generator as a diffusers pipeline: the pocket pipeline over rows that move, painted frame by frame.

It sees the caption's words and nothing else. Try it:
`python -c "from models.generators import load; load('pocket-video').draw(['There is a rising dog.'], [1])[0].image.save('dog.png')"`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from diffusers.utils import BaseOutput
from PIL import Image
from torch import Tensor

from models.pocket.clip_painter import paint_clip
from models.pocket.clip_slots import decode_clip
from models.pocket.clip_words import clip_tokens
from models.pocket.moving import MovingScene
from models.pocket.pipeline import PocketPipeline


@dataclass
class PocketVideoPipelineOutput(BaseOutput):
    """`frames`: PIL pictures, those of each video together; `scenes`: their exact contents, for the oracle."""

    frames: list[tuple[Image.Image, ...]]
    scenes: list[MovingScene]


class PocketVideoPipeline(PocketPipeline):
    """As PocketPipeline; its captions may say how things and the camera move."""

    def tokens(self, text: str, length: int) -> list[int]:
        """Token ids of a caption."""
        return clip_tokens(text, length)

    @torch.no_grad()
    def __call__(
        self,
        prompt: Sequence[str],
        generator: Sequence[torch.Generator],
        *,
        num_inference_steps: int = 20,
        guidance_scale: float = 2.0,
        height: int = 256,
        callback_on_step_end: Callable[[Any, int, Tensor, dict[str, Any]], dict[str, Any]] | None = None,
    ) -> PocketVideoPipelineOutput:
        """Draw one video per prompt, `height` pixels wide and high, each from its own generator.

        Raises `WordsNotKnown` for words outside the vocabulary and `ValueError` for malformed arguments.
        """
        drawn = self._slots(prompt, generator, num_inference_steps, guidance_scale, callback_on_step_end)
        scenes = [decode_clip(rows) for rows in drawn]
        return PocketVideoPipelineOutput(frames=[paint_clip(scene, size=height) for scene in scenes], scenes=scenes)
