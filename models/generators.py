"""Generators: captions and seeds in, pictures out, the same protocol for the pocket world and published checkpoints.

A generator receives the caption string and a seed, nothing else. Try it:
`python -c "from models.generators import load; load('pocket').draw(['There is a red dog.'], [1])[0].image.save('dog.png')"`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from PIL import Image, ImageFilter

from engine.errors import ModelDamaged
from engine.parse import parse
from models.catalog import card
from models.pocket.layout import arrange
from models.pocket.painter import paint
from models.pocket.scene import TAXONOMY, PocketScene
from models.seal import check_seal

PREVIEW = 256
Step = Callable[[int, int, Callable[[], list[Image.Image]]], bool]
"""Called after each step with (step, steps, a function that makes previews); returns True to go on, False to stop."""


class Stopped(Exception):
    """The caller's step function asked to stop."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """One picture: RGB image, the seed and caption it came from, and what the generator knows of its contents."""

    image: Image.Image
    caption: str
    seed: int
    record: dict[str, Any] = field(default_factory=dict)

    @property
    def contents(self) -> PocketScene | None:
        """The exact contents of a pocket picture, for the oracle; None for pictures of other generators."""
        return PocketScene.from_dict(self.record["pocket"]) if "pocket" in self.record else None


class Generator(Protocol):
    """Anything that draws captions."""

    name: str

    def draw(
        self, captions: Sequence[str], seeds: Sequence[int], *, steps: int | None = None, guidance: float | None = None,
        size: int = 768, on_step: Step | None = None,
    ) -> list[Drawing]:  # fmt: skip
        """One picture per caption and seed; raises a `ModelError` it can explain, `Stopped` when told to stop."""
        ...


class PocketGenerator:
    """The trained diffusion model over slots."""

    name = "pocket"

    def __init__(self, folder: str, *, steps: int = 20, guidance: float = 2.0) -> None:
        self.defaults = steps, guidance
        self.pipeline = _pipeline(folder)

    def draw(
        self, captions: Sequence[str], seeds: Sequence[int], *, steps: int | None = None, guidance: float | None = None,
        size: int = 768, on_step: Step | None = None,
    ) -> list[Drawing]:  # fmt: skip
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
                height=size,
                callback_on_step_end=_reporter(on_step, total) if on_step else None,
            )
        finally:
            torch.set_num_threads(threads)
        drawn = zip(output.images, captions, seeds, output.scenes, strict=True)
        return [Drawing(image, text, seed, {"pocket": scene.to_dict()}) for image, text, seed, scene in drawn]


def _reporter(on_step: Step, total: int) -> Callable[..., dict[str, Any]]:
    def after(pipe: Any, i: int, time: Any, tensors: dict[str, Any]) -> dict[str, Any]:
        if not on_step(i + 1, total, lambda: list(_previews(tensors["latents"], 1 - (i + 1) / total))):
            raise Stopped
        return tensors

    return after


def _previews(latents: Any, haze: float) -> Iterator[Image.Image]:
    """The forming pictures, blurred as far as they are still noise."""
    from models.pocket.slots import decode

    for rows in latents:
        picture = paint(decode(rows.float().cpu()), size=PREVIEW)
        yield picture.filter(ImageFilter.GaussianBlur(haze * PREVIEW / 24))


@cache
def _pipeline(folder: str) -> Any:
    import diffusers.utils.logging
    import transformers.utils.logging
    from safetensors import SafetensorError

    from models.pocket.denoiser import SlotDenoiser
    from models.pocket.pipeline import PocketPipeline
    from models.pocket.words import GRAMMAR_VERSION, vocabulary

    _ = SlotDenoiser
    check_seal(Path(folder))
    diffusers.utils.logging.disable_progress_bar()
    transformers.utils.logging.disable_progress_bar()
    try:
        pipeline = PocketPipeline.from_pretrained(folder, use_safetensors=True, local_files_only=True)
    except (OSError, ValueError, KeyError, RuntimeError, ImportError, SafetensorError) as error:
        raise ModelDamaged(
            f"The weights in {folder} cannot be read ({type(error).__name__}). "
            "Restore assets/pocket from the release, or run `make pocket`."
        ) from error
    pipeline.set_progress_bar_config(disable=True)
    trained = pipeline.text_encoder.config
    if trained.vocab_size != len(vocabulary()) or getattr(trained, "grammar", None) != GRAMMAR_VERSION:
        raise ModelDamaged(f"The weights in {folder} were trained on another grammar. Run `make pocket`.")
    return pipeline


class Painter:
    """The perfect teacher: understands the caption by its grammar and paints exactly that. Not a neural network."""

    name = "painter"

    def draw(
        self, captions: Sequence[str], seeds: Sequence[int], *, steps: int | None = None, guidance: float | None = None,
        size: int = 768, on_step: Step | None = None,
    ) -> list[Drawing]:  # fmt: skip
        drawn: list[Drawing] = []
        for i, (text, seed) in enumerate(zip(captions, seeds, strict=True), start=1):
            scene = arrange(parse(text, TAXONOMY), random.Random(f"painter/{seed}/{text}"))
            drawn.append(Drawing(paint(scene, size=size), text, seed, {"pocket": scene.to_dict()}))
            if on_step and not on_step(i, len(captions), lambda: [drawing.image for drawing in drawn]):
                raise Stopped
        return drawn


@cache
def load(name: str) -> Generator:
    """The generator of that name; raises `ModelMissing` or `ModelDamaged` with what to do."""
    about = card(name, "generator")
    if name == "painter":
        return Painter()
    return PocketGenerator(str(about.folder), steps=about.steps, guidance=about.guidance)
