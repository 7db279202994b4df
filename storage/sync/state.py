"""How far a local store has come with its server: node, batches and cursors of an account, the server's identity."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

import attrs
import sqlalchemy as sa

from storage.records import Role, new_id
from storage.rows import Rows
from storage.sync.tables import accounts, cursors, state
from storage.sync.values import Cursor, Hello


@attrs.frozen(kw_only=True)
class Account:
    """An account that syncs from this store.

    Attributes:
        node_id: this store's name for that account on the server.
        batch: number of the last batch that was begun.
        confirmed_batch: number of the last one that the server confirmed.
        epoch: which server it was the last time.
        role: what the account was the last time.
        synced_at: when everything was sent and taken in.
    """

    user_id: UUID
    node_id: UUID
    batch: int = 0
    confirmed_batch: int = 0
    epoch: str | None = None
    role: Role | None = None
    synced_at: datetime | None = None


_ACCOUNT = [accounts.c[field.name] for field in attrs.fields(Account)]


@asynccontextmanager
async def applying(rows: Rows, *, is_so: bool = True) -> AsyncIterator[None]:
    """Have what is written in the block not sent back to the server, or, within such a block, sent all the same."""
    await rows.execute(sa.update(state).values(applying=is_so))
    yield
    await rows.execute(sa.update(state).values(applying=not is_so))


class SyncState:
    """Repository of what sync remembers."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def find(self, user_id: UUID) -> Account | None:
        """Read what is remembered of an account."""
        result = await self._rows.execute(sa.select(*_ACCOUNT).where(accounts.c.user_id == user_id))
        row = result.mappings().first()
        return Account(**row) if row else None

    async def account(self, user_id: UUID) -> Account:
        """Read what is remembered of an account, giving it a node id the first time."""
        found = await self.find(user_id)
        if found is None:
            found = Account(user_id=user_id, node_id=new_id())
            await self._rows.execute(sa.insert(accounts).values(attrs.asdict(found)))
        return found

    async def met(self, user_id: UUID, hello: Hello) -> None:
        """Remember which server this is; numbers of batches go on above what it has."""
        there = {"epoch": hello.epoch, "role": hello.role, "confirmed_batch": hello.batch}
        is_new = sa.or_(*(accounts.c[name].is_distinct_from(value) for name, value in there.items()))
        changing = sa.update(accounts).where(accounts.c.user_id == user_id, is_new)  # nothing new costs no disk write
        highest = sa.case((accounts.c.batch < hello.batch, hello.batch), else_=accounts.c.batch)
        await self._rows.execute(changing.values(**there, batch=highest))

    async def next_batch(self, user_id: UUID) -> int:
        """Give the next batch its number."""
        one_more = sa.update(accounts).where(accounts.c.user_id == user_id).values(batch=accounts.c.batch + 1)
        return int((await self._rows.execute(one_more.returning(accounts.c.batch))).scalar_one())

    async def confirm_batch(self, user_id: UUID, number: int) -> None:
        """Remember that the server has a batch."""
        change = sa.update(accounts).where(accounts.c.user_id == user_id, accounts.c.confirmed_batch < number)
        await self._rows.execute(change.values(confirmed_batch=number))

    async def done(self, user_id: UUID, at: datetime) -> None:
        """Remember that everything was sent and taken in."""
        await self._rows.execute(sa.update(accounts).where(accounts.c.user_id == user_id).values(synced_at=at))

    async def cursors(self, user_id: UUID) -> dict[UUID, Cursor]:
        """Read how far each scope was pulled."""
        found = await self._rows.execute(sa.select(cursors).where(cursors.c.user_id == user_id))
        return {row.scope_id: Cursor(seq=row.seq, complete=row.complete) for row in found}

    async def advance(self, user_id: UUID, to: Mapping[UUID, Cursor]) -> None:
        """Remember how far scopes were pulled."""
        values = [
            {"user_id": user_id, "scope_id": scope, "seq": cursor.seq, "complete": cursor.complete}
            for scope, cursor in to.items()
        ]
        insert = self._rows.upsert(cursors)
        moving = insert.on_conflict_do_update(
            index_elements=["user_id", "scope_id"],
            set_={"seq": insert.excluded.seq, "complete": insert.excluded.complete},
        )
        await self._rows.execute_many(moving, values, about=cursors.name)

    async def forget_cursors(self, user_id: UUID, scopes: Collection[UUID] | None = None) -> None:
        """Pull these scopes (all by default) from their beginning the next time."""
        forgetting = sa.delete(cursors).where(cursors.c.user_id == user_id)
        if scopes is not None:
            forgetting = forgetting.where(cursors.c.scope_id.in_(scopes))
        await self._rows.execute(forgetting)

    async def clock_offset_ms(self) -> int:
        """Tell how far the server's clock is ahead of this machine's."""
        return int((await self._rows.execute(sa.select(state.c.clock_offset_ms))).scalar_one())

    async def set_clock_offset_ms(self, offset: int) -> None:
        """Have saves stamped with the server's time from now on."""
        await self._rows.execute(sa.update(state).values(clock_offset_ms=offset))
