"""The generator `pocket`: diffusion over slots by flow matching, then the painter.

Try it:
`python -c "from models.generators import load; load('pocket').draw(['There is a red dog.'], [1])[0].image.save('dog.png')"`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image, ImageFilter

from engine.errors import ModelDamaged
from models.catalog import Card
from models.generators.drawing import PREVIEW, Drawing, Step, Stopped
from models.generators.lora import lay_on, named
from models.pocket.painter import paint
from models.seal import check_seal


class PocketGenerator:
    """The trained diffusion model over slots."""

    name = "pocket"

    def __init__(self, folder: str, *, steps: int = 20, guidance: float = 2.0) -> None:
        self.defaults = steps, guidance
        self.pipeline = _pipeline(folder)

    @classmethod
    def own(cls, card: Card) -> PocketGenerator:
        """One with weights of its own, which a LoRA may be laid over without touching the others; raises as `opened`."""
        found = cls(str(card.folder), steps=card.steps, guidance=card.guidance)
        found.pipeline, found.name = _pipeline.__wrapped__(str(card.folder)), card.name
        return found

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


def opened(card: Card) -> PocketGenerator:
    """The generator of that card, its LoRA laid on; raises `ModelDamaged` and, for a LoRA of others, `ModelError`."""
    _, lora = named(card.name)
    if lora is not None:
        found = PocketGenerator.own(card)
        lay_on(found.pipeline, lora, "transformer")
        return found
    return PocketGenerator(str(card.folder), steps=card.steps, guidance=card.guidance)
