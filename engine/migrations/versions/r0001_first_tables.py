"""The first tables: sessions and their revisions, jobs, pictures, judgements, runs.

The store runs it when it opens; see `engine/migrations/env.py` for how to add the next one.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "run",
        text("id"),
        text("path"),
        text("name"),
        text("created"),
        text("manifest"),
        sa.PrimaryKeyConstraint("id", name="pk_run"),
        sa.UniqueConstraint("path", name="uq_run_path"),
    )
    op.create_table(
        "session",
        text("id"),
        text("name"),
        text("owner"),
        text("created"),
        text("updated"),
        text("deleted", nullable=True),
        text("graph"),
        text("caption"),
        text("questions"),
        text("constraints"),
        text("settings"),
        text("graph_hash"),
        sa.Column("seed", sa.BigInteger()),
        text("taxonomy"),
        text("taxonomy_version"),
        text("program_version"),
        sa.PrimaryKeyConstraint("id", name="pk_session"),
    )
    op.create_table(
        "session_revision",
        text("session"),
        sa.Column("number", sa.Integer(), nullable=False),
        text("graph"),
        text("caption"),
        text("created"),
        sa.PrimaryKeyConstraint("session", "number", name="pk_session_revision"),
        sa.ForeignKeyConstraint(["session"], ["session.id"], name="fk_session_revision_session"),
    )
    op.create_table(
        "job",
        text("id"),
        text("kind"),
        text("session", nullable=True),
        text("owner"),
        text("status"),
        text("payload"),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("progress", sa.Float(), nullable=False),
        sa.Column("step", sa.Integer()),
        sa.Column("steps", sa.Integer()),
        text("message"),
        text("preview", nullable=True),
        text("error", nullable=True),
        sa.Column("cancel_requested", sa.Boolean(), nullable=False),
        text("token", nullable=True),
        text("device", nullable=True),
        text("worker", nullable=True),
        text("created"),
        text("updated"),
        text("started", nullable=True),
        text("finished", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_job"),
        sa.ForeignKeyConstraint(["session"], ["session.id"], name="fk_job_session"),
    )
    op.create_table(
        "picture",
        text("id"),
        text("session", nullable=True),
        text("job", nullable=True),
        text("run", nullable=True),
        text("sha256"),
        text("path"),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        text("generator"),
        text("caption"),
        text("graph"),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        text("settings"),
        text("record"),
        text("created"),
        sa.PrimaryKeyConstraint("id", name="pk_picture"),
        sa.ForeignKeyConstraint(["session"], ["session.id"], name="fk_picture_session"),
        sa.ForeignKeyConstraint(["job"], ["job.id"], name="fk_picture_job"),
    )
    op.create_table(
        "judgement",
        text("id"),
        text("picture"),
        sa.Column("number", sa.Integer(), nullable=False),
        text("judge"),
        text("answers"),
        text("scores"),
        sa.Column("score", sa.Float()),
        text("created"),
        sa.PrimaryKeyConstraint("id", name="pk_judgement"),
        sa.UniqueConstraint("picture", "number", name="uq_judgement_picture_number"),
        sa.ForeignKeyConstraint(["picture"], ["picture.id"], name="fk_judgement_picture"),
    )
    index("session", "owner")
    index("session", "updated")
    index("session", "graph_hash")
    index("job", "session")
    index("job", "status", "priority", "created")
    index("picture", "session")
    index("picture", "job")
    index("picture", "run")
    index("picture", "sha256")


def text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=nullable)


def index(table: str, *columns: str) -> None:
    op.create_index("_".join(("ix", table, *columns)), table, list(columns))
