"""Curated sets of pictures, tags, and saved views.

The store runs it when it opens; see `engine/migrations/env.py` for how to add the next one.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "picture_set",
        text("id"),
        text("name"),
        text("owner"),
        text("kind"),
        text("selection"),
        text("created"),
        text("updated"),
        text("deleted", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_picture_set"),
    )
    op.create_index("ix_picture_set_name", "picture_set", ["name"])
    op.create_table(
        "picture_set_member",
        text("set"),
        text("picture"),
        sa.Column("place", sa.Integer(), nullable=False),
        text("role"),
        text("partner", nullable=True),
        sa.PrimaryKeyConstraint("set", "picture", name="pk_picture_set_member"),
        sa.ForeignKeyConstraint(["set"], ["picture_set.id"], name="fk_picture_set_member_set"),
        sa.ForeignKeyConstraint(["picture"], ["picture.id"], name="fk_picture_set_member_picture"),
    )
    op.create_table(
        "picture_tag",
        text("picture"),
        text("tag"),
        text("person"),
        text("created"),
        sa.PrimaryKeyConstraint("picture", "tag", name="pk_picture_tag"),
        sa.ForeignKeyConstraint(["picture"], ["picture.id"], name="fk_picture_tag_picture"),
    )
    op.create_index("ix_picture_tag_tag", "picture_tag", ["tag"])
    op.create_table(
        "saved_view",
        text("id"),
        text("name"),
        text("owner"),
        text("filter"),
        text("created"),
        sa.PrimaryKeyConstraint("id", name="pk_saved_view"),
    )


def text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=nullable)
