"""Servers: the addresses of other machines that a person has added, and the models each said it has.

One file in the home; keys stay in the environment. Try it: `python -m pytest tests/models/test_servers.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

import orjson

from engine.disk import from_json, write_whole
from engine.errors import FormatError, show
from models.catalog import cards
from models.catalog.card import Card, Job
from models.catalog.elsewhere import elsewhere

FILE = "servers.json"
MOST = 32


@dataclass(frozen=True, slots=True)
class Server:
    """One server: its address and what it said it serves when it was last asked (`when`, ISO time; empty: never)."""

    url: str
    generators: tuple[str, ...] = ()
    judges: tuple[str, ...] = ()
    when: str = ""

    def cards(self) -> tuple[Card, ...]:
        """A card for each of its models, named by its address."""
        named = [("generator", name) for name in self.generators] + [("judge", name) for name in self.judges]
        found = (elsewhere(f"{self.url}#{name}", cast(Job, job)) for job, name in named)
        return tuple(card for card in found if card is not None)


def good_address(text: str) -> str:
    """The address as it is kept, `http://HOST:PORT/v1`; raises `FormatError` for anything else.

    No user or password may stand in it: a token belongs into SCENEWRIGHT_API_KEY.
    """
    url = text.strip().rstrip("/")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise FormatError(f"{show(text)} is no address ({error}). Write http://HOST:PORT/v1.") from error
    if parts.scheme not in ("http", "https") or not parts.hostname or any(not c.isprintable() or c == " " for c in url):
        raise FormatError(f"{show(text)} is no address of a server. Write http://HOST:PORT/v1.")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise FormatError("An address has no user, password, ? or # in it. A token goes into SCENEWRIGHT_API_KEY.")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}{f':{port}' if port else ''}{parts.path or '/v1'}"


def servers(home: Path) -> tuple[Server, ...]:
    """What was added, in that order; raises `FormatError` for a file that is none of ours."""
    path = home / FILE
    if not path.exists():
        return ()
    try:
        rows = from_json(path.read_bytes(), what=f"The list of servers {path}")["servers"]
        return tuple(
            Server(good_address(row["url"]), _names(row["generators"]), _names(row["judges"]), str(row["when"]))
            for row in rows
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise FormatError(f"{path} is no list of servers ({show(error)}). Remove it and add them again.") from error


def add(home: Path, server: Server) -> tuple[Server, ...]:
    """Add a server, or replace what was known of it; raises `FormatError` beyond 32 of them."""
    now = servers(home)
    kept = tuple(server if one.url == server.url else one for one in now)
    kept = kept if server in kept else (*kept, server)
    if len(kept) > MOST:
        raise FormatError(f"There are {MOST} servers already. Remove one first.")
    return _write(home, kept)


def remove(home: Path, url: str) -> tuple[Server, ...]:
    """Forget a server; one that is not there changes nothing."""
    return _write(home, tuple(one for one in servers(home) if one.url != url))


def _write(home: Path, kept: Sequence[Server]) -> tuple[Server, ...]:
    home.mkdir(parents=True, exist_ok=True)
    write_whole(
        home / FILE, orjson.dumps({"servers": [asdict(one) for one in kept]}, option=orjson.OPT_INDENT_2) + b"\n"
    )
    return tuple(kept)


def _names(value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(name, str) for name in value):
        raise TypeError("names have to be a list of texts")
    return tuple(value)


def offered(home: Path, job: str) -> tuple[Card, ...]:
    """Everything for a job: the catalogue's models and those of the servers that were added, usable ones first."""
    added = tuple(card for server in servers(home) for card in server.cards() if card.job == job)
    found = cards(job)
    ready = sum(card.ready for card in found)
    return (*found[:ready], *added, *found[ready:])
