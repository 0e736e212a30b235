"""The door: checks token, size and shape of each request, hands its parts to the replicas, and answers in JSON.

Started by `models.serving.launch`. Try it: `curl http://127.0.0.1:8600/v1/models`.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Awaitable, Mapping, Sequence
from typing import Any

import orjson
from ray.exceptions import RayActorError, RayTaskError
from ray.serve.exceptions import BackPressureError, DeploymentUnavailableError
from starlette.requests import Request
from starlette.responses import Response

from engine.errors import FormatError, show
from engine.scene import VERSION as PROGRAM
from models.serving.limits import VERSION, Limits

TRIES = 3
"""How often a part whose replica died is given to another."""


class Door:
    """What answers HTTP. `drawers` and `answerers` are the handles of the replicas by the name of their model.

    `lock` is the SHA-256 of the token that callers have to show, None where none is asked for.
    """

    def __init__(
        self, drawers: Mapping[str, Any], answerers: Mapping[str, Any], *, lock: str | None, limits: Limits
    ) -> None:
        self.drawers, self.answerers, self.lock, self.limits = drawers, answerers, lock, limits

    async def __call__(self, request: Request) -> Response:
        """Answer one request: 200 with JSON, else 4xx or 503 with `{"error": {"message": sentence}}`."""
        if self.lock is not None and not self._opens(request.headers.get("authorization", "")):
            return _answer(401, _error("A token is needed. Set SCENEWRIGHT_API_KEY to it."))
        try:
            return await self._route(request)
        except FormatError as error:
            return _answer(400, _error(str(error)))
        except BackPressureError:
            return _answer(503, _error("Too many requests are waiting. Try again."), {"Retry-After": "1"})
        except (RayActorError, RayTaskError, DeploymentUnavailableError) as error:
            return _answer(503, _error(f"A replica failed ({type(error).__name__}). Try again."), {"Retry-After": "1"})

    def _opens(self, said: str) -> bool:
        token = said.removeprefix("Bearer ").encode()
        return hmac.compare_digest(hashlib.sha256(token).hexdigest(), str(self.lock))

    async def _route(self, request: Request) -> Response:
        path = request.url.path.rstrip("/").removeprefix("/v1")
        if request.method == "GET" and path == "/models":
            return _answer(200, self._models())
        if request.method == "POST" and path == "/draw":
            body = await self._body(request)
            handle = _named(self.drawers, body.get("generator"), "generator")
            found = await _all([_retried(handle.draw, order) for order in self.limits.check_draw(body)])
            return _answer(200, {"drawings": found})
        if request.method == "POST" and path == "/answer":
            body = await self._body(request)
            handle = _named(self.answerers, body.get("judge"), "judge")
            found = await _all([_retried(handle.answer, order) for order in self.limits.check_answer(body)])
            return _answer(200, {"replies": found})
        return _answer(
            404, _error(f"There is nothing at {show(request.url.path)}. Use /v1/models, /v1/draw, /v1/answer.")
        )

    def _models(self) -> dict[str, Any]:
        rows = [
            {"id": name, "object": "model", "job": job}
            for job, handles in (("generator", self.drawers), ("judge", self.answerers))
            for name in handles
        ]
        return {"object": "list", "data": rows, "protocol": VERSION, "program": PROGRAM}

    async def _body(self, request: Request) -> dict[str, Any]:
        found = bytearray()
        async for part in request.stream():
            found += part
            if len(found) > self.limits.bytes:
                raise FormatError(f"The request has more than {self.limits.bytes >> 20} MB. Send less at a time.")
        try:
            data = orjson.loads(bytes(found))
        except orjson.JSONDecodeError:
            data = None
        if not isinstance(data, dict):
            raise FormatError("The request is not a JSON object. Send one.")
        return data


async def _retried(method: Any, order: Mapping[str, Any]) -> Any:
    """One order done by some replica; another is asked where one dies in the middle, since an order has one outcome."""
    for left in range(TRIES - 1, -1, -1):
        try:
            return await method.remote(order)
        except RayActorError:
            if not left:
                raise
            await asyncio.sleep(0.2)
    return None


async def _all(waiting: Sequence[Awaitable[Any]]) -> list[Any]:
    """All of them; where one fails the others are still heard out, so that nothing is left running unheard."""
    found = await asyncio.gather(*waiting, return_exceptions=True)
    for one in found:
        if isinstance(one, BaseException):
            raise one
    return list(found)


def _named(handles: Mapping[str, Any], name: object, job: str) -> Any:
    if name is None and len(handles) == 1:
        return next(iter(handles.values()))
    if name not in handles:
        known = ", ".join(handles) or "none"
        raise FormatError(f"There is no {job} {show(name)} here. Served: {known}.")
    return handles[str(name)]


def _error(text: str) -> dict[str, Any]:
    return {"error": {"message": text}}


def _answer(code: int, value: object, headers: Mapping[str, str] | None = None) -> Response:
    return Response(orjson.dumps(value), code, dict(headers or {}), "application/json")
