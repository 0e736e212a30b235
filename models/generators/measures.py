"""Measures: steps, guidance, size and negative prompt as one pipeline takes them, and what it ignores of them.

Try it: `python -m pytest tests/tiny/test_diffusion.py -k "size or negative"`.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from models.catalog import Card
from models.generators.options import Options
from models.generators.steps import takes, ways

TRUE_GUIDANCE = "true_cfg_scale"
"""What Qwen-Image calls its guidance; its `guidance_scale` is for distilled weights that were never published."""


@dataclass(frozen=True, slots=True)
class Measures:
    """The arguments of a call that all its pictures share; `said` has what was changed or ignored, in sentences."""

    fixed: Mapping[str, Any]
    negative: str | None
    planned: Mapping[str, int]
    size: int
    used: Mapping[str, Any]
    said: tuple[str, ...]

    def arguments(self, count: int) -> dict[str, Any]:
        """For a call of `count` pictures."""
        more = {} if self.negative is None else {"negative_prompt": [self.negative] * count}
        return {**self.fixed, **more}


def measured(
    pipe: Any, card: Card, options: Options, steps: int | None, guidance: float | None, size: int | None
) -> Measures:
    """What was asked, filled in from card and pipeline, as this pipeline takes it."""
    scale = guidance_of(pipe, card, guidance)
    side, step = snapped(pipe, size or own_size(pipe, card)), multiple(pipe)
    negative, told = negative_of(pipe, card, options.negative, scale)
    said = [told] if told else []
    if size and side != size:
        said.append(f"Drawn at {side} pixels instead of {size}: this model draws multiples of {step}.")
    if guidance is not None and "guidance" in card.ignores:
        said.append("The guidance was ignored: this model has none.")
    total = steps or card.steps or _default(pipe, _steps_name(pipe)) or 1
    fixed = {_steps_name(pipe): total, **_scaled(pipe, scale), "height": side, "width": side, **_extras(pipe)}
    planned = {
        way: total if i == 0 else int(_default(pipe, "num_inference_steps") or total)
        for i, way in enumerate(ways(pipe))
    }
    scheduler = options.scheduler or type(pipe.scheduler).__name__
    used = {"steps": total, "guidance": scale, "scheduler": scheduler} | (
        {"fast": options.fast} if options.fast else {}
    )
    return Measures(fixed, negative, planned, side, used, tuple(said))


def guidance_of(pipe: Any, card: Card, guidance: float | None) -> float | None:
    """The guidance to use; None where the pipeline has no such argument or leaves it to itself."""
    if _guidance_name(pipe) is None:
        return None
    if "guidance" in card.ignores:
        return 0.0
    asked = guidance if guidance is not None else card.guidance or _default(pipe, _guidance_name(pipe))
    return None if asked is None else float(asked)


def negative_of(pipe: Any, card: Card, negative: str, scale: float | None) -> tuple[str | None, str]:
    """The negative prompt to pass (None: none) and, where it has no effect, a sentence that says so."""
    name = _guidance_name(pipe)
    if name == TRUE_GUIDANCE:
        return (negative or " "), ""  # without one this pipeline leaves guidance out
    if not negative:
        return None, ""
    if "negative_prompt" not in takes(pipe) or "negative prompt" in card.ignores or TRUE_GUIDANCE in takes(pipe):
        return None, "The negative prompt was ignored: this model takes none."
    if scale is not None and scale <= 1:
        return None, "The negative prompt was ignored: it has no effect with a guidance of 1 or less."
    return negative, ""


def own_size(pipe: Any, card: Card) -> int:
    """The edge in pixels that this checkpoint was trained for: of its card, else of its denoiser."""
    if card.hub is not None and card.size:
        return card.size
    net = getattr(pipe, "unet", None) or getattr(pipe, "transformer", None)
    sample = getattr(getattr(net, "config", None), "sample_size", None)
    if isinstance(sample, int):
        return sample * int(getattr(pipe, "vae_scale_factor", 1))
    return card.size or int(getattr(pipe, "default_sample_size", 64)) * int(getattr(pipe, "vae_scale_factor", 8))


def multiple(pipe: Any) -> int:
    """The pixels that an edge must be a multiple of: those of a latent pixel, times the patch that is read at once."""
    name = type(pipe).__name__
    if name.startswith("Sana"):
        return 32
    if name.startswith(("Wuerstchen", "StableCascade")):
        return 128
    factor = int(getattr(pipe, "vae_scale_factor", 8))
    if getattr(pipe, "transformer", None) is None:
        return max(8, factor)
    patch = pipe.transformer.config.get("patch_size") or 1
    return factor * max(2, int(patch if isinstance(patch, int) else patch[-1]))  # of time and space, or of space


def snapped(pipe: Any, size: int) -> int:
    """The nearest edge that the pipeline can draw, in pixels; the smaller of two."""
    step = multiple(pipe)
    return max(step, -(-(2 * size - step) // (2 * step)) * step)


def _guidance_name(pipe: Any) -> str | None:
    names = takes(pipe)
    if type(pipe).__name__.startswith("QwenImage") and TRUE_GUIDANCE in names:
        return TRUE_GUIDANCE
    return next((name for name in ("prior_guidance_scale", "guidance_scale") if name in names), None)


def _scaled(pipe: Any, scale: float | None) -> dict[str, float]:
    name = _guidance_name(pipe)
    return {} if scale is None or name is None else {name: scale}


def _steps_name(pipe: Any) -> str:
    return "prior_num_inference_steps" if "prior_num_inference_steps" in takes(pipe) else "num_inference_steps"


def _extras(pipe: Any) -> dict[str, Any]:
    """Exactly the asked size, not the nearest of a table."""
    return {"use_resolution_binning": False} if "use_resolution_binning" in takes(pipe) else {}


def _default(pipe: Any, name: str | None) -> Any:
    found = takes(pipe).get(name or "")
    return None if found is None or found.default is inspect.Parameter.empty else found.default
