"""Which tables travel, in what order, who sends them, and how two versions of a row become one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import attrs
import sqlalchemy as sa

from storage import tables as t
from storage.records import Role
from storage.sync.values import TABLES

Who = Literal["nobody", "owner", "author", "anyone"]
"""Who sends a table's rows: its owner alone (`owner`), those who teach, and a student their own (`author`)."""


@attrs.frozen(kw_only=True)
class Synced:
    """How one table travels.

    Attributes:
        key: what a row is known by on every machine.
        sent_by: whose outbox its changes leave from.
        parents: the table that each column refers to.
        merged: what changes after the first push, and how: the column becomes this SQL of `old` and `new`.
        newer: SQL that says whether `new` replaces `old`; without it a pushed row always does.
        withheld: columns that never leave the server.
        taught: columns that only those who teach send and get.
        decided_there: the server has a say in a new row, so it comes back as it became.
    """

    table: sa.Table
    key: tuple[str, ...] = ("id",)
    sent_by: Who = "owner"
    parents: Mapping[str, str] = attrs.field(factory=dict)
    merged: Mapping[str, str] = attrs.field(factory=dict)
    newer: str | None = None
    withheld: frozenset[str] = frozenset()
    taught: frozenset[str] = frozenset()
    decided_there: bool = False

    @property
    def name(self) -> str:
        """The table's name."""
        return self.table.name

    def columns(self, role: Role) -> tuple[str, ...]:
        """What of a row travels to and from somebody with this role."""
        hidden = self.withheld | self.taught if role == "student" else self.withheld
        return tuple(column.name for column in self.table.c if column.name not in hidden)

    @property
    def named_by(self) -> tuple[str, ...]:
        """What a change names a row by: its id, or an enrolment's two."""
        return ("id",) if "id" in self.table.c else self.key

    def sent_as(self, role: Role) -> bool:
        """Tell whether somebody with this role sends rows of this table."""
        if self.sent_by == "author":
            return role != "student" or self.table is t.challenges
        return self.sent_by != "nobody"


_NEW, _NEWEST = "new.{0}", "greatest(old.{0}, new.{0})"


def _all(*columns: str) -> dict[str, str]:
    return {column: _NEW.format(column) for column in columns}


def _latest(own: str) -> str:
    """The later change wins; a time in the future, of a clock that went wrong, holds no row for itself."""
    return f"new.{own} > old.{own} OR old.{own} > now() + interval '5 minutes' AND new.{own} <> old.{own}"


_WORK = {"user_id": "users", "challenge_id": "challenges"}
_IN_SESSION = {"session_id": "sessions", **_WORK}

_SYNCED = (
    Synced(table=t.organizations, sent_by="nobody"),
    Synced(
        table=t.users,
        sent_by="nobody",
        parents={"organization_id": "organizations"},
        withheld=frozenset({"password_hash"}),
    ),
    Synced(
        table=t.classes,
        sent_by="author",
        parents={"organization_id": "organizations", "created_by_user_id": "users"},
        merged=_all("name", "subject", "description", "tutor_policy", "updated_at", "deleted_at"),
        newer=_latest("updated_at"),
    ),
    Synced(
        table=t.user_classes,
        key=("user_id", "class_id"),
        sent_by="nobody",
        parents={"user_id": "users", "class_id": "classes"},
    ),
    Synced(table=t.models, sent_by="anyone"),
    Synced(
        table=t.challenges,
        sent_by="author",
        parents={"class_id": "classes", "model_id": "models", "created_by_user_id": "users"},
        merged=_all(
            "title", "statement", "support_materials", "possible_solutions", "tutor_policy", "updated_at", "deleted_at"
        ),
        newer=_latest("updated_at"),
        taught=frozenset({"possible_solutions"}),
    ),
    Synced(
        table=t.sessions,
        parents={"class_id": "classes", **_WORK},
        merged={
            "last_message_at": _NEWEST.format("last_message_at"),
            "ended_at": "coalesce(old.ended_at, new.ended_at)",
        },
    ),
    Synced(
        table=t.llm_interactions,
        parents={"model_id": "models", **_IN_SESSION},
        merged={column: f"coalesce(new.{column}, old.{column})" for column in ("stdin", "stdout", "feedback")},
    ),
    Synced(table=t.runs, parents={"interaction_id": "llm_interactions", **_IN_SESSION}),
    Synced(
        table=t.challenge_solutions,
        key=("user_id", "challenge_id"),
        parents=_WORK,
        merged=_all("solution", "updated_at", "hlc"),
        # Equal stamps of different saves: the greater text, so that every machine chooses the same.
        newer="(new.hlc, new.solution) > (old.hlc, old.solution)",
    ),
    Synced(table=t.challenge_solutions_history, parents=_IN_SESSION),
    Synced(table=t.notes, parents={"author_user_id": "users", **_IN_SESSION}),
    Synced(
        table=t.recording_pauses,
        parents={"user_id": "users"},
        merged={"resumed_at": "coalesce(old.resumed_at, new.resumed_at)"},
    ),
    Synced(table=t.deletion_requests, parents=_WORK, decided_there=True),
    Synced(
        table=t.knowledge_base,
        sent_by="author",
        parents={
            "organization_id": "organizations",
            "class_id": "classes",
            "challenge_id": "challenges",
            "created_by_user_id": "users",
        },
        merged=_all("metadata", "embedding"),
    ),
)

SYNCED: Mapping[str, Synced] = {table.name: table for table in _SYNCED}
"""Every table that travels, parents first."""

assert tuple(SYNCED) == TABLES
