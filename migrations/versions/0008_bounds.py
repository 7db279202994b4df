"""What one account may do to others through sync is bounded, and many changes at once are numbered faster.

On a school's server alone: `migrations/sql/0008_bounds.sql`. A local store holds its owner's work and what a server
that keeps these bounds has sent.
"""

from __future__ import annotations

from alembic import op

from storage.migrate import sql_statements

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Put the bounds in place, and have the triggers of 0007 note their changes by the statement."""
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    for statement in sql_statements("0008_bounds.sql"):
        connection.exec_driver_sql(statement)
    before = op.get_context().environment_context.script.get_revision("0007").module  # type: ignore[union-attr]
    for table, places in before.PLACES.items():
        connection.exec_driver_sql(f"""
            CREATE OR REPLACE FUNCTION sync_note_{table}() RETURNS trigger
            LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
            BEGIN
                INSERT INTO sync_pending (table_name, scope_id, user_id, row_ids)
                SELECT table_name, scope_id, user_id, array_agg(row_id)
                FROM ({places}) AS place (table_name, scope_id, row_id, user_id)
                GROUP BY table_name, scope_id, user_id;
                IF FOUND THEN
                    INSERT INTO sync_commits DEFAULT VALUES ON CONFLICT DO NOTHING;
                END IF;
                RETURN NULL;
            END $$
        """)  # noqa: S608 - constants


def downgrade() -> None:
    """Refuse, as the earlier revisions do: an older program opens the backup made before the upgrade."""
    raise NotImplementedError("Go back to the backup made before the upgrade.")
