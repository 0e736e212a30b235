"""The generator `pocket`: diffusion over slots by flow matching, then the painter.

Try it:
`python -c "from models.generators import load; load('pocket').draw(['There is a red dog.'], [1])[0].image.save('dog.png')"`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image

from models.catalog import Card
from models.generators.drawing import PREVIEW, Drawing, Step
from models.generators.lora import lay_on, named
from models.generators.slot_diffusion import read_pipeline, sampled
from models.pocket.painter import paint


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
        output = sampled(
            self.pipeline, captions, seeds, steps=steps or self.defaults[0],
            guidance=self.defaults[1] if guidance is None else guidance, size=size, on_step=on_step, painted=_painted,
        )  # fmt: skip
        drawn = zip(output.images, captions, seeds, output.scenes, strict=True)
        return [Drawing(image, text, seed, {"pocket": scene.to_dict()}) for image, text, seed, scene in drawn]


def _painted(rows: Any) -> Image.Image:
    from models.pocket.slots import decode

    return paint(decode(rows), size=PREVIEW)


@cache
def _pipeline(folder: str) -> Any:
    from models.pocket.pipeline import PocketPipeline
    from models.pocket.words import GRAMMAR_VERSION, vocabulary

    return read_pipeline(PocketPipeline, Path(folder), words=len(vocabulary()), grammar=GRAMMAR_VERSION)


def opened(card: Card) -> PocketGenerator:
    """The generator of that card, its LoRA laid on; raises `ModelDamaged` and, for a LoRA of others, `ModelError`."""
    _, lora = named(card.name)
    if lora is not None:
        found = PocketGenerator.own(card)
        lay_on(found.pipeline, lora, "transformer")
        return found
    return PocketGenerator(str(card.folder), steps=card.steps, guidance=card.guidance)
