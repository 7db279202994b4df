"""One connection to an SQLite file, on a thread of its own; when transactions begin and end is decided elsewhere.

Every statement is one hop to that thread and back: the cursor fetches all rows there, so that nobody reads the file
from the event loop. SQLAlchemy's asyncio layer takes three hops and a greenlet for the same.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.pool import NullPool
from sqlalchemy.sql import Executable

from storage.codec import dump_json
from storage.connections import Step
from storage.errors import StoreUnavailable
from storage.prepared import Prepared, prepare
from storage.worker import Worker

T = TypeVar("T")

BUSY_TIMEOUT_MS = 5_000
"""How long a statement waits for another program's transaction."""


class FileConnection:
    """A connection that runs one piece of work after the other."""

    def __init__(self, engine: sa.Engine, *pragmas: str) -> None:
        self._engine = engine
        self._pragmas = ("foreign_keys = ON", f"busy_timeout = {BUSY_TIMEOUT_MS}", *pragmas)
        self._worker = Worker("store")
        self._connection: sa.Connection | None = None
        self._prepared: dict[Executable, Prepared] = {}
        self._closed = False
        self.first: Callable[[sqlite3.Connection], object] | None = None
        """What to do right before the next statement, on the thread; once done it is forgotten."""
        self.erased = False
        """Whether something was deleted for good; the log holds it until it is emptied."""

    @property
    def dialect(self) -> sa.Dialect:
        """Which SQL it speaks."""
        return self._engine.dialect

    async def execute(self, statement: Executable, parameters: Any = None) -> sa.CursorResult[Any]:
        """Run a statement inside the current transaction; its rows are there when it is done."""
        return await self._on_thread(lambda: self._execute(statement, parameters))

    async def run(self, *steps: Step) -> None:
        """Run constant statements one after the other in one hop, each compiled once."""
        await self._on_thread(lambda: self._run(steps))

    async def run_many(self, statement: str, values: Sequence[tuple[Any, ...]]) -> None:
        """Run a statement once for each tuple of values, in the driver's own words and with its own values."""
        await self._on_thread(lambda: self._run_many(statement, values))

    def do(self, work: Callable[[sqlite3.Connection], T]) -> asyncio.Future[T]:
        """Do something with the driver's connection, such as ending a transaction."""
        return self._on_thread(lambda: work(self._driver()))

    async def close(self) -> None:
        """Close it for good, undoing an open transaction."""
        if not self._closed:
            closing = self._on_thread(self._close)
            self._closed = True
            self._worker.stop()
            await closing

    def _on_thread(self, work: Callable[[], T]) -> asyncio.Future[T]:
        if self._closed:
            raise StoreUnavailable("The store is closed.")
        return self._worker.do(work)

    def _execute(self, statement: Executable, parameters: Any) -> sa.CursorResult[Any]:
        self._do_first()
        return self._opened().execute(statement, parameters)

    def _run(self, steps: Sequence[Step]) -> None:
        self._do_first()
        for statement, values in steps:
            if (ready := self._prepared.get(statement)) is None:
                ready = self._prepared[statement] = prepare(statement, self.dialect)
            ready.run(self._driver(), values)

    def _run_many(self, statement: str, values: Sequence[tuple[Any, ...]]) -> None:
        self._do_first()
        self._driver().executemany(statement, values)

    def _do_first(self) -> None:
        if self.first is not None:
            self.first(self._driver())
            self.first = None

    def _driver(self) -> sqlite3.Connection:
        driver = self._opened().connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        return driver

    def _opened(self) -> sa.Connection:
        if self._connection is None:
            connection = self._engine.connect()
            for pragma in self._pragmas:
                connection.exec_driver_sql(f"PRAGMA {pragma}")
            self._connection = connection
        return self._connection

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def file_engine(uri: str) -> sa.Engine:
    """Make an engine that leaves transactions to us: the driver would begin them late, and lose updates."""
    return sa.create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(
            uri, uri=True, isolation_level=None, check_same_thread=False, factory=_FetchingConnection
        ),
        poolclass=NullPool,
        json_serializer=dump_json,
        hide_parameters=True,
    )


class _FetchingCursor(sqlite3.Cursor):
    """Fetches every row when it executes."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self._rows: deque[Any] = deque()

    def execute(self, sql: str, parameters: Any = (), /) -> _FetchingCursor:
        super().execute(sql, parameters)
        self._rows = deque(super().fetchall() if self.description else ())
        return self

    def fetchone(self) -> Any:
        return self._rows.popleft() if self._rows else None

    def fetchmany(self, size: int | None = 1) -> list[Any]:
        return [self._rows.popleft() for _ in range(min(size or 1, len(self._rows)))]

    def fetchall(self) -> list[Any]:
        rows, self._rows = self._rows, deque()
        return list(rows)

    def __iter__(self) -> Iterator[Any]:  # type: ignore[override]
        while self._rows:
            yield self._rows.popleft()


class _FetchingConnection(sqlite3.Connection):
    def cursor(self, factory: Any = None) -> Any:
        return super().cursor(factory or _FetchingCursor)
