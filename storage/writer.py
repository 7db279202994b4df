"""Writing to an SQLite file: transactions take turns on one connection and share commits.

A commit waits for the disk, which takes as long for one transaction as for a hundred. So the first transaction that
is done lines up for the commit behind whoever waits for a turn at that moment; theirs, each in a savepoint, are
committed with it. Nobody is told that a write is done before the disk has it. With nobody waiting the commit follows
at once, in two hops to the connection's thread: a transaction begins with its first statement.

This is the group commit of DeWitt et al., "Implementation techniques for main memory database systems" (1984).
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from storage.errors import StoreUnavailable
from storage.failures import store_errors
from storage.finishing import to_the_end
from storage.sqlite import BUSY_TIMEOUT_MS, FileConnection

logger = logging.getLogger(__name__)

TURN_WAIT_S = 30.0
"""How long a transaction waits for its turn."""

CLOSE_WAIT_S = 1.0

ERASE_WAIT_MS = 1_000
"""How long a transaction that deleted something for good waits until nobody reads the log."""

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
        self._waiting = 0
        self._group: _Group | None = None
        self._open = False  # the group's transaction; known to the connection's thread alone
        self._erase_wait_ms = ERASE_WAIT_MS

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[FileConnection]:
        """Lend the connection; its first statement begins a savepoint of the current group's transaction.

        Raises:
            StoreUnavailable: Locked, full or damaged; nothing was written.
        """
        await self._take_turn()
        self._connection.first = self._enter
        try:
            yield self._connection
        except BaseException as error:
            await to_the_end(self._give_up(error))
            raise
        await self._finish()

    async def close(self) -> None:
        """Close the connection once the current turn is over, but do not wait long for it."""
        with suppress(StoreUnavailable):
            await self._take_turn(CLOSE_WAIT_S)
        await self._connection.close()

    async def _take_turn(self, wait_s: float | None = None) -> None:
        if not self._waiting and not self._turn.locked():
            await self._turn.acquire()  # nobody to wait for
            return
        self._waiting += 1
        try:
            async with asyncio.timeout(TURN_WAIT_S if wait_s is None else wait_s):
                await self._turn.acquire()
        except TimeoutError:
            raise StoreUnavailable("The store is busy.", "Try again in a moment.") from None
        finally:
            self._waiting -= 1

    async def _finish(self) -> None:
        """End one member's turn well, and wait until the disk has it."""
        if self._group is None and not self._waiting:
            try:
                with store_errors():
                    await to_the_end(self._connection.do(self._commit))
            finally:
                self._turn.release()
            return
        group = self._line_up()
        self._turn.release()
        with store_errors():
            await to_the_end(group.committed)

    async def _give_up(self, why: BaseException) -> None:
        """End one member's turn undone; where SQLite has undone all of them by itself, tell the others."""
        try:
            if await self._connection.do(self._undo):
                self._line_up()
            elif self._group is not None:
                self._group.fail(why if isinstance(why, StoreUnavailable) else _UNDONE)
                self._group = None
        finally:
            self._turn.release()

    def _line_up(self) -> _Group:
        """Have the group committed behind whoever waits now."""
        if self._group is None:
            self._group = _Group()
            self._group.committer = asyncio.create_task(self._commit_group(self._group))
        return self._group

    async def _commit_group(self, group: _Group) -> None:
        async with self._turn:
            if self._group is not group:
                return
            self._group = None
            try:
                await self._connection.do(self._commit)
            except Exception as error:  # noqa: BLE001 - whatever it is, the members must hear of it
                group.fail(error)
            else:
                group.committed.set_result(None)

    def _enter(self, driver: sqlite3.Connection) -> None:
        """Begin a group's transaction unless one is open, and in it a member.

        Writers take the write lock at once: a deferred transaction that reads before it writes loses updates to
        another process.
        """
        driver.execute("RELEASE member" if self._open else "BEGIN IMMEDIATE")
        driver.execute("SAVEPOINT member")
        self._open = True

    def _undo(self, driver: sqlite3.Connection) -> bool:
        """Undo the member whose turn it is, and tell whether there is still a transaction."""
        if self._connection.first is None and driver.in_transaction:
            driver.execute("ROLLBACK TO member")
        self._open = driver.in_transaction
        return self._open

    def _commit(self, driver: sqlite3.Connection) -> None:
        """Commit if anything was begun; what cannot be committed is undone."""
        if not self._open:
            return
        self._open = False
        try:
            driver.execute("COMMIT")
        except sqlite3.Error:
            driver.rollback()
            raise
        if self._connection.erased:
            self._empty_log(driver)

    def _empty_log(self, driver: sqlite3.Connection) -> None:
        """Put all of the log into the file and cut it off: it holds pages as they were before they were overwritten.

        While another program reads an earlier state that cannot be; it is tried again after each commit, and then
        nobody waits for it.
        """
        driver.execute(f"PRAGMA busy_timeout = {self._erase_wait_ms}")
        try:
            (busy, *_), *_ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._connection.erased = bool(busy)
        except sqlite3.Error as error:  # the transaction is committed, whatever becomes of the log
            logger.warning("the log of the store was not emptied: %s", error)
        finally:
            driver.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        self._erase_wait_ms = 0 if self._connection.erased else ERASE_WAIT_MS
