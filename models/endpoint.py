"""An endpoint: a server that speaks OpenAI's HTTP protocol, asked politely, with a key that comes from the environment alone.

Try it: `python -c "from models.endpoint import Endpoint; print(Endpoint('http://127.0.0.1:8000/v1').post('/chat/completions', {}))"`.
"""

from __future__ import annotations

import ipaddress
import os
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import orjson
import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from engine.errors import ModelError, PromptRefused, show

OPENAI = "https://api.openai.com/v1"
OPENAI_KEY, OTHER_KEY = "OPENAI_API_KEY", "SCENEWRIGHT_API_KEY"
SECONDS = 120.0
"""Patience with one answer; pictures take long."""
TRIES = 5
BUSY = (408, 409, 429, 500, 502, 503, 504)
"""Answers after which asking again may help."""
REFUSALS = ("content_policy_violation", "moderation_blocked")
"""Error codes that a provider's filter gives to a caption it won't draw."""
MOST_BYTES = 64 * 1024 * 1024


class Endpoint:
    """One server and its manners: retries with growing pauses, at most `per_minute` requests, keys never shown.

    `address` is what ends in `/v1`. The key is in the environment variable `key`; where none is named, in
    OPENAI_API_KEY for OpenAI, OPENAI_BASE_URL and this machine, and in SCENEWRIGHT_API_KEY for anybody else, so that no
    address is handed a key that was meant for another. Raises `ModelError` for what is no address.
    """

    def __init__(
        self, address: str, *, per_minute: float | None = None, seconds: float = SECONDS, key: str | None = None
    ) -> None:
        self.address, self.seconds = address.rstrip("/"), seconds
        parts = urlsplit(self.address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ModelError(f"{show(address)} is not the address of a server. Give one like http://127.0.0.1:8000/v1.")
        self.shown = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
        """The address without a name and password in it."""
        self.key_name = key or key_name(self.address)
        self.pace = Pace(per_minute if per_minute is not None else _per_minute())
        self._client = _client()

    def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """The JSON object that the server answers to `body`; raises `PromptRefused` or `ModelError` with what to do."""
        return self._ask("POST", path, body)

    def get(self, path: str) -> dict[str, Any]:
        """The JSON object at `path`; raises `ModelError` with what to do."""
        return self._ask("GET", path, None)

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None) -> dict[str, Any]:
        self.pace.wait()
        try:
            answer = self._client.request(
                method, self.address + path, json=body, headers=self._headers(), timeout=(5, self.seconds),
                allow_redirects=False, stream=True,
            )  # fmt: skip
            text = _limited(answer)
        except requests.RequestException as error:
            raise ModelError(
                f"The server at {self.shown} does not answer ({_reason(error)}). Start it, or look at its log."
            ) from error
        data = _json(text)
        if answer.status_code >= 300:
            raise self._refusal(answer.status_code, data)
        if data is None:
            raise self.other_protocol()
        return data

    def other_protocol(self) -> ModelError:
        """The error for an answer of another shape than OpenAI's."""
        return ModelError(
            f"The server at {self.shown} does not speak the protocol of OpenAI. Give the address that ends in /v1."
        )

    def _headers(self) -> dict[str, str]:
        key = os.environ.get(self.key_name)
        return {"Authorization": f"Bearer {key}"} if key else {}

    def _refusal(self, code: int, data: Mapping[str, Any] | None) -> ModelError:
        said = data.get("error") if data else None
        said = said if isinstance(said, Mapping) else {}
        words = self._without_key(str(said.get("message") or ""))
        if said.get("code") in REFUSALS:
            return PromptRefused(f"{self.shown} refused the text: {show(words, limit=200)} Say it in other words.")
        if code in (401, 403):
            return ModelError(f"The server at {self.shown} wants another key ({code}). Set {self.key_name}.")
        if code == 429:
            return ModelError(
                f"The server at {self.shown} is still too busy after {TRIES} tries, or the account has no credit (429). "
                "Try again later, or ask for fewer a minute with SCENEWRIGHT_PER_MINUTE."
            )
        if code >= 500:
            return ModelError(f"The server at {self.shown} failed ({code}). Look at its log, or try again.")
        told = f" It says: {show(words, limit=200)}" if words else ""
        return ModelError(
            f"The server at {self.shown} answered {code}. Check its address and the name of the model.{told}"
        )

    def _without_key(self, text: str) -> str:
        key = os.environ.get(self.key_name)
        return text.replace(key, "[key]") if key else text


class Pace:
    """Lets at most so many through a minute, evenly spaced, from any number of threads; None lets all through."""

    def __init__(self, per_minute: float | None, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self.gap = 60 / per_minute if per_minute else 0.0
        self.sleep, self._next, self._lock = sleep, 0.0, threading.Lock()

    def wait(self) -> None:
        """Return when it is this caller's turn."""
        if not self.gap:
            return
        with self._lock:
            turn = max(self._next, time.monotonic())
            self._next = turn + self.gap
        self.sleep(max(0.0, turn - time.monotonic()))


def named(name: str) -> tuple[str, str]:
    """`openai:MODEL` or `openai:MODEL@http://host/v1` -> (model, address); raises `ModelError` without a model."""
    model, _, address = name.removeprefix("openai:").partition("@http")
    if not model:
        raise ModelError(f"{show(name)} names no model. Write it like openai:gpt-image-1.")
    return model, f"http{address}" if address else os.environ.get("OPENAI_BASE_URL", OPENAI)


def key_name(address: str) -> str:
    """The environment variable whose key this address may see."""
    own = os.environ.get("OPENAI_BASE_URL", OPENAI).rstrip("/")
    return OPENAI_KEY if address in (OPENAI, own) or on_this_machine(address) else OTHER_KEY


def on_this_machine(address: str) -> bool:
    """True for loopback addresses."""
    host = urlsplit(address).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _client() -> requests.Session:
    again = Retry(
        total=TRIES - 1, connect=1, read=1, status_forcelist=BUSY, allowed_methods=None, backoff_factor=0.5,
        backoff_jitter=0.3, backoff_max=20, respect_retry_after_header=True, raise_on_status=False, redirect=0,
    )  # fmt: skip
    client = requests.Session()
    client.auth = _no_password
    for scheme in ("http://", "https://"):
        client.mount(scheme, HTTPAdapter(max_retries=again, pool_maxsize=16))
    return client


def _no_password(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Leaves a request as it is; without it, requests would look for a password in ~/.netrc."""
    return request


def _limited(answer: requests.Response) -> bytes:
    """The body, of which at most MOST_BYTES are read."""
    found = bytearray()
    for part in answer.iter_content(1 << 16):
        found += part
        if len(found) > MOST_BYTES:
            raise requests.exceptions.ContentDecodingError(f"more than {MOST_BYTES >> 20} MB")
    return bytes(found)


def _json(text: bytes) -> dict[str, Any] | None:
    try:
        data = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return data if isinstance(data, dict) else None


def _reason(error: requests.RequestException) -> str:
    if isinstance(error, requests.Timeout):
        return "it took too long"
    return "more than it may send" if isinstance(error, requests.exceptions.ContentDecodingError) else "no connection"


def _per_minute() -> float | None:
    said = os.environ.get("SCENEWRIGHT_PER_MINUTE")
    if not said:
        return None
    try:
        number = float(said)
    except ValueError:
        number = 0.0
    if not number > 0:
        raise ModelError(f"SCENEWRIGHT_PER_MINUTE={show(said)} is not a number above 0. Set it to requests a minute.")
    return number
