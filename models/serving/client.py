"""The client: models that another machine serves (`python cli.py serve`), used here like any other by their address.

Try it: `python cli.py render scenes.jsonl --generator http://127.0.0.1:8600/v1#pocket --out runs/a`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from PIL import Image

from engine import errors
from engine.errors import ModelError, ModelMissing, ScenewrightError, show
from engine.scoring import Reply
from models.catalog import Card
from models.endpoint import OTHER_KEY, Endpoint
from models.generators.drawing import PREVIEW, Drawing, Step, Stopped
from models.judges.asking import Choices, Judge
from models.serving.limits import VERSION, drawing_from, reply_from, to_text

PART = 4
"""Captions or pictures in one request; the server puts requests together again."""
AT_ONCE = 8
"""Requests under way at the same time."""
Row = TypeVar("Row")


class ServedGenerator:
    """One generator of a server."""

    def __init__(self, endpoint: Endpoint, model: str, *, name: str) -> None:
        self.endpoint, self.model, self.name = endpoint, model, name

    def draw(
        self, captions: Sequence[str], seeds: Sequence[int], *, steps: int | None = None, guidance: float | None = None,
        size: int = 768, on_step: Step | None = None,
    ) -> list[Drawing]:  # fmt: skip
        """One picture per caption and seed, as the server's own generator draws them.

        `on_step` hears of each part that has arrived; stopping leaves what is under way to the server. Raises what the
        server's generator raised (`WordsNotKnown`, ...), `ModelError` where it does not answer, `Stopped`.
        """
        if len(captions) != len(seeds):
            raise ValueError(f"`seeds` has {len(seeds)} entries for {len(captions)} captions; give one for each.")
        orders = [
            {"generator": self.model, "captions": list(captions[i : i + PART]), "seeds": list(seeds[i : i + PART]),
             "steps": steps, "guidance": guidance, "size": size}
            for i in range(0, len(captions), PART)
        ]  # fmt: skip
        drawn: list[Drawing] = []
        for i, rows in enumerate(_each(lambda order: self.endpoint.post("/draw", order), orders), start=1):
            drawn += [drawing_from(_fine(row)) for row in _rows(self.endpoint, rows, "drawings")]
            if on_step and not on_step(i, len(orders), partial(_small, tuple(drawn))):
                raise Stopped
        return drawn


class ServedJudge(Judge):
    """One judge of a server."""

    def __init__(self, endpoint: Endpoint, model: str, *, name: str) -> None:
        self.endpoint, self.model, self.name = endpoint, model, name

    def answer_many(
        self, images: Sequence[Image.Image], questions: Sequence[Sequence[str]], *,
        choices: Sequence[Sequence[Choices]] | None = None,
    ) -> list[list[Reply]]:  # fmt: skip
        """See `Judge.answer_many`; raises what the server's judge raised, `ModelError` where it does not answer."""
        orders = [
            {"judge": self.model,
             "images": [to_text(image.convert("RGB")) for image in images[i : i + PART]],
             "questions": [list(group) for group in questions[i : i + PART]],
             "choices": None if choices is None else [[list(row) for row in group] for group in choices[i : i + PART]]}
            for i in range(0, len(images), PART)
        ]  # fmt: skip
        told = _each(lambda order: self.endpoint.post("/answer", order), orders)
        rows = [_fine(row) for answer in told for row in _rows(self.endpoint, answer, "replies")]
        return [[reply_from(reply) for reply in row["replies"]] for row in rows]


def served(address: str) -> tuple[Endpoint, Mapping[str, Any]]:
    """The server at an address and what it says of its models; raises `ModelError` for one of another protocol."""
    endpoint = Endpoint(address, key=OTHER_KEY)
    about = endpoint.get("/models")
    if about.get("protocol") != VERSION:
        raise ModelError(
            f"The server at {endpoint.shown} speaks version {show(about.get('protocol'))} of our protocol, not {VERSION}. "
            "Use the same version of the program at both ends, or openai:MODEL@ADDRESS for a server of OpenAI's."
        )
    return endpoint, about


def opened(card: Card) -> ServedGenerator | ServedJudge:
    """The model behind a card named `http://HOST:PORT/v1` or `http://HOST:PORT/v1#MODEL`.

    Raises `ModelMissing` where the server has no such model, or several and none is named.
    """
    address, _, model = (card.url if card.url and "#" in card.url else card.name).partition("#")
    endpoint, about = served(address)
    known = [str(row.get("id")) for row in about.get("data", ()) if row.get("job") == card.job]
    if not model and len(known) == 1:
        model = known[0]
    if model not in known:
        raise ModelMissing(
            f"The server at {endpoint.shown} has no {card.job} {show(model)}. It has: {', '.join(known) or 'none'}; "
            f"write {endpoint.shown}#NAME."
        )
    kind = ServedGenerator if card.job == "generator" else ServedJudge
    return kind(endpoint, model, name=card.name)


def _small(drawn: Sequence[Drawing]) -> list[Image.Image]:
    return [drawing.image.resize((PREVIEW, PREVIEW)) for drawing in drawn]


def _each(ask: Callable[[Mapping[str, Any]], Row], orders: Sequence[Mapping[str, Any]]) -> Iterator[Row]:
    """The answers in order, several requests under way at once; whoever stops listening sends no more."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        waiting = [pool.submit(ask, order) for order in orders]
        try:
            for one in waiting:
                yield one.result()
        finally:
            for one in waiting:
                one.cancel()


def _rows(endpoint: Endpoint, answer: Mapping[str, Any], name: str) -> list[Any]:
    rows = answer.get(name)
    if not isinstance(rows, list):
        raise endpoint.other_protocol()
    return rows


def _fine(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """The row, unless it tells of an error: then that error, of the class that the server had."""
    if "error" not in row:
        return row
    kind = getattr(errors, str(row.get("kind")), ModelError)
    if not (isinstance(kind, type) and issubclass(kind, ScenewrightError)) or kind.__init__ is not Exception.__init__:
        kind = ModelError
    raise kind(str(row["error"]))
