"""Drawing by diffusion over slots: what the generators of the pocket world share, whether their pictures stand or move.

Try it:
`python -c "from models.generators import load; load('pocket').draw(['There is a red dog.'], [1])[0].image.save('dog.png')"`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from PIL import Image, ImageFilter

from engine.errors import ModelDamaged
from models.generators.drawing import PREVIEW, Step, Stopped
from models.seal import check_seal

Painted = Callable[[Any], Image.Image]
"""The picture, PREVIEW pixels wide and high, of one scene's forming slots (ROWS, channels)."""


def sampled(
    pipeline: Any, captions: Sequence[str], seeds: Sequence[int], *, steps: int, guidance: float, size: int,
    on_step: Step | None, painted: Painted,
) -> Any:  # fmt: skip
    """What the pipeline gives for these captions and seeds, computed by one thread; raises `Stopped` when told to stop."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # a net this small gets slower with every thread that has to be woken
    try:
        return pipeline(
            list(captions),
            [torch.Generator().manual_seed(seed) for seed in seeds],
            num_inference_steps=steps,
            guidance_scale=guidance,
            height=size,
            callback_on_step_end=_reporter(on_step, steps, painted) if on_step else None,
        )
    finally:
        torch.set_num_threads(threads)


def _reporter(on_step: Step, total: int, painted: Painted) -> Callable[..., dict[str, Any]]:
    def after(pipe: Any, i: int, time: Any, tensors: dict[str, Any]) -> dict[str, Any]:
        if not on_step(i + 1, total, lambda: list(_previews(tensors["latents"], 1 - (i + 1) / total, painted))):
            raise Stopped
        return tensors

    return after


def _previews(latents: Any, haze: float, painted: Painted) -> Iterator[Image.Image]:
    """The forming pictures, blurred as far as they are still noise."""
    for rows in latents:
        yield painted(rows.float().cpu()).filter(ImageFilter.GaussianBlur(haze * PREVIEW / 24))


def read_pipeline(kind: Any, folder: Path, *, words: int, grammar: str) -> Any:
    """The pipeline of that class in a sealed folder, in float32, for a vocabulary of so many words.

    Raises `ModelDamaged` for weights that are not those of the release or were trained on another grammar.
    """
    import diffusers.utils.logging
    import torch
    import transformers.utils.logging
    from safetensors import SafetensorError

    check_seal(folder)
    diffusers.utils.logging.disable_progress_bar()
    transformers.utils.logging.disable_progress_bar()
    try:
        pipeline = kind.from_pretrained(folder, use_safetensors=True, local_files_only=True, dtype=torch.float32)
    except (OSError, ValueError, KeyError, RuntimeError, ImportError, SafetensorError) as error:
        raise ModelDamaged(
            f"The weights in {folder} cannot be read ({type(error).__name__}). "
            "Restore assets/pocket from the release, or run `make pocket`."
        ) from error
    pipeline.set_progress_bar_config(disable=True)
    trained = pipeline.text_encoder.config
    if trained.vocab_size != words or getattr(trained, "grammar", None) != grammar:
        raise ModelDamaged(f"The weights in {folder} were trained on another grammar. Run `make pocket`.")
    return pipeline
