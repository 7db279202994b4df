"""What sync needs: stamps on solutions, a local store's outbox and cursors, a school's numbered changes.

On SQLite triggers put every new or changed row into `sync_outbox`, in the transaction that wrote it, so that no code
path can forget. On PostgreSQL (`migrations/sql/0007_sync.sql`) triggers number every change within its scope: a class,
an organization, or a user's own work. It comes after 0006, whose tables travel too.

A later revision that copies one of these tables (batch mode on SQLite does), or adds one that travels, has to make
their triggers again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrate import sql_statements

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

STAMPED = "challenge_solutions"

_SENT = {
    "classes": "created_by_user_id",
    "models": "NULL",
    "challenges": "created_by_user_id",
    "sessions": "user_id",
    "llm_interactions": "user_id",
    "runs": "user_id",
    "challenge_solutions": "user_id",
    "challenge_solutions_history": "user_id",
    "notes": "author_user_id",
    "recording_pauses": "user_id",
    "deletion_requests": "user_id",
    "knowledge_base": "created_by_user_id",
}
"""What leaves a machine, and whose it is."""

PLACES = {
    "organizations": "SELECT 'organizations', r.id, r.id, NULL::uuid FROM rows r",
    "users": """
        SELECT 'users', r.id, r.id, r.id FROM rows r
        UNION ALL
        SELECT 'users', e.class_id, r.id, r.id FROM rows r JOIN user_classes e ON e.user_id = r.id""",
    "classes": "SELECT 'classes', r.id, r.id, NULL::uuid FROM rows r",
    # Who joins a class becomes visible to its teachers.
    "user_classes": """
        SELECT 'user_classes', r.class_id, r.user_id, r.user_id FROM rows r
        UNION ALL
        SELECT 'users', r.class_id, r.user_id, r.user_id FROM rows r""",
    "challenges": """
        SELECT 'challenges', coalesce(r.class_id, r.created_by_user_id), r.id,
               CASE WHEN r.class_id IS NULL THEN r.created_by_user_id END
        FROM rows r WHERE coalesce(r.class_id, r.created_by_user_id) IS NOT NULL""",
    "sessions": "SELECT 'sessions', coalesce(r.class_id, r.user_id), r.id, r.user_id FROM rows r",
    "challenge_solutions": """
        SELECT 'challenge_solutions', coalesce(c.class_id, r.user_id), r.id, r.user_id
        FROM rows r JOIN challenges c ON c.id = r.challenge_id""",
    "recording_pauses": """
        SELECT 'recording_pauses', r.user_id, r.id, r.user_id FROM rows r
        UNION ALL
        SELECT 'recording_pauses', e.class_id, r.id, r.user_id FROM rows r JOIN user_classes e USING (user_id)""",
    "deletion_requests": """
        SELECT 'deletion_requests', coalesce(c.class_id, r.user_id), r.id, r.user_id
        FROM rows r JOIN challenges c ON c.id = r.challenge_id""",
    "knowledge_base": """
        SELECT 'knowledge_base', coalesce(r.class_id, c.class_id, r.organization_id), r.id, NULL::uuid
        FROM rows r LEFT JOIN challenges c ON c.id = r.challenge_id""",
} | {
    # A deleted session takes these along, here and wherever its own deletion arrives.
    table: f"SELECT '{table}', coalesce(s.class_id, r.user_id), r.id, r.user_id "  # noqa: S608 - constants
    "FROM rows r JOIN sessions s ON s.id = r.session_id"
    for table in ("llm_interactions", "runs", "challenge_solutions_history", "notes")
}
"""For each table that a school gives out: the scopes where a change of its `rows` counts, and whose it is.

A row without a user is for everybody in its scope, another for that user and those who teach.
"""


def upgrade() -> None:
    """Make the tables and triggers, and take in what is there already."""
    op.add_column(STAMPED, sa.Column("hlc", sa.BigInteger(), nullable=False, server_default=sa.text("0")))
    if op.get_bind().dialect.name == "postgresql":
        _server()
    else:
        _machine()


def downgrade() -> None:
    """Refuse, as the earlier revisions do: an older program opens the backup made before the upgrade."""
    raise NotImplementedError("Go back to the backup made before the upgrade.")


# A machine: SQLite


def _machine() -> None:
    _machine_tables()
    op.execute(f"UPDATE {STAMPED} SET hlc = {_milliseconds('updated_at')} * 65536")  # noqa: S608 - constants
    for table, owner in _SENT.items():
        op.execute(f"INSERT INTO sync_outbox (table_name, row_id, user_id) SELECT '{table}', id, {owner} FROM {table}")  # noqa: S608
        row = owner if owner == "NULL" else f"new.{owner}"
        _mark(table, "added", "AFTER INSERT", "new.id", row)
        _mark(table, "changed", "AFTER UPDATE", "new.id", row)
    # Deletions elsewhere follow from a request to delete, which travels itself.
    _mark("knowledge_base", "removed", "AFTER DELETE", "old.id", "old.created_by_user_id")
    _stamp("added", "AFTER INSERT", "-1")
    _stamp("changed", "AFTER UPDATE OF solution, updated_at", "old.hlc")


def _machine_tables() -> None:
    op.create_table(
        "sync_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("applying", sa.Boolean(), nullable=False),
        sa.Column("clock_offset_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sync_state"),
        sa.CheckConstraint("id = 1", name="ck_sync_state_id"),
    )
    op.execute("INSERT INTO sync_state (id, applying, clock_offset_ms) VALUES (1, 0, 0)")
    op.create_table(
        "sync_accounts",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("node_id", sa.Uuid(), nullable=False),
        sa.Column("batch", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_batch", sa.BigInteger(), nullable=False),
        sa.Column("epoch", sa.Text()),
        sa.Column("started_at", sa.DateTime(timezone=True)),
        sa.Column("role", sa.Text()),
        sa.Column("synced_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("user_id", name="pk_sync_accounts"),
    )
    op.create_table(
        "sync_cursors",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("scope_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "scope_id", name="pk_sync_cursors"),
    )
    # A version is never given twice, so confirming one cannot confirm a change that came after it.
    op.create_table(
        "sync_outbox",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid()),
        sa.Column("refused", sa.Text()),
        sa.PrimaryKeyConstraint("version", name="pk_sync_outbox"),
        sa.UniqueConstraint("table_name", "row_id", name="uq_sync_outbox_table_name_row_id"),
        sqlite_autoincrement=True,
    )


def _mark(table: str, name: str, event: str, row_id: str, user_id: str) -> None:
    op.execute(
        f"CREATE TRIGGER sync_{table}_{name} {event} ON {table} WHEN NOT (SELECT applying FROM sync_state) BEGIN "  # noqa: S608
        f"DELETE FROM sync_outbox WHERE table_name = '{table}' AND row_id = {row_id}; "
        f"INSERT INTO sync_outbox (table_name, row_id, user_id) VALUES ('{table}', {row_id}, {user_id}); END"
    )


def _stamp(name: str, event: str, replaced: str) -> None:
    """Stamp a save with its moment, corrected by what the server's clock says; see `storage.sync.stamps`."""
    corrected = f"({_milliseconds('new.updated_at')} + (SELECT clock_offset_ms FROM sync_state)) * 65536"  # noqa: S608
    op.execute(
        f"CREATE TRIGGER sync_stamp_{name} {event} ON {STAMPED} WHEN NOT (SELECT applying FROM sync_state) BEGIN "  # noqa: S608
        f"UPDATE {STAMPED} SET hlc = max({corrected}, {replaced} + 1) WHERE id = new.id; END"
    )


def _milliseconds(time: str) -> str:
    return f"coalesce(CAST(round((julianday({time}) - 2440587.5) * 86400000) AS INTEGER), 0)"


# A school's server: PostgreSQL


def _server() -> None:
    connection = op.get_bind()
    for statement in sql_statements("0007_sync.sql"):
        connection.exec_driver_sql(statement)
    for table, places in PLACES.items():
        connection.exec_driver_sql(f"""
            CREATE FUNCTION sync_note_{table}() RETURNS trigger
            LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
            BEGIN
                INSERT INTO sync_pending (table_name, scope_id, row_id, user_id) {places};
                IF FOUND THEN
                    INSERT INTO sync_commits DEFAULT VALUES ON CONFLICT DO NOTHING;
                END IF;
                RETURN NULL;
            END $$
        """)  # noqa: S608 - constants
        connection.exec_driver_sql(f"REVOKE EXECUTE ON FUNCTION sync_note_{table}() FROM PUBLIC")
        for event, rows in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
            _note(table, f"sync_{event.lower()}", event, rows)
        connection.exec_driver_sql(
            "INSERT INTO sync_pending (table_name, scope_id, row_id, user_id) "
            + places.replace("FROM rows r", f"FROM {table} r")
        )
    _note("challenges", "sync_moved", "UPDATE", "OLD")  # out of a class, or into another
    connection.exec_driver_sql("INSERT INTO sync_commits DEFAULT VALUES")


def _note(table: str, name: str, event: str, rows: str) -> None:
    op.get_bind().exec_driver_sql(
        f"CREATE TRIGGER {name} AFTER {event} ON {table} REFERENCING {rows} TABLE AS rows "
        f"FOR EACH STATEMENT EXECUTE FUNCTION sync_note_{table}()"
    )
