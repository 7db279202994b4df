"""The merged schema as SQLAlchemy Core tables. Private to storage; the migrations make it, a test compares.

Names and columns are a contract with people who query the file; every rule that can be a constraint is one.
"""

from __future__ import annotations

from typing import get_args

import sqlalchemy as sa

from storage import records as r
from storage.columns import Float32Vector, JsonValue, StoredText, UtcDateTime

metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

WRITE_ONLY = "write only"
"""Marks, in a column's `info`, what no query reads: a school's database gives nobody the right to."""


def _id() -> sa.Column[object]:
    return sa.Column("id", sa.Uuid(), primary_key=True)


def _reference(name: str, target: str, *, optional: bool = False, ondelete: str | None = None) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), sa.ForeignKey(target, ondelete=ondelete), nullable=optional)


def _text(name: str, *, optional: bool = False) -> sa.Column[str]:
    return sa.Column(name, StoredText(), nullable=optional)


def _json(name: str) -> sa.Column[object]:
    return sa.Column(name, JsonValue, nullable=True)


def _time(name: str, *, optional: bool = False) -> sa.Column[object]:
    return sa.Column(name, UtcDateTime(), nullable=optional)


def _integer(name: str, *, optional: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=optional)


def _one_of(column: str, values: object) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in get_args(values))
    return sa.CheckConstraint(f"{column} IN ({listed})", name=column)


def _own_session() -> sa.ForeignKeyConstraint:
    """Nobody attaches rows to another's session."""
    return sa.ForeignKeyConstraint(["session_id", "user_id"], ["sessions.id", "sessions.user_id"], ondelete="CASCADE")


organizations = sa.Table(
    "organizations",
    metadata,
    _id(),
    _text("name"),
    _json("tutor_policy"),
    _time("created_at"),
    _time("updated_at"),
    _time("deleted_at", optional=True),
)

users = sa.Table(
    "users",
    metadata,
    _id(),
    _reference("organization_id", "organizations.id"),
    _text("email"),
    sa.Column("password_hash", StoredText(), nullable=False, info={WRITE_ONLY: True}),
    _text("role"),
    _time("created_at"),
    _time("updated_at"),
    _time("deleted_at", optional=True),
    _one_of("role", r.Role),
    sa.Index(None, "organization_id"),
)
sa.Index(
    "uq_users_email",
    users.c.email,
    unique=True,
    sqlite_where=users.c.deleted_at.is_(None),
    postgresql_where=users.c.deleted_at.is_(None),
)

classes = sa.Table(
    "classes",
    metadata,
    _id(),
    _reference("organization_id", "organizations.id"),
    _text("name"),
    _text("subject", optional=True),
    _text("description", optional=True),
    _json("tutor_policy"),
    _reference("created_by_user_id", "users.id", optional=True),
    _time("created_at"),
    _time("updated_at"),
    _time("deleted_at", optional=True),
    sa.Index(None, "organization_id"),
    sa.Index(None, "created_by_user_id"),
)

user_classes = sa.Table(
    "user_classes",
    metadata,
    sa.Column("user_id", sa.Uuid(), sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("class_id", sa.Uuid(), sa.ForeignKey("classes.id", ondelete="CASCADE"), primary_key=True),
    _time("enrolled_at"),
    sa.Index(None, "class_id"),
)

models = sa.Table(
    "models",
    metadata,
    _id(),
    _text("name"),
    _text("version"),
    _text("description", optional=True),
    _json("parameters"),
    _json("prices"),
    _time("created_at"),
    sa.UniqueConstraint("name", "version"),
)

challenges = sa.Table(
    "challenges",
    metadata,
    _id(),
    _reference("class_id", "classes.id", optional=True),
    _reference("model_id", "models.id"),
    _text("title"),
    _text("statement"),
    _json("support_materials"),
    _json("possible_solutions"),
    _json("tutor_policy"),
    _reference("created_by_user_id", "users.id", optional=True),
    _time("created_at"),
    _time("updated_at"),
    _time("deleted_at", optional=True),
    sa.Index(None, "class_id", "created_at"),
    sa.Index(None, "created_by_user_id"),
)

sessions = sa.Table(
    "sessions",
    metadata,
    _id(),
    _reference("user_id", "users.id"),
    _reference("class_id", "classes.id", optional=True),
    _reference("challenge_id", "challenges.id"),
    _time("created_at"),
    _time("last_message_at", optional=True),
    _time("ended_at", optional=True),
    sa.UniqueConstraint("id", "user_id"),  # what the composite foreign keys point at
    sa.Index(None, "user_id", "created_at"),
    sa.Index(None, "class_id", "created_at"),
    sa.Index(None, "challenge_id", "created_at"),
)

session_owners = sa.Table(
    "session_owners",
    metadata,
    sa.Column("session_id", sa.Uuid(), sa.ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True),
    _text("host"),
    _integer("pid"),
    _time("since"),
    sa.Index(None, "host"),
)

llm_interactions = sa.Table(
    "llm_interactions",
    metadata,
    _id(),
    sa.Column("session_id", sa.Uuid(), nullable=False),
    _reference("user_id", "users.id"),
    _reference("challenge_id", "challenges.id"),
    _text("user_prompt"),
    _text("model_response"),
    _text("code", optional=True),
    _text("stdin", optional=True),
    _text("stdout", optional=True),
    _reference("model_id", "models.id"),
    _text("kind"),
    _integer("hint_level", optional=True),
    _text("prompt_version"),
    _integer("prompt_tokens", optional=True),
    _integer("completion_tokens", optional=True),
    _integer("latency_ms"),
    _text("finish_reason"),
    _json("guard"),
    _json("feedback"),
    _time("created_at"),
    _own_session(),
    _one_of("kind", r.Kind),
    _one_of("finish_reason", r.FinishReason),
    sa.Index(None, "session_id", "created_at"),
    sa.Index(None, "user_id", "created_at"),
    sa.Index(None, "user_id", "challenge_id", "created_at"),
    sa.Index(None, "challenge_id", "created_at"),
)

runs = sa.Table(
    "runs",
    metadata,
    _id(),
    sa.Column("session_id", sa.Uuid(), nullable=False),
    _reference("user_id", "users.id"),
    _reference("challenge_id", "challenges.id"),
    _reference("interaction_id", "llm_interactions.id", optional=True, ondelete="SET NULL"),
    _text("code"),
    _text("command"),
    _text("stdin"),
    _text("stdout"),
    _text("stderr"),
    sa.Column("exit_code", sa.BigInteger(), nullable=True),  # Windows: unsigned 32 bits
    _integer("duration_ms"),
    sa.Column("timed_out", sa.Boolean(), nullable=False),
    _time("created_at"),
    _own_session(),
    sa.Index(None, "session_id", "created_at"),
    sa.Index(None, "user_id", "created_at"),
    sa.Index(None, "user_id", "challenge_id", "created_at"),
    sa.Index(None, "challenge_id", "created_at"),
    sa.Index(None, "interaction_id"),
)

challenge_solutions = sa.Table(
    "challenge_solutions",
    metadata,
    _id(),
    _reference("user_id", "users.id"),
    _reference("challenge_id", "challenges.id"),
    _text("solution"),
    _time("created_at"),
    _time("updated_at"),
    sa.Column("hlc", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
    sa.UniqueConstraint("user_id", "challenge_id"),
    sa.Index(None, "challenge_id"),
)

challenge_solutions_history = sa.Table(
    "challenge_solutions_history",
    metadata,
    _id(),
    sa.Column("session_id", sa.Uuid(), nullable=False),
    _reference("user_id", "users.id"),
    _reference("challenge_id", "challenges.id"),
    _text("solution"),
    _time("saved_at"),
    _own_session(),
    sa.Index(None, "session_id", "saved_at"),
    sa.Index(None, "user_id", "saved_at"),
    sa.Index(None, "user_id", "challenge_id", "saved_at"),
    sa.Index(None, "challenge_id", "saved_at"),
)

knowledge_base = sa.Table(
    "knowledge_base",
    metadata,
    _id(),
    _reference("organization_id", "organizations.id"),
    _reference("class_id", "classes.id", optional=True),
    _reference("challenge_id", "challenges.id", optional=True),
    _reference("created_by_user_id", "users.id", optional=True),
    _text("text"),
    _json("metadata"),
    sa.Column("embedding", Float32Vector(), nullable=True),
    _time("created_at"),
    sa.Index(None, "organization_id", "class_id", "challenge_id"),
)

notes = sa.Table(
    "notes",
    metadata,
    _id(),
    sa.Column("session_id", sa.Uuid(), nullable=False),
    _reference("user_id", "users.id"),
    _reference("challenge_id", "challenges.id"),
    _reference("author_user_id", "users.id"),
    sa.Column("event_id", sa.Uuid(), nullable=False),
    _text("event_kind"),
    _integer("line", optional=True),
    _text("text"),
    _time("created_at"),
    _own_session(),
    _one_of("event_kind", r.Moment),
    sa.Index(None, "session_id", "created_at"),
    sa.Index(None, "user_id", "challenge_id", "created_at"),
)

recording_pauses = sa.Table(
    "recording_pauses",
    metadata,
    _id(),
    _reference("user_id", "users.id"),
    _time("paused_at"),
    _time("resumed_at", optional=True),
    sa.Index(None, "user_id", "paused_at"),
)

deletion_requests = sa.Table(
    "deletion_requests",
    metadata,
    _id(),
    _reference("user_id", "users.id"),
    _reference("challenge_id", "challenges.id"),
    _time("requested_at"),
    _text("decision"),
    _text("reason"),
    _one_of("decision", r.Decision),
    sa.Index(None, "user_id", "challenge_id"),
)

store_meta = sa.Table(
    "store_meta",
    metadata,
    sa.Column("key", StoredText(), primary_key=True),
    sa.Column("value", JsonValue, nullable=False),
)

TABLE_OF: dict[type, sa.Table] = {
    r.Organization: organizations,
    r.User: users,
    r.Class: classes,
    r.Enrollment: user_classes,
    r.Model: models,
    r.Challenge: challenges,
    r.Session: sessions,
    r.Interaction: llm_interactions,
    r.Run: runs,
    r.Solution: challenge_solutions,
    r.SolutionRevision: challenge_solutions_history,
    r.KnowledgeEntry: knowledge_base,
    r.Note: notes,
    r.RecordingPause: recording_pauses,
    r.DeletionRequest: deletion_requests,
}
