"""What every judge speaks: pictures and question strings in, replies with probabilities out.

A judge receives pixels and question strings, nothing else. Try it:
`python -c "from PIL import Image; from models import judges; print(judges.load('pocket').answer(Image.open('a.png'), ['A dog?']))"`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeAlias

from PIL import Image

from engine.scoring import Reply

TOP = 5
"""How many of its likeliest answers a judge keeps with each reply."""
Choices: TypeAlias = Sequence[str]
"""The options of one multiple-choice question, as they are offered; empty for yes/no and free answers."""


class Judge(Protocol):
    """Anything that answers questions about pictures; who derives from it writes `answer_many` alone."""

    name: str

    def answer(
        self, image: Image.Image, questions: Sequence[str], *, choices: Sequence[Choices] | None = None
    ) -> list[Reply]:
        """One reply per question; see `answer_many`."""
        return self.answer_many([image], [questions], choices=None if choices is None else [choices])[0]

    def answer_many(
        self, images: Sequence[Image.Image], questions: Sequence[Sequence[str]], *,
        choices: Sequence[Sequence[Choices]] | None = None,
    ) -> list[list[Reply]]:  # fmt: skip
        """Replies for several pictures, each with its own questions (and, in the same shape, their options).

        Each picture is encoded once, however many questions it gets. Yes/no questions get `p_yes` and `p_no`; a
        question with options gets one of them as its answer. Raises `WordsNotKnown` for a question the judge cannot
        read, `ModelError` otherwise.
        """
        ...
