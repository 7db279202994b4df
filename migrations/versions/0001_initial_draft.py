"""The initial draft: the schema that the first schools used, as it was.

It has neither e-mail addresses nor titles, every challenge belongs to a class, and every save is a row of
`challenge_solutions`. Nothing here may change: stores in the field are on it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the draft's tables."""
    _people()
    _work()


def downgrade() -> None:
    """Refuse: before the draft there was nothing to go back to."""
    raise NotImplementedError("There is nothing before the draft; move the store away to begin anew.")


def _people() -> None:
    _table(
        "organizations",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("tutor_policy", JSON),
        *_times(),
        sa.Column("deleted_at", TIME),
    )
    _table(
        "users",
        _reference("users", "organization_id", "organizations"),
        sa.Column("role", sa.Text(), nullable=False),
        *_times(),
        sa.Column("deleted_at", TIME),
    )
    _table(
        "classes",
        _reference("classes", "organization_id", "organizations"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text()),
        sa.Column("tutor_policy", JSON),
        _reference("classes", "created_by_user_id", "users", nullable=True),
        *_times(),
        sa.Column("deleted_at", TIME),
    )
    op.create_table(
        "user_classes",
        _reference("user_classes", "user_id", "users", ondelete="CASCADE"),
        _reference("user_classes", "class_id", "classes", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "class_id", name="pk_user_classes"),
    )
    _table(
        "models",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("description", sa.Text()),
        sa.Column("parameters", JSON),
        sa.Column("prices", JSON),
        sa.Column("created_at", TIME, nullable=False),
        sa.UniqueConstraint("name", "version", name="uq_models_name_version"),
    )


def _work() -> None:
    _table(
        "challenges",
        _reference("challenges", "class_id", "classes"),
        sa.Column("statement", sa.Text(), nullable=False),
        _reference("challenges", "created_by_user_id", "users", nullable=True),
        *_times(),
    )
    _table(
        "sessions",
        _reference("sessions", "user_id", "users"),
        _reference("sessions", "class_id", "classes"),
        _reference("sessions", "challenge_id", "challenges"),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("last_message_at", TIME),
    )
    _table(
        "llm_interactions",
        _reference("llm_interactions", "session_id", "sessions", ondelete="CASCADE"),
        _reference("llm_interactions", "user_id", "users"),
        _reference("llm_interactions", "challenge_id", "challenges"),
        sa.Column("user_prompt", sa.Text(), nullable=False),
        sa.Column("model_response", sa.Text(), nullable=False),
        sa.Column("code", sa.Text()),
        sa.Column("stdin", sa.Text()),
        sa.Column("stdout", sa.Text()),
        sa.Column("created_at", TIME, nullable=False),
    )
    _table(
        "challenge_solutions",
        _reference("challenge_solutions", "class_id", "classes"),
        _reference("challenge_solutions", "challenge_id", "challenges"),
        _reference("challenge_solutions", "session_id", "sessions"),
        _reference("challenge_solutions", "user_id", "users"),
        sa.Column("solution", sa.Text(), nullable=False),
        *_times(),
    )
    _table(
        "knowledge_base",
        _reference("knowledge_base", "organization_id", "organizations"),
        _reference("knowledge_base", "class_id", "classes", nullable=True),
        _reference("knowledge_base", "created_by_user_id", "users", nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("metadata", JSON),
        sa.Column("embedding", sa.LargeBinary()),
        sa.Column("created_at", TIME, nullable=False),
    )


def _table(name: str, *items: sa.schema.SchemaItem) -> None:
    key = sa.PrimaryKeyConstraint("id", name=f"pk_{name}")
    op.create_table(name, sa.Column("id", sa.Uuid(), nullable=False), *items, key)


def _reference(
    table: str, column: str, target: str, *, nullable: bool = False, ondelete: str | None = None
) -> sa.Column[object]:
    foreign_key = sa.ForeignKey(f"{target}.id", name=f"fk_{table}_{column}", ondelete=ondelete)
    return sa.Column(column, sa.Uuid(), foreign_key, nullable=nullable)


def _times() -> tuple[sa.Column[object], sa.Column[object]]:
    return sa.Column("created_at", TIME, nullable=False), sa.Column("updated_at", TIME, nullable=False)
