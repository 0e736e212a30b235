"""What a database says when it fails, turned into one sentence that says what to do.

Nothing of SQLAlchemy or its drivers leaves the store.
Try it: `SCENEWRIGHT_HOME=/proc/nowhere python -c "from engine.store import open_store; open_store()"`.
"""

from __future__ import annotations

import errno
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic.util.exc import CommandError
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from engine.errors import DiskFull, StoreError, StoreLocked, show

LOCKED = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
FORBIDDEN = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM)
ROOM = 1 << 20  # bytes: less than a mebibyte left is a full disk, whatever the database calls it


@contextmanager
def translated(home: Path) -> Iterator[None]:
    """Errors of the database that happen inside, as `StoreError` and its kinds."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error, CommandError, OverflowError, UnicodeEncodeError) as error:
        raise sentence(error, home=home) from error


def sentence(error: Exception, *, home: Path) -> StoreError:
    """The same failure in words; `home` is where backups and pictures are."""
    if isinstance(error, PoolExhausted):
        return StoreLocked("Too many people are using the database at this moment. Nothing was changed; try again.")
    if isinstance(error, OverflowError):
        return StoreError("A number is too large to be kept. Use whole numbers below 9,223,372,036,854,775,808.")
    if isinstance(error, UnicodeEncodeError):
        return StoreError("A text holds half a character that cannot be kept. Type or paste it again.")
    driver = getattr(error, "orig", None) or error
    if isinstance(driver, sqlite3.Error):
        return from_sqlite(driver, home=home)
    if isinstance(error, DBAPIError):
        return from_server(driver)
    return StoreError(f"The program asked its database something wrong: {show(error, limit=200)}. Please report this.")


def from_sqlite(error: sqlite3.Error, *, home: Path) -> StoreError:
    code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
    if code in LOCKED:
        return locked()
    if code == sqlite3.SQLITE_FULL or (code == sqlite3.SQLITE_IOERR and no_room(home)):
        return disk_full(home)
    if code in DAMAGED:
        return StoreError(
            f"The database in {home} is damaged ({error}). Move it away, then copy the newest file of "
            f"{home / 'backups'} in its place, or start with an empty one; "
            f"the pictures in {home / 'images'} are untouched."
        )
    if code in FORBIDDEN:
        return not_writable(home, reason=str(error))
    return StoreError(f"The database refused this: {show(error, limit=200)}. Nothing was changed.")


def from_server(error: BaseException) -> StoreError:
    """PostgreSQL's failures, by SQLSTATE."""
    state = getattr(error, "sqlstate", None) or ""
    if state in ("55P03", "40001", "40P01"):  # lock not available, serialisation failure, deadlock
        return locked()
    if state == "53100":
        return DiskFull("The disk of the database server is full. Make room there and try again; nothing was changed.")
    return StoreError(
        f"The database did not do this: {show(error, limit=200)}. Nothing was changed; "
        "if it does not answer at all, check the server and DATABASE_URL."
    )


# The sentences that files and tables share ---------------------------------------------------------------------


def from_disk(error: OSError, *, home: Path) -> StoreError:
    """A file that could not be written."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return disk_full(home)
    return not_writable(home, reason=error.strerror or str(error))


def disk_full(home: Path) -> DiskFull:
    return DiskFull(
        f"The disk that holds {home} is full. Make room or set SCENEWRIGHT_HOME to another disk; "
        "nothing that was saved before is lost."
    )


def not_writable(home: Path, *, reason: str) -> StoreError:
    return StoreError(
        f"Cannot write in the home folder {home} ({reason}). "
        "Make it writable, or set SCENEWRIGHT_HOME to another folder."
    )


def locked() -> StoreLocked:
    return StoreLocked(
        "Another program holds the database. Nothing was changed; try again, or close the program that holds it."
    )


def no_room(home: Path) -> bool:
    return shutil.disk_usage(home).free < ROOM
