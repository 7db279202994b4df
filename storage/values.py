"""What a store takes and gives besides the records; plain data, importable without a database library."""

from __future__ import annotations

from pathlib import Path
from typing import Literal
from uuid import UUID

import attrs

from storage.records import (
    Challenge,
    Interaction,
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
class JourneyRows:
    """Everything a timeline is made of, each list ordered by time; deleted challenges included."""

    sessions: list[Session]
    interactions: list[Interaction]
    runs: list[Run]
    revisions: list[SolutionRevision]
    challenges: list[Challenge]


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
