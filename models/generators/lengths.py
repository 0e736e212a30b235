"""Lengths and shapes of videos: frames and edges as one pipeline takes them, from card, pipeline and what was asked.

Try it: `python -m pytest tests/tiny/test_video.py -k "length or shape"`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models.catalog import Card
from models.generators.steps import takes

WIDER = {"zeroscope": 576 / 320}
"""Card -> width over height, where neither the call nor the network says what shape it was trained on."""
ZERO = "TextToVideoZeroPipeline"
ZERO_T0, ZERO_T1, ZERO_STEPS = 44, 47, 50
"""Where Text2Video-Zero moves its latents, counted from the last of its 50 steps (arXiv 2303.13439)."""


def frames_name(pipe: Any) -> str:
    """What the pipeline calls its number of frames."""
    return next((name for name in ("num_frames", "video_length") if name in takes(pipe)), "num_frames")


def frames_of(pipe: Any, card: Card, asked: int) -> int:
    """The number of frames to draw: what was asked, the card's or the pipeline's, as its autoencoder packs time."""
    found = takes(pipe).get(frames_name(pipe))
    own = found.default if found is not None and isinstance(found.default, int) else _sampled(pipe)
    return packed(asked or card.frames or own, packing(pipe))


def packing(pipe: Any) -> int:
    """In steps of how many frames a video can be longer than one frame, which has a latent frame of its own."""
    if type(pipe).__name__.startswith("CogVideoX"):  # its autoencoder decodes latent frames by twos after the first
        return 2 * int(pipe.vae_scale_factor_temporal)
    names = ("vae_scale_factor_temporal", "vae_temporal_compression_ratio", "vae_temporal_scale_factor")
    return next((int(getattr(pipe, name)) for name in names if getattr(pipe, name, None)), 1)


def packed(frames: int, ratio: int) -> int:
    """The nearest number of the form ratio x k + 1, the smaller of two; any number where time is not packed."""
    return frames if ratio == 1 else max(1, ratio * -(-(2 * (frames - 1) - ratio) // (2 * ratio)) + 1)


def _sampled(pipe: Any) -> int:
    config = getattr(getattr(pipe, "transformer", None), "config", {})
    return int(config.get("sample_frames") or 16)


def latent_grid(pipe: Any, fixed: Mapping[str, Any]) -> tuple[int, int, int]:
    """Frames, rows and columns of the latents of a call with these arguments."""
    frames = (int(fixed[frames_name(pipe)]) - 1) // packing(pipe) + 1
    return frames, fixed["height"] // factor_of(pipe), fixed["width"] // factor_of(pipe)


def factor_of(pipe: Any) -> int:
    """The pixels along an edge of a latent pixel."""
    names = ("vae_scale_factor_spatial", "vae_spatial_compression_ratio", "vae_scale_factor")
    return next((int(getattr(pipe, name)) for name in names if getattr(pipe, name, None)), 8)


def multiple(pipe: Any) -> int:
    """The pixels that an edge must be a multiple of."""
    factor = factor_of(pipe)
    transformer = getattr(pipe, "transformer", None)
    if transformer is None:
        return max(8, factor)
    patch = transformer.config.get("patch_size") or 1
    return max(
        32 if type(pipe).__name__.startswith("LTX") else 16,
        factor * (patch[-1] if isinstance(patch, (list, tuple)) else patch),
    )


def shape_of(pipe: Any, card: Card, size: int) -> tuple[int, int]:
    """Width and height in pixels for a shorter edge of `size`, in the shape that the checkpoint was trained on."""
    wide, step = _wide(pipe, card), multiple(pipe)
    low, high = _snapped(size, step), _snapped(round(size * max(wide, 1 / wide)), step)
    return (high, low) if wide >= 1 else (low, high)


def _snapped(edge: int, step: int) -> int:
    return max(step, -(-(2 * edge - step) // (2 * step)) * step)


def _wide(pipe: Any, card: Card) -> float:
    height, width = (takes(pipe).get(name) for name in ("height", "width"))
    if height is not None and width is not None and isinstance(height.default, int) and isinstance(width.default, int):
        return width.default / height.default
    config = getattr(getattr(pipe, "transformer", None), "config", {})
    if config.get("sample_width") and config.get("sample_height"):
        return float(config["sample_width"] / config["sample_height"])
    return WIDER.get(card.name, 1.0)


def own_size(pipe: Any, card: Card) -> int:
    """The shorter edge in pixels: of the card, else of the call or the network, else 256."""
    height = takes(pipe).get("height")
    if card.size:
        return card.size
    if height is not None and isinstance(height.default, int):
        return height.default
    net = getattr(pipe, "unet", None)
    sample = getattr(getattr(net, "config", None), "sample_size", None)
    return sample * int(getattr(pipe, "vae_scale_factor", 8)) if isinstance(sample, int) else 256


def zero_turns(steps: int) -> tuple[int, int]:
    """t0 and t1 of Text2Video-Zero for another number of steps than its 50; two steps are the fewest."""
    if steps >= ZERO_STEPS:
        return ZERO_T0, ZERO_T1
    late = max(1, min(steps - 1, round(ZERO_T1 * steps / ZERO_STEPS)))
    return max(0, min(late - 1, round(ZERO_T0 * steps / ZERO_STEPS))), late
