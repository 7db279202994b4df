"""A batch of local changes into a school's PostgreSQL: all of it in one transaction, rows that are refused left out.

Every statement runs with the rights of the account; what it may write is decided by the grants and policies there.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import attrs

from storage import tables as t
from storage.records import Model, Role
from storage.sync.errors import RowsRefused
from storage.sync.postgres_connection import Connection, transaction
from storage.sync.postgres_rows import among, arrays, fetch, records, turned, unnest
from storage.sync.synced import SYNCED, Synced, row_id
from storage.sync.values import Batch, Pushed, Refusal, RowName, RowSet

_STAMPED_AHEAD = "TACO1"
"""The error code of `sync_stamp` in revision 0007."""


async def push(connection: Connection, batch: Batch, role: Role) -> Pushed:
    """Send a batch; when something in it is refused, send it once more without the culprits.

    Raises:
        RemoteError: It was not taken, or nobody knows.
    """
    try:
        return await _push(connection, batch, role, refused=None)
    except RowsRefused:
        return await _push(connection, batch, role, refused=[])


async def _push(connection: Connection, batch: Batch, role: Role, *, refused: list[Refusal] | None) -> Pushed:
    """Send a batch in one transaction; culprits are looked for, and noted in `refused`, unless that is None."""
    winners: dict[str, tuple[Any, ...]] = {}
    async with transaction(connection, role, reading=False):
        if not await connection.fetchval("SELECT sync_begin_batch($1, $2)", batch.node_id, batch.number):
            return Pushed(stale=True)
        for name, rows in batch.rows:
            synced = SYNCED[name]
            if refused is None:
                won = await _put(connection, synced, rows, role)
            else:
                won = await _put_what_is_taken(connection, synced, rows, role, refused)
            winners[name] = tuple(won)
        await _remove(connection, batch.removed)
    return Pushed(winners=RowSet(**winners), refused=tuple(refused or ()))


async def _put_what_is_taken(
    connection: Connection, synced: Synced, rows: Sequence[Any], role: Role, refused: list[Refusal]
) -> list[Any]:
    """Put in the rows that are not refused, halving until the others are found."""
    try:
        async with connection.transaction():  # a savepoint
            return await _put(connection, synced, rows, role)
    except RowsRefused as error:
        if len(rows) == 1:
            name = RowName(table=synced.name, row_id=row_id(rows[0]))
            refused.append(Refusal(row=name, cause=error.cause, reason=error.reason))
            return []
    half = len(rows) // 2
    return [
        *await _put_what_is_taken(connection, synced, rows[:half], role, refused),
        *await _put_what_is_taken(connection, synced, rows[half:], role, refused),
    ]


async def _put(connection: Connection, synced: Synced, rows: Sequence[Any], role: Role) -> list[Any]:
    """Insert rows or merge them with those that are there; return the latter as they are now."""
    if synced.table is t.models:
        return await _put_models(connection, rows, role)
    columns = [column.name for column in synced.columns(role)]
    merged = {column: value for column, value in synced.merged.items() if column in columns}
    there = await _there(connection, synced, rows) if merged else ()
    if synced.decided_there:
        there = [synced.key_of(row) for row in rows]
    # The table itself, also where the search path has a student's view of it.
    insert = (
        f"INSERT INTO public.{synced.name} AS old ({', '.join(columns)}) {unnest(synced, columns)} "
        f"ON CONFLICT ({', '.join(synced.key)}) "
    )
    masked = role == "student" and synced.table is t.challenges
    insert += "DO NOTHING" if masked or not merged else _on_conflict(synced, merged)
    async with _refusals():
        await connection.execute(insert, *arrays(synced, columns, rows))
        if masked:
            await _update_view(connection, synced, columns, merged, rows)
    return await fetch(connection, synced, synced.key, there, role)


async def _update_view(
    connection: Connection, synced: Synced, columns: Sequence[str], merged: Mapping[str, str], rows: Sequence[Any]
) -> None:
    """Merge rows through a student's view of the table: `ON CONFLICT` would have to read what a student may not."""
    changes = ", ".join(f"{column} = {value}" for column, value in merged.items())
    await connection.execute(
        f"UPDATE {synced.name} AS old SET {changes} FROM ({unnest(synced, columns)}) AS new ({', '.join(columns)}) "  # noqa: S608
        f"WHERE old.id = new.id AND ({synced.newer})",
        *arrays(synced, columns, rows),
    )


def _on_conflict(synced: Synced, merged: Mapping[str, str]) -> str:
    changes = ", ".join(f"{column} = {value}" for column, value in merged.items())
    where = f" WHERE {synced.newer}" if synced.newer else ""
    return f"DO UPDATE SET {changes}{where}".replace("new.", "excluded.")


async def _there(connection: Connection, synced: Synced, rows: Sequence[Any]) -> Collection[tuple[Any, ...]]:
    """Tell which of the rows the server has already."""
    keys = [synced.key_of(row) for row in rows]
    found = await connection.fetch(
        f"SELECT {', '.join(synced.key)} FROM public.{synced.name} WHERE {among(synced.key)}",  # noqa: S608 - names
        *turned(keys),
    )
    return [tuple(row.values()) for row in found]


async def _put_models(connection: Connection, rows: Sequence[Model], role: Role) -> list[Any]:
    """Add models that are new by name and version; return those that are known by another id.

    What a student's own models cost is nobody else's business.
    """
    synced = SYNCED[t.models.name]
    if role == "student":
        rows = [attrs.evolve(row, prices=None) for row in rows]
    columns = [column.name for column in synced.columns(role)]
    insert = f"INSERT INTO models ({', '.join(columns)}) {unnest(synced, columns)} ON CONFLICT DO NOTHING"
    async with _refusals():
        await connection.execute(insert, *arrays(synced, columns, rows))
    known = await connection.fetch(
        f"SELECT {', '.join(columns)} FROM models "  # noqa: S608 - names
        "WHERE (name, version) IN (SELECT * FROM unnest($1::text[], $2::text[])) AND id <> ALL ($3::uuid[])",
        *turned([(row.name, row.version) for row in rows]),
        [row.id for row in rows],
    )
    return records(synced, known)


async def _remove(connection: Connection, names: Sequence[RowName]) -> None:
    """Delete what was taken out of the knowledge base; what is not the account's to delete stays."""
    ids = [name.row_id for name in names if name.table == t.knowledge_base.name]
    if ids:
        await connection.execute("DELETE FROM knowledge_base WHERE id = ANY ($1::uuid[])", ids)


@asynccontextmanager
async def _refusals() -> AsyncIterator[None]:
    """Tell rows that break a rule from everything else that can go wrong.

    Raises:
        RowsRefused: Some rows do.
    """
    import asyncpg  # type: ignore[import-untyped]  # noqa: PLC0415 - this module is read before there is a connection

    try:
        yield
    except asyncpg.InsufficientPrivilegeError as error:
        raise RowsRefused("rule", "You may not add this at the school any more, or not yet.") from error
    except asyncpg.ForeignKeyViolationError as error:
        raise RowsRefused("rule", "It belongs to something that the school does not have.") from error
    except (asyncpg.IntegrityConstraintViolationError, asyncpg.DataError, asyncpg.ProgramLimitExceededError) as error:
        raise RowsRefused("rule", "The school's server does not accept its content.") from error
    except asyncpg.PostgresError as error:
        if error.sqlstate != _STAMPED_AHEAD:
            raise
        raise RowsRefused("clock", "It is stamped in the future.") from error
