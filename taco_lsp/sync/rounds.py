"""One round of syncing: meet the server, take in what is new there, send what is new here.

No transaction of the store is held open for the network, and the network is not kept waiting for the store: the next
batch is read while the server takes in one, and the next page fetched while one is put in. A round may end anywhere, by
an error, a cancellation or a crash: what was confirmed stays confirmed, the rest is sent again.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

import attrs

from storage.records import now as now_here
from storage.sync.errors import RemoteError, unreachable
from storage.sync.stamps import stamp
from storage.sync.values import Batch, Cursor, Hello, Page, Pushed
from taco_lsp.sync.remote import Remote

if TYPE_CHECKING:
    from storage import Store
    from storage.store import Transaction
    from storage.sync.outbox import Pending
    from storage.sync.state import Account

T = TypeVar("T")
Clock = Callable[[], datetime]

STEP_S = 90.0
"""Longest time for one answer of the server."""
PAGE_ROWS = 2_000
BATCH_ROWS = 5_000
FRUITLESS_TRIES = 10
"""After how many batches a round gives up that took nothing off what there was to send when it began."""
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


@attrs.frozen(kw_only=True)
class _Met:
    """What is known once the server has said hello.

    Attributes:
        node_id: this store's name there.
        hello: what the server said.
        ahead: how far its clock is ahead of this machine's.
        newest: the version of the latest change here; what is younger was made while the round ran.
    """

    node_id: UUID
    hello: Hello
    ahead: timedelta
    newest: int


@attrs.frozen(kw_only=True)
class _Outgoing:
    """A batch, and the versions in the outbox that it was made of."""

    batch: Batch
    pending: Pending


@attrs.frozen
class _Answered:
    """A batch and what the server said of it, not noted here yet."""

    outgoing: _Outgoing
    pushed: Pushed


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
        self._unmarked = False
        self._fruitless = 0

    async def run(self) -> Progress:
        met = await self._meet()
        await self._pull(met.hello)
        before = self._progress.sent
        await self._push(met)
        if self._progress.sent > before:
            await self._pull(met.hello)  # what the server made of it
        marked = await self._leave_mark(met) if self._unmarked else 0
        async with self._store.write() as tx:
            await tx.sync.state.confirm_batch(self._user_id, marked)
            await tx.sync.state.done(self._user_id, self._clock() + met.ahead)
        return self._progress

    async def _meet(self) -> _Met:
        """Say hello; put the clock right, and start over where the server or one's rights there are others."""
        async with self._store.write() as tx:
            account = await tx.sync.state.account(self._user_id)
        hello = await _answer(self._remote.hello(account.node_id))
        here = self._clock()
        if hello.user_id != self._user_id:
            raise RemoteError("signIn", "The school's server knows this login as somebody else.", "Sign in again.")
        ahead = hello.time - here
        async with self._store.write() as tx:
            sync = tx.sync
            offset, known = ahead // timedelta(milliseconds=1), await sync.state.clock_offset_ms()
            if abs(offset - known) > CLOCK_NOISE_MS:
                earliest = stamp(account.synced_at) if account.synced_at else 0
                await sync.outbox.shift_stamps(offset - known, earliest=earliest, latest=stamp(hello.time))
                await sync.state.set_clock_offset_ms(offset)
            cursors = await sync.state.cursors(self._user_id)
            lost = set(cursors) if _is_other_role(account, hello) else set(cursors) - set(hello.scopes)
            for scope in lost:
                await sync.removal.purge_class(self._user_id, scope)
            if lost:
                await sync.state.forget_cursors(self._user_id, lost)
            if _was_restored(account, hello, cursors):
                await sync.outbox.offer_everything(self._user_id, hello.role)
                await sync.state.forget_cursors(self._user_id)
            if set(hello.scopes) - set(cursors) or account.epoch != hello.epoch:
                await sync.outbox.offer_refused()
            await sync.state.met(self._user_id, hello)
            return _Met(node_id=account.node_id, hello=hello, ahead=ahead, newest=await sync.outbox.newest())

    async def _pull(self, hello: Hello) -> bool:
        """Take in pages until there is no more; false when another program that has this store open does so as well."""
        async with self._store.read() as tx:
            known = await tx.sync.state.cursors(self._user_id)
        asked = {scope: known.get(scope, Cursor()) for scope in hello.scopes}
        page = await self._page(asked)
        while page.more:
            async with _meanwhile(self._page(page.cursors)) as fetching:
                if not await self._take_in(page, hello, known):
                    return False
            known, page = {**known, **page.cursors}, await fetching
        return await self._take_in(page, hello, known)

    async def _page(self, asked: Mapping[UUID, Cursor]) -> Page:
        page = await _answer(self._remote.pull(asked, PAGE_ROWS))
        if page.more and page.cursors == asked:
            raise _in_circles()
        return page

    async def _take_in(self, page: Page, hello: Hello, known: Mapping[UUID, Cursor]) -> bool:
        """Put a page into the store, unless somebody else has put something in meanwhile."""
        if not page.rows and not page.gone and page.cursors.items() <= known.items():
            return True
        async with self._store.write() as tx:
            if await tx.sync.state.cursors(self._user_id) != known:
                return False
            await tx.sync.replica.put(page.rows, self._user_id, hello.role)
            await tx.sync.removal.take_out(page.gone, hello.role)
            await tx.sync.state.advance(self._user_id, page.cursors)
        self._unmarked = self._unmarked or bool(page.rows or page.gone)
        self._count(taken=len(page.rows))
        return True

    async def _push(self, met: _Met) -> None:
        """Send batches until the outbox holds nothing to send.

        While the server takes in one, what it said of the one before is noted here, and the next is read; not while
        it is sent, since then the server would be kept waiting.
        """
        answered: _Answered | None = None
        outgoing = await self._advance(met, None, None)
        while outgoing is not None:
            sent = asyncio.Event()
            async with _meanwhile(self._send(outgoing.batch, sent), since=sent) as sending:
                following = await self._advance(met, answered, outgoing)
            pushed = await sending
            if pushed.stale:
                await self._leave_it_to_others((following or outgoing).batch.number)
                return
            self._unmarked = self._unmarked and not len(outgoing.batch)
            self._count(sent=len(outgoing.batch) - len(pushed.refused))
            answered = _Answered(outgoing, pushed)
            if _untried(pushed):
                following = None  # it may hold what belongs to these, and is read again behind them
            if following is None:
                answered, following = None, await self._advance(met, answered, None)
            if self._fruitless >= FRUITLESS_TRIES:
                raise _clocks_differ() if _too_early(pushed) else _in_circles()
            outgoing = following

    async def _leave_it_to_others(self, number: int) -> None:
        """Stop when another program that has this store open has sent a batch after ours; it sends all there is.

        Raises:
            RemoteError: None has, so the server is wrong.
        """
        async with self._store.write() as tx:
            if (await tx.sync.state.account(self._user_id)).batch == number:
                raise _in_circles()

    async def _send(self, batch: Batch, sent: asyncio.Event) -> Pushed:
        return await _answer(self._remote.push(batch, sent=sent.set)) if len(batch) else Pushed()

    async def _advance(self, met: _Met, answered: _Answered | None, in_flight: _Outgoing | None) -> _Outgoing | None:
        """Note what the server said of a batch, and read the next; None if there is none yet, or no more."""
        async with self._store.write() as tx:
            if answered:
                await self._settle(tx, met, answered)
            if in_flight and in_flight.pending.is_alone:
                return None
            besides = in_flight.pending if in_flight else None
            pending = await tx.sync.outbox.read(self._user_id, met.hello.role, BATCH_ROWS, besides=besides)
            if not pending:
                return None
            number = await tx.sync.state.next_batch(self._user_id)
        batch = Batch(node_id=met.node_id, number=number, rows=pending.rows, removed=pending.removed)
        return _Outgoing(batch=batch, pending=pending)

    async def _settle(self, tx: Transaction, met: _Met, answered: _Answered) -> None:
        """Take out of the outbox what the server has, and note what it does not take."""
        batch, pushed, sync = answered.outgoing.batch, answered.pushed, tx.sync
        versions = dict(answered.outgoing.pending.versions)
        refused = [(versions.pop((r.row.table, r.row.row_id)), r) for r in pushed.refused]
        if too_early := _too_early(pushed):
            await sync.outbox.stamp_again(too_early, stamp(self._clock() + met.ahead))
        against_rules = [(version, r) for version, r in refused if r.cause == "rule"]
        await sync.outbox.refuse(against_rules)
        await sync.outbox.confirm(versions.values())
        await sync.replica.put(pushed.winners, self._user_id, met.hello.role, only_later=True)
        if len(batch):
            await sync.state.confirm_batch(self._user_id, batch.number)
        done_with = [*versions.values(), *(version for version, _ in against_rules)]
        self._fruitless += not any(version <= met.newest for version in done_with)

    async def _leave_mark(self, met: _Met) -> int:
        """Leave a number there after what was taken in: a server without it was restored to a time before that."""
        async with self._store.write() as tx:
            number = await tx.sync.state.next_batch(self._user_id)
        try:
            pushed = await _answer(self._remote.push(Batch(node_id=met.node_id, number=number)))
        except RemoteError as error:
            if error.trouble != "full":
                raise
            return 0  # it takes nothing in, but it gives
        return 0 if pushed.stale else number

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


def _too_early(pushed: Pushed) -> set[str]:
    return {refusal.row.row_id for refusal in pushed.refused if refusal.cause == "clock"}


def _untried(pushed: Pushed) -> bool:
    return any(refusal.cause == "later" for refusal in pushed.refused)


def _clocks_differ() -> RemoteError:
    return RemoteError("failed", "The clocks of this machine and the server go differently.", "Check the time here.")


def _in_circles() -> RemoteError:
    return RemoteError("failed", "The school's server answers in circles.", "Tell whoever runs the server.")


async def _answer(call: Awaitable[T]) -> T:
    try:
        async with asyncio.timeout(STEP_S):
            return await call
    except TimeoutError:
        raise unreachable("it did not answer in time") from None


@asynccontextmanager
async def _meanwhile(
    call: Coroutine[Any, Any, T], since: asyncio.Event | None = None
) -> AsyncIterator[asyncio.Task[T]]:
    """Ask the server while the block works here, from that event on if one is given.

    The call ends with the block, since a remote does one at a time.
    """
    task = asyncio.ensure_future(call)
    try:
        if since:
            await _first_of(task, since)
        else:
            await asyncio.sleep(0)  # the server gets its first word before anything is done here
        yield task
    except BaseException:
        task.cancel()
        raise
    finally:
        await _ended(task)


async def _ended(task: asyncio.Task[Any]) -> None:
    """Wait until a task is done; whoever wants its answer hears of it. To be cancelled meanwhile cancels it too."""
    try:
        await asyncio.wait([task])
    except asyncio.CancelledError:
        task.cancel()
        await asyncio.wait([task])
        raise
    finally:
        if task.done() and not task.cancelled():
            task.exception()


async def _first_of(task: asyncio.Task[Any], event: asyncio.Event) -> None:
    """Wait until the event is set, or will not be any more because the task is done."""
    waiting = asyncio.ensure_future(event.wait())
    try:
        await asyncio.wait([task, waiting], return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()
