"""Alembic's environment: runs the revisions in `versions/` on the connection that the store hands over.

The store does this when it opens; try it: `python -c "from engine.store import open_store; open_store()"`.
To change a table, change `engine/store/tables.py`, copy the newest revision and edit it; `test_store_schema.py` prints
what is still missing. There is no way down: the store makes a backup before each way up.
"""

from __future__ import annotations

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    transactional_ddl=True,  # SQLite can, although Alembic doubts it; without, a kill leaves half a table
    render_as_batch=True,
)
context.run_migrations()
