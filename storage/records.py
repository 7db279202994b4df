"""The domain types: one frozen record per row of the store.

These records travel unchanged from the database to the wire. They hold no behaviour, know no SQL and no
protocol. Field names are the column names; every datetime is timezone-aware UTC; every id is a UUIDv7.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

import attrs

Json = Mapping[str, Any]
"""A JSON object as plain Python values."""

Role = Literal["student", "teacher", "admin"]
Kind = Literal["question", "explain", "hint", "review"]
"""What the student asked for."""

FinishReason = Literal["stop", "length", "cancelled", "error", "fallback"]
"""How an answer ended: complete, cut by the model, cancelled, failed, or given by the built-in tutor instead."""

Moment = Literal["open", "edit", "question", "answer", "hint", "run", "close"]
"""What can happen in a journey, and a note be pinned to."""

Decision = Literal["erased", "kept"]
"""What became of a request to delete."""

TESTS = "taco test: "
"""How the `command` of a run begins that was of a challenge's tests; what follows is how they were run."""

UNUSABLE_PASSWORD = "!"  # noqa: S105 - the marker that says there is no password
"""Hash of a profile nobody can sign in to: no argon2id hash begins with an exclamation mark."""

PLACEHOLDER_EMAIL_DOMAIN = "users.taco.invalid"
"""Reserved domain (RFC 2606) for profiles without an e-mail address: `<user id>@users.taco.invalid`."""


def new_id() -> UUID:
    """Make a UUIDv7: unique without a server, and ordered by the time it was made (RFC 9562)."""
    from uuid_utils.compat import uuid7  # noqa: PLC0415 - 30 ms that `initialize` need not wait for

    return uuid7()


def now() -> datetime:
    """Tell the current time in UTC."""
    return datetime.now(UTC)


@attrs.frozen(kw_only=True)
class Organization:
    """A school: the root of a tenant."""

    id: UUID = attrs.field(factory=new_id)
    name: str
    tutor_policy: Json | None = None
    created_at: datetime = attrs.field(factory=now)
    updated_at: datetime = attrs.field(factory=now)
    deleted_at: datetime | None = None


@attrs.frozen(kw_only=True)
class User:
    """A person, or the local profile of a person without an account.

    `password_hash` is written and never read back: a user from a store has the unusable one.
    """

    id: UUID = attrs.field(factory=new_id)
    organization_id: UUID
    email: str
    password_hash: str = attrs.field(default=UNUSABLE_PASSWORD, repr=False)
    role: Role = "student"
    created_at: datetime = attrs.field(factory=now)
    updated_at: datetime = attrs.field(factory=now)
    deleted_at: datetime | None = None


@attrs.frozen(kw_only=True)
class Class:
    """A class of an organization (`class_` as a variable)."""

    id: UUID = attrs.field(factory=new_id)
    organization_id: UUID
    name: str
    subject: str | None = None
    description: str | None = None
    tutor_policy: Json | None = None
    created_by_user_id: UUID | None = None
    created_at: datetime = attrs.field(factory=now)
    updated_at: datetime = attrs.field(factory=now)
    deleted_at: datetime | None = None


@attrs.frozen(kw_only=True)
class Enrollment:
    """A user's place in a class (table `user_classes`)."""

    user_id: UUID
    class_id: UUID
    enrolled_at: datetime = attrs.field(factory=now)


@attrs.frozen(kw_only=True)
class Model:
    """Something that answers: the built-in tutor or a language model."""

    id: UUID = attrs.field(factory=new_id)
    name: str
    version: str
    description: str | None = None
    parameters: Json | None = None
    prices: Json | None = None
    created_at: datetime = attrs.field(factory=now)


@attrs.frozen(kw_only=True)
class Challenge:
    """A task to solve; without a class it is standalone practice.

    `support_materials` holds starter files, tests, teacher hints and documents. `possible_solutions` must
    never reach a student: see docs/architecture.md, "Invariants".
    """

    id: UUID = attrs.field(factory=new_id)
    class_id: UUID | None = None
    model_id: UUID
    title: str
    statement: str
    support_materials: Json | None = None
    possible_solutions: Json | None = attrs.field(default=None, repr=False)
    tutor_policy: Json | None = None
    created_by_user_id: UUID | None = None
    created_at: datetime = attrs.field(factory=now)
    updated_at: datetime = attrs.field(factory=now)
    deleted_at: datetime | None = None


@attrs.frozen(kw_only=True)
class Session:
    """One sitting of a student at a challenge, from opening to closing."""

    id: UUID = attrs.field(factory=new_id)
    user_id: UUID
    class_id: UUID | None = None
    challenge_id: UUID
    created_at: datetime = attrs.field(factory=now)
    last_message_at: datetime | None = None
    ended_at: datetime | None = None


@attrs.frozen(kw_only=True)
class Interaction:
    """A question and its answer, also when the answer failed or was cancelled (table `llm_interactions`).

    Tokens are counts, `latency_ms` is milliseconds from question to the end of the answer.
    """

    id: UUID = attrs.field(factory=new_id)
    session_id: UUID
    user_id: UUID
    challenge_id: UUID
    user_prompt: str
    model_response: str
    code: str | None = None
    stdin: str | None = None
    stdout: str | None = None
    model_id: UUID
    kind: Kind
    hint_level: int | None = None
    prompt_version: str
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    latency_ms: int
    finish_reason: FinishReason
    guard: Json | None = None
    feedback: Json | None = None
    created_at: datetime = attrs.field(factory=now)


@attrs.frozen(kw_only=True)
class Run:
    """One execution of the student's code; durations in milliseconds, `exit_code` None when it was killed.

    A run of the challenge's tests has a `command` that begins with `TESTS`, and as `code` the whole solution that was
    tested, in the form in which it is saved; it passed when `exit_code` is 0.
    """

    id: UUID = attrs.field(factory=new_id)
    session_id: UUID
    user_id: UUID
    challenge_id: UUID
    interaction_id: UUID | None = None
    code: str
    command: str
    stdin: str = ""
    stdout: str
    stderr: str
    exit_code: int | None = None
    duration_ms: int
    timed_out: bool = False
    created_at: datetime = attrs.field(factory=now)


@attrs.frozen(kw_only=True)
class Solution:
    """The latest saved solution of a user to a challenge (table `challenge_solutions`).

    `solution` is the text of a single file, or canonical JSON `{relative path: text}` of several. `hlc` says which
    of two machines saved later (see `storage.sync.stamps`); the database stamps a save that brings none.
    """

    id: UUID = attrs.field(factory=new_id)
    user_id: UUID
    challenge_id: UUID
    solution: str
    created_at: datetime = attrs.field(factory=now)
    updated_at: datetime = attrs.field(factory=now)
    hlc: int = 0


@attrs.frozen(kw_only=True)
class SolutionRevision:
    """One saved version, append-only (table `challenge_solutions_history`)."""

    id: UUID = attrs.field(factory=new_id)
    session_id: UUID
    user_id: UUID
    challenge_id: UUID
    solution: str
    saved_at: datetime = attrs.field(factory=now)


@attrs.frozen(kw_only=True)
class Note:
    """A teacher's words about one moment of a student's journey, append-only.

    `user_id` is the student, `event_id` the row that the moment was made of; `line` counts from 1 in the code of
    that moment, None when the note is about the moment as a whole.
    """

    id: UUID = attrs.field(factory=new_id)
    session_id: UUID
    user_id: UUID
    challenge_id: UUID
    author_user_id: UUID
    event_id: UUID
    event_kind: Moment
    line: int | None = None
    text: str
    created_at: datetime = attrs.field(factory=now)


@attrs.frozen(kw_only=True)
class RecordingPause:
    """A stretch in which a student's work was not recorded; it goes on while `resumed_at` is None."""

    id: UUID = attrs.field(factory=new_id)
    user_id: UUID
    paused_at: datetime = attrs.field(factory=now)
    resumed_at: datetime | None = None


@attrs.frozen(kw_only=True)
class DeletionRequest:
    """A student's wish that the work at one challenge be erased, and what this store decided.

    The database carries it out: see revision 0006. `reason` says in plain words why something was kept.
    """

    id: UUID = attrs.field(factory=new_id)
    user_id: UUID
    challenge_id: UUID
    requested_at: datetime = attrs.field(factory=now)
    decision: Decision = "erased"
    reason: str = ""


@attrs.frozen(kw_only=True)
class KnowledgeEntry:
    """A passage a tutor may draw on, scoped to an organization, a class or a challenge (table `knowledge_base`).

    `embedding` has any dimension; `metadata` names the model that made it.
    """

    id: UUID = attrs.field(factory=new_id)
    organization_id: UUID
    class_id: UUID | None = None
    challenge_id: UUID | None = None
    created_by_user_id: UUID | None = None
    text: str
    metadata: Json | None = None
    embedding: tuple[float, ...] | None = attrs.field(default=None, repr=False)
    created_at: datetime = attrs.field(factory=now)
