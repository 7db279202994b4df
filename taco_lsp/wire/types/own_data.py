"""What is recorded of a student, and the student's say in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import attrs

from storage.records import Decision
from taco_lsp.wire.types.common import TextDocument


@attrs.frozen(kw_only=True)
class RecordingState:
    """Whether the student's work is being recorded.

    Attributes:
        recording: false while the student has paused it, or where the school has switched it off everywhere.
        paused_since: when the student paused it.
        meaning: what that means, in plain words.
    """

    recording: bool
    paused_since: datetime | None = None
    meaning: str


@attrs.frozen(kw_only=True)
class RecordedAt:
    """What is recorded of the student at one challenge.

    Attributes:
        title: of the challenge.
        class_name: absent for practice.
        sessions: how many; the others likewise.
        first_at: when the first session began.
        last_at: when the last session began.
        seen_by: who may see it, in plain words.
    """

    challenge_id: UUID
    title: str
    class_name: str | None = None
    sessions: int
    answers: int
    runs: int
    saves: int
    notes: int
    first_at: datetime
    last_at: datetime
    seen_by: str


@attrs.frozen(kw_only=True)
class DataShowParams:
    """Where to put the page.

    Attributes:
        text_document: beside this document, as `.taco/recorded.md`; by default in the first workspace folder.
    """

    text_document: TextDocument | None = None


@attrs.frozen(kw_only=True)
class DataShowResult:
    """What is recorded of the student, and the page that says so.

    Attributes:
        uri: of the page; absent when there is no folder to put it into.
        shown: false when the editor could not open it.
        store: where it is kept, without a password.
        recording: false while the student has paused it, or where the school has switched it off everywhere.
        meaning: what that means, in plain words.
        deletions: what the student asked to delete and the school keeps, or has still to be asked for.
    """

    uri: str | None = None
    shown: bool
    store: str
    recording: bool
    meaning: str
    recorded: tuple[RecordedAt, ...]
    deletions: tuple[Deletion, ...] = ()


@attrs.frozen(kw_only=True)
class DataExportParams:
    """Where to write everything that is recorded of the student.

    Attributes:
        path: the absolute path of a JSON file.
    """

    path: str


@attrs.frozen(kw_only=True)
class DataExportResult:
    """The file, and how many rows of each kind are in it.

    Attributes:
        rows: the number of rows by the name of their table.
    """

    uri: str
    rows: Mapping[str, Any]


@attrs.frozen(kw_only=True)
class DataDeleteParams:
    """What to delete: the student's own work at one challenge, or everywhere.

    Attributes:
        challenge_id: only this challenge.
        confirmed: must be true: what is deleted cannot be brought back.
    """

    challenge_id: UUID | None = None
    confirmed: bool = False


@attrs.frozen(kw_only=True)
class Deletion:
    """What became of the work at one challenge.

    Attributes:
        class_name: absent for practice.
        decision: `erased`, or `kept` where the school's policy keeps it.
        reason: why it was kept.
        asks_school: it was erased on this computer; the next sync asks the school, which decides for itself.
    """

    challenge_id: UUID
    title: str
    class_name: str | None = None
    decision: Decision
    reason: str | None = None
    asks_school: bool = False


@attrs.frozen(kw_only=True)
class DataDeleteResult:
    """What was deleted in this store."""

    deletions: tuple[Deletion, ...]
