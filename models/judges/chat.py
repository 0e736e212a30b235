"""The family `chat`: a vision-language model behind a server that speaks OpenAI's chat protocol and tells log-probabilities.

Try it: `python cli.py judge runs/a --judge openai:Qwen2.5-VL-7B-Instruct@http://127.0.0.1:8000/v1`.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

from PIL import Image

from engine.errors import ModelError, show
from engine.scoring import Reply
from models.catalog import Card
from models.endpoint import Endpoint, named
from models.judges.asking import Choices, Judge
from models.judges.options import (
    LETTER,
    LETTERS,
    SHORT,
    YES_OR_NO,
    Tokens,
    closing,
    in_words,
    is_free,
    listed,
    over_turns,
    rotations,
    spelled,
    yes_or_no,
)

AT_ONCE = 8
"""Questions under way at the same time; the server puts them into one batch."""
ALTERNATIVES = 20
"""How many likeliest tokens are asked for, the most that the protocol allows."""
EDGE = 1024
"""Pictures are sent at most this large."""


class ChatJudge(Judge):
    """One model of one server. Reasoning models do not fit: they think before the first token, and show no probabilities."""

    def __init__(self, model: str, endpoint: Endpoint, *, name: str) -> None:
        self.model, self.endpoint, self.name = model, endpoint, name

    def answer_many(
        self, images: Sequence[Image.Image], questions: Sequence[Sequence[str]], *,
        choices: Sequence[Sequence[Choices]] | None = None,
    ) -> list[list[Reply]]:  # fmt: skip
        """See `Judge.answer_many`; each picture is sent as the same bytes, so that a server's prefix cache can keep it."""
        offered = choices or [[()] * len(group) for group in questions]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            asked = []
            for image, group, options in zip(images, questions, offered, strict=True):
                shown = data_url(image)
                asked.append([pool.submit(self._one, shown, *pair) for pair in zip(group, options, strict=True)])
            try:
                return [[one.result() for one in group] for group in asked]
            except BaseException:
                for one in (one for group in asked for one in group):
                    one.cancel()
                raise

    def _one(self, shown: str, question: str, options: Choices) -> Reply:
        if options:
            return self._choose(shown, question, options)
        if is_free(question):
            return self._free(shown, question)
        tokens = self._first(shown, closing(question, f" {YES_OR_NO}"))
        return yes_or_no([sum(p for text, p in tokens if spelled(text) == word) for word in ("yes", "no")], tokens)

    def _choose(self, shown: str, question: str, options: Choices) -> Reply:
        """Each option's mean probability over all rotations of the order, so that no place is favoured."""
        turns = []
        for turned in rotations(options):
            tokens = self._first(shown, f"{question} {listed(turned)} {LETTER}")
            turns.append([sum(p for text, p in tokens if text.strip() in (a, f"{a}.")) for a in LETTERS[: len(turned)]])
        return over_turns(options, turns)

    def _free(self, shown: str, question: str) -> Reply:
        said, steps = self._say(shown, f"{question} {SHORT}", tokens=16)
        if not said:
            raise ModelError(f"{show(self.name)} answered nothing to {show(question)}. Ask another model.")
        sure = math.exp(sum(step[0][1] for step in steps) / len(steps))
        return in_words(said, sure, [(t, math.exp(p)) for t, p in steps[0]])

    def _first(self, shown: str, text: str) -> Tokens:
        """The likeliest first tokens of the answer with their probabilities, each token once."""
        return [(token, math.exp(p)) for token, p in self._say(shown, text, tokens=1)[1][0]]

    def _say(self, shown: str, text: str, *, tokens: int) -> tuple[str, Sequence[Tokens]]:
        """The answer and, for each of its tokens, the alternatives with log-probabilities, the chosen one first."""
        content = [{"type": "image_url", "image_url": {"url": shown}}, {"type": "text", "text": text}]
        answer = self.endpoint.post("/chat/completions", {
            "model": self.model, "messages": [{"role": "user", "content": content}], "max_tokens": tokens,
            "temperature": 0, "logprobs": True, "top_logprobs": ALTERNATIVES,
        })  # fmt: skip
        try:
            choice = answer["choices"][0]
            steps = [_alternatives(step) for step in (choice.get("logprobs") or {}).get("content") or ()]
            said = str(choice["message"]["content"] or "")
        except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
            raise self.endpoint.other_protocol() from error
        if not steps:
            raise ModelError(
                f"{show(self.model)} at {self.endpoint.shown} tells no log-probabilities, and a judge needs them. "
                "Choose a model that does; reasoning models do not."
            )
        return said, steps


def _alternatives(step: Mapping[str, Any]) -> Tokens:
    chosen = (str(step["token"]), float(step["logprob"]))
    others = {str(row["token"]): float(row["logprob"]) for row in step.get("top_logprobs") or ()}
    others.pop(chosen[0], None)
    return [chosen, *others.items()]


def data_url(image: Image.Image) -> str:
    """The picture as a PNG in a `data:` address, at most EDGE pixels along an edge."""
    shown = image.convert("RGB")
    shown.thumbnail((EDGE, EDGE))
    data = BytesIO()
    shown.save(data, "PNG")
    return "data:image/png;base64," + base64.b64encode(data.getvalue()).decode()


def opened(card: Card) -> ChatJudge:
    """The judge of a card named `openai:MODEL[@ADDRESS]`; raises `ModelError` for what is no address."""
    model, address = named(card.name)
    return ChatJudge(model, Endpoint(card.url or address), name=card.name)
