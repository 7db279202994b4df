"""What Alembic runs: the revisions, on the connection that `storage.migrate` hands over.

The caller owns the transaction, so that an upgrade is done as a whole or not at all. There is no offline mode
and no `alembic.ini`: opening a store upgrades it.
"""

from __future__ import annotations

from alembic import context
from alembic.util import CommandError

connection = context.config.attributes.get("connection")
if connection is None:
    raise CommandError("Open the store to upgrade it: Alembic is not run by hand here.")

context.configure(
    connection=connection,
    transactional_ddl=True,
    transaction_per_migration=False,
    render_as_batch=True,  # SQLite alters a table by copying it
)
with context.begin_transaction():
    context.run_migrations()
