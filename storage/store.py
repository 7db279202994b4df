"""An open store and its transactions. How a file becomes an open store is in `opening`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress

from storage.connections import Connections, Lender
from storage.errors import StoreReadOnly, StoreUnavailable
from storage.finishing import to_the_end
from storage.records import User
from storage.repositories.accounts import Accounts
from storage.repositories.challenges import Challenges
from storage.repositories.classes import Classes
from storage.repositories.export import Export
from storage.repositories.interactions import Interactions
from storage.repositories.journey import Journey
from storage.repositories.knowledge import Knowledge
from storage.repositories.models import Models
from storage.repositories.notes import Notes
from storage.repositories.organizations import Organizations
from storage.repositories.overview import Overview
from storage.repositories.own_data import OwnData
from storage.repositories.runs import Runs
from storage.repositories.sessions import Sessions
from storage.repositories.solutions import Solutions
from storage.repositories.usage import Usage
from storage.repositories.users import Users
from storage.rows import Rows
from storage.sync.local import LocalSync
from storage.values import StoreInfo

CLOSE_WAIT_S = 10.0
"""How long closing waits for running transactions; longer than one can wait for another program's lock."""


class Transaction:
    """Every repository, on one connection; valid inside its `async with` block only."""

    def __init__(self, rows: Rows) -> None:
        self.organizations = Organizations(rows)
        self.users = Users(rows)
        self.accounts = Accounts(rows)
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
        self.notes = Notes(rows)
        self.own_data = OwnData(rows)
        self.sync = LocalSync(rows)
        self.overview = Overview(rows)
        self.export = Export(rows)


class Store:
    """An open store. Any number of tasks may read; writers take turns."""

    def __init__(self, connections: Connections, info: StoreInfo) -> None:
        self.info = info
        self._connections = connections
        self._closed = False
        self._running = 0
        self._idle = asyncio.Event()
        self._idle.set()

    def write(self) -> AbstractAsyncContextManager[Transaction]:
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
        return self._counted(self._connections.writer)

    def read(self) -> AbstractAsyncContextManager[Transaction]:
        """One read transaction: every query inside sees the same moment, writers are not held up.

        Raises:
            StoreUnavailable: Cannot be read, or was closed.
        """
        return self._counted(self._connections.reader)

    async def local_profile(self) -> User:
        """The person who works on this store: the signed-in account, or else a profile made on first use.

        Raises:
            StoreReadOnly: There is none yet and the store can only be read.
        """
        try:
            async with self.read() as tx:
                return await tx.users.local_profile()
        except StoreReadOnly:
            if self.info.read_only:
                raise
        async with self.write() as tx:
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
            await to_the_end(self._connections.close())

    @asynccontextmanager
    async def _counted(self, lender: Lender) -> AsyncIterator[Transaction]:
        if self._closed:
            raise StoreUnavailable("The store is closed.")
        self._running += 1
        self._idle.clear()
        try:
            async with lender.transaction() as connection:
                rows = Rows(connection)
                try:
                    yield Transaction(rows)
                finally:
                    rows.end()
        finally:
            self._running -= 1
            if not self._running:
                self._idle.set()
