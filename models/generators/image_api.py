"""The family `image-api`: pictures by a provider or server that speaks OpenAI's image protocol, one request a picture.

Try it: `python cli.py render scenes.jsonl --generator openai:gpt-image-1 --images 1 --out runs/teacher` (costs money).
"""

from __future__ import annotations

import base64
import binascii
import warnings
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from io import BytesIO
from typing import Any

from PIL import Image

from engine.errors import ModelError
from models.catalog import Card
from models.endpoint import OPENAI, Endpoint, named
from models.generators.drawing import PREVIEW, Drawing, Step, Stopped

AT_ONCE = 4
"""Requests under way at the same time."""
MOST_PIXELS = 4096 * 4096
OPENAI_SIZE = 1024
"""The one square that all of OpenAI's image models draw."""


class ImageAPI:
    """One model of one provider.

    `price` is in US dollars a picture and is shown, not charged; the sum so far is `spent`. A provider promises no bytes:
    the seed is sent to those who take one (all but OpenAI) and only names the picture at OpenAI.
    """

    def __init__(self, model: str, endpoint: Endpoint, *, name: str, price: float = 0.0) -> None:
        self.model, self.endpoint, self.name, self.price = model, endpoint, name, price
        self.spent = 0.0

    def draw(
        self, captions: Sequence[str], seeds: Sequence[int], *, steps: int | None = None, guidance: float | None = None,
        size: int = OPENAI_SIZE, on_step: Step | None = None,
    ) -> list[Drawing]:  # fmt: skip
        """One picture per caption and seed; `steps` and `guidance` are the provider's own.

        Raises `PromptRefused` for a text that its filter does not draw (with what was drawn before it lost only for
        this call), `ModelError` for everything else, `Stopped` between two pictures.
        """
        if len(captions) != len(seeds):
            raise ValueError(f"`seeds` has {len(seeds)} entries for {len(captions)} captions; give one for each.")
        drawn: list[Drawing] = []
        with ThreadPoolExecutor(AT_ONCE) as pool:
            waiting = [pool.submit(self._one, text, seed, size) for text, seed in zip(captions, seeds, strict=True)]
            try:
                for i, one in enumerate(waiting, start=1):
                    drawn.append(one.result())
                    if on_step and not on_step(i, len(waiting), lambda: [_small(d.image) for d in drawn]):
                        raise Stopped
            finally:
                _drop(waiting)
        return drawn

    def _one(self, caption: str, seed: int, size: int) -> Drawing:
        answer = self.endpoint.post("/images/generations", self._order(caption, seed, size))
        try:
            row = answer["data"][0]
            image = picture(row["b64_json"])
        except (KeyError, IndexError, TypeError) as error:
            raise self.endpoint.other_protocol() from error
        self.spent += self.price
        record: dict[str, Any] = {"provider": self.endpoint.shown, "model": self.model, "cost_usd": self.price}
        if isinstance(row.get("revised_prompt"), str):  # some providers draw other words than they were given
            record["revised_prompt"] = row["revised_prompt"]
        return Drawing(image, caption, seed, record)

    def _order(self, caption: str, seed: int, size: int) -> Mapping[str, Any]:
        order: dict[str, Any] = {"model": self.model, "prompt": caption, "n": 1}
        if self.endpoint.address != OPENAI:
            return order | {"size": f"{size}x{size}", "response_format": "b64_json", "seed": seed}
        order["size"] = f"{OPENAI_SIZE}x{OPENAI_SIZE}"
        return order | ({"response_format": "b64_json"} if self.model.startswith("dall-e") else {})


def picture(text: str) -> Image.Image:
    """The RGB picture in a base64 text: PNG, JPEG or WebP of at most MOST_PIXELS; raises `ModelError` for anything else."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(BytesIO(base64.b64decode(text, validate=True)), formats=("PNG", "JPEG", "WEBP"))
        if image.width * image.height > MOST_PIXELS:
            raise ValueError(f"{image.width} x {image.height} pixels")
        return image.convert("RGB")
    except (binascii.Error, OSError, ValueError, SyntaxError, Image.DecompressionBombError, Warning) as error:
        raise ModelError(
            f"The server sent something that is no picture ({type(error).__name__}). Try again, or look at its log."
        ) from error


def _small(image: Image.Image) -> Image.Image:
    return image.resize((PREVIEW, PREVIEW))


def _drop(waiting: Sequence[Future[Drawing]]) -> None:
    for one in waiting:
        one.cancel()


def opened(card: Card) -> ImageAPI:
    """The generator of a card named `openai:MODEL[@ADDRESS]`; raises `ModelError` for what is no address."""
    model, address = named(card.name)
    return ImageAPI(model, Endpoint(card.url or address), name=card.name, price=card.price)
