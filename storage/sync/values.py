"""What travels between a local store and a remote: plain data, importable without a database library.

Values are as a local store holds them: an id is 32 hexadecimal digits, a time the text of a moment in UTC, JSON its
text. So a row goes from the file to the wire, and back, as it is; any wire can carry it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import attrs

from storage.records import Role
from storage.sync.errors import Cause

TABLES: tuple[str, ...] = (
    "organizations",
    "users",
    "classes",
    "user_classes",
    "models",
    "challenges",
    "sessions",
    "llm_interactions",
    "runs",
    "challenge_solutions",
    "challenge_solutions_history",
    "notes",
    "recording_pauses",
    "deletion_requests",
    "knowledge_base",
)
"""Every table that travels, parents first."""

Row = tuple[Any, ...]
"""Texts, numbers, bytes and None, in the order of the columns."""

Sent = Callable[[], None]
"""What a remote calls when all rows of a batch are with the server, and it has yet to put the last of them in."""


@attrs.frozen(kw_only=True)
class TableRows:
    """Rows of one table; `columns` names what is at each place of a row."""

    columns: tuple[str, ...]
    rows: Sequence[Row] = ()

    def __len__(self) -> int:
        return len(self.rows)

    def column(self, name: str) -> list[Any]:
        """The values of one column, in the order of the rows."""
        place = self.columns.index(name)
        return [row[place] for row in self.rows]

    def keys(self, names: Sequence[str]) -> list[tuple[Any, ...]]:
        """The values of some columns, for each row."""
        return list(zip(*(self.column(name) for name in names), strict=True))

    def named(self) -> Iterator[dict[str, Any]]:
        """Each row with the names of its columns."""
        return (dict(zip(self.columns, row, strict=True)) for row in self.rows)

    def only(self, rows: Sequence[Row]) -> TableRows:
        """The same columns of other rows."""
        return TableRows(columns=self.columns, rows=rows)


@attrs.frozen
class RowSet:
    """Rows of many tables."""

    tables: Mapping[str, TableRows] = attrs.field(factory=dict)

    def __iter__(self) -> Iterator[tuple[str, TableRows]]:
        """Give every table that has rows, with its rows, parents before what refers to them."""
        return ((name, self.tables[name]) for name in TABLES if self.tables.get(name))

    def __len__(self) -> int:
        return sum(map(len, self.tables.values()))


@attrs.frozen(kw_only=True)
class RowName:
    """Names a row; of `user_classes` by the user, the scope being the class. Ids are hexadecimal digits."""

    table: str
    row_id: str
    scope_id: str | None = None


@attrs.frozen(kw_only=True)
class Hello:
    """What a remote says first.

    Attributes:
        epoch: which server it is; another one after most kinds of restoring a backup.
        time: its clock when the answer arrives.
        user_id: whose account it is.
        scopes: what this account may pull: its own work, its organization, its classes; each with the number of the
            last change there.
        batch: the last batch of this node that the server has.
    """

    epoch: str
    time: datetime
    user_id: UUID
    role: Role
    scopes: Mapping[UUID, int]
    batch: int


@attrs.frozen(kw_only=True)
class Batch:
    """Local changes to push, in the order of `number` for each node; a server skips a number it is past.

    An empty one only leaves its number there: a server that no longer has it was restored from a backup.
    """

    node_id: UUID
    number: int
    rows: RowSet = attrs.Factory(RowSet)
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
