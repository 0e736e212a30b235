"""The list of servers: addresses that are one, what is kept, and what a damaged list says.

Run it: `pytest tests/models/test_servers.py`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import FormatError
from models.catalog.servers import MOST, Server, add, good_address, remove, servers


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("http://127.0.0.1:8600/v1", "http://127.0.0.1:8600/v1"),
        (" https://gpu.example.org/ ", "https://gpu.example.org/v1"),
        ("http://[::1]:8600/v1/", "http://[::1]:8600/v1"),
        ("http://host/deep/v1", "http://host/deep/v1"),
    ],
)
def test_addresses_are_kept_in_one_spelling(typed: str, kept: str) -> None:
    assert good_address(typed) == kept == good_address(kept)


@pytest.mark.parametrize(
    "typed",
    ["", "gpu", "ftp://a/v1", "javascript:alert(1)", "http://", "http://a:99999/v1", "http://me:secret@a/v1",
     "http://a/v1?token=x", "http://a/v1#m", "http://a b/v1", "http://a\u202e/v1", "file:///etc/passwd"],
)  # fmt: skip
def test_what_is_no_address_is_refused_without_saying_secrets(typed: str) -> None:
    with pytest.raises(FormatError) as refused:
        good_address(typed)
    assert "secret" not in str(refused.value)


def test_servers_are_added_renewed_and_removed(tmp_path: Path) -> None:
    first, second = Server("http://a:1/v1"), Server("http://b:2/v1", ("pocket",), ("pocket", "pocket-b"), "now")
    assert servers(tmp_path) == ()
    add(tmp_path, first)
    add(tmp_path, second)
    renewed = Server(first.url, ("painter",))
    assert add(tmp_path, renewed) == (renewed, second) == servers(tmp_path)
    assert [(card.job, card.name) for card in second.cards()] == [
        ("generator", "http://b:2/v1#pocket"), ("judge", "http://b:2/v1#pocket"), ("judge", "http://b:2/v1#pocket-b"),
    ]  # fmt: skip
    assert remove(tmp_path, first.url) == (second,)
    assert remove(tmp_path, first.url) == (second,)


def test_there_is_an_end_to_servers(tmp_path: Path) -> None:
    for i in range(MOST):
        add(tmp_path, Server(f"http://a:{i + 1}/v1"))
    with pytest.raises(FormatError, match="Remove one first"):
        add(tmp_path, Server("http://b:1/v1"))


@pytest.mark.parametrize("text", [b"", b"[]", b'{"servers": [1]}', b'{"servers": [{"url": "x"}]}', b"\xff"])
def test_a_damaged_list_is_one_sentence(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "servers.json").write_bytes(text)
    with pytest.raises(FormatError):
        servers(tmp_path)
