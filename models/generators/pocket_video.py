"""The generators of pocket videos: `pocket-video`, trained, and `painter-video`, who reads the caption and paints just that.

Try it:
`python -c "from models.generators import load; print(len(load('pocket-video').draw(['There is a rising dog.'], [1])[0].frames))"`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image, ImageFilter

from engine.errors import ModelDamaged
from engine.parse import parse
from models.catalog import Card
from models.generators.drawing import PREVIEW, Drawing, Step, Stopped
from models.pocket.clip_layout import arrange_clip
from models.pocket.clip_painter import paint_clip, paint_frame
from models.pocket.moving import TIMES, VIDEO, MovingScene
from models.seal import check_seal

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
        import torch

        total = steps or self.defaults[0]
        threads = torch.get_num_threads()
        torch.set_num_threads(1)  # a net this small gets slower with every thread that has to be woken
        try:
            output = self.pipeline(
                list(captions),
                [torch.Generator().manual_seed(seed) for seed in seeds],
                num_inference_steps=total,
                guidance_scale=self.defaults[1] if guidance is None else guidance,
                height=size or SIZE,
                callback_on_step_end=_reporter(on_step, total) if on_step else None,
            )
        finally:
            torch.set_num_threads(threads)
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


def _reporter(on_step: Step, total: int) -> Callable[..., dict[str, Any]]:
    def after(pipe: Any, i: int, time: Any, tensors: dict[str, Any]) -> dict[str, Any]:
        if not on_step(i + 1, total, lambda: list(_previews(tensors["latents"], 1 - (i + 1) / total))):
            raise Stopped
        return tensors

    return after


def _previews(latents: Any, haze: float) -> Iterator[Image.Image]:
    """The first frames of the forming videos, blurred as far as they are still noise."""
    from models.pocket.clip_slots import decode_clip

    for rows in latents:
        picture = paint_frame(decode_clip(rows.float().cpu()), TIMES[0], size=PREVIEW)
        yield picture.filter(ImageFilter.GaussianBlur(haze * PREVIEW / 24))


@cache
def _pipeline(folder: str) -> Any:
    import diffusers.utils.logging
    import torch
    import transformers.utils.logging
    from safetensors import SafetensorError

    from models.pocket.clip_pipeline import PocketVideoPipeline
    from models.pocket.clip_words import VIDEO_GRAMMAR, clip_vocabulary

    check_seal(Path(folder))
    diffusers.utils.logging.disable_progress_bar()
    transformers.utils.logging.disable_progress_bar()
    try:
        pipeline = PocketVideoPipeline.from_pretrained(
            folder, use_safetensors=True, local_files_only=True, dtype=torch.float32
        )
    except (OSError, ValueError, KeyError, RuntimeError, ImportError, SafetensorError) as error:
        raise ModelDamaged(
            f"The weights in {folder} cannot be read ({type(error).__name__}). "
            "Restore assets/pocket from the release, or run `make pocket`."
        ) from error
    pipeline.set_progress_bar_config(disable=True)
    trained = pipeline.text_encoder.config
    if trained.vocab_size != len(clip_vocabulary()) or getattr(trained, "grammar", None) != VIDEO_GRAMMAR:
        raise ModelDamaged(f"The weights in {folder} were trained on another grammar. Run `make pocket`.")
    return pipeline


def opened(card: Card) -> PocketVideoGenerator | VideoPainter:
    """The generator of that card, the painter where it has no weights; raises `ModelDamaged` with what to do."""
    if card.folder is None:
        return VideoPainter()
    return PocketVideoGenerator(str(card.folder), name=card.name, steps=card.steps, guidance=card.guidance)
