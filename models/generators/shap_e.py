"""The family `shap-e`: 3D objects from captions by Shap-E (arXiv 2305.02463), shown as a turntable of views.

Its latents are the weights of an implicit function, so nothing can be seen before the views are rendered, one by one.
Try it: `python cli.py render scenes.jsonl --generator shap-e --images 1 --out runs/turntables`.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from threading import RLock
from typing import Any

from PIL import Image

from models import devices
from models.catalog import Card
from models.generators import prompts, schedulers
from models.generators.checkpoint import opened_pipeline
from models.generators.drawing import PREVIEW, Drawing, Step, Stopped
from models.generators.memory import Memory
from models.generators.options import Options
from models.generators.previews import grey

VIEWS = 20
"""Views in a full turn as diffusers has them; the last one is the first again."""
RAYS = 4096
"""Rays rendered at once."""
SAMPLES = 64, 128
"""Points on a ray, at first and where it matters."""
SIDE = 32
"""An edge is a multiple of this many pixels."""


class ShapEGenerator:
    """Shap-E at work: one object at a time, each from its own dice, alone or in company the same."""

    at_once = 1

    def __init__(self, card: Card, pipe: Any, placement: devices.Placement) -> None:
        self.name, self.card, self.pipe, self.options = card.name, card, pipe, Options()
        self.memory = Memory(pipe, placement, batch=1)
        self.memory.settle()
        self.base, self.lock = pipe.scheduler, RLock()

    @property
    def said(self) -> str:
        """Where it runs and why, for people."""
        return " ".join(self.memory.said)

    def tuned(self, options: Options) -> ShapEGenerator:
        """The same model with these options; `frames` is the number of views, `negative` and `fast` change nothing."""
        schedulers.fresh(self.base, options.scheduler)
        other = copy.copy(self)
        other.options = options
        return other

    def draw(
        self, captions: Sequence[str], seeds: Sequence[int], *, steps: int | None = None, guidance: float | None = None,
        size: int | None = None, on_step: Step | None = None,
    ) -> list[Drawing]:  # fmt: skip
        """One turntable per caption and seed; a step is one of the network or one view.

        Raises `ValueError` for as many seeds as there are not captions, `WordsNotKnown` for a caption that is too long
        with the option `strict`, `ModelError` when a view does not fit into memory, `Stopped` when told to stop.
        """
        if len(captions) != len(seeds):
            raise ValueError(f"`seeds` has {len(seeds)} entries for {len(captions)} captions; give one for each.")
        cut = [prompts.check(self.pipe, text, strict=self.options.strict) for text in captions]
        work = Turning(self, steps or self.card.steps or 64, guidance, side(size or self.card.size or 64))
        walk = Walk(on_step, len(captions) * (work.network_steps + work.views))
        found = []
        with self.lock:
            for text, seed, truncated in zip(captions, seeds, cut, strict=True):
                frames = self.memory.each([0], lambda _, __: [work.turntable(text, seed, walk)], batch=1)[0]  # noqa: B023
                found.append(self._drawing(text, seed, frames, work, truncated, size))
                walk.done.append(frames[0])
        return found

    def _drawing(
        self, text: str, seed: int, frames: tuple[Image.Image, ...], work: Turning, truncated: str, asked: int | None
    ) -> Drawing:
        place = self.memory.placement
        used = {
            "steps": work.steps, "guidance": work.guidance, "scheduler": self.options.scheduler or type(self.base).__name__,
            "frames": len(frames), "size": work.size, "batch": 1, "device": place.device, "dtype": place.dtype,
        }  # fmt: skip
        said = self.memory.said[1:]
        if self.options.negative:
            said = [*said, "The negative prompt was ignored: this model takes none."]
        if asked and asked != work.size:
            said = [*said, f"Drawn at {work.size} pixels instead of {asked}: this model draws multiples of {SIDE}."]
        record: dict[str, Any] = {"used": used, "said": said} | ({"truncated": truncated} if truncated else {})
        return Drawing(frames[0], text, seed, record, frames)


class Walk:
    """Counts the steps of all objects as one walk, and shows what is done and how far the next one has turned."""

    def __init__(self, on_step: Step | None, steps: int) -> None:
        self.on_step, self.steps, self.step = on_step, steps, 0
        self.done: list[Image.Image] = []
        self.turned: list[Image.Image] = []

    def on(self, turned: list[Image.Image]) -> None:
        """One step further; raises `Stopped` when told to stop."""
        self.step, self.turned = self.step + 1, turned
        if self.on_step and not self.on_step(min(self.step, self.steps), self.steps, self._look):
            raise Stopped

    def _look(self) -> list[Image.Image]:
        shown = [*self.done, *self.turned[-1:]]
        return [image.resize((PREVIEW, PREVIEW)) for image in shown] + ([] if self.turned else grey(1))


class Turning:
    """The drawing of one object after the other with the same measures."""

    def __init__(self, owner: ShapEGenerator, steps: int, guidance: float | None, size: int) -> None:
        self.pipe, self.base, self.scheduler = owner.pipe, owner.base, owner.options.scheduler
        self.steps, self.size = steps, size
        self.guidance = float(guidance if guidance is not None else owner.card.guidance or 4.0)
        self.views = min(owner.options.frames or owner.card.frames or VIEWS, VIEWS)
        twice = type(schedulers.fresh(self.base, self.scheduler)).__name__.startswith("Heun")
        self.network_steps = 2 * steps - 1 if twice else steps

    def turntable(self, caption: str, seed: int, walk: Walk) -> tuple[Image.Image, ...]:
        """The views of the object of that caption and seed."""
        import torch

        self.pipe.scheduler = schedulers.fresh(self.base, self.scheduler)
        try:
            with self._heard(partial(walk.on, [])), torch.no_grad():
                latents = self.pipe(
                    [caption], generator=[torch.Generator().manual_seed(seed)], num_inference_steps=self.steps,
                    guidance_scale=self.guidance, output_type="latent",
                ).images  # fmt: skip
        finally:
            self.pipe.maybe_free_model_hooks()
        views: list[Image.Image] = []
        with torch.random.fork_rng(devices=_gpus(latents)), torch.no_grad():  # the renderer throws the global dice
            torch.manual_seed(seed)
            for view in self._rendered(latents):
                views.append(view)
                walk.on(views)
        return tuple(views)

    @contextmanager
    def _heard(self, hear: Callable[[], None]) -> Iterator[None]:
        """`hear` is called after each step of the network, since this pipeline tells of none."""
        hook = self.pipe.prior.register_forward_hook(lambda *_: hear())
        try:
            yield
        finally:
            hook.remove()

    def _rendered(self, latents: Any) -> Iterator[Image.Image]:
        """The views, one by one, as `ShapERenderer.decode_to_image` renders them all at once."""
        from diffusers.pipelines.shap_e.camera import create_pan_cameras

        renderer = self.pipe.shap_e_renderer
        own = renderer.params_proj(latents)
        for name, part in renderer.mlp.state_dict().items():
            if f"nerstf.{name}" in own:
                part.copy_(own[f"nerstf.{name}"].squeeze(0))
        rays = create_pan_cameras(self.size).camera_rays.to(latents.device, latents.dtype)
        count = self.size * self.size
        for i in range(self.views):
            start = _place(i, self.views) * count
            yield _picture(_colours(renderer, rays[:, start : start + count]), self.size)


def _place(i: int, views: int) -> int:
    """Which of VIEWS is the i-th of so many, evenly around; the one that is the first again only where all are asked."""
    return i if views == VIEWS else round(i * (VIEWS - 1) / views)


def _colours(renderer: Any, rays: Any) -> Any:
    """Red, green and blue 0..1 of rays (1, N, 2, 3): (N, 3)."""
    import torch
    from diffusers.pipelines.shap_e.renderer import StratifiedRaySampler

    found = []
    for part in rays.split(RAYS, dim=1):
        _, fine, seen = renderer.render_rays(part, StratifiedRaySampler(), SAMPLES[0])
        found.append(renderer.render_rays(part, fine, SAMPLES[1], prev_model_out=seen)[0])
    return torch.cat(found, dim=1)[0]


def _picture(colours: Any, size: int) -> Image.Image:
    pixels = (colours.float().nan_to_num().clamp(0, 1) * 255).round().byte().cpu().view(size, size, -1)
    return Image.fromarray(pixels[..., :3].numpy())


def _gpus(latents: Any) -> list[Any]:
    return [latents.device] if latents.device.type == "cuda" else []


def side(size: int) -> int:
    """The nearest edge in pixels that is drawn; the smaller of two."""
    return max(SIDE, -(-(2 * size - SIDE) // (2 * SIDE)) * SIDE)


def opened(card: Card) -> ShapEGenerator:
    """The generator of that card, on this process's device; raises `ModelMissing` or `ModelDamaged` with the reason."""
    placement = devices.placement()
    return ShapEGenerator(card, opened_pipeline(card, placement.torch_dtype), placement)
