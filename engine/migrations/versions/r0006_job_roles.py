"""Jobs remember the role of the person who queued them, so that the worker can ask again; older ones were the admin's.

The store runs it when it opens; see `engine/migrations/env.py` for how to add the next one.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("job", sa.Column("role", sa.String(), server_default="admin", nullable=False))
