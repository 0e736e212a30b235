"""A model hub on loopback that serves folders of this machine by the hub's own addresses, for tests of fetching.

Try it: `python -m tests.toy_hub me/toy /tmp/toy-sd`, then `HF_ENDPOINT=http://127.0.0.1:8700 python cli.py models fetch me/toy`.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import unquote, urlsplit

COMMIT = "d" * 40


class Hub(ThreadingHTTPServer):
    """`models`: hub id -> folder; `gated`: ids whose files need a licence; `asked`: the paths of all requests."""

    def __init__(self, models: dict[str, Path], gated: frozenset[str] = frozenset(), port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Asked)
        self.models, self.gated, self.asked = models, gated, []  # type: ignore[var-annotated]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Asked(BaseHTTPRequestHandler):
    """One request: what the hub knows of a model, the tree of its files, or a file."""

    server: Hub

    def do_GET(self) -> None:
        self.answer(body=True)

    def do_HEAD(self) -> None:
        self.answer(body=False)

    def answer(self, *, body: bool) -> None:
        path = unquote(urlsplit(self.path).path)
        self.server.asked.append(path)
        hub = next((name for name in self.server.models if f"/{name}/" in f"{path}/"), None)
        if hub is None:
            return self.give(404, b"{}", {"X-Error-Code": "RepoNotFound"}, body=body)
        files = {
            p.relative_to(f).as_posix(): p for f in (self.server.models[hub],) for p in f.rglob("*") if p.is_file()
        }
        if path.startswith("/api/models/"):
            return self.give(200, json.dumps(told(hub, files, tree="/tree/" in path)).encode(), {}, body=body)
        if hub in self.server.gated:
            return self.give(403, b"{}", {"X-Error-Code": "GatedRepo"}, body=body)
        name = path.removeprefix(f"/{hub}/resolve/").partition("/")[2]
        if name not in files:
            return self.give(404, b"{}", {"X-Error-Code": "EntryNotFound"}, body=body)
        data = files[name].read_bytes()
        self.give(200, data, {"X-Repo-Commit": COMMIT, "ETag": f'"{hashlib.sha256(data).hexdigest()}"'}, body=body)

    def give(self, code: int, data: bytes, headers: dict[str, str], *, body: bool) -> None:
        self.send_response(code)
        for name, value in ({"Content-Length": str(len(data))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        if body:
            self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


def told(hub: str, files: dict[str, Path], *, tree: bool) -> object:
    """What the hub's API says of a model, or of its files."""
    if tree:
        return [{"type": "file", "path": name, "size": p.stat().st_size, "oid": _oid(p)} for name, p in files.items()]
    siblings = [{"rfilename": name, "size": p.stat().st_size, "blobId": _oid(p)} for name, p in files.items()]
    return {"_id": "1", "id": hub, "modelId": hub, "sha": COMMIT, "siblings": siblings, "tags": [], "private": False}


def _oid(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:40]


@contextmanager
def running(models: dict[str, Path], gated: frozenset[str] = frozenset()) -> Iterator[Hub]:
    """A hub that runs while inside."""
    hub = Hub(models, gated)
    thread = Thread(target=hub.serve_forever, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        hub.shutdown()
        hub.server_close()
        thread.join()


if __name__ == "__main__":
    Hub({sys.argv[1]: Path(sys.argv[2])}, port=8700).serve_forever()
