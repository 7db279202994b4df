"""Writing to an SQLite file: transactions take turns on one connection and share commits.

A commit waits for the disk, which takes as long for one transaction as for a hundred. So the first transaction that
is done lines up for the commit behind whoever waits for a turn at that moment; theirs, each in a savepoint, are
committed with it. Nobody is told that a write is done before the disk has it. With nobody waiting the commit follows
at once. This is the group commit of DeWitt et al., "Implementation techniques for main memory database systems" (1984).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from storage.errors import StoreError, StoreUnavailable
from storage.failures import store_errors
from storage.finishing import to_the_end
from storage.sqlite import FileConnection

TURN_WAIT_S = 30.0
"""How long a transaction waits for its turn."""

CLOSE_WAIT_S = 1.0

_UNDONE = StoreUnavailable("The store failed, and nothing was written.", "Try again in a moment.")


class _Group:
    """Transactions that are committed together."""

    def __init__(self) -> None:
        self.committed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.committer: asyncio.Task[None] | None = None

    def fail(self, error: Exception) -> None:
        """Tell every member that nothing of it was written."""
        if not self.committed.done():
            self.committed.set_exception(error)
            self.committed.exception()  # there may be no member left to hear it


class GroupWriter:
    """Lends the one connection that writes."""

    def __init__(self, connection: FileConnection) -> None:
        self._connection = connection
        self._turn = asyncio.Lock()  # first come, first served
        self._group: _Group | None = None

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[FileConnection]:
        """Lend the connection, inside a savepoint of the current group's transaction.

        Raises:
            StoreUnavailable: Locked, full or damaged; nothing was written.
        """
        await self._take_turn()
        entering = self._enter()
        try:
            with store_errors():
                await to_the_end(entering)
            self._group = group = self._group or _Group()
            yield self._connection
        except BaseException as error:
            await to_the_end(self._give_up(entering, error))
            raise
        await to_the_end(self._finish(group))

    async def close(self) -> None:
        """Close the connection once the current turn is over, but do not wait long for it."""
        with suppress(StoreUnavailable):
            await self._take_turn(CLOSE_WAIT_S)
        await self._connection.close()

    async def _take_turn(self, wait_s: float | None = None) -> None:
        try:
            async with asyncio.timeout(TURN_WAIT_S if wait_s is None else wait_s):
                await self._turn.acquire()
        except TimeoutError:
            raise StoreUnavailable("The store is busy.", "Try again in a moment.") from None

    def _enter(self) -> asyncio.Future[None]:
        """Begin a group's transaction unless one is open; an open one ends with a savepoint for whoever comes next.

        Writers take the write lock at once: a deferred transaction that reads before it writes loses updates to
        another process.
        """
        if self._group is None:
            return self._connection.command("BEGIN IMMEDIATE", "SAVEPOINT member")
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        done.set_result(None)
        return done

    async def _finish(self, group: _Group) -> None:
        """End one member's turn well, and wait until the disk has it."""
        try:
            with store_errors():
                await self._connection.command("RELEASE member", "SAVEPOINT member")
            self._line_up(group)
        except StoreError as error:
            await self._undo(error)
            raise
        finally:
            self._turn.release()
        with store_errors():
            await group.committed

    async def _give_up(self, entering: asyncio.Future[None], why: BaseException) -> None:
        """End one member's turn undone."""
        try:
            if entering.exception() is None:
                await self._undo(why)
        finally:
            self._turn.release()

    async def _undo(self, why: BaseException) -> None:
        """Undo one member; where SQLite has undone all of them by itself, tell the others."""
        group = self._group = self._group or _Group()
        if await self._connection.in_transaction():
            await self._connection.command("ROLLBACK TO member")
            self._line_up(group)
        else:
            self._group = None
            group.fail(why if isinstance(why, StoreUnavailable) else _UNDONE)

    def _line_up(self, group: _Group) -> None:
        if group.committer is None:
            group.committer = asyncio.create_task(self._commit(group))

    async def _commit(self, group: _Group) -> None:
        async with self._turn:
            if self._group is not group:
                return
            self._group = None
            try:
                await self._connection.command("COMMIT")
            except Exception as error:  # noqa: BLE001 - whatever it is, the members must hear of it
                group.fail(error)
                if await self._connection.in_transaction():
                    await self._connection.command("ROLLBACK")
            else:
                group.committed.set_result(None)
