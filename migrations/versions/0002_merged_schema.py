"""The merged schema: the draft plus history, runs, models and titles, without losing a row.

What the draft could not say is filled in: a placeholder e-mail and an unusable password, a title from the
statement, the built-in tutor as default model, and `unknown` for the model of old answers. Of the saved rows
the latest per user and challenge stays current, and every one becomes history. A row whose parent is missing,
or that hangs on another user's session, gets a recovered parent, marked deleted where that can be said.

When the draft's sessions ended is not known, so their `ended_at` stays empty.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB
from uuid_utils.compat import uuid7

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")
TIME = sa.DateTime(timezone=True)
BUILTIN_TUTOR = UUID("019aaf00-0000-7000-8000-000000000001")
"""The same in every store, so that stores that sync agree on it."""
RECOVERED = "Recovered"

_UUID_COLUMNS = {
    "organizations": ["id"],
    "users": ["id", "organization_id"],
    "classes": ["id", "organization_id", "created_by_user_id"],
    "user_classes": ["user_id", "class_id"],
    "models": ["id"],
    "challenges": ["id", "class_id", "created_by_user_id"],
    "sessions": ["id", "user_id", "class_id", "challenge_id"],
    "llm_interactions": ["id", "session_id", "user_id", "challenge_id"],
    "challenge_solutions": ["id", "class_id", "challenge_id", "session_id", "user_id"],
    "knowledge_base": ["id", "organization_id", "class_id", "created_by_user_id"],
}
_PARENT_OF = {
    "organization_id": "organizations",
    "user_id": "users",
    "created_by_user_id": "users",
    "class_id": "classes",
    "challenge_id": "challenges",
}


def upgrade() -> None:
    """Bring the draft to the merged schema; the order is parents before children."""
    if op.get_bind().dialect.name == "sqlite":
        _normalise_ids()
    _adopt_people()
    _users()
    _classes()
    _models()
    _challenges()
    _sessions()
    _interactions()
    _solutions()
    _knowledge()
    _new_tables()


def downgrade() -> None:
    """Refuse: the draft has no place for the history, the runs and the e-mail addresses."""
    raise NotImplementedError("The draft schema would lose rows; go back to the backup made before the upgrade.")


# People


def _normalise_ids() -> None:
    """Write ids as SQLAlchemy does on SQLite, 32 hex digits, where somebody filled the draft by hand."""
    for name, columns in _UUID_COLUMNS.items():
        for column in columns:
            op.execute(
                f"UPDATE {name} SET {column} = lower(replace({column}, '-', '')) "  # noqa: S608 - constants
                f"WHERE {column} <> lower(replace({column}, '-', ''))"
            )


def _adopt_people() -> None:
    organizations, users, classes = (_missing(name) for name in ("organizations", "users", "classes"))
    home = uuid7()
    if users or classes:
        organizations.append(home)
    _insert("organizations", [{"id": id_, "name": RECOVERED, **_deleted_now()} for id_ in organizations])
    _insert("users", [{"id": id_, "organization_id": home, "role": "student", **_deleted_now()} for id_ in users])
    _insert("classes", [{"id": id_, "organization_id": home, "name": RECOVERED, **_deleted_now()} for id_ in classes])


def _users() -> None:
    op.add_column("users", sa.Column("email", sa.Text()))
    op.add_column("users", sa.Column("password_hash", sa.Text()))
    users = _table("users", "id", "email", "password_hash", "role")
    ids = op.get_bind().execute(sa.select(users.c.id)).scalars().all()
    _update_each(users, [{"key": id_, "email": f"{id_}@users.taco.invalid"} for id_ in ids])
    op.execute(sa.update(users).values(password_hash="!", role=sa.func.lower(sa.func.trim(users.c.role))))  # noqa: S106
    known = ["student", "teacher", "admin"]
    op.execute(sa.update(users).where(users.c.role.not_in(known)).values(role="student"))  # the least rights
    with op.batch_alter_table("users") as batch:
        batch.alter_column("email", existing_type=sa.Text(), nullable=False)
        batch.alter_column("password_hash", existing_type=sa.Text(), nullable=False)
        batch.create_check_constraint("ck_users_role", "role IN ('student', 'teacher', 'admin')")
    alive = sa.text("deleted_at IS NULL")
    op.create_index("uq_users_email", "users", ["email"], unique=True, sqlite_where=alive, postgresql_where=alive)
    _index("users", "organization_id")


def _classes() -> None:
    op.add_column("classes", sa.Column("description", sa.Text()))
    _index("classes", "organization_id")
    op.add_column("user_classes", sa.Column("enrolled_at", TIME))
    # Nobody was enrolled before both existed; the draft says no more.
    op.execute(
        "UPDATE user_classes SET enrolled_at = (SELECT CASE WHEN u.created_at > c.created_at"
        " THEN u.created_at ELSE c.created_at END FROM users u, classes c"
        " WHERE u.id = user_classes.user_id AND c.id = user_classes.class_id)"
    )
    with op.batch_alter_table("user_classes") as batch:
        batch.alter_column("enrolled_at", existing_type=TIME, nullable=False)
    _index("user_classes", "class_id")


# Work


def _models() -> None:
    _ensure_model(BUILTIN_TUTOR, "taco-builtin", "1", "The built-in tutor: no key, no network.")


def _challenges() -> None:
    for column in (
        sa.Column("title", sa.Text()),
        sa.Column("model_id", sa.Uuid()),
        sa.Column("support_materials", JSON),
        sa.Column("possible_solutions", JSON),
        sa.Column("tutor_policy", JSON),
        sa.Column("deleted_at", TIME),
    ):
        op.add_column("challenges", column)
    challenges = _table("challenges", "id", "title", "statement", "model_id")
    rows = op.get_bind().execute(sa.select(challenges.c.id, challenges.c.statement)).all()
    _update_each(challenges, [{"key": row.id, "title": _title(row.statement)} for row in rows])
    builtin = _model_id("taco-builtin", "1")
    op.execute(sa.update(challenges).values(model_id=builtin))
    with op.batch_alter_table("challenges") as batch:
        batch.alter_column("class_id", existing_type=sa.Uuid(), nullable=True)
        batch.alter_column("title", existing_type=sa.Text(), nullable=False)
        batch.alter_column("model_id", existing_type=sa.Uuid(), nullable=False)
        batch.create_foreign_key("fk_challenges_model_id", "models", ["model_id"], ["id"])
    _index("challenges", "class_id", "created_at")
    recovered = {"title": RECOVERED, "statement": "", "model_id": builtin, **_deleted_now()}
    _insert("challenges", [{"id": id_, **recovered} for id_ in _missing("challenges")])


def _sessions() -> None:
    op.add_column("sessions", sa.Column("ended_at", TIME))
    with op.batch_alter_table("sessions") as batch:
        batch.alter_column("class_id", existing_type=sa.Uuid(), nullable=True)
        batch.create_unique_constraint("uq_sessions_id_user_id", ["id", "user_id"])
    _index("sessions", "user_id", "created_at")
    _index("sessions", "class_id", "created_at")
    _index("sessions", "challenge_id", "created_at")
    _adopt_work()


def _adopt_work() -> None:
    """Give every row without a session of its own user one: under its old id when that is free."""
    bind = op.get_bind()
    sessions = _table("sessions", "id", "user_id")
    children = [
        _table(name, "session_id", "user_id", "challenge_id", "created_at")
        for name in ("challenge_solutions", "llm_interactions")
    ]
    strays = sa.union_all(
        *(
            sa.select(child).where(
                ~sa.exists().where(sessions.c.id == child.c.session_id, sessions.c.user_id == child.c.user_id)
            )
            for child in children
        )
    ).subquery()
    taken = set(bind.execute(sa.select(sessions.c.id)).scalars())
    adopted: dict[tuple[UUID, UUID], UUID] = {}
    for row in bind.execute(sa.select(strays).order_by(strays.c.created_at)).all():
        if (row.session_id, row.user_id) in adopted:
            continue
        id_ = uuid7() if row.session_id in taken else row.session_id
        taken.add(id_)
        adopted[row.session_id, row.user_id] = id_
        session = {"id": id_, "user_id": row.user_id, "challenge_id": row.challenge_id, "created_at": row.created_at}
        _insert("sessions", [session])
        for child in children:
            theirs = (child.c.session_id == row.session_id, child.c.user_id == row.user_id)
            bind.execute(sa.update(child).where(*theirs).values(session_id=id_))


def _interactions() -> None:
    for name, type_ in _INTERACTION_COLUMNS.items():
        op.add_column("llm_interactions", sa.Column(name, type_))
    interactions = _table("llm_interactions", "id", "model_id", *_INTERACTION_COLUMNS)
    if op.get_bind().execute(sa.select(interactions.c.id).limit(1)).first():
        _ensure_model(uuid7(), "unknown", "draft", "Answered before the model was recorded.")
        unknown = {"kind": "question", "prompt_version": "draft", "latency_ms": 0, "finish_reason": "stop"}
        op.execute(sa.update(interactions).values(model_id=_model_id("unknown", "draft"), **unknown))
    with op.batch_alter_table("llm_interactions") as batch:
        for name in ("model_id", "kind", "prompt_version", "latency_ms", "finish_reason"):
            batch.alter_column(name, existing_type=_INTERACTION_COLUMNS[name], nullable=False)
        batch.create_foreign_key("fk_llm_interactions_model_id", "models", ["model_id"], ["id"])
        batch.drop_constraint("fk_llm_interactions_session_id", type_="foreignkey")
        batch.create_foreign_key(
            "fk_llm_interactions_session_id_user_id",
            "sessions",
            ["session_id", "user_id"],
            ["id", "user_id"],
            ondelete="CASCADE",
        )
        batch.create_check_constraint("ck_llm_interactions_kind", "kind IN ('question', 'explain', 'hint', 'review')")
        batch.create_check_constraint(
            "ck_llm_interactions_finish_reason",
            "finish_reason IN ('stop', 'length', 'cancelled', 'error', 'fallback')",
        )
    _work_indexes("llm_interactions", "created_at")


_INTERACTION_COLUMNS: dict[str, Any] = {
    "model_id": sa.Uuid(),
    "kind": sa.Text(),
    "hint_level": sa.Integer(),
    "prompt_version": sa.Text(),
    "prompt_tokens": sa.Integer(),
    "completion_tokens": sa.Integer(),
    "latency_ms": sa.Integer(),
    "finish_reason": sa.Text(),
    "guard": JSON,
    "feedback": JSON,
}


def _solutions() -> None:
    _create_work_table(
        "challenge_solutions_history",
        sa.Column("solution", sa.Text(), nullable=False),
        sa.Column("saved_at", TIME, nullable=False),
    )
    op.execute(
        "INSERT INTO challenge_solutions_history (id, session_id, user_id, challenge_id, solution, saved_at)"
        " SELECT id, session_id, user_id, challenge_id, solution, updated_at FROM challenge_solutions"
    )
    _work_indexes("challenge_solutions_history", "saved_at")
    op.execute(
        "DELETE FROM challenge_solutions WHERE id IN (SELECT id FROM (SELECT id, row_number() OVER"
        " (PARTITION BY user_id, challenge_id ORDER BY updated_at DESC, created_at DESC, id DESC) AS place"
        " FROM challenge_solutions) AS ranked WHERE place > 1)"
    )
    with op.batch_alter_table("challenge_solutions") as batch:
        batch.drop_column("class_id")
        batch.drop_column("session_id")
        batch.create_unique_constraint("uq_challenge_solutions_user_id_challenge_id", ["user_id", "challenge_id"])
    _index("challenge_solutions", "challenge_id")


def _knowledge() -> None:
    with op.batch_alter_table("knowledge_base") as batch:
        batch.add_column(sa.Column("challenge_id", sa.Uuid()))
        batch.create_foreign_key("fk_knowledge_base_challenge_id", "challenges", ["challenge_id"], ["id"])
    _index("knowledge_base", "organization_id", "class_id", "challenge_id")


def _new_tables() -> None:
    texts = ("code", "command", "stdin", "stdout", "stderr")
    _create_work_table(
        "runs",
        _reference("runs", "interaction_id", "llm_interactions", nullable=True, ondelete="SET NULL"),
        *(sa.Column(name, sa.Text(), nullable=False) for name in texts),
        sa.Column("exit_code", sa.BigInteger()),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column("timed_out", sa.Boolean(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
    )
    _work_indexes("runs", "created_at")
    _index("runs", "interaction_id")
    op.create_table(
        "session_owners",
        _reference("session_owners", "session_id", "sessions", ondelete="CASCADE"),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("since", TIME, nullable=False),
        sa.PrimaryKeyConstraint("session_id", name="pk_session_owners"),
    )
    _index("session_owners", "host")
    op.create_table(
        "store_meta",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", JSON, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_store_meta"),
    )


# Tools


def _create_work_table(name: str, *columns: sa.schema.SchemaItem) -> None:
    """Make a table of rows that belong to a session of their user."""
    op.create_table(
        name,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        _reference(name, "user_id", "users"),
        _reference(name, "challenge_id", "challenges"),
        *columns,
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        sa.ForeignKeyConstraint(
            ["session_id", "user_id"],
            ["sessions.id", "sessions.user_id"],
            name=f"fk_{name}_session_id_user_id",
            ondelete="CASCADE",
        ),
    )


def _reference(
    table: str, column: str, target: str, *, nullable: bool = False, ondelete: str | None = None
) -> sa.Column[Any]:
    foreign_key = sa.ForeignKey(f"{target}.id", name=f"fk_{table}_{column}", ondelete=ondelete)
    return sa.Column(column, sa.Uuid(), foreign_key, nullable=nullable)


def _work_indexes(table: str, time: str) -> None:
    _index(table, "session_id", time)
    _index(table, "user_id", "challenge_id", time)
    _index(table, "challenge_id", time)


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def _type_of(column: str) -> Any:
    if column == "id" or column.endswith("_id"):
        return sa.Uuid()
    return TIME if column.endswith("_at") else _INTERACTION_COLUMNS.get(column, sa.Text())


def _table(name: str, *columns: str) -> sa.TableClause:
    return sa.table(name, *(sa.column(column, _type_of(column)) for column in dict.fromkeys(columns)))


def _insert(name: str, rows: list[dict[str, Any]]) -> None:
    if rows:
        op.get_bind().execute(sa.insert(_table(name, *rows[0])), rows)


def _update_each(table: sa.TableClause, rows: list[dict[str, Any]]) -> None:
    """Set the columns of each row dictionary where the id is its `key`."""
    if rows:
        op.get_bind().execute(sa.update(table).where(table.c.id == sa.bindparam("key")), rows)


def _missing(parent: str) -> list[UUID]:
    """List the ids that rows refer to and that the parent table lacks (never any where keys are enforced)."""
    parents = _table(parent, "id")
    wanted = []
    for name, columns in _UUID_COLUMNS.items():
        child = _table(name, *columns)
        for column in (child.c[column] for column in columns if _PARENT_OF.get(column) == parent):
            absent = ~sa.exists().where(parents.c.id == column)
            wanted.append(sa.select(column).where(column.is_not(None), absent))
    return list(op.get_bind().execute(sa.union(*wanted)).scalars())


def _deleted_now() -> dict[str, datetime]:
    now = datetime.now(UTC)
    return {"created_at": now, "updated_at": now, "deleted_at": now}


def _ensure_model(id_: UUID, name: str, version: str, description: str) -> None:
    if _model_id(name, version) is None:
        model = {"id": id_, "name": name, "version": version, "description": description}
        _insert("models", [{**model, "created_at": datetime.now(UTC)}])


def _model_id(name: str, version: str) -> UUID | None:
    models = _table("models", "id", "name", "version")
    found = op.get_bind().execute(sa.select(models.c.id).where(models.c.name == name, models.c.version == version))
    return found.scalar_one_or_none()


def _title(statement: str) -> str:
    """Take the first line that says something, without Markdown's heading marks."""
    lines = (line.strip().lstrip("#").strip() for line in statement.splitlines())
    title = next((line for line in lines if line), "Untitled")
    return title if len(title) <= 120 else f"{title[:119]}…"
