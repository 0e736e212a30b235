"""Migrations build what the tables say, a kill in the middle loses nothing, a newer database is left alone.

Run it: `pytest tests/engine/test_store_schema.py`.
"""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from engine.errors import StoreError, StoreNewer
from engine.store import Store, open_store
from engine.store.schema import MIGRATIONS, newest
from engine.store.tables import metadata

ROOT = Path(__file__).parents[2]

NEXT = f"""
import os, signal
import sqlalchemy as sa
from alembic import op
revision, down_revision = "next", "{newest()}"

def upgrade():
    op.create_table("tag", sa.Column("id", sa.String(), primary_key=True))
    with op.batch_alter_table("session") as session:  # makes the table anew, under the pictures' references
        session.add_column(sa.Column("stars", sa.Integer(), server_default="3", nullable=False))
        session.alter_column("caption", new_column_name="words")
"""
KILL = NEXT + "    os.kill(os.getpid(), signal.SIGKILL)\n"
FAIL = NEXT + "    op.execute('INSERT INTO nowhere VALUES (1)')\n"
ORPHAN = NEXT + "    op.execute('DELETE FROM session')\n"


def migrations(folder: Path, next: str) -> Path:
    """The program's migrations and one more."""
    copy = shutil.copytree(MIGRATIONS, folder / "migrations", dirs_exist_ok=True)
    (copy / "versions" / "next.py").write_text(next)
    return copy


def old_home(folder: Path) -> tuple[Path, str]:
    """A home of today with a session that has a picture; returns the home and the session's id."""
    with open_store(folder / "home") as store:
        id = store.create_session(owner="ada", caption="A dog.").id
        store.add_picture(
            session=id,
            sha256="00",
            path="00.png",
            width=1,
            height=1,
            generator="pocket",
            caption="",
            graph="{}",
            seed=1,
        )
        return store.home, id


def columns(home: Path) -> set[str]:
    with sqlite3.connect(home / "scenewright.db") as connection:
        names = {row[1] for row in connection.execute("PRAGMA table_info(session)")}
    connection.close()
    return names


def test_the_migrations_build_what_the_tables_say(tmp_path: Path) -> None:
    with open_store(tmp_path) as store, store.reading() as transaction:
        assert compare_metadata(MigrationContext.configure(transaction.connection()), metadata) == []


def test_a_migration_keeps_everything_and_makes_a_backup(tmp_path: Path) -> None:
    home, id = old_home(tmp_path)
    Store(home, migrations=migrations(tmp_path, NEXT)).close()
    with sqlite3.connect(home / "scenewright.db") as connection:
        assert connection.execute("SELECT id, words, stars FROM session").fetchall() == [(id, "A dog.", 3)]
        assert connection.execute("SELECT count(*) FROM picture").fetchone() == (1,)
    connection.close()
    (backup,) = (home / "backups").iterdir()
    shutil.copy(backup, home / "scenewright.db")
    with open_store(home) as store:
        assert store.get_session(id).caption == "A dog."


def test_a_home_that_is_up_to_date_gets_no_backup(tmp_path: Path) -> None:
    home, _ = old_home(tmp_path)
    open_store(home).close()
    assert not list((home / "backups").iterdir())


def test_foreign_keys_hold_after_a_migration(tmp_path: Path) -> None:
    with open_store(tmp_path) as store, pytest.raises(StoreError, match="FOREIGN KEY"), store.writing() as transaction:
        transaction.connection().exec_driver_sql("INSERT INTO session_revision VALUES ('lost', 1, '{}', '', '')")


@pytest.mark.parametrize(("broken", "sentence"), [(FAIL, "no such table: nowhere"), (ORPHAN, "break 1 references")])
def test_a_migration_that_fails_changes_nothing(tmp_path: Path, broken: str, sentence: str) -> None:
    home, id = old_home(tmp_path)
    before = columns(home)
    with pytest.raises(StoreError, match=sentence):
        Store(home, migrations=migrations(tmp_path, broken))
    assert columns(home) == before
    with open_store(home) as store:
        assert store.get_session(id).caption == "A dog."


def test_a_kill_in_the_middle_changes_nothing_and_the_next_start_succeeds(tmp_path: Path) -> None:
    home, _ = old_home(tmp_path)
    before = columns(home)
    code = "import sys; from pathlib import Path as P; from engine.store import Store; "
    code += "Store(P(sys.argv[1]), migrations=P(sys.argv[2]))"
    command = [sys.executable, "-c", code, str(home), str(migrations(tmp_path, KILL))]
    assert subprocess.run(command, cwd=ROOT).returncode == -signal.SIGKILL
    assert columns(home) == before
    open_store(home).close()
    Store(home, migrations=migrations(tmp_path, NEXT)).close()
    assert {"stars", "words"} < columns(home)


def test_a_newer_database_is_left_alone(tmp_path: Path) -> None:
    home, _ = old_home(tmp_path)
    Store(home, migrations=migrations(tmp_path, NEXT)).close()
    newer = columns(home)
    with pytest.raises(StoreNewer, match=f"newer version.*“next”.*“{newest()}”.*Update"):
        open_store(home)
    assert columns(home) == newer
