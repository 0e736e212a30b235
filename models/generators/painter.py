"""The generator `painter`: the perfect teacher of the pocket world, and no neural network.

Try it: `python cli.py render scenes.jsonl --generator painter --out runs/painted`.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from engine.parse import parse
from models.catalog import Card
from models.generators.drawing import Drawing, Step, Stopped
from models.pocket.layout import arrange
from models.pocket.painter import paint
from models.pocket.scene import TAXONOMY


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


def opened(card: Card) -> Painter:
    """The painter, who needs no weights."""
    return Painter()
