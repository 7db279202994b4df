"""An open store and its transactions. How a file becomes an open store is in `opening`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from storage.engine import Engines
from storage.errors import StoreReadOnly, StoreUnavailable
from storage.failures import store_errors
from storage.records import User
from storage.repositories.challenges import Challenges
from storage.repositories.classes import Classes
from storage.repositories.interactions import Interactions
from storage.repositories.journey import Journey
from storage.repositories.knowledge import Knowledge
from storage.repositories.models import Models
from storage.repositories.organizations import Organizations
from storage.repositories.runs import Runs
from storage.repositories.sessions import Sessions
from storage.repositories.solutions import Solutions
from storage.repositories.usage import Usage
from storage.repositories.users import Users
from storage.rows import Rows
from storage.values import StoreInfo

CLOSE_WAIT_S = 10.0
"""How long closing waits for running transactions; longer than one can wait for another program's lock."""


class Transaction:
    """Every repository, on one connection; valid inside its `async with` block only."""

    def __init__(self, rows: Rows) -> None:
        self.organizations = Organizations(rows)
        self.users = Users(rows)
        self.classes = Classes(rows)
        self.models = Models(rows)
        self.challenges = Challenges(rows)
        self.sessions = Sessions(rows)
        self.interactions = Interactions(rows)
        self.runs = Runs(rows)
        self.solutions = Solutions(rows)
        self.knowledge = Knowledge(rows)
        self.journey = Journey(rows)
        self.usage = Usage(rows)


class Store:
    """An open store. Any number of tasks may read; writers take turns."""

    def __init__(self, engines: Engines, info: StoreInfo) -> None:
        self.info = info
        self._engines = engines
        self._closed = False
        self._disposed = False
        self._running = 0
        self._idle = asyncio.Event()
        self._idle.set()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Transaction]:
        """One write transaction: durable when the block has exited, undone when it raised or was cancelled.

        Keep it short: other writers, of other processes too, wait for it.

        Raises:
            StoreReadOnly: The store was opened for reading only.
            StoreUnavailable: Locked, full, damaged or closed; nothing was half-written.
        """
        if self.info.read_only:
            raise StoreReadOnly(
                "The store can only be read.",
                "Update taco-lsp if a newer version wrote it; otherwise make the file writable.",
            )
        async with self._counted(self._engines.writer) as transaction:
            yield transaction

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Transaction]:
        """One read transaction: every query inside sees the same moment, writers are not held up.

        Raises:
            StoreUnavailable: Cannot be read, or was closed.
        """
        async with self._counted(self._engines.reader) as transaction:
            yield transaction

    async def local_profile(self) -> User:
        """The person who works on this store without an account; made on first use.

        Raises:
            StoreReadOnly: There is none yet and the store can only be read.
        """
        async with self.read() if self.info.read_only else self.write() as tx:
            return await tx.users.local_profile()

    async def close(self) -> None:
        """Let running transactions finish, then close every connection; a second time does nothing."""
        if self._closed:
            return
        self._closed = True
        try:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._idle.wait(), CLOSE_WAIT_S)
        finally:
            self._disposed = True
            await _to_the_end(self._engines.dispose())

    @asynccontextmanager
    async def _counted(self, engine: AsyncEngine) -> AsyncIterator[Transaction]:
        if self._closed:
            raise StoreUnavailable("The store is closed.")
        self._running += 1
        self._idle.clear()
        try:
            async with self._connected(engine) as transaction:
                yield transaction
        finally:
            self._running -= 1
            if not self._running:
                self._idle.set()

    @asynccontextmanager
    async def _connected(self, engine: AsyncEngine) -> AsyncIterator[Transaction]:
        with store_errors():
            connection = await engine.connect()
        try:
            with store_errors():
                await connection.begin()
            yield Transaction(Rows(connection))
            with store_errors():
                await _to_the_end(connection.commit())
        finally:
            with store_errors():
                await _to_the_end(self._give_back(connection))

    async def _give_back(self, connection: AsyncConnection) -> None:
        """Return a connection to its pool, which rolls back what was not committed."""
        if self._disposed:  # its pool is gone, nobody else would close it
            await connection.invalidate()
        await connection.close()


async def _to_the_end(work: Coroutine[Any, Any, None]) -> None:
    """Finish the work even when cancelled meanwhile, so that a commit is never left half-known."""
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as error:
            cancelled = error
    task.result()
    if cancelled is not None:
        raise cancelled
