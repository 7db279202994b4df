"""The one way to the database: a connection that takes and gives records and raises store errors.

It holds no query; the repositories do.
"""

from __future__ import annotations

from typing import Any, TypeVar

import attrs
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import Executable

from storage.codec import decode, encode
from storage.failures import store_errors
from storage.tables import TABLE_OF

T = TypeVar("T", bound=attrs.AttrsInstance)
Condition = sa.ColumnElement[bool]
Order = sa.ColumnElement[Any]


class Rows:
    """A connection inside a transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def execute(self, statement: Executable, *, about: str = "") -> sa.CursorResult[Any]:
        """Run a statement; `about` names the table in an error message.

        Raises:
            StoreError: Of the kind that fits.
        """
        with store_errors(about):
            return await self._connection.execute(statement)

    async def insert(self, record: attrs.AttrsInstance) -> None:
        """Add a new row.

        Raises:
            Conflict: The id or a key is taken, or something it refers to is missing.
        """
        table = TABLE_OF[type(record)]
        await self.execute(sa.insert(table).values(encode(record)), about=table.name)

    async def all(self, cls: type[T], *where: Condition, order: tuple[Order, ...] = ()) -> list[T]:
        """Read the records that meet every condition."""
        return await self.select(cls, sa.select(TABLE_OF[cls]).where(*where).order_by(*order))

    async def first(self, cls: type[T], *where: Condition, order: tuple[Order, ...] = ()) -> T | None:
        """Read the first record that meets every condition."""
        found = await self.select(cls, sa.select(TABLE_OF[cls]).where(*where).order_by(*order).limit(1))
        return found[0] if found else None

    async def select(self, cls: type[T], statement: sa.Select[Any]) -> list[T]:
        """Read the records of a select that yields full rows of the record's table."""
        result = await self.execute(statement, about=TABLE_OF[cls].name)
        return [decode(cls, row) for row in result]

    def upsert(self, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
        """Begin an `INSERT … ON CONFLICT`, which Core spells per engine with one interface."""
        if self._connection.dialect.name == "postgresql":
            return postgresql.insert(table)
        return sqlite.insert(table)
