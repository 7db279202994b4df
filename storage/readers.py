"""Reading an SQLite file: a few connections, each transaction on one of its own, none of which holds up a writer."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import sqlalchemy as sa

from storage.errors import StoreUnavailable
from storage.finishing import to_the_end
from storage.sqlite import FileConnection

READERS = 4
READER_WAIT_S = 30.0
"""How long a transaction waits until a connection is free."""


class Readers:
    """Lends the connections that read; each is opened when it is first needed."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._idle: list[FileConnection] = []
        self._free = asyncio.Semaphore(READERS)
        self._closed = False

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[FileConnection]:
        """Lend a connection.

        Raises:
            StoreUnavailable: None became free, or the file cannot be read.
        """
        try:
            async with asyncio.timeout(READER_WAIT_S):
                await self._free.acquire()
        except TimeoutError:
            raise StoreUnavailable("The store is busy.", "Try again in a moment.") from None
        connection = self._idle.pop() if self._idle else FileConnection(self._engine, "query_only = ON")
        connection.first = _begin
        try:
            yield connection
        finally:
            await to_the_end(self._take_back(connection))

    async def close(self) -> None:
        """Close those that are idle; the others are closed when they come back."""
        self._closed = True
        while self._idle:
            await self._idle.pop().close()

    async def _take_back(self, connection: FileConnection) -> None:
        try:
            await connection.do(_end)
            if self._closed:
                await connection.close()
            else:
                self._idle.append(connection)
        except sqlite3.Error:
            await connection.close()
        finally:
            self._free.release()


def _begin(driver: sqlite3.Connection) -> None:
    driver.execute("BEGIN")


def _end(driver: sqlite3.Connection) -> None:
    driver.rollback()
