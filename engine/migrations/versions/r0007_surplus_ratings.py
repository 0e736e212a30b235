"""Ratings say whether they came late, when others had filled the places of their item; older ones did not.

The store runs it when it opens; see `engine/migrations/env.py` for how to add the next one.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("rating", sa.Column("surplus", sa.Boolean(), server_default=sa.false(), nullable=False))
