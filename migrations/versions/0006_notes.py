"""Teachers' notes, pauses of the recording, requests to delete, and the indexes that read a student's work by time.

A request to delete is carried out by the database itself, whoever wrote it: the student's own machine, the school's
server, or a copy that a request travelled to. What is erased are the sessions at that challenge with everything in
them, and the saved solution. On PostgreSQL, a school's server, the policy decides first, and row-level security says
who may write and read: `migrations/sql/0006_notes.sql`.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrate import sql_statements

revision = "0006"
down_revision = "0004"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
MOMENTS = "'open', 'edit', 'question', 'answer', 'hint', 'run', 'close'"

_BY_TIME = (("llm_interactions", "created_at"), ("runs", "created_at"), ("challenge_solutions_history", "saved_at"))


def upgrade() -> None:
    """Make the tables and what carries out a request to delete."""
    _notes()
    _own_data()
    for table, time in _BY_TIME:
        op.create_index(f"ix_{table}_user_id_{time}", table, ["user_id", time])
    if op.get_bind().dialect.name == "postgresql":
        _honour_on_a_server()
    else:
        _honour_on_a_machine()


def downgrade() -> None:
    """Refuse, as the earlier revisions do: an older program opens the backup made before the upgrade."""
    raise NotImplementedError("Go back to the backup made before the upgrade.")


def _notes() -> None:
    op.create_table(
        "notes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        _reference("notes", "user_id", "users"),
        _reference("notes", "challenge_id", "challenges"),
        _reference("notes", "author_user_id", "users"),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("event_kind", sa.Text(), nullable=False),
        sa.Column("line", sa.Integer()),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_notes"),
        sa.ForeignKeyConstraint(
            ["session_id", "user_id"], ["sessions.id", "sessions.user_id"], ondelete="CASCADE",
            name="fk_notes_session_id_user_id",
        ),
        sa.CheckConstraint(f"event_kind IN ({MOMENTS})", name="ck_notes_event_kind"),
    )  # fmt: skip
    op.create_index("ix_notes_session_id_created_at", "notes", ["session_id", "created_at"])
    op.create_index("ix_notes_user_id_challenge_id_created_at", "notes", ["user_id", "challenge_id", "created_at"])


def _own_data() -> None:
    op.create_table(
        "recording_pauses",
        sa.Column("id", sa.Uuid(), nullable=False),
        _reference("recording_pauses", "user_id", "users"),
        sa.Column("paused_at", TIME, nullable=False),
        sa.Column("resumed_at", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_recording_pauses"),
    )
    op.create_index("ix_recording_pauses_user_id_paused_at", "recording_pauses", ["user_id", "paused_at"])
    op.create_table(
        "deletion_requests",
        sa.Column("id", sa.Uuid(), nullable=False),
        _reference("deletion_requests", "user_id", "users"),
        _reference("deletion_requests", "challenge_id", "challenges"),
        sa.Column("requested_at", TIME, nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_deletion_requests"),
        sa.CheckConstraint("decision IN ('erased', 'kept')", name="ck_deletion_requests_decision"),
    )
    op.create_index("ix_deletion_requests_user_id_challenge_id", "deletion_requests", ["user_id", "challenge_id"])


def _reference(table: str, column: str, target: str) -> sa.Column[object]:
    return sa.Column(
        column, sa.Uuid(), sa.ForeignKey(f"{target}.id", name=f"fk_{table}_{column}"), nullable=False
    )  # fmt: skip


# A practice challenge holds nothing but the name of the student's file, which may be telling too.
_ERASE = """
    DELETE FROM sessions
     WHERE user_id = new.user_id AND challenge_id = new.challenge_id AND created_at <= new.requested_at;
    DELETE FROM challenge_solutions
     WHERE user_id = new.user_id AND challenge_id = new.challenge_id AND updated_at <= new.requested_at;
    UPDATE challenges
       SET title = 'Deleted practice', statement = '', support_materials = NULL, possible_solutions = NULL,
           deleted_at = new.requested_at, updated_at = new.requested_at
     WHERE id = new.challenge_id AND class_id IS NULL AND created_by_user_id = new.user_id
       AND statement = 'Practice: ' || title;
"""


def _honour_on_a_machine() -> None:
    for name, event in (("asked", "INSERT"), ("decided", "UPDATE OF decision")):
        op.execute(
            f"CREATE TRIGGER deletion_{name} AFTER {event} ON deletion_requests "
            f"WHEN new.decision = 'erased' BEGIN {_ERASE} END"
        )


def _honour_on_a_server() -> None:
    connection = op.get_bind()
    for statement in sql_statements("0006_notes.sql"):
        connection.exec_driver_sql(statement)
