"""The family `diffusers`: published text-to-image checkpoints through their own pipelines, one picture a seed.

Try it: `python cli.py render scenes.jsonl --generator sd15 --images 1 --out runs/sd15`.
"""

from __future__ import annotations

import copy
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from threading import RLock
from typing import Any

from PIL import Image

from models import devices
from models.catalog import Card
from models.generators import lora, prompts, schedulers
from models.generators.checkpoint import opened_pipeline
from models.generators.drawing import PREVIEW, Drawing, Step, Stopped
from models.generators.measures import Measures, measured
from models.generators.memory import Memory
from models.generators.options import Options
from models.generators.previews import Previews, grey
from models.generators.speed import Speed
from models.generators.steps import listening

AT_ONCE = {"cpu": 1, "cuda": 4}
"""Pictures in one call by kind of device: a CPU gains nothing by company, and a picture alone costs no padding."""
FIXED = frozenset(
    "StableDiffusionPipeline StableDiffusionXLPipeline StableDiffusion3Pipeline LatentConsistencyModelPipeline IFPipeline "
    "FluxPipeline PixArtAlphaPipeline PixArtSigmaPipeline SanaPipeline WuerstchenCombinedPipeline".split()
)
"""Pipelines that pad every caption to one length; with others only pictures of one caption share a call, because a
longer neighbour would change their bytes."""


class DiffusersGenerator:
    """A pipeline at work. `said` tells device, number format and what had to be eased.

    What is promised: each picture has its own dice, thrown on the CPU, so that on one machine and with one `batch` a
    seed gives the same bytes alone, in company and in any order. What is not: the same bytes with another batch size,
    device, number format or library version; the record of each picture has the batch it was drawn with.
    """

    def __init__(self, card: Card, pipe: Any, placement: devices.Placement, *, laid: str = "") -> None:
        self.name, self.card, self.pipe, self.options = card.name, card, pipe, _hurried(Options())
        self.memory = Memory(pipe, placement, batch=AT_ONCE.get(placement.device.partition(":")[0], 1))
        self.memory.settle()
        self.memory.said += [laid] if laid else []
        self.base = pipe.scheduler
        self.speed, self.previews, self.lock = Speed(pipe), Previews(pipe), RLock()

    @property
    def said(self) -> str:
        """Where it runs and why, and what was done to fit it in, for people."""
        return " ".join(self.memory.said)

    def tuned(self, options: Options) -> DiffusersGenerator:
        """The same model, drawing with these options; raises `ModelError` for a scheduler that does not fit it."""
        schedulers.fresh(self.base, options.scheduler)
        other = copy.copy(self)
        other.options = _hurried(options)
        return other

    @property
    def at_once(self) -> int:
        """Pictures in one call of the pipeline, after which they can be saved."""
        return min(self.options.batch or self.memory.batch, self.memory.most)

    def draw(
        self, captions: Sequence[str], seeds: Sequence[int], *, steps: int | None = None, guidance: float | None = None,
        size: int | None = None, on_step: Step | None = None,
    ) -> list[Drawing]:  # fmt: skip
        """One picture per caption and seed; without `steps`, `guidance` or `size` as card and pipeline have them.

        `size` in pixels is rounded to what the pipeline can draw. Raises `ValueError` for as many seeds as there are
        not captions, `WordsNotKnown` for a caption that is too long with the option `strict`, `ModelError` when one
        picture does not fit into memory, `Stopped` within one step of being told to stop.
        """
        if len(captions) != len(seeds):
            raise ValueError(f"`seeds` has {len(seeds)} entries for {len(captions)} captions; give one for each.")
        orders = [
            Wanted(text, seed, prompts.check(self.pipe, text, strict=self.options.strict))
            for text, seed in zip(captions, seeds, strict=True)
        ]
        measures = self._measured(steps, guidance, size)
        with self.lock:
            return self._all(orders, measures, on_step)

    def _measured(self, steps: int | None, guidance: float | None, size: int | None) -> Measures:
        return measured(self.pipe, self.card, self.options, steps, guidance, size)

    def _all(self, orders: Sequence[Wanted], measures: Measures, on_step: Step | None) -> list[Drawing]:
        self.speed.use(self.options.fast)
        found: dict[int, Drawing] = {}
        watch = Watch(on_step, self.previews, measures, len(orders)) if on_step else None
        for group in _groups(type(self.pipe).__name__, orders):
            draw = partial(self._call, measures, watch)
            drawn = self.memory.each([orders[i] for i in group], draw, batch=self.options.batch)
            found |= zip(group, drawn, strict=True)
        return [found[i] for i in range(len(orders))]

    def _call(self, measures: Measures, watch: Watch | None, orders: Sequence[Wanted], batch: int) -> list[Drawing]:
        """One call of the pipeline for up to `batch` orders, padded with copies of the last to exactly that many."""
        import torch

        rows = [*orders, *[orders[-1]] * (batch - len(orders))]
        self.pipe.scheduler = schedulers.fresh(self.base, self.options.scheduler)  # a used one remembers its steps
        hear = partial(watch.hear, len(orders), batch) if watch else None
        try:
            output = self.pipe(
                prompt=[order.caption for order in rows],
                generator=[torch.Generator().manual_seed(order.seed) for order in rows],
                **measures.arguments(len(rows)),
                **listening(self.pipe, hear, measures.planned),
            )
        finally:
            self.pipe.maybe_free_model_hooks()
        flags = getattr(output, "nsfw_content_detected", None) or getattr(output, "nsfw_detected", None)
        flagged = (
            [bool(flag) for flag in flags] if flags is not None and len(flags) == len(rows) else [False] * len(rows)
        )
        drawn = zip(orders, output.images[: len(orders)], flagged, strict=False)
        made = [self._drawing(order, image, bad, measures, batch) for order, image, bad in drawn]
        if watch:
            watch.done += [drawing.image for drawing in made]
        return made

    def _drawing(self, order: Wanted, image: Image.Image, flagged: bool, measures: Measures, batch: int) -> Drawing:
        image = image.convert("RGB")
        place = self.memory.placement
        used = {**measures.used, "batch": batch, "device": place.device, "dtype": place.dtype, "size": image.width}
        record: dict[str, Any] = {"used": used, "said": [*self.memory.said[1:], *measures.said]}
        if order.truncated:
            record["truncated"] = order.truncated
        if flagged:
            record["flagged"] = "The checkpoint's safety checker flagged this picture and painted it black."
        return Drawing(image, order.caption, order.seed, record)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One picture to draw: its caption, its seed, and what no text encoder will read of it."""

    caption: str
    seed: int
    truncated: str


class Watch:
    """Counts the steps of several calls as one walk, and shows what is done and what is forming."""

    def __init__(self, on_step: Step, previews: Previews, measures: Measures, count: int) -> None:
        self.on_step, self.previews, self.measures, self.count = on_step, previews, measures, count
        self.done: list[Image.Image] = []
        self.calls = 0
        self._seen = 0

    def hear(self, rows: int, batch: int, step: int, steps: int, latents: Any) -> None:
        """After a step of one call with `rows` pictures that count; raises `Stopped` when told to stop."""
        if len(self.done) > self._seen:
            self.calls, self._seen = self.calls + 1, len(self.done)
        left = -(-(self.count - len(self.done)) // batch)
        if not self.on_step(self.calls * steps + step, (self.calls + left) * steps, partial(self._look, rows, latents)):
            raise Stopped

    def _look(self, rows: int, latents: Any) -> list[Image.Image]:
        forming = grey(rows)
        if latents is not None:
            forming = self.previews.of(latents[:rows], self.measures.size, self.measures.size)
        return [*(image.resize((PREVIEW, PREVIEW)) for image in self.done), *forming]


def _groups(kind: str, orders: Sequence[Wanted]) -> list[list[int]]:
    """The places of orders that may share a call."""
    if kind in FIXED:
        return [list(range(len(orders)))]
    groups: dict[str, list[int]] = {}
    for i, order in enumerate(orders):
        groups.setdefault(order.caption, []).append(i)
    return list(groups.values())


def _hurried(options: Options) -> Options:
    return options if options.fast else replace(options, fast=os.environ.get("SCENEWRIGHT_FAST", ""))


def opened(card: Card) -> DiffusersGenerator:
    """The generator of that card, on this process's device, with the LoRA that its name has after a plus sign.

    Raises `ModelMissing`, `ModelDamaged` or `ModelError` with the reason and what to do.
    """
    placement = devices.placement()
    pipe = opened_pipeline(card, placement.torch_dtype)
    _, asked = lora.named(card.name)
    laid = lora.lay_on(pipe, asked, "unet" if hasattr(pipe, "unet") else "transformer") if asked else ""
    return DiffusersGenerator(card, pipe, placement, laid=laid)
