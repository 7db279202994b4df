"""What travels between a local store and a remote: plain data, importable without a database library.

The rows are the records of the store themselves, so that any remote can put them on a wire of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import attrs

from storage.records import (
    Challenge,
    Class,
    DeletionRequest,
    Enrollment,
    Interaction,
    KnowledgeEntry,
    Model,
    Note,
    Organization,
    RecordingPause,
    Role,
    Run,
    Session,
    Solution,
    SolutionRevision,
    User,
)
from storage.sync.errors import Cause


@attrs.frozen(kw_only=True)
class RowSet:
    """Rows of many tables; fields are named like the tables, parents before what refers to them."""

    organizations: tuple[Organization, ...] = ()
    users: tuple[User, ...] = ()
    classes: tuple[Class, ...] = ()
    user_classes: tuple[Enrollment, ...] = ()
    models: tuple[Model, ...] = ()
    challenges: tuple[Challenge, ...] = ()
    sessions: tuple[Session, ...] = ()
    llm_interactions: tuple[Interaction, ...] = ()
    runs: tuple[Run, ...] = ()
    challenge_solutions: tuple[Solution, ...] = ()
    challenge_solutions_history: tuple[SolutionRevision, ...] = ()
    notes: tuple[Note, ...] = ()
    recording_pauses: tuple[RecordingPause, ...] = ()
    deletion_requests: tuple[DeletionRequest, ...] = ()
    knowledge_base: tuple[KnowledgeEntry, ...] = ()

    def __iter__(self) -> Iterator[tuple[str, tuple[Any, ...]]]:
        """Give every table that has rows, with its rows, parents first."""
        return ((name, rows) for name in TABLES if (rows := getattr(self, name)))

    def __len__(self) -> int:
        return sum(len(rows) for _, rows in self)


TABLES: tuple[str, ...] = tuple(field.name for field in attrs.fields(RowSet))
"""Every table that travels, parents first."""


@attrs.frozen(kw_only=True)
class RowName:
    """Names a row; of `user_classes` by the user, the scope being the class."""

    table: str
    row_id: UUID
    scope_id: UUID | None = None


@attrs.frozen(kw_only=True)
class Hello:
    """What a remote says first.

    Attributes:
        epoch: which server it is; another one after most kinds of restoring a backup.
        started_at: when it was started; a restored server was.
        time: its clock.
        user_id: whose account it is.
        scopes: what this account may pull: its own work, its organization, its classes; each with the number of the
            last change there.
        batch: the last batch of this node that the server has.
    """

    epoch: str
    started_at: datetime
    time: datetime
    user_id: UUID
    role: Role
    scopes: Mapping[UUID, int]
    batch: int


@attrs.frozen(kw_only=True)
class Batch:
    """Local changes to push, in the order of `number` for each node; a server skips a number it is past."""

    node_id: UUID
    number: int
    rows: RowSet
    removed: tuple[RowName, ...] = ()

    def __len__(self) -> int:
        return len(self.rows) + len(self.removed)


@attrs.frozen(kw_only=True)
class Refusal:
    """A row that the server does not take: stamped in the future (`clock`), or against one of its rules."""

    row: RowName
    cause: Cause
    reason: str


@attrs.frozen(kw_only=True)
class Pushed:
    """What became of a batch: every row of it is on the server unless it is among the refused.

    Attributes:
        stale: the server is past this number and took nothing; push again under a new one.
        winners: rows that were there before, as they are now.
    """

    stale: bool = False
    winners: RowSet = attrs.Factory(RowSet)
    refused: tuple[Refusal, ...] = ()


@attrs.frozen(kw_only=True)
class Cursor:
    """How far a scope was pulled; `complete` since its end was reached once: own changes need not come back then."""

    seq: int = 0
    complete: bool = False


@attrs.frozen(kw_only=True)
class Page:
    """Changes to apply together: rows with everything they refer to, what is gone, and the cursors after them.

    `more` says that there is another page.
    """

    rows: RowSet = attrs.Factory(RowSet)
    gone: tuple[RowName, ...] = ()
    cursors: Mapping[UUID, Cursor]
    more: bool = False
