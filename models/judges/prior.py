"""The prior of a judge: what it says to a question without a picture to look at, taken off what it says with one.

A judge that likes to say yes says it to a grey picture too. p' = sigmoid(logit p(picture) - logit p(grey)). Any judge can be
named so: `prior:pocket`. Try it: `python cli.py judge runs/a --judge prior:blip-vqa`.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from PIL import Image

from engine.errors import ModelError, show
from engine.scoring import Reply
from models.catalog import Card
from models.judges.asking import Choices, Judge

GREY, SIDE = (128, 128, 128), 384
MOST = 20_000
"""Questions whose prior is kept; the one asked longest ago goes first."""
LEAST = 1e-6
"""Probabilities are not taken closer to 0 or 1, so that one certain answer does not decide alone."""


class Corrected(Judge):
    """A judge with its prior taken off the yes/no questions; a reply's `prior` keeps what was taken off."""

    def __init__(self, judge: Judge, *, name: str) -> None:
        self.judge, self.name = judge, name
        self.notes = [*getattr(judge, "notes", ()), "Its answers to a grey picture are taken off."]
        self.known: OrderedDict[str, float] = OrderedDict()

    def answer_many(
        self, images: Sequence[Image.Image], questions: Sequence[Sequence[str]], *,
        choices: Sequence[Sequence[Choices]] | None = None,
    ) -> list[list[Reply]]:  # fmt: skip
        """See `Judge.answer_many`; open questions and multiple choices stay as they are."""
        said = self.judge.answer_many(images, questions, choices=choices)
        asked = [pair for group in zip(questions, said, strict=True) for pair in zip(*group, strict=True)]
        priors = self.priors(question for question, reply in asked if reply.soft_yes is not None)
        return [
            [corrected(reply, priors.get(question)) for question, reply in zip(*group, strict=True)]
            for group in zip(questions, said, strict=True)
        ]

    def priors(self, questions: Iterable[str]) -> dict[str, float]:
        """The soft yes to each question on the grey picture; each is asked once."""
        wanted = list(dict.fromkeys(questions))
        found = {question: self.known[question] for question in wanted if question in self.known}
        if new := [question for question in wanted if question not in found]:
            replies = self.judge.answer(Image.new("RGB", (SIDE, SIDE), GREY), new)
            found |= {
                question: reply.soft_yes
                for question, reply in zip(new, replies, strict=True)
                if reply.soft_yes is not None
            }
        self._keep(found)
        return found

    def _keep(self, found: dict[str, float]) -> None:
        for question, prior in found.items():
            self.known[question] = prior
            self.known.move_to_end(question)
        while len(self.known) > MOST:
            self.known.popitem(last=False)


def corrected(reply: Reply, prior: float | None) -> Reply:
    """The reply with the log-odds of `prior` taken off, P(yes) + P(no) as it was; unchanged without a prior."""
    yes = reply.soft_yes
    if prior is None or yes is None or reply.p_yes is None or reply.p_no is None:
        return reply
    both, freed = reply.p_yes + reply.p_no, 1 / (1 + math.exp(odds(prior) - odds(yes)))
    said = ("yes", both * freed) if freed >= 0.5 else ("no", both * (1 - freed))
    return replace(
        reply, answer=said[0], confidence=said[1], p_yes=both * freed, p_no=both * (1 - freed), prior=round(prior, 6)
    )


def odds(p: float) -> float:
    """log(p / (1 - p)), p kept LEAST away from 0 and 1."""
    p = min(max(p, LEAST), 1 - LEAST)
    return math.log(p / (1 - p))


def opened(card: Card) -> Corrected:
    """The judge behind a card named `prior:JUDGE`; raises what the judge itself raises."""
    from models import judges

    if card.judge is None:
        raise ModelError(f"{show(card.name)} does not say whose prior is taken off. Write prior: and a judge's name.")
    return Corrected(judges.load(card.judge), name=card.name)
