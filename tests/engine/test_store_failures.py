"""What goes wrong around the store: locked, damaged, full and unwritable, each with its sentence and nothing lost.

Run it: `pytest tests/engine/test_store_failures.py`.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from engine.errors import StoreError, StoreLocked
from engine.store import open_store

ROOT = Path(__file__).parents[2]
HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
input()
"""


@contextmanager
def held(database: Path) -> Iterator[None]:
    """While inside, another process holds the write lock."""
    command = [sys.executable, "-c", HOLD, str(database)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None and holder.stdout.readline() == "held\n"
        try:
            yield
        finally:
            holder.communicate("\n")


def test_a_locked_database_gets_a_sentence_and_can_be_read(tmp_path: Path) -> None:
    with open_store(tmp_path, timeout=0.1) as store:
        made = store.create_session(owner="ada", caption="before")
        with held(tmp_path / "scenewright.db"):
            with pytest.raises(StoreLocked, match="Another program holds the database"):
                store.save_session(made.id, caption="after")
            assert store.get_session(made.id).caption == "before"
        assert store.save_session(made.id, caption="after").caption == "after"


def test_a_database_that_is_locked_from_the_start(tmp_path: Path) -> None:
    with held(tmp_path / "scenewright.db"), pytest.raises(StoreLocked):
        open_store(tmp_path, timeout=0.1)
    open_store(tmp_path, timeout=0.1).close()


@pytest.mark.parametrize("content", [b"This is no database, but it is long enough to look at. " * 40, None])
def test_a_damaged_database_says_where_the_backups_are(tmp_path: Path, content: bytes | None) -> None:
    database = tmp_path / "scenewright.db"
    open_store(tmp_path).close()
    whole = database.read_bytes()
    database.write_bytes(content or whole[:4096] + b"\xff" * (len(whole) - 4096))
    with pytest.raises(StoreError, match=f"damaged.*{tmp_path / 'backups'}.*{tmp_path / 'images'}"):
        open_store(tmp_path).list_sessions()


def test_a_folder_in_the_place_of_the_database(tmp_path: Path) -> None:
    (tmp_path / "scenewright.db").mkdir()
    with pytest.raises(StoreError, match="Cannot write in the home folder"):
        open_store(tmp_path)


# A small disk of our own ---------------------------------------------------------------------------------------

SMALL_DISK = """
import os, subprocess, sys
from pathlib import Path
from engine.errors import DiskFull, StoreError
from engine.store import open_store

def failure(kind, action):
    try:
        while True:
            action()
    except kind as error:
        return error

home = Path(sys.argv[1])
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", home], check=True)
store = open_store(home)
session = store.create_session(owner="ada", caption="kept").id
_, first = store.save_image(b"first")

assert f"The disk that holds {home} is full." in str(failure(DiskFull, lambda: store.save_image(os.urandom(200_000))))
assert not list(home.rglob("*.partial")), "a partial file is left"
failure(DiskFull, lambda: store.save_session(session, caption=os.urandom(50_000).hex()))
last = store.get_session(session)

for picture in (home / "images").rglob("*.png"):
    if picture != store.image_path(first):
        picture.unlink()
assert store.save_session(session, name="Room again", expected_updated=last.updated).caption == last.caption
assert store.image_path(first).read_bytes() == b"first"
store.close()

subprocess.run(["mount", "-o", "remount,ro", home], check=True)
sentence = f"Cannot write in the home folder {home}"
assert sentence in str(failure(StoreError, lambda: open_store(home).create_session(owner="ada")))
assert sentence in str(failure(StoreError, lambda: store.save_image(b"new")))
assert "cannot be made" in str(failure(StoreError, lambda: open_store(home / "deeper")))
"""


def may_mount() -> bool:
    unshare = shutil.which("unshare")
    return unshare is not None and subprocess.run([unshare, "-rm", "true"], capture_output=True).returncode == 0


@pytest.mark.skipif(not may_mount(), reason="this machine lets nobody mount a small disk (unshare -rm)")
def test_a_full_and_a_read_only_disk(tmp_path: Path) -> None:
    command = ["unshare", "-rm", sys.executable, "-c", SMALL_DISK, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
