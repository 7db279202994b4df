"""The one way to the database: a connection that takes and gives records and raises store errors.

It holds no query; the repositories do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import attrs
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql import Executable

from storage.codec import decode, encode
from storage.connections import Connection, Step
from storage.errors import StoreUnavailable
from storage.failures import store_errors
from storage.sqlite import FileConnection
from storage.tables import TABLE_OF, WRITE_ONLY

T = TypeVar("T", bound=attrs.AttrsInstance)
Condition = sa.ColumnElement[bool]
Order = sa.ColumnElement[Any]
Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None
"""Of one execution, or of many."""

_INSERT = {table: sa.insert(table) for table in TABLE_OF.values()}
_TAKE_TURN = sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(sa.bindparam("name"), 0)))


class Rows:
    """A connection inside a transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._over = False

    def end(self) -> None:
        """Run nothing more: the connection serves another transaction now."""
        self._over = True

    @property
    def is_sqlite(self) -> bool:
        """Whether this is a local file."""
        return self._connection.dialect.name == "sqlite"

    async def execute(
        self, statement: Executable, parameters: Parameters = None, *, about: str = ""
    ) -> sa.CursorResult[Any]:
        """Run a statement; `about` names the table in an error message.

        What runs often is faster as a constant with parameters than made anew with the values in it.

        Raises:
            StoreError: Of the kind that fits.
        """
        if self._over:
            raise StoreUnavailable("This transaction is over.")
        with store_errors(about):
            return await self._connection.execute(statement, parameters)

    async def read_unconverted(self, statement: Executable) -> Sequence[tuple[Any, ...]]:
        """Give the rows of a statement as the driver has them, for where there are very many.

        Raises:
            StoreError: Of the kind that fits.
        """
        found = await self.execute(statement)
        return found.cursor.fetchall()  # what it was read into

    async def execute_many(self, statement: Executable, values: Sequence[Mapping[str, Any]], *, about: str) -> None:
        """Run a statement once for each set of values.

        Raises:
            StoreError: Of the kind that fits.
        """
        if values:
            with store_errors(about):
                await self._connection.execute(statement, values)

    async def run_many(self, statement: str, values: Sequence[tuple[Any, ...]], *, about: str) -> None:
        """Run a statement of a local file once for each tuple of values as the file holds them; nobody converts them.

        Raises:
            StoreError: Of the kind that fits.
        """
        assert isinstance(self._connection, FileConnection)
        if self._over:
            raise StoreUnavailable("This transaction is over.")
        if values:
            with store_errors(about):
                await self._connection.run_many(statement, values)

    async def insert(self, record: attrs.AttrsInstance, *then: Step) -> None:
        """Add a new row, and change what follows from it by constant statements that break no rule themselves.

        Raises:
            Conflict: The id or a key is taken, or something it refers to is missing.
        """
        if self._over:
            raise StoreUnavailable("This transaction is over.")
        table = TABLE_OF[type(record)]
        with store_errors(table.name):
            await self._connection.run((_INSERT[table], encode(record)), *then)

    async def all(self, cls: type[T], *where: Condition, order: tuple[Order, ...] = ()) -> list[T]:
        """Read the records that meet every condition."""
        return await self.select(cls, _readable(cls).where(*where).order_by(*order))

    async def first(
        self, cls: type[T], *where: Condition, order: tuple[Order, ...] = (), to_change: bool = False
    ) -> T | None:
        """Read the first record that meets every condition; `to_change` locks it where writers do not take turns."""
        statement = _readable(cls).where(*where).order_by(*order).limit(1)
        found = await self.select(cls, statement.with_for_update(key_share=True) if to_change else statement)
        return found[0] if found else None

    async def select(self, cls: type[T], statement: sa.Select[Any]) -> list[T]:
        """Read the records of a select that yields full rows of the record's table."""
        result = await self.execute(statement, about=TABLE_OF[cls].name)
        return [decode(cls, row) for row in result]

    async def take_turn(self, *what: object) -> None:
        """Wait for whoever else took a turn at the same thing, and keep it until the transaction ends.

        For a transaction that reads before it writes: on a server, where each statement sees what others committed
        before it, two would otherwise read the same and one overwrite the other. In a file writers take turns anyway.
        """
        if not self.is_sqlite:
            name = "/".join(map(str, what))
            await self.execute(_TAKE_TURN, {"name": name})

    async def overwrite_deleted(self) -> None:
        """Have SQLite overwrite what is deleted from now on, in the file and, once this is committed, in the log."""
        if isinstance(self._connection, FileConnection):
            await self.execute(sa.text("PRAGMA secure_delete = ON"))
            self._connection.erased = True

    def upsert(self, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
        """Begin an `INSERT … ON CONFLICT`, which Core spells per engine with one interface."""
        if self._connection.dialect.name == "postgresql":
            return postgresql.insert(table)
        return sqlite.insert(table)


def _readable(cls: type[attrs.AttrsInstance]) -> sa.Select[Any]:
    """Select a record's columns but for those that are only ever written."""
    return sa.select(*(column for column in TABLE_OF[cls].c if not column.info.get(WRITE_ONLY)))
