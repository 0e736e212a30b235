"""A real server on the loopback interface that speaks OpenAI's protocol; behind it work the pocket judge and the painter.

Use it: `with serving() as server: Endpoint(server.address)`. A model's name asks for a way to fail (`FAILURES`).
"""

from __future__ import annotations

import base64
import json
import math
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import Any

from PIL import Image

from models import generators, judges

REFUSED = {"error": {"code": "content_policy_violation", "message": "Your request was rejected by secret-key."}}
FAILURES = {"401": 401, "404": 404, "500": 500, "busy": 429}


class Server(ThreadingHTTPServer):
    """Remembers what it was asked; `busy_for` counts the requests that are still turned away."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.busy_for = 0
        self.lock = threading.Lock()

    @property
    def address(self) -> str:
        """What ends in `/v1`."""
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


@contextmanager
def serving() -> Iterator[Server]:
    """A server that runs as long as the block."""
    server = Server()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.server.lock:
            self.server.asked.append(body)
            self.server.keys.append(self.headers.get("Authorization"))
            busy, self.server.busy_for = self.server.busy_for > 0, max(0, self.server.busy_for - 1)
        model = body["model"]
        if model == "slow":
            time.sleep(1.0)
        if busy or model in FAILURES:
            return self._say(429 if busy else FAILURES[model], {"error": {"message": "no"}}, {"Retry-After": "0"})
        if model == "filter":
            return self._say(400, REFUSED)
        if model == "elsewhere":
            return self._say(302, {}, {"Location": "http://127.0.0.1:9/v1"})
        if model == "prose":
            return self._say(200, "It works!")
        return self._say(200, chat(body) if self.path.endswith("/chat/completions") else images(body))

    def _say(self, code: int, value: object, headers: dict[str, str] | None = None) -> None:
        data = json.dumps(value).encode()
        self.send_response(code)
        for name, text in {**(headers or {}), "Content-Length": str(len(data))}.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""


def chat(body: dict[str, Any]) -> dict[str, Any]:
    """The pocket judge's answer, with a token's log-probabilities spread over spellings as language models do."""
    shown, text = (part for part in body["messages"][0]["content"])
    data = base64.b64decode(shown["image_url"]["url"].partition(",")[2])
    image, said = Image.open(BytesIO(data)), text["text"]
    question, _, rest = said.partition("? ")
    reply = judges.load("pocket").answer(image, [question + "?"])[0]
    if "the letter" in rest:
        options = dict(
            part.split(". ", 1)[::-1]
            for part in rest.partition(" Answer")[0].replace(" B.", "|B.").replace(" C.", "|C.").split("|")
        )
        likely = {options[word.strip()]: p for word, p in reply.top if word.strip() in options}
        tokens = {letter: likely.get(letter, 1e-4) for letter in options.values()}
    elif "yes or no" in rest:
        yes, no = reply.p_yes or 0.0, reply.p_no or 0.0
        tokens = {"Yes": yes * 0.7, " yes": yes * 0.3, "No": no * 0.8, "no": no * 0.2, " ": 0.01, "I": 0.001}
    else:
        tokens = dict(reply.top)
    return answered(tokens, told=body["model"] != "hard")


def answered(tokens: dict[str, float], *, told: bool) -> dict[str, Any]:
    """One choice of one token; without log-probabilities unless `told`."""
    rows = [{"token": t, "logprob": math.log(max(p, 1e-9))} for t, p in sorted(tokens.items(), key=lambda x: -x[1])]
    choice: dict[str, Any] = {"message": {"role": "assistant", "content": rows[0]["token"]}}
    if told:
        choice["logprobs"] = {"content": [{**rows[0], "top_logprobs": rows}]}
    return {"choices": [choice]}


def images(body: dict[str, Any]) -> dict[str, Any]:
    """What the painter paints; a model named `bomb` or `noise` sends what is no picture."""
    if body["model"] == "noise":
        return {"data": [{"b64_json": base64.b64encode(b"no picture").decode()}]}
    edge = int(body["size"].partition("x")[0])
    image = generators.load("painter").draw([body["prompt"]], [body.get("seed", 0)], size=min(edge, 256))[0].image
    if body["model"] == "bomb":
        image = Image.new("L", (30_000, 30_000))
    data = BytesIO()
    image.save(data, "PNG")
    return {"data": [{"b64_json": base64.b64encode(data.getvalue()).decode(), "revised_prompt": body["prompt"] + "!"}]}
