"""What a store takes and gives besides the records; plain data, importable without a database library."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple
from uuid import UUID

import attrs

from storage.records import (
    Challenge,
    Interaction,
    Note,
    Role,
    Run,
    Session,
    Solution,
    SolutionRevision,
)


@attrs.frozen(kw_only=True)
class StoreInfo:
    """What was found and done when the store was opened.

    `recovered` is where a corrupt file was moved to, `backup` the copy made before an upgrade.
    """

    url: str
    """Without a password."""
    dialect: str
    path: Path | None
    """None unless the store is a file."""
    revision: str
    read_only: bool = False
    recovered: Path | None = None
    backup: Path | None = None


@attrs.frozen(kw_only=True)
class SessionOwner:
    """The process that holds a session open, so that another can end it after a crash."""

    host: str
    pid: int


@attrs.frozen(kw_only=True)
class Saved:
    """A save: the current solution, and the new version (None when nothing had changed)."""

    solution: Solution
    revision: SolutionRevision | None


@attrs.frozen(kw_only=True)
class ChallengeSource:
    """A challenge and what it was made from, as its `support_materials` say under `source`; None when they do not."""

    id: UUID
    title: str
    source: Any
    deleted_at: datetime | None


@attrs.frozen(kw_only=True)
class JourneyRows:
    """Everything a timeline is made of, each list ordered by time; deleted challenges included."""

    sessions: list[Session]
    interactions: list[Interaction]
    runs: list[Run]
    revisions: list[SolutionRevision]
    challenges: list[Challenge]
    notes: list[Note] = attrs.Factory(list)


@attrs.frozen(kw_only=True)
class ProtectedPassword:
    """A password as stores keep it: the argon2id hash for every store, the SCRAM verifier for a server's login."""

    argon2id: str = attrs.field(repr=False)
    scram: str = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class Member:
    """Somebody enrolled in a class."""

    user_id: UUID
    email: str
    role: Role
    enrolled_at: datetime


@attrs.frozen(kw_only=True)
class Claimed:
    """What became an account's: how many rows, and of which local profile (None when there was nothing to claim)."""

    profile_id: UUID | None = None
    sessions: int = 0
    interactions: int = 0
    runs: int = 0
    revisions: int = 0


Dimension = Literal["class", "challenge", "model"]
"""What usage is summed up by."""


@attrs.frozen(kw_only=True)
class Tally:
    """What one model did for one class, challenge or model.

    `answers` are rows, failed and held-back ones included; tokens are counted where the endpoint told.
    """

    group_id: UUID | None
    model_id: UUID
    questions: int
    answers: int
    blocked: int
    prompt_tokens: int
    completion_tokens: int


@attrs.frozen(kw_only=True)
class Latency:
    """Milliseconds until an answer was complete: the median and the 95th percentile (nearest rank)."""

    group_id: UUID | None
    median_ms: int
    p95_ms: int


Seat = tuple[UUID, UUID]
"""A student and a challenge."""


class SeatTally(NamedTuple):
    """What one student did at one challenge, counted. Ids of events are the texts of UUIDs, lists are in no order.

    `ok_id` is the last run if it ended well, `passed_id` the last run of the tests that passed on what is saved now;
    `hint_ids` and `unhelped_ids` are answers since the last run that ended well.
    `active_at` is the last run, save or answer; `last_at` may also be the end of a session.
    """

    user_id: UUID
    challenge_id: UUID
    sessions: int
    last_at: datetime
    active_at: datetime | None = None
    runs: int = 0
    failed: int = 0
    ok_id: str | None = None
    failed_id: str | None = None
    failed_at: datetime | None = None
    saves: int = 0
    saved_id: str | None = None
    passed_id: str | None = None
    questions: int = 0
    hints: int = 0
    top_hint: int = 0
    hint_ids: tuple[str, ...] = ()
    unhelped_ids: tuple[str, ...] = ()


class OpenFailure(NamedTuple):
    """A failed run that no run that ended well has followed; `words` are the last of its errors."""

    id: str
    seat: Seat
    timed_out: bool
    words: str


class FailureCount(NamedTuple):
    """Failed runs of one student that ended with the same words, and the latest of them."""

    user_id: UUID
    timed_out: bool
    words: str
    times: int
    last_id: str


class Asked(NamedTuple):
    """A question: the beginning of its words."""

    id: str
    seat: Seat
    words: str


class RungCount(NamedTuple):
    """How many hints of a rung were given at a challenge."""

    challenge_id: UUID
    hint_level: int
    times: int


@attrs.frozen(kw_only=True, slots=False)
class ClassSeats:
    """The students of a class, its challenges, and in numbers what each of them did at each."""

    students: dict[UUID, str]
    challenges: dict[UUID, str]
    seats: list[SeatTally]


@attrs.frozen(kw_only=True, slots=False)
class ClassEvents:
    """What failed in a class, what was asked, and what answered."""

    open_failures: list[OpenFailure]
    failures: list[FailureCount]
    asked: list[Asked]
    rungs: list[RungCount]
    usage: list[Tally]


# Without slots, of which a class with two bases would have two layouts.
@attrs.frozen(kw_only=True, slots=False)
class ClassRows(ClassSeats, ClassEvents):
    """What an overview of a class is made of."""
