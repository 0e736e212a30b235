"""The one way to the database: `writing()` and `reading()`, on SQLite or, for many annotators, PostgreSQL.

SQLModel's defaults lose updates on SQLite without a word (58 of 300 increments survived six threads); a writer that
says BEGIN IMMEDIATE loses none. Try it: `python -c "from engine.store import open_store; print(open_store().home)"`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlmodel import Session as Transaction

from engine.errors import StoreError, show
from engine.store.failures import translated
from engine.store.schema import MIGRATIONS, migrate
from engine.store.tables import Table

Row = TypeVar("Row", bound=Table)

DATABASE = "scenewright.db"
FOLDERS = ("images", "runs", "locks", "backups")
# Thirty browser sessions, each with a polling fragment, and the workers.
POOL = {"pool_size": 16, "max_overflow": 48, "pool_timeout": 10.0}


class Database:
    """The tables and the home folder, ready to use: folders made, schema up to date.

    `url` moves the tables elsewhere (default: a SQLite file in `home`), `timeout` is how many seconds to wait for
    another writer. Raises `StoreError`, `StoreLocked`, `StoreNewer` or `DiskFull`, each with what to do.
    """

    def __init__(
        self, home: Path, *, url: str | None = None, timeout: float = 5.0, migrations: Path = MIGRATIONS
    ) -> None:
        self.home = make_home(home)
        self._engine = connect(address(url, home=self.home), timeout=timeout)
        self._writer = self._engine.execution_options(write=True)  # the same pool; only the BEGIN differs
        with translated(self.home):
            migrate(self._writer, home=self.home, migrations=migrations)

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """A transaction that holds the write lock from its first statement; commits at the end, or leaves no trace."""
        with (
            translated(self.home),
            Transaction(self._writer, expire_on_commit=False) as transaction,
            transaction.begin(),
        ):
            yield transaction

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """A view of one moment, that waits for no writer; what is written in it is refused."""
        with translated(self.home), Transaction(self._engine, expire_on_commit=False) as transaction:
            yield transaction

    def close(self) -> None:
        """Let go of the database; the store opens it again when it is used again."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def held(transaction: Transaction, kind: type[Row], id: str, *, what: str) -> Row:
    """The row with this id, locked for the rest of the transaction; one that is not there raises `StoreError`."""
    row = transaction.get(kind, id, with_for_update=True)  # SQLite's writers hold all rows anyway
    if row is None:
        raise unknown(what, id)
    return row


def found(transaction: Transaction, kind: type[Row], id: str, *, what: str) -> Row:
    """The row with this id, to read; one that is not there raises `StoreError`."""
    row = transaction.get(kind, id)
    if row is None:
        raise unknown(what, id)
    return row


def unknown(what: str, id: str) -> StoreError:
    return StoreError(f"There is no {what} {show(id)} here. Open one from the list, or check the address.")


# Opening -------------------------------------------------------------------------------------------------------


def make_home(home: Path) -> Path:
    """The home folder with its rooms, as an absolute path."""
    try:
        home = home.expanduser().absolute()
        for folder in FOLDERS:
            (home / folder).mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError, ValueError) as error:  # RuntimeError: a ~ without a home; ValueError: a NUL
        reason = getattr(error, "strerror", None) or error
        raise StoreError(
            f"The home folder {show(home, limit=200)} cannot be made ({reason}). "
            "Set SCENEWRIGHT_HOME to a folder that you may write to."
        ) from error
    return home


def address(url: str | None, *, home: Path) -> URL:
    """Where the tables are, as SQLAlchemy says it; `postgres://`, which hosts still hand out, is understood."""
    if not url:
        return URL.create("sqlite", database=str(home / DATABASE))
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise wrong_address("an address without a scheme") from error
    backend = parsed.get_backend_name()
    if backend in ("postgres", "postgresql"):
        return parsed.set(drivername="postgresql+psycopg")
    if backend != "sqlite" or parsed.database in (None, "", ":memory:"):
        raise wrong_address(show(parsed.render_as_string(hide_password=True)))
    return parsed


def wrong_address(what: str) -> StoreError:
    return StoreError(
        f"DATABASE_URL holds {what}, which is no database that this program can use. Set it to "
        "postgresql://user:password@host/name or sqlite:////folder/file.db, or unset it."
    )


def connect(url: URL, *, timeout: float) -> Engine:
    """An engine whose writers queue instead of overwriting one another."""
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, connect_args={"timeout": timeout}, **POOL)
        listen(engine, timeout=timeout)
        return engine
    try:
        return create_engine(url, pool_pre_ping=True, **POOL)
    except ModuleNotFoundError as error:
        raise StoreError(
            "DATABASE_URL names a PostgreSQL server, but its driver is not installed. "
            "Run `pip install 'psycopg[binary]'`, or unset DATABASE_URL."
        ) from error


def listen(engine: Engine, *, timeout: float) -> None:
    """Transactions as SQLite means them: the driver begins none itself, writers take the lock when they begin."""

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout={round(timeout * 1000)}")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.create_function("lower", 1, lower, deterministic=True)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        write = connection.get_execution_options().get("write", False)
        connection.exec_driver_sql(f"PRAGMA query_only={'OFF' if write else 'ON'}")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def lower(text: Any) -> Any:
    """SQLite's own `lower` knows ASCII only, and people search for “Äpfel”."""
    return text.lower() if isinstance(text, str) else text
