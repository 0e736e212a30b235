"""Brings the tables up to date when the store opens, in one transaction, with a backup first.

A kill in the middle leaves the database as it was, and the next start does it again.
Try it: `python -c "from engine.store.schema import newest; print(newest())"`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from engine.errors import StoreError, StoreNewer, show
from engine.store.tables import now

MIGRATIONS = Path(__file__).parent.parent / "migrations"


def migrate(writer: Engine, *, home: Path, migrations: Path = MIGRATIONS) -> None:
    """Run the migrations that are pending; a database from a newer program raises `StoreNewer` and is left alone."""
    config = configuration(migrations)
    current = version(writer)
    if current == newest(migrations):
        return
    refuse_newer(current, config)
    if current is not None:
        back_up(writer, folder=home / "backups", name=current)
    with upgrading(writer) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def configuration(migrations: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))  # the option is a format
    return config


def newest(migrations: Path = MIGRATIONS) -> str | None:
    """The revision that this program works with."""
    return ScriptDirectory.from_config(configuration(migrations)).get_current_head()


def version(engine: Engine) -> str | None:
    """The revision of the database, None when it is new."""
    with engine.execution_options(write=False).connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def refuse_newer(current: str | None, config: Config) -> None:
    scripts = ScriptDirectory.from_config(config)
    if current is not None and current not in {script.revision for script in scripts.walk_revisions()}:
        raise StoreNewer(
            f"The database was written by a newer version of Scenewright (schema {show(current)}, this one ends at "
            f"{show(scripts.get_current_head())}). Update the program, or set SCENEWRIGHT_HOME to another folder; "
            "nothing was changed."
        )


def back_up(engine: Engine, *, folder: Path, name: str) -> Path | None:
    """A whole copy of the SQLite database, taken by itself while others go on; PostgreSQL has `pg_dump`."""
    if engine.dialect.name != "sqlite":
        return None
    target = folder / f"{now().replace(':', '')[:17]}-{os.getpid()}-{name}.db"
    partial = target.with_suffix(".partial")
    try:
        with raw(engine) as connection:
            connection.execute("PRAGMA query_only=OFF")  # which its last reader may have left on
            connection.execute("VACUUM INTO ?", (str(partial),))
        return partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def upgrading(writer: Engine) -> Iterator[Connection]:
    """The one transaction of a migration; other programs that start at the same moment wait for it."""
    with writer.connect() as connection:
        if writer.dialect.name == "sqlite":
            with foreign_keys_off(connection), connection.begin():
                yield connection
                refuse_orphans(connection)
        else:
            with connection.begin():
                connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7236)")
                yield connection


@contextmanager
def foreign_keys_off(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making it anew, and dropping the old one would break every reference to it."""
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def refuse_orphans(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        raise StoreError(
            f"The migration would break {len(broken)} references, so nothing was changed. Please report this."
        )


@contextmanager
def raw(engine: Engine) -> Iterator[Any]:
    """The driver's own connection, for what may not run inside a transaction."""
    connection = engine.raw_connection()
    try:
        yield connection.driver_connection
    finally:
        connection.close()
