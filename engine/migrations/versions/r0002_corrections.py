"""Corrections: what a person says about a judge's answer.

The store runs it when it opens; see `engine/migrations/env.py` for how to add the next one.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "correction",
        text("id"),
        text("picture"),
        text("judge"),
        text("question"),
        text("answer", nullable=True),
        text("person"),
        text("created"),
        sa.PrimaryKeyConstraint("id", name="pk_correction"),
        sa.ForeignKeyConstraint(["picture"], ["picture.id"], name="fk_correction_picture"),
    )
    op.create_index("ix_correction_picture", "correction", ["picture"])


def text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=nullable)
