"""Rows as a research export reads them: plain tuples with names, since there may be a million of them.

`user`, `challenge`, `session` and `id` are the texts of UUIDs; times are texts too, in UTC and to the microsecond, such
as `2026-03-02T09:00:00.000000`, so that they are in order when their texts are.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import attrs


@attrs.frozen(kw_only=True)
class ExportFilter:
    """What to export: everything, or one class, one challenge, what happened since a moment."""

    class_id: UUID | None = None
    challenge_id: UUID | None = None
    since: datetime | None = None


@attrs.frozen(kw_only=True)
class ExportChallenge:
    """A challenge: its class, if it has one, its main file, and what the student began with."""

    class_id: str | None
    title: str
    main: str
    starter: str | None


class SessionRow(NamedTuple):
    """A sitting; `at` is its beginning."""

    at: str
    user: str
    challenge: str
    id: str
    ended_at: str | None


class AnswerRow(NamedTuple):
    """A question and its answer; `guard` and `feedback` are JSON, the same for most."""

    at: str
    user: str
    challenge: str
    id: str
    session: str
    kind: str
    hint_level: int | None
    question: str
    answer: str
    code: str | None
    model: str
    prompt_version: str
    prompt_tokens: int | None
    completion_tokens: int | None
    latency_ms: int
    finish_reason: str
    guard: str | None
    feedback: str | None


class RunRow(NamedTuple):
    """A run; `tests` when it was of the challenge's tests."""

    at: str
    user: str
    challenge: str
    id: str
    session: str
    code: str
    stdin: str
    stdout: str
    stderr: str
    exit_code: int | None
    timed_out: bool
    duration_ms: int
    tests: bool


class SaveRow(NamedTuple):
    """A saved version."""

    at: str
    user: str
    challenge: str
    id: str
    session: str
    solution: str


class NoteRow(NamedTuple):
    """A teacher's note; who wrote it is not exported."""

    at: str
    user: str
    challenge: str
    id: str
    session: str
    event: str
    event_kind: str
    text: str


@attrs.frozen(kw_only=True)
class ExportRows:
    """A portion of the rows, in no order.

    `until` is set when a student has more rows than a portion: those up to that moment are in it.
    """

    sessions: Sequence[SessionRow]
    answers: Sequence[AnswerRow]
    runs: Sequence[RunRow]
    saves: Sequence[SaveRow]
    notes: Sequence[NoteRow]
    until: str | None = None
