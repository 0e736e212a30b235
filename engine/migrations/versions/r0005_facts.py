"""Facts of pictures and terms of scenes, so that a filter over 50,000 pictures is one quick query.

The store runs it when it opens; see `engine/migrations/env.py` for how to add the next one.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_index("ix_judgement_picture_number_judge_score", "judgement", ["picture", "number", "judge", "score"])
    op.create_table(
        "picture_facts",
        text("picture"),
        text("graph_hash"),
        sa.Column("complexity", sa.Integer(), nullable=False),
        sa.Column("objects", sa.Integer(), nullable=False),
        text("generator"),
        text("session", nullable=True),
        text("run", nullable=True),
        text("created"),
        sa.Column("rating", sa.Float(), nullable=True),
        text("fingerprint", nullable=True),
        sa.PrimaryKeyConstraint("picture", name="pk_picture_facts"),
        sa.ForeignKeyConstraint(["picture"], ["picture.id"], name="fk_picture_facts_picture"),
    )
    op.create_index("ix_picture_facts_graph_hash", "picture_facts", ["graph_hash"])
    op.create_index("ix_picture_facts_rating", "picture_facts", ["rating"])
    op.create_table(
        "scene_term",
        text("term"),
        text("graph_hash"),
        sa.PrimaryKeyConstraint("term", "graph_hash", name="pk_scene_term"),
    )
    op.create_index("ix_scene_term_graph_hash", "scene_term", ["graph_hash"])


def text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=nullable)
