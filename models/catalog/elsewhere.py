"""Models on other machines: what a name that is an address means (`openai:MODEL[@ADDRESS]`, `http://HOST:PORT/v1[#MODEL]`).

Nothing is asked here; the loader does. Try it: `python cli.py render scenes.jsonl --generator openai:gpt-image-1 --images 1`.
"""

from __future__ import annotations

import os
from typing import cast

from engine.errors import FormatError, show
from models.catalog.card import Card, Job

PRICES = "SCENEWRIGHT_PRICES"
"""`gpt-image-1=0.04,other=0.02`: US dollars a picture, as the provider's page has them; they are shown and summed."""


def elsewhere(name: str, job: str) -> Card | None:
    """The card of a model behind an address, None for a name that is no address."""
    if name.startswith(("http://", "https://")):
        return Card(
            name=name, job=cast(Job, job), family="server", url=name, licence="its server's",
            summary="A model that another machine serves (`python cli.py serve`).",
        )  # fmt: skip
    if name.startswith("openai:") and job in ("generator", "judge"):
        return Card(
            name=name, job=cast(Job, job), family="image-api" if job == "generator" else "chat", licence="its provider's",
            summary="A model behind OpenAI's protocol; may cost money.", size=1024,
            price=price(name.removeprefix("openai:").partition("@")[0]), ignores=frozenset({"negative prompt", "steps", "guidance"}),
        )  # fmt: skip
    return None


def price(model: str) -> float:
    """US dollars a picture of this model by SCENEWRIGHT_PRICES, 0 where it says nothing; raises `FormatError` for nonsense."""
    for part in filter(None, (part.strip() for part in os.environ.get(PRICES, "").split(","))):
        name, equals, text = part.partition("=")
        try:
            value = float(text)
        except ValueError:
            value = -1.0
        if not equals or not 0 <= value < 1000:
            raise FormatError(f"{PRICES} has {show(part)}. Write MODEL=DOLLARS, with commas between them.")
        if name.strip() == model:
            return value
    return 0.0
