"""Roles, row-level security and logins on PostgreSQL; who may see what is plain SQL in `migrations/sql/0004_*.sql`.

A local file has one owner and needs none of it: SQLite gets the two indexes that the policies look things up by, so
that both engines have the same tables. `login_roles`, the functions and the view `student_view.challenges` exist on
PostgreSQL only.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.errors import StoreUnavailable
from storage.migrate import sql_statements

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_SQL = ("roles", "identity", "logins", "policies", "student_view")


def upgrade() -> None:
    """Add the indexes, and on PostgreSQL everything else."""
    for table in ("classes", "challenges"):
        op.create_index(f"ix_{table}_created_by_user_id", table, ["created_by_user_id"])
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        _check_may_make_roles(connection)
        for name in _SQL:
            for statement in sql_statements(f"0004_{name}.sql"):
                connection.exec_driver_sql(statement)


def downgrade() -> None:
    """Refuse, as the earlier revisions do: an older program opens the backup made before the upgrade."""
    raise NotImplementedError("Go back to the backup made before the upgrade.")


def _check_may_make_roles(connection: sa.Connection) -> None:
    """Say what is missing before PostgreSQL says only that something is: every account gets a login role."""
    look = "SELECT rolname, rolcreaterole OR rolsuper AS may FROM pg_roles WHERE rolname = current_user"
    owner = connection.exec_driver_sql(look).one()
    if not owner.may:
        raise StoreUnavailable(
            f"The user {owner.rolname} of the database may not make roles, which accounts need.",
            f"As a superuser of the server: ALTER ROLE {owner.rolname} CREATEROLE; then try again.",
        )
