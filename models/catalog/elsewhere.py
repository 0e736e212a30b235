"""Models on other machines: what a name that is an address means (`openai:MODEL[@ADDRESS]`, `http://HOST:PORT/v1[#MODEL]`).

Nothing is asked here; the loader does. Try it: `python cli.py render scenes.jsonl --generator openai:gpt-image-1 --images 1`.
"""

from __future__ import annotations

from typing import cast

from models.catalog.card import Card, Job


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
            ignores=frozenset({"negative prompt", "steps", "guidance"}),
        )  # fmt: skip
    return None
