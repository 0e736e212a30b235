"""VQAScore (arXiv 2404.01291): how likely a judge is to say yes when asked whether the picture shows the caption.

Any judge can be asked. Try it: `python cli.py judge runs/a --metric vqascore:blip-vqa`.
"""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image

from engine.asking import SHOWS
from engine.errors import ModelError, show
from models.catalog import Card
from models.judges import Judge
from models.metrics.measuring import paired


class VQAScore:
    """P(yes) as the judge gives it, what it keeps for other answers left out; `asked` is the question with {caption}."""

    measure = "P(yes)"

    def __init__(self, judge: Judge, *, name: str = "", asked: str = SHOWS) -> None:
        self.judge, self.asked, self.name = judge, asked, name or f"vqascore:{judge.name}"

    def score(self, images: Sequence[Image.Image], captions: Sequence[str]) -> list[float]:
        """P(yes) 0..1 for picture i with caption i; raises `ModelError` for a judge that gives no probabilities."""
        paired(images, captions)
        if not images:
            return []
        questions = [[self.asked.replace("{caption}", caption)] for caption in captions]
        replies = [replies[0] for replies in self.judge.answer_many(images, questions)]
        if any(reply.p_yes is None for reply in replies):
            raise ModelError(
                f"The judge {show(self.judge.name)} gives no probability of yes, so it cannot be asked for a VQAScore. "
                "Choose another judge."
            )
        return [round(reply.p_yes, 6) for reply in replies if reply.p_yes is not None]


def opened(card: Card) -> VQAScore:
    """The metric of that card, by the judge that it names; raises what loading that judge raises."""
    from models import judges

    if card.judge is None:
        raise ModelError(f"{show(card.name)} names no judge. Name one, as in vqascore:blip-vqa.")
    return VQAScore(judges.load(card.judge), name=card.name)
