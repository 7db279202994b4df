"""One round of syncing: meet the server, take in what is new there, send what is new here.

No transaction of the store is open while the network is waited for. A round may end anywhere, by an error, a
cancellation or a crash: what was confirmed stays confirmed, the rest is sent again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

import attrs

from storage.records import now as now_here
from storage.sync.errors import RemoteError, unreachable
from storage.sync.stamps import stamp
from storage.sync.values import Batch, Cursor, Hello, Page, Pushed
from taco_lsp.sync.remote import Remote

if TYPE_CHECKING:
    from storage import Store
    from storage.sync.outbox import Pending
    from storage.sync.state import Account

T = TypeVar("T")
Clock = Callable[[], datetime]

STEP_S = 90.0
"""Longest time for one answer of the server."""
PAGE_ROWS = 2_000
BATCH_ROWS = 2_000
STAMP_TRIES = 5
CLOCK_NOISE_MS = 1_000
"""What two clocks may differ by because of the network."""


@attrs.frozen(kw_only=True)
class Progress:
    """How far a round is: rows sent and taken in; at the end, what it came to."""

    sent: int = 0
    taken: int = 0


async def sync_once(
    store: Store,
    remote: Remote,
    user_id: UUID,
    *,
    clock: Clock = now_here,
    tell: Callable[[Progress], None] = lambda _: None,
) -> Progress:
    """Run one round for an account of this store.

    Args:
        store: A local store.
        remote: Not spoken to yet; it is closed in the end.
        user_id: The account that is signed in, the same as on the server.
        clock: This machine's.
        tell: Called after each step.

    Raises:
        RemoteError: The server is out of reach, or wrong; what was done so far counts.
        StoreError: The local store cannot be read or written.
    """
    work = _Round(store, remote, user_id, clock, tell)
    try:
        return await work.run()
    finally:
        await remote.close()


class _Round:
    """The state of one round."""

    def __init__(
        self, store: Store, remote: Remote, user_id: UUID, clock: Clock, tell: Callable[[Progress], None]
    ) -> None:
        self._store = store
        self._remote = remote
        self._user_id = user_id
        self._clock = clock
        self._tell = tell
        self._progress = Progress()

    async def run(self) -> Progress:
        async with self._store.write() as tx:
            account = await tx.sync.state.account(self._user_id)
        hello, ahead = await self._meet(account)
        await self._pull(hello)
        before = self._progress.sent
        await self._push(account.node_id, hello, ahead)
        if self._progress.sent > before:
            await self._pull(hello)  # what the server made of it
        async with self._store.write() as tx:
            await tx.sync.state.done(self._user_id, self._clock() + ahead)
        return self._progress

    async def _meet(self, account: Account) -> tuple[Hello, timedelta]:
        """Say hello; put the clock right, and start over where the server or one's rights there are others."""
        asked = self._clock()
        hello = await _answer(self._remote.hello(account.node_id))
        answered = self._clock()
        if hello.user_id != self._user_id:
            raise RemoteError("signIn", "The school's server knows this login as somebody else.", "Sign in again.")
        ahead = hello.time - (asked + (answered - asked) / 2)
        async with self._store.write() as tx:
            sync = tx.sync
            offset, known = ahead // timedelta(milliseconds=1), await sync.state.clock_offset_ms()
            if abs(offset - known) > CLOCK_NOISE_MS:
                await sync.outbox.shift_stamps(offset - known, latest=stamp(hello.time))
                await sync.state.set_clock_offset_ms(offset)
            cursors = await sync.state.cursors(self._user_id)
            lost = set(cursors) if _is_other_role(account, hello) else set(cursors) - set(hello.scopes)
            for scope in lost:
                await sync.removal.purge_class(self._user_id, scope)
            await sync.state.forget_cursors(self._user_id, lost)
            if _was_restored(account, hello, cursors):
                await sync.outbox.offer_everything(self._user_id, hello.role)
                await sync.state.forget_cursors(self._user_id)
            elif account.started_at != hello.started_at:  # perhaps on older files, which others have added to since
                await sync.state.forget_cursors(self._user_id)
            if set(hello.scopes) - set(cursors) or account.epoch != hello.epoch:
                await sync.outbox.offer_refused()
            await sync.state.met(self._user_id, hello)
        return hello, ahead

    async def _pull(self, hello: Hello) -> None:
        """Take in pages until there is no more."""
        while True:
            async with self._store.read() as tx:
                known = await tx.sync.state.cursors(self._user_id)
            asked = {scope: known.get(scope, Cursor()) for scope in hello.scopes}
            page = await _answer(self._remote.pull(asked, PAGE_ROWS))
            if page.more and page.cursors == asked:
                raise RemoteError("failed", "The school's server answers in circles.", "Tell whoever runs the server.")
            if not await self._take_in(page, hello, known):
                return  # another program that has this store open is syncing as well, and further
            self._count(taken=len(page.rows))
            if not page.more:
                return

    async def _take_in(self, page: Page, hello: Hello, known: Mapping[UUID, Cursor]) -> bool:
        """Put a page into the store, unless somebody else has put something in meanwhile."""
        async with self._store.write() as tx:
            if await tx.sync.state.cursors(self._user_id) != known:
                return False
            await tx.sync.replica.put(page.rows, self._user_id, hello.role)
            await tx.sync.removal.take_out(page.gone)
            await tx.sync.state.advance(self._user_id, page.cursors)
        return True

    async def _push(self, node_id: UUID, hello: Hello, ahead: timedelta) -> None:
        """Send batches until the outbox holds nothing to send."""
        stamped_again = 0
        while stamped_again < STAMP_TRIES:
            async with self._store.write() as tx:
                pending = await tx.sync.outbox.read(self._user_id, hello.role, BATCH_ROWS)
                if not pending:
                    return
                number = await tx.sync.state.next_batch(self._user_id)
            batch = Batch(node_id=node_id, number=number, rows=pending.rows, removed=pending.removed)
            pushed = await _answer(self._remote.push(batch)) if len(batch) else Pushed()
            if pushed.stale:
                return  # another program that has this store open has sent a later one
            await self._confirm(number if len(batch) else 0, pending, pushed, hello, ahead)
            self._count(sent=len(batch) - len(pushed.refused))
            stamped_again += any(refusal.cause == "clock" for refusal in pushed.refused)
        raise RemoteError("failed", "The clocks of this machine and the server go differently.", "Check the time here.")

    async def _confirm(self, number: int, pending: Pending, pushed: Pushed, hello: Hello, ahead: timedelta) -> None:
        versions = dict(pending.versions)
        async with self._store.write() as tx:
            sync = tx.sync
            too_early = {r.row.row_id for r in pushed.refused if r.cause == "clock"}
            if too_early:
                await sync.outbox.stamp_again(too_early, stamp(self._clock() + ahead))
            refused = [(versions.pop((r.row.table, r.row.row_id)), r) for r in pushed.refused]
            await sync.outbox.refuse([(version, r) for version, r in refused if r.cause == "rule"])
            await sync.outbox.confirm(versions.values())
            await sync.replica.put(pushed.winners, self._user_id, hello.role, only_later=True)
            await sync.state.confirm_batch(self._user_id, number)

    def _count(self, *, sent: int = 0, taken: int = 0) -> None:
        self._progress = Progress(sent=self._progress.sent + sent, taken=self._progress.taken + taken)
        self._tell(self._progress)


def _is_other_role(account: Account, hello: Hello) -> bool:
    return account.role is not None and account.role != hello.role


def _was_restored(account: Account, hello: Hello, cursors: Mapping[UUID, Cursor]) -> bool:
    """Tell whether the server may have lost what it once had: another server, or one that is behind its own word."""
    if account.epoch is None:
        return False
    behind = any(cursors[scope].seq > head for scope, head in hello.scopes.items() if scope in cursors)
    return account.epoch != hello.epoch or hello.batch < account.confirmed_batch or behind


async def _answer(call: Awaitable[T]) -> T:
    try:
        async with asyncio.timeout(STEP_S):
            return await call
    except TimeoutError:
        raise unreachable("it did not answer in time") from None
