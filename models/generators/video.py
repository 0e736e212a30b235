"""The family `diffusers-video`: published text-to-video checkpoints through their own pipelines, one video at a time.

Try it: `python cli.py render scenes.jsonl --generator cogvideox-2b --images 1 --out runs/video`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PIL import Image

from engine.errors import ModelDamaged, ModelMissing, show
from models import devices
from models.catalog import Card, disk
from models.generators import lengths, lora, schedulers
from models.generators.checkpoint import check_weights, opened_pipeline, parts_of
from models.generators.diffusion import DiffusersGenerator, Wanted, Watch
from models.generators.drawing import Drawing, Step
from models.generators.measures import Measures, measured
from models.generators.previews import Previews
from models.generators.steps import Hear, listening

ANIMATE = "AnimateDiffPipeline"


class VideoGenerator(DiffusersGenerator):
    """A text-to-video pipeline at work; a seed gives the same frames alone and in company, since each is a call of its own."""

    previews: VideoPreviews

    def __init__(self, card: Card, pipe: Any, placement: devices.Placement, *, laid: str = "") -> None:
        super().__init__(card, pipe, placement, laid=laid)
        self.memory.batch = self.memory.most = 1
        self.previews = VideoPreviews(pipe)

    def draw(
        self, captions: Sequence[str], seeds: Sequence[int], *, steps: int | None = None, guidance: float | None = None,
        size: int | None = None, on_step: Step | None = None,
    ) -> list[Drawing]:  # fmt: skip
        """One video per caption and seed; `size` is the shorter edge in pixels. Raises as `DiffusersGenerator.draw`."""
        if type(self.pipe).__name__ == lengths.ZERO and steps == 1:
            steps = 2  # it draws the first frame, moves it, and draws on
        return super().draw(captions, seeds, steps=steps, guidance=guidance, size=size, on_step=on_step)

    def _measured(self, steps: int | None, guidance: float | None, size: int | None) -> Measures:
        """As of a picture, with the shape and the length of a video."""
        pipe, card = self.pipe, self.card
        found = measured(pipe, card, self.options, steps, guidance, None)
        asked = size or lengths.own_size(pipe, card)
        width, height = lengths.shape_of(pipe, card, asked)
        frames = lengths.frames_of(pipe, card, self.options.frames)
        said = [*found.said]
        if size and min(width, height) != size:
            said.append(f"Drawn at {width} x {height} pixels: this model draws multiples of {lengths.multiple(pipe)}.")
        if self.options.frames and frames != self.options.frames:
            said.append(
                f"{frames} frames instead of {self.options.frames}: this model packs time by {lengths.packing(pipe)}."
            )
        fixed = {
            **found.fixed,
            "width": width,
            "height": height,
            lengths.frames_name(pipe): frames,
            "output_type": "np",
        }
        if type(pipe).__name__ == lengths.ZERO:
            fixed["t0"], fixed["t1"] = lengths.zero_turns(int(fixed["num_inference_steps"]))
        used = {**found.used, "frames": frames, "width": width, "height": height}
        return replace(found, fixed=fixed, size=min(width, height), used=used, said=tuple(said))

    def _call(self, measures: Measures, watch: Watch | None, orders: Sequence[Wanted], batch: int) -> list[Drawing]:
        """One video of the one order."""
        import torch

        (order,) = orders
        pipe = self.pipe
        pipe.scheduler = schedulers.fresh(self.base, self.options.scheduler)  # a used one remembers its steps
        self.previews.grid = lengths.latent_grid(pipe, measures.fixed)
        hear = Counted(partial(watch.hear, 1, 1), measures) if watch else None
        zero = type(pipe).__name__ == lengths.ZERO
        before = pipe.unet.attn_processors if zero else None
        try:
            output = pipe(
                prompt=[order.caption],
                generator=[torch.Generator().manual_seed(order.seed)],
                **measures.arguments(1),
                **listening(pipe, hear, measures.planned),
            )
        finally:
            pipe.maybe_free_model_hooks()
            if zero:
                pipe.unet.set_attn_processor(before)  # it leaves its own behind when it is stopped
        flagged = any(getattr(output, "nsfw_content_detected", None) or ())
        drawing = self._video(order, pictures(output), flagged, measures)
        if watch:
            watch.done.append(drawing.image)
        return [drawing]

    def _video(self, order: Wanted, frames: tuple[Image.Image, ...], flagged: bool, measures: Measures) -> Drawing:
        place = self.memory.placement
        used = {**measures.used, "batch": 1, "device": place.device, "dtype": place.dtype, "size": measures.size}
        record: dict[str, Any] = {"used": used, "said": [*self.memory.said[1:], *measures.said]}
        if order.truncated:
            record["truncated"] = order.truncated
        if flagged:
            record["flagged"] = "The checkpoint's safety checker flagged frames of this video and painted them black."
        return Drawing(frames[0], order.caption, order.seed, record, frames)


class Counted:
    """Counts the steps of a call as one walk: Text2Video-Zero goes over some of them twice."""

    def __init__(self, hear: Hear, measures: Measures) -> None:
        self.hear, self.steps = hear, 0
        self.more = int(measures.fixed.get("t1", 0)) - int(measures.fixed.get("t0", 0))

    def __call__(self, step: int, steps: int, latents: Any) -> None:
        """After each step, with the steps of the whole call."""
        self.steps += 1
        self.hear(self.steps, max(self.steps, steps + self.more), latents)


class VideoPreviews(Previews):
    """Small pictures of the frame in the middle of a forming video; `grid` is its shape in latents (T, H, W)."""

    grid = (1, 1, 1)

    def of(self, latents: Any, height: int, width: int) -> list[Image.Image]:
        """See `Previews.of`; `height` and `width` are those of the video's shorter edge."""
        return super().of(middle(type(self.pipe).__name__, latents, self.grid), height, width)


def middle(kind: str, latents: Any, grid: tuple[int, int, int]) -> Any:
    """The latents of the frame in the middle, (1, C, H, W), in whatever order a pipeline of this class keeps them.

    Most have (B, C, T, H, W), CogVideoX (B, T, C, H, W), Text2Video-Zero frames (T, C, H, W), LTX tokens (B, T H W, C).
    """
    if latents.ndim == 4:  # frames of one video
        return latents[len(latents) // 2][None]
    if latents.ndim == 5:
        latents = latents.transpose(1, 2) if kind.startswith("CogVideoX") else latents
        return latents[:, :, latents.shape[2] // 2]
    return latents.view(len(latents), *grid, -1)[:, grid[0] // 2].permute(0, 3, 1, 2)


def pictures(output: Any) -> tuple[Image.Image, ...]:
    """The frames of the first video of a pipeline's output, which are floats 0..1 (T, H, W, 3)."""
    import numpy as np

    found = output.frames[0] if hasattr(output, "frames") else output.images
    return tuple(
        Image.fromarray(
            (np.clip(np.nan_to_num(np.asarray(frame, dtype=np.float32)), 0, 1) * 255).round().astype("uint8")
        )
        for frame in found
    )


def opened(card: Card) -> VideoGenerator:
    """The generator of that card, on this process's device, with the LoRA that its name has after a plus sign.

    Raises `ModelMissing`, `ModelDamaged` or `ModelError` with the reason and what to do.
    """
    import diffusers

    placement = devices.placement()
    kind = getattr(diffusers, card.loads or "", None)
    parts = _parts(card, placement.torch_dtype)
    pipe = opened_pipeline(card, placement.torch_dtype, kind=kind, parts=parts)
    if "motion_adapter" in parts:
        pipe.scheduler = diffusers.DDIMScheduler.from_config(  # what the motion module was trained with
            pipe.scheduler.config,
            beta_schedule="linear",
            clip_sample=False,
            timestep_spacing="linspace",
            steps_offset=1,
        )
    _, asked = lora.named(card.name)
    laid = lora.lay_on(pipe, asked, "unet" if hasattr(pipe, "unet") else "transformer") if asked else ""
    return VideoGenerator(card, pipe, placement, laid=laid)


def _parts(card: Card, dtype: Any) -> dict[str, Any]:
    """What a pipeline needs beside the checkpoint's own parts: AnimateDiff's motion, or no safety checker where none is."""
    if card.loads == ANIMATE and card.adapters:
        return {"motion_adapter": _adapter(card, dtype)}
    if card.loads == lengths.ZERO and card.place is not None:
        lacking = {"safety_checker", "feature_extractor"} - parts_of(card.place)
        return dict.fromkeys(lacking) | ({"requires_safety_checker": False} if lacking else {})
    return {}


def _adapter(card: Card, dtype: Any) -> Any:
    """AnimateDiff's motion module, from the hub's cache."""
    from diffusers import MotionAdapter
    from safetensors import SafetensorError

    hub, revision = card.adapters[0]
    folder = Path(hub) if Path(hub).is_dir() else disk.snapshot(hub, revision)
    if folder is None:
        raise ModelMissing(
            f"The motion module {show(hub)} is not on this machine. Run `python cli.py models fetch {card.name}`."
        )
    try:
        found = MotionAdapter.from_pretrained(folder, dtype=dtype, use_safetensors=True, local_files_only=True)
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        raise ModelDamaged(
            f"The motion module in {folder} cannot be read ({type(error).__name__}). Fetch it again."
        ) from error
    check_weights(folder, found)
    return found
