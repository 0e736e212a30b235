"""People, and what they rate: projects with guidelines, items, leases and ratings.

The store runs it when it opens; see `engine/migrations/env.py` for how to add the next one.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "person",
        text("name"),
        text("role"),
        text("created"),
        sa.PrimaryKeyConstraint("name", name="pk_person"),
    )
    op.create_table(
        "rating_project",
        text("id"),
        text("name"),
        text("owner"),
        text("kind"),
        sa.Column("overlap", sa.Integer(), nullable=False),
        text("settings"),
        text("status"),
        text("created"),
        sa.PrimaryKeyConstraint("id", name="pk_rating_project"),
    )
    op.create_table(
        "rating_guideline",
        text("project"),
        sa.Column("version", sa.Integer(), nullable=False),
        text("text"),
        text("examples"),
        text("author"),
        text("created"),
        sa.PrimaryKeyConstraint("project", "version", name="pk_rating_guideline"),
        sa.ForeignKeyConstraint(["project"], ["rating_project.id"], name="fk_rating_guideline_project"),
    )
    op.create_table(
        "rating_item",
        text("id"),
        text("project"),
        sa.Column("place", sa.Integer(), nullable=False),
        text("role"),
        text("content"),
        text("gold", nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        text("created"),
        sa.PrimaryKeyConstraint("id", name="pk_rating_item"),
        sa.UniqueConstraint("project", "place", name="uq_rating_item_project_place"),
        sa.ForeignKeyConstraint(["project"], ["rating_project.id"], name="fk_rating_item_project"),
    )
    op.create_table(
        "rating_lease",
        text("item"),
        text("person"),
        text("project"),
        sa.Column("rank", sa.Integer(), nullable=False),
        text("until"),
        text("token"),
        sa.PrimaryKeyConstraint("item", "person", name="pk_rating_lease"),
        sa.ForeignKeyConstraint(["item"], ["rating_item.id"], name="fk_rating_lease_item"),
        sa.ForeignKeyConstraint(["project"], ["rating_project.id"], name="fk_rating_lease_project"),
    )
    op.create_index("ix_rating_lease_project", "rating_lease", ["project"])
    op.create_table(
        "rating",
        sa.Column("number", sa.Integer(), nullable=False),
        text("id"),
        text("project"),
        text("item"),
        text("person"),
        sa.Column("guideline", sa.Integer(), nullable=False),
        text("answers"),
        text("status"),
        text("origin"),
        text("supersedes", nullable=True),
        text("token", nullable=True),
        text("shown", nullable=True),
        text("created"),
        sa.PrimaryKeyConstraint("number", name="pk_rating"),
        sa.UniqueConstraint("id", name="uq_rating_id"),
        sa.UniqueConstraint("supersedes", name="uq_rating_supersedes"),
        sa.UniqueConstraint("token", name="uq_rating_token"),
        sa.ForeignKeyConstraint(["project"], ["rating_project.id"], name="fk_rating_project"),
        sa.ForeignKeyConstraint(["item"], ["rating_item.id"], name="fk_rating_item"),
    )
    op.create_index("ix_rating_item_person", "rating", ["item", "person"])
    op.create_index("ix_rating_project_person", "rating", ["project", "person"])


def text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=nullable)
