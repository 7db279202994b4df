"""Rounds of syncing, again and again, for one local store and all the editors of this process that share it.

It works aside: nobody waits for it unless they ask to, whatever fails ends in the status, and the next round tries
again. What a round does is in `rounds`.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from uuid import UUID

import attrs

from storage import StoreError
from storage.sync.errors import RemoteError
from taco_lsp.stores import LazyStore
from taco_lsp.sync.pace import IDLE_S, SETTLE_S, retry_after
from taco_lsp.sync.remote import Remote
from taco_lsp.sync.rounds import Progress, sync_once
from taco_lsp.wire.types import KeptHere, SyncStatus

logger = logging.getLogger(__name__)

Connect = Callable[[], Awaitable[tuple[UUID, Remote] | None]]
"""Gives the account that is signed in and its server, not spoken to yet; None when nobody is signed in."""
Listener = Callable[[SyncStatus], None]

LAST_WORD_S = 0.7
"""How long the end may wait for what is still to be sent: an editor kills a server that is slow to leave."""


class Syncer:
    """Keeps one store and one server the same."""

    def __init__(self, store: LazyStore, connect: Connect | None) -> None:
        """Without `connect` there is no server, and nothing is ever done."""
        self._store = store
        self._connect = connect
        self._status = SyncStatus(state="off" if connect is None else "idle")
        self._listeners: list[Listener] = []
        self._woken = asyncio.Event()
        self._urged = asyncio.Event()
        self._turn = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._failures = 0
        self._finished_at = float("-inf")

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Be told of every change of the status; calling the result, any number of times, ends that."""
        self._listeners.append(listener)

        def end() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return end

    def poke(self) -> None:
        """Something may have been written: sync soon. Costs nothing, returns at once."""
        if self._connect is None:
            return
        self._woken.set()
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run())

    def urge(self) -> None:
        """Something has changed that a failure may have been about, such as the password: try again at once."""
        self._urged.set()
        self.poke()

    async def now(self) -> SyncStatus:
        """Run a round now, or wait for the one that runs and then run another; never raises."""
        if self._connect is None:
            return self._status
        await self._round()
        ended = self._status  # another round may begin while what is left is counted
        with suppress(StoreError):
            return (await self._count())(ended)
        return ended

    async def status(self) -> SyncStatus:
        """Tell how things stand, with what is still to be sent counted now."""
        if self._connect is None:
            return self._status
        with suppress(StoreError):
            counted = await self._count()
            self._status = counted(self._status)  # as it is now: a round may have ended while it was counted
        return self._status

    async def is_new(self) -> bool:
        """Whether the account that is signed in has never been synced on this machine."""
        if self._connect is None:
            return False
        with suppress(StoreError):
            status = (await self._count())(self._status)
            return status.synced_at is None and status.state != "signedOut"
        return False

    async def stop(self) -> None:
        """End; what is still to be sent is tried once more, briefly."""
        if self._task is None:
            return
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        self._task = None
        if self._failures == 0 and await self._has_news():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._round(), LAST_WORD_S)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(SETTLE_S)
            self._woken.clear()
            self._urged.clear()
            if await self._has_news():
                await self._round()
            if self._failures:
                await _wait(self._urged, retry_after(self._failures, random.random()))  # noqa: S311 - no secret
            else:
                await _wait(self._woken, IDLE_S)

    async def _has_news(self) -> bool:
        """Whether there is something to send, or it is time to look for what others did."""
        if time.monotonic() - self._finished_at >= IDLE_S or self._failures:
            return True
        with suppress(StoreError):
            status = (await self._count())(self._status)
            return status.unsent > 0 or (status.synced_at is None and status.state != "signedOut")
        return False

    async def _round(self) -> None:
        assert self._connect is not None
        async with self._turn:
            try:
                found = await self._connect()
                if found is None:
                    self._ended(SyncStatus(state="signedOut", hint="Sign in to sync with your school."))
                    return
                await self._sync(*found)
            except RemoteError as error:
                self._failed(SyncStatus(state="waiting", trouble=error.trouble, problem=str(error), hint=error.hint))
            except StoreError as error:
                self._failed(SyncStatus(state="waiting", trouble="failed", problem=str(error), hint=error.hint))
            except Exception:
                logger.exception("a round of syncing failed")
                hint = "Your work is safe on this machine. The log says more."
                self._failed(SyncStatus(state="waiting", trouble="failed", problem="Syncing failed.", hint=hint))

    async def _sync(self, user_id: UUID, remote: Remote) -> None:
        store = await self._store.get()
        self._tell(attrs.evolve(self._status, state="syncing", sent=0, taken=0))
        done = await sync_once(store, remote, user_id, tell=self._progress)
        counted = await self._count()
        self._ended(counted(SyncStatus(state="idle", sent=done.sent, taken=done.taken)))

    def _progress(self, progress: Progress) -> None:
        self._tell(attrs.evolve(self._status, sent=progress.sent, taken=progress.taken))

    def _ended(self, status: SyncStatus) -> None:
        self._failures = 0
        self._finished_at = time.monotonic()
        self._tell(status)

    def _failed(self, status: SyncStatus) -> None:
        self._failures += 1
        logger.info("syncing: %s", status.problem)
        self._tell(attrs.evolve(status, unsent=self._status.unsent, synced_at=self._status.synced_at))

    def _tell(self, status: SyncStatus) -> None:
        before, self._status = self._status, status
        if _news(before) != _news(status):
            for listener in list(self._listeners):
                listener(status)

    async def _count(self) -> Callable[[SyncStatus], SyncStatus]:
        """Give what adds to a status what the local store knows now."""
        store = await self._store.get()
        async with store.read() as tx:
            user_id = await tx.accounts.signed_in()
            if user_id is None:
                return partial(attrs.evolve, state="signedOut", unsent=0, kept=())
            user = await tx.users.get(user_id)
            unsent, kept = await tx.sync.outbox.counts(user.id, user.role)
            account = await tx.sync.state.find(user.id)
        return partial(
            attrs.evolve,
            unsent=unsent,
            kept=tuple(KeptHere(reason=reason, rows=rows) for reason, rows in kept.items()),
            synced_at=account.synced_at if account else None,
        )


def _news(status: SyncStatus) -> SyncStatus:
    """What is worth telling; a round that found nothing new is not."""
    return attrs.evolve(status, synced_at=None)


async def _wait(event: asyncio.Event, longest_s: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), longest_s)
