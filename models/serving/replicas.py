"""The replicas: processes that each hold one model and do what is waiting in batches; failures come back as sentences.

Started by `models.serving.launch`. Try it: `python cli.py serve --generator pocket --replicas 2`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from ray import serve

from engine.errors import ScenewrightError
from models.serving.limits import drawing_to_dict, reply_to_dict, to_image

BATCH = 16
WAIT = 0.03
"""Seconds that a batch waits for company."""


class Drawer:
    """Holds one generator; orders of the same settings that wait together are drawn together."""

    def __init__(self, name: str) -> None:
        from models import generators

        self.generator = generators.load(name)

    @serve.batch(max_batch_size=BATCH, batch_wait_timeout_s=WAIT)
    async def draw(self, orders: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Orders (caption, seed, steps, guidance, size) -> drawings, or `{"error": sentence, "kind": class}` for one."""
        found: list[dict[str, Any]] = [{}] * len(orders)
        groups: dict[tuple[Any, ...], list[int]] = defaultdict(list)
        for i, order in enumerate(orders):
            groups[order["steps"], order["guidance"], order["size"]].append(i)
        for group in groups.values():
            for i, one in zip(group, self._group([orders[i] for i in group]), strict=True):
                found[i] = one
        return found

    def _group(self, orders: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        first = orders[0]
        try:
            drawn = self.generator.draw(
                [order["caption"] for order in orders], [order["seed"] for order in orders],
                steps=first["steps"], guidance=first["guidance"], size=first["size"],
            )  # fmt: skip
        except ScenewrightError as error:
            if len(orders) == 1:
                return [sorry(error)]
            return [one for order in orders for one in self._group([order])]  # one bad caption spoils no batch
        return [drawing_to_dict(drawing) for drawing in drawn]


class Answerer:
    """Holds one judge; pictures that wait together are looked at together."""

    def __init__(self, name: str) -> None:
        from models import judges

        self.judge = judges.load(name)

    @serve.batch(max_batch_size=BATCH, batch_wait_timeout_s=WAIT)
    async def answer(self, orders: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Orders (image, questions, choices) -> `{"replies": [...]}`, or `{"error": sentence, "kind": class}` for one."""
        return self._group(orders)

    def _group(self, orders: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        try:
            told = self.judge.answer_many(
                [to_image(order["image"]) for order in orders],
                [order["questions"] for order in orders],
                choices=[order["choices"] or [()] * len(order["questions"]) for order in orders],
            )
        except ScenewrightError as error:
            if len(orders) == 1:
                return [sorry(error)]
            return [one for order in orders for one in self._group([order])]
        return [{"replies": [reply_to_dict(reply) for reply in group]} for group in told]


def sorry(error: ScenewrightError) -> dict[str, Any]:
    """An error as JSON values."""
    return {"error": str(error), "kind": type(error).__name__}
