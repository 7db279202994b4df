"""What a local store still has to send. Triggers fill the outbox (revision 0007); this reads and empties it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from types import NoneType
from typing import Any
from uuid import UUID

import attrs
import sqlalchemy as sa

from storage.records import Role
from storage.rows import Rows
from storage.sync import stamps
from storage.sync.synced import SYNCED, Synced
from storage.sync.tables import outbox as table
from storage.sync.values import TABLES, Refusal, Row, RowName, RowSet, TableRows
from storage.tables import challenge_solutions

BATCH_CHARACTERS = 2_000_000
CHUNK_ROWS = 500
"""How many rows are read before they are measured: any of them may be long."""
ROW_SIZE = 50
"""What a row is taken for beside its texts, in bytes."""
_SIZED = (str, bytes)
_ALONE = "models"
"""The server may know a model by another id: what refers to it has to wait for the answer."""

Versions = Mapping[tuple[str, str], int]
"""Of changed rows, by table and id."""


@attrs.frozen(kw_only=True)
class Pending:
    """What to send now, parents before children, and the versions in the outbox that this confirms."""

    rows: RowSet = attrs.Factory(RowSet)
    removed: tuple[RowName, ...] = ()
    versions: Versions = attrs.field(factory=dict)

    def __bool__(self) -> bool:
        return bool(self.versions)

    @property
    def is_alone(self) -> bool:
        """Whether nothing may be read for the next batch until this one is answered."""
        return _ALONE in self.rows.tables


def unsent(name: str) -> sa.Select[tuple[UUID]]:
    """Select the ids of a table's rows that have local changes."""
    return sa.select(table.c.row_id).where(table.c.table_name == name)


def raw(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """A column as the file holds it."""
    return sa.type_coerce(column, sa.types.NullType())


class Outbox:
    """Repository of the local changes that no server has confirmed."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def read(self, user_id: UUID, role: Role, limit: int, *, besides: Pending | None = None) -> Pending:
        """Read the next rows to send, at most `limit` and about two megabytes of them.

        Args:
            user_id: Who sends.
            role: Their role.
            limit: Of rows.
            besides: What is on its way already.
        """
        in_flight = besides.versions if besides else {}
        found: dict[str, TableRows] = {}
        removed: list[RowName] = []
        versions: dict[tuple[str, str], int] = {}
        room = BATCH_CHARACTERS
        for synced in await self._waiting_tables(role):
            if len(versions) >= limit or room <= 0 or _ALONE in found:
                break
            left = limit - len(versions)
            waiting, room = await self._waiting(
                synced, user_id, role, limit=left, room=room, in_flight=in_flight
            )  # fmt: skip
            versions.update({(synced.name, row[0]): row[1] for row in waiting})
            there = [row[2:] for row in waiting if row[2] is not None]
            if there:
                found[synced.name] = TableRows(columns=synced.columns(role), rows=there)
            if synced.sent_by == "author":  # what others gather here is erased by request alone
                removed += [RowName(table=synced.name, row_id=row[0]) for row in waiting if row[2] is None]
        return Pending(rows=RowSet(found), removed=tuple(removed), versions=versions)

    async def confirm(self, versions: Iterable[int]) -> None:
        """Take out what the server has, unless it changed again meanwhile."""
        listed = {"versions": json.dumps(list(versions))}
        await self._rows.execute(sa.delete(table).where(table.c.version.in_(_listed("versions"))), listed)

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

    async def newest(self) -> int:
        """The version of the latest change; 0 where there is none."""
        return (await self._rows.execute(sa.select(sa.func.max(table.c.version)))).scalar() or 0

    async def changed_tables(self) -> set[str]:
        """Tell which tables have local changes."""
        found = (await self._rows.execute(_LISTED)).one()
        return {name for name, is_listed in zip(TABLES, found, strict=True) if is_listed}

    async def dirty(self, name: str, ids: Collection[str]) -> set[str]:
        """Tell which of these rows have local changes."""
        among = raw(table.c.row_id).in_(_listed("ids"))
        select = sa.select(raw(table.c.row_id)).where(table.c.table_name == name, among)
        return set((await self._rows.execute(select, {"ids": json.dumps(list(ids))})).scalars())

    async def counts(self, user_id: UUID, role: Role) -> tuple[int, dict[str, int]]:
        """Count what waits to be sent, and what the server refused by reason."""
        own = [sa.and_(table.c.table_name == s.name, _own(s, table.c.user_id, user_id, role)) for s in _sent(role)]
        counted = (
            sa.select(table.c.refused, sa.func.count().label("rows")).where(sa.or_(*own)).group_by(table.c.refused)
        )
        found: dict[str | None, int] = {row.refused: row.rows for row in await self._rows.execute(counted)}
        waiting = found.pop(None, 0)
        return waiting, {str(reason): rows for reason, rows in found.items()}

    async def shift_stamps(self, by_ms: int, *, earliest: int, latest: int) -> None:
        """Correct the stamps of saves not sent yet by what the clock was wrong.

        One that lies between `earliest`, the last time that everything was sent, and `latest`, the present, but would
        not any more, was made before the clock was changed and is right. No other comes after `latest`.
        """
        hlc = challenge_solutions.c.hlc
        moved = sa.func.max(hlc + (by_ms << stamps.COUNTER_BITS), 0)
        is_right = sa.and_(hlc.between(earliest, latest), moved < earliest)
        await self._restamp(sa.case((is_right, hlc), else_=sa.func.min(moved, latest)))

    async def stamp_again(self, ids: Collection[str], stamp: int) -> None:
        """Give saves a new stamp, because the server refused theirs."""
        await self._restamp(sa.literal(stamp, sa.BigInteger()), raw(challenge_solutions.c.id).in_(ids))

    async def _restamp(self, stamp: sa.ColumnElement[int], *where: sa.ColumnElement[bool]) -> None:
        changed = challenge_solutions.c.id.in_(unsent(challenge_solutions.name))
        change = sa.update(challenge_solutions).where(changed, *where).values(hlc=stamp)
        await self._rows.execute(change, about=challenge_solutions.name)

    async def _waiting_tables(self, role: Role) -> list[Synced]:
        """Tell which tables have something to send."""
        found = (await self._rows.execute(_WAITING)).one()
        waiting = {name for name, waits in zip(TABLES, found, strict=True) if waits}
        return [synced for synced in _sent(role) if synced.name in waiting]

    async def _waiting(
        self, synced: Synced, user_id: UUID, role: Role, *, limit: int, room: int, in_flight: Versions
    ) -> tuple[list[Row], int]:
        """Read the id, the version and the columns of rows to send, and tell how much room they leave.

        Of a row that is gone all columns are None.
        """
        besides = [version for (name, _), version in in_flight.items() if name == synced.name]
        place = {"owner": user_id.hex, "besides": json.dumps(besides), "after": ""}
        taken: list[Row] = []
        while len(taken) < limit and room > 0:
            many = min(CHUNK_ROWS, limit - len(taken))
            found = (await self._rows.execute(_select_waiting(synced.name, role), {**place, "many": many})).all()
            rows = list(map(tuple, found))
            if (size := _size(rows)) > room:
                rows = list(_fitting(rows, room))
            taken += rows
            room -= size
            if len(found) < many:
                break
            place["after"] = found[-1][0]
        return taken, room


def _sent(role: Role) -> list[Synced]:
    return [synced for synced in SYNCED.values() if synced.sent_as(role)]


def _own(synced: Synced, owner: sa.ColumnElement[Any], user_id: UUID, role: Role) -> sa.ColumnElement[bool]:
    return owner == user_id if _of_one(synced, role) else sa.true()


def _of_one(synced: Synced, role: Role) -> bool:
    """Whether an account sends its own rows alone; of what is taught, everything: colleagues keep it together."""
    return not (synced.sent_by == "anyone" or (synced.sent_by == "author" and role != "student"))


def _owner(synced: Synced) -> sa.ColumnElement[Any]:
    for name in ("author_user_id", "user_id", "created_by_user_id"):
        if name in synced.table.c:
            return synced.table.c[name]
    return sa.null()


def _any_listed(*where: sa.ColumnElement[bool]) -> sa.Select[*tuple[bool, ...]]:
    """Select for each table whether the outbox lists a row of it; its index answers that without counting any."""
    return sa.select(*(sa.exists().where(table.c.table_name == name, *where).label(name) for name in TABLES))


_LISTED = _any_listed()
_WAITING = _any_listed(table.c.refused.is_(None))


@cache
def _select_waiting(name: str, role: Role) -> sa.Select[Any]:
    synced = SYNCED[name]
    rows, id_ = synced.table, raw(table.c.row_id)
    waiting = (
        sa.select(id_, table.c.version, *(raw(rows.c[column]) for column in synced.columns(role)))
        .join_from(table, rows, rows.c.id == table.c.row_id, isouter=True)
        .where(table.c.table_name == name, table.c.refused.is_(None), id_ > sa.bindparam("after"))
        .where(table.c.version.not_in(_listed("besides")))
    )
    if _of_one(synced, role):
        waiting = waiting.where(raw(table.c.user_id) == sa.bindparam("owner"))
    return waiting.order_by(table.c.row_id).limit(sa.bindparam("many", type_=sa.Integer()))


def _listed(parameter: str) -> sa.Select[Any]:
    """Select what a parameter lists as JSON: however many there are, the statement stays the same."""
    return sa.select(sa.func.json_each(sa.bindparam(parameter)).table_valued("value").c.value)


def _size(rows: Sequence[Row]) -> int:
    """Estimate the size of rows in bytes, column by column: one by one takes longer than to read them."""
    texts = (column for column in zip(*rows, strict=True) if set(map(type, column)) <= {str, bytes, NoneType})
    return ROW_SIZE * len(rows) + sum(sum(map(len, filter(None, column))) for column in texts)


def _fitting(rows: Sequence[Row], room: int) -> Iterator[Row]:
    """Give as many rows as there is room for, and one at least."""
    for row in rows:
        if room <= 0:
            return
        room -= ROW_SIZE + sum(len(value) for value in row if isinstance(value, _SIZED))
        yield row
