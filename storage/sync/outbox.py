"""What a local store still has to send. Triggers fill the outbox (revision 0007); this reads and empties it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

import attrs
import sqlalchemy as sa

from storage.records import Role
from storage.rows import Rows
from storage.sync import stamps
from storage.sync.synced import SYNCED, Synced
from storage.sync.tables import outbox as table
from storage.sync.values import Refusal, RowName, RowSet
from storage.tables import challenge_solutions

BATCH_CHARACTERS = 1_000_000
_ALONE = "models"
"""The server may know a model by another id: what refers to it has to wait for the answer."""


@attrs.frozen(kw_only=True)
class Pending:
    """What to send now, parents before children, and the versions in the outbox that this confirms."""

    rows: RowSet = attrs.Factory(RowSet)
    removed: tuple[RowName, ...] = ()
    versions: dict[tuple[str, UUID], int] = attrs.field(factory=dict)

    def __bool__(self) -> bool:
        return bool(self.versions)


def unsent(name: str) -> sa.Select[tuple[UUID]]:
    """Select the ids of a table's rows that have local changes."""
    return sa.select(table.c.row_id).where(table.c.table_name == name)


class Outbox:
    """Repository of the local changes that no server has confirmed."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def read(self, user_id: UUID, role: Role, limit: int) -> Pending:
        """Read the next rows to send, at most `limit` and about a megabyte of them."""
        found: dict[str, tuple[Any, ...]] = {}
        removed: list[RowName] = []
        versions: dict[tuple[str, UUID], int] = {}
        room = BATCH_CHARACTERS
        for synced in _sent(role):
            if len(versions) >= limit or room <= 0 or found.get(_ALONE):
                break
            records = []
            for row in map(tuple[Any, ...], await self._waiting(synced, user_id, role, limit - len(versions))):
                if room <= 0:
                    break
                named, version, values = _uuid(row[0]), row[1], row[2:]
                versions[synced.name, named] = version
                if values[0] is not None:
                    records.append(_record(synced, values))
                    room -= _size(values)
                elif synced.sent_by == "author":  # what others gather here is erased by request alone
                    removed.append(RowName(table=synced.name, row_id=named))
            found[synced.name] = tuple(records)
        return Pending(rows=RowSet(**found), removed=tuple(removed), versions=versions)

    async def confirm(self, versions: Iterable[int]) -> None:
        """Take out what the server has, unless it changed again meanwhile."""
        gone = sa.delete(table).where(table.c.version == sa.bindparam("confirmed"))
        await self._rows.execute_many(gone, [{"confirmed": version} for version in versions], about=table.name)

    async def refuse(self, refusals: Iterable[tuple[int, Refusal]]) -> None:
        """Note what the server does not take; it is offered again when it changes."""
        noting = sa.update(table).where(table.c.version == sa.bindparam("of")).values(refused=sa.bindparam("why"))
        values = [{"of": version, "why": refusal.reason} for version, refusal in refusals]
        await self._rows.execute_many(noting, values, about=table.name)

    async def offer_refused(self) -> None:
        """Offer what was refused once more, because the server or one's rights there have changed."""
        await self._rows.execute(sa.update(table).where(table.c.refused.is_not(None)).values(refused=None))

    async def offer_everything(self, user_id: UUID, role: Role) -> None:
        """Offer all of one's own rows again: a server that was restored from a backup may lack any of them."""
        for synced in _sent(role):
            mine = synced.table
            columns = [sa.literal(synced.name), mine.c.id, _owner(synced)]
            new = mine.c.id.not_in(sa.select(table.c.row_id).where(table.c.table_name == synced.name))
            own = _own(synced, _owner(synced), user_id, role)
            select = sa.select(*columns).where(new, own)
            names = ["table_name", "row_id", "user_id"]
            await self._rows.execute(sa.insert(table).from_select(names, select), about=table.name)

    async def dirty(self, name: str, ids: Collection[UUID]) -> set[UUID]:
        """Tell which of these rows have local changes."""
        return set((await self._rows.execute(unsent(name).where(table.c.row_id.in_(ids)))).scalars())

    async def counts(self, user_id: UUID, role: Role) -> tuple[int, dict[str, int]]:
        """Count what waits to be sent, and what the server refused by reason."""
        own = [sa.and_(table.c.table_name == s.name, _own(s, table.c.user_id, user_id, role)) for s in _sent(role)]
        counted = (
            sa.select(table.c.refused, sa.func.count().label("rows")).where(sa.or_(*own)).group_by(table.c.refused)
        )
        found: dict[str | None, int] = {row.refused: row.rows for row in await self._rows.execute(counted)}
        waiting = found.pop(None, 0)
        return waiting, {str(reason): rows for reason, rows in found.items()}

    async def shift_stamps(self, by_ms: int, *, latest: int) -> None:
        """Correct the stamps of saves not sent yet by what the clock was wrong; none comes after `latest`."""
        moved = sa.func.max(challenge_solutions.c.hlc + (by_ms << stamps.COUNTER_BITS), 0)
        await self._restamp(sa.func.min(moved, latest))

    async def stamp_again(self, ids: Collection[UUID], stamp: int) -> None:
        """Give saves a new stamp, because the server refused theirs."""
        await self._restamp(sa.literal(stamp, sa.BigInteger()), challenge_solutions.c.id.in_(ids))

    async def _restamp(self, stamp: sa.ColumnElement[int], *where: sa.ColumnElement[bool]) -> None:
        changed = challenge_solutions.c.id.in_(unsent(challenge_solutions.name))
        change = sa.update(challenge_solutions).where(changed, *where).values(hlc=stamp)
        await self._rows.execute(change, about=challenge_solutions.name)

    async def _waiting(self, synced: Synced, user_id: UUID, role: Role, limit: int) -> Collection[sa.Row[Any]]:
        rows = synced.table
        waiting = (
            sa.select(_raw(table.c.row_id), table.c.version, *map(_raw, rows.c))
            .join_from(table, rows, rows.c.id == table.c.row_id, isouter=True)
            .where(table.c.table_name == synced.name, table.c.refused.is_(None))
            .where(_own(synced, table.c.user_id, user_id, role))
            .order_by(table.c.row_id)
            .limit(limit)
        )
        return (await self._rows.execute(waiting, about=synced.name)).all()


def _sent(role: Role) -> list[Synced]:
    return [synced for synced in SYNCED.values() if synced.sent_as(role)]


def _own(synced: Synced, owner: sa.ColumnElement[Any], user_id: UUID, role: Role) -> sa.ColumnElement[bool]:
    """What this account sends: its own work; of what is taught, everything, since colleagues keep it together."""
    if synced.sent_by == "anyone" or (synced.sent_by == "author" and role != "student"):
        return sa.true()
    return owner == user_id


def _owner(synced: Synced) -> sa.ColumnElement[Any]:
    for name in ("author_user_id", "user_id", "created_by_user_id"):
        if name in synced.table.c:
            return synced.table.c[name]
    return sa.null()


def _raw(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """Read ids as the text they are stored as: most are the same few, and making one takes longer than all the rest."""
    return sa.type_coerce(column, sa.String()) if isinstance(column.type, sa.Uuid) else column


_uuid = lru_cache(maxsize=4096)(UUID)


@cache
def _ids(name: str) -> tuple[tuple[str, bool], ...]:
    """Tell which columns of a table are ids."""
    return tuple((column.name, isinstance(column.type, sa.Uuid)) for column in SYNCED[name].table.c)


def _record(synced: Synced, values: Sequence[Any]) -> Any:
    named = zip(_ids(synced.name), values, strict=True)
    return synced.record(**{name: _uuid(value) if is_id and value else value for (name, is_id), value in named})


def _size(values: Sequence[Any]) -> int:
    return 200 + sum(len(value) for value in values if isinstance(value, str))
