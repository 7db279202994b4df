"""A batch of local changes into a school's PostgreSQL: all of it in one transaction, rows that are refused left out.

Every statement runs with the rights of the account; what it may write is decided by the grants and policies there.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from time import monotonic

import attrs

from storage import tables as t
from storage.records import Role
from storage.sync.errors import Cause, RowsRefused
from storage.sync.postgres_connection import Connection, transaction
from storage.sync.postgres_rows import Offer, among, fetch, known, offered
from storage.sync.synced import SYNCED, Synced
from storage.sync.values import Batch, Pushed, Refusal, RowName, RowSet, Sent, TableRows

SEARCH_S = 30.0
"""How long a batch looks for what is refused; what it has not come to by then is sent again with the next.

Each culprit takes several round trips, and a server far away would not answer in the time it has.
"""

_WITH_CHILDREN = ("sessions", "llm_interactions")
"""What a whole sitting hangs on. An account sees all of its own."""

_ORPHAN = "It belongs to something that the school does not have."
_UNTRIED = "There was no time to find out."

_STAMPED_AHEAD = "TACO1"
"""The error code of `sync_stamp` in revision 0007."""


async def push(connection: Connection, batch: Batch, role: Role, *, may_stage: bool, sent: Sent | None) -> Pushed:
    """Send a batch; when something in it is refused, send it once more without the culprits.

    Args:
        connection: Of the account.
        batch: What to send.
        role: Of the account.
        may_stage: Whether it may make temporary tables.
        sent: Called when all rows are with the server; not if there are none.

    Raises:
        RemoteError: It was not taken, or nobody knows.
    """
    tables = [name for name, _ in batch.rows]
    putter = _Putter(connection, role, may_stage, tables[-1] if tables else None, sent, monotonic() + SEARCH_S)
    try:
        return await _push(putter, batch, refused=None)
    except RowsRefused:
        return await _push(putter, batch, refused=[])


@attrs.frozen
class _Putter:
    """Under whose rights rows are put in, and how.

    `sent` is called when those of the last table are there; from `until` on no more culprits are looked for.
    """

    connection: Connection
    role: Role
    may_stage: bool
    last: str | None
    sent: Sent | None
    until: float


async def _push(putter: _Putter, batch: Batch, *, refused: list[Refusal] | None) -> Pushed:
    """Send a batch in one transaction; culprits are looked for, and noted in `refused`, unless that is None."""
    connection = putter.connection
    winners: dict[str, TableRows] = {}
    async with transaction(connection, putter.role, reading=False):
        if not await connection.fetchval("SELECT sync_begin_batch($1, $2)", batch.node_id.hex, batch.number):
            return Pushed(stale=True)
        for name, rows in batch.rows:
            synced = SYNCED[name]
            if refused is None:
                put = await _put(putter, synced, rows)
            else:
                with_parents = await _without_orphans(putter, synced, rows, refused)
                put = await _put_what_is_taken(putter, synced, with_parents, refused)
            winners[name] = await _winners(putter, synced, put)
        await _remove(connection, batch.removed)
    return Pushed(winners=RowSet(winners), refused=tuple(refused or ()))


@attrs.frozen
class _Put:
    """Rows that were put in, and the keys of those that had been there."""

    rows: TableRows
    there: Collection[tuple[str, ...]] = ()


async def _without_orphans(putter: _Putter, synced: Synced, rows: TableRows, refused: list[Refusal]) -> TableRows:
    """Leave out rows that belong to a session or a question that the school has not: to try each takes very long."""
    untried = {(refusal.row.table, refusal.row.row_id) for refusal in refused if refusal.cause == "later"}
    orphans: dict[str, Refusal] = {}
    for column, parent in synced.parents.items():
        if parent in _WITH_CHILDREN:
            parents = set(rows.column(column)) - {None}
            missing = parents - await _found(putter.connection, parent, parents)
            for id_, parent_id in rows.keys(("id", column)):
                if parent_id in missing:
                    waits = (parent, parent_id) in untried
                    orphans[id_] = _untried(synced, id_) if waits else _refusal(synced, id_, "rule", _ORPHAN)
    refused += orphans.values()
    kept = [row for row, id_ in zip(rows.rows, rows.column("id"), strict=True) if id_ not in orphans]
    return rows.only(kept)


async def _found(connection: Connection, table: str, ids: Collection[str]) -> set[str]:
    """Tell which of these rows the school has; all of them where that cannot be asked."""
    there = f"SELECT id FROM public.{table} WHERE {among(('id',))}"  # noqa: S608 - names
    try:
        async with _refusals(), connection.transaction():  # a savepoint
            return {id_ for (id_,) in await connection.fetch(there, list(ids))}
    except RowsRefused:  # some are no ids at all
        return set(ids)


def _refusal(synced: Synced, id_: str, cause: Cause, reason: str) -> Refusal:
    return Refusal(row=RowName(table=synced.name, row_id=id_), cause=cause, reason=reason)


def _untried(synced: Synced, id_: str) -> Refusal:
    return _refusal(synced, id_, "later", _UNTRIED)


async def _put_what_is_taken(putter: _Putter, synced: Synced, rows: TableRows, refused: list[Refusal]) -> _Put:
    """Put in the rows that are not refused, halving until the others are found or the time is over."""
    if not rows:
        return _Put(rows)
    if refused and monotonic() > putter.until:
        refused += [_untried(synced, id_) for id_ in rows.column("id")]
        return _Put(rows.only([]))
    try:
        async with putter.connection.transaction():  # a savepoint
            return await _put(putter, synced, rows)
    except RowsRefused as error:
        if len(rows) == 1:
            refused.append(_refusal(synced, rows.column("id")[0], error.cause, error.reason))
            return _Put(rows.only([]))
    half = len(rows) // 2
    first = await _put_what_is_taken(putter, synced, rows.only(rows.rows[:half]), refused)
    second = await _put_what_is_taken(putter, synced, rows.only(rows.rows[half:]), refused)
    return _Put(rows.only([*first.rows.rows, *second.rows.rows]), [*first.there, *second.there])


async def _put(putter: _Putter, synced: Synced, given: TableRows) -> _Put:
    """Insert rows or merge them with those that are there.

    Raises:
        RowsRefused: Some of them break a rule; nothing was put in.
    """
    rows = _without_prices(given) if synced.table is t.models and putter.role == "student" else given
    merged = {column: value for column, value in synced.merged.items() if column in rows.columns}
    # `ON CONFLICT` would have to read what a student may not: theirs are merged through their view of the table.
    masked = putter.role == "student" and synced.table is t.challenges
    async with _refusals(), offered(putter.connection, synced, rows, may_stage=putter.may_stage) as offer:
        there = await known(putter.connection, synced, rows, offer) if merged else ()
        # The table itself, also where the search path has a student's view of it.
        insert = f"INSERT INTO public.{synced.name} AS old ({', '.join(rows.columns)}) {offer.select} ON CONFLICT "
        insert += "DO NOTHING" if masked or not merged else _on_conflict(synced, merged)
        if synced.name == putter.last and putter.sent:
            putter.sent()
        await putter.connection.execute(insert, *offer.parameters)
        if masked:
            await _update_view(putter.connection, synced, offer, rows.columns, merged)
    return _Put(given, there)


def _without_prices(models: TableRows) -> TableRows:
    """What a student's own models cost is nobody else's business."""
    return models.only([tuple({**row, "prices": None}.values()) for row in models.named()])


async def _update_view(
    connection: Connection, synced: Synced, offer: Offer, columns: Sequence[str], merged: Mapping[str, str]
) -> None:
    """Merge rows through a view of the table."""
    changes = ", ".join(f"{column} = {value}" for column, value in merged.items())
    await connection.execute(
        f"UPDATE {synced.name} AS old SET {changes} FROM ({offer.select}) AS new ({', '.join(columns)}) "  # noqa: S608
        f"WHERE old.id = new.id AND ({synced.newer})",
        *offer.parameters,
    )


def _on_conflict(synced: Synced, merged: Mapping[str, str]) -> str:
    changes = ", ".join(f"{column} = {value}" for column, value in merged.items())
    where = f" WHERE {synced.newer}" if synced.newer else ""
    return f"({', '.join(synced.key)}) DO UPDATE SET {changes}{where}".replace("new.", "excluded.")


async def _winners(putter: _Putter, synced: Synced, put: _Put) -> TableRows:
    """Read how the rows are now that had been there, or that the server has a say in."""
    if synced.table is t.models:
        return await _known_otherwise(putter, put.rows)
    keys = put.rows.keys(synced.key) if synced.decided_there else put.there
    return await fetch(putter.connection, synced, synced.key, keys, putter.role)


async def _known_otherwise(putter: _Putter, models: TableRows) -> TableRows:
    """Read the models that the server knows by another id."""
    columns = SYNCED[t.models.name].columns(putter.role)
    found = await putter.connection.fetch(
        f"SELECT {', '.join(columns)} FROM models "  # noqa: S608 - names
        "WHERE (name, version) IN (SELECT * FROM unnest($1::text[], $2::text[])) AND id <> ALL ($3::text[]::uuid[])",
        models.column("name"), models.column("version"), models.column("id"),
    )  # fmt: skip
    return TableRows(columns=columns, rows=list(map(tuple, found)))


async def _remove(connection: Connection, names: Sequence[RowName]) -> None:
    """Delete what was taken out of the knowledge base; what is not the account's to delete stays."""
    ids = [name.row_id for name in names if name.table == t.knowledge_base.name]
    if ids:
        await connection.execute("DELETE FROM knowledge_base WHERE id = ANY ($1::text[]::uuid[])", ids)


@asynccontextmanager
async def _refusals() -> AsyncIterator[None]:
    """Tell rows that break a rule from everything else that can go wrong.

    Raises:
        RowsRefused: Some rows do.
    """
    import asyncpg  # type: ignore[import-untyped]  # noqa: PLC0415 - this module is read before there is a connection

    unacceptable = asyncpg.IntegrityConstraintViolationError, asyncpg.DataError, asyncpg.ProgramLimitExceededError
    try:
        yield
    except asyncpg.InsufficientPrivilegeError as error:
        raise RowsRefused("rule", "You may not add this at the school any more, or not yet.") from error
    except asyncpg.ForeignKeyViolationError as error:
        raise RowsRefused("rule", _ORPHAN) from error
    except (*unacceptable, ValueError, TypeError, OverflowError) as error:  # by the server, or by its driver
        raise RowsRefused("rule", "The school's server does not accept its content.") from error
    except asyncpg.PostgresError as error:
        if error.sqlstate != _STAMPED_AHEAD:
            raise
        raise RowsRefused("clock", "It is stamped in the future.") from error
