"""A page of changes out of a school's PostgreSQL: what an account may see, all of one moment.

What it may see is decided by the policies there: a change whose row it does not get is a row to take out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import attrs

from storage.columns import StoredText
from storage.records import Role
from storage.sync.postgres_connection import Connection, transaction
from storage.sync.postgres_rows import among, fetch
from storage.sync.synced import SYNCED
from storage.sync.values import Cursor, Page, RowName, RowSet, TableRows

Delivered = dict[str, set[str]]
"""By table, the ids that went out over this connection: they need not go along once more."""

DELIVERED_LIMIT = 20_000
"""How many ids of a table are remembered; beyond that some rows go along more than once."""

PAGE_BYTES = 4_000_000
"""How much text a page has, but for its last row: more would not arrive in time over a slow line."""


def _measuring(table: str) -> str:
    texts = [column.name for column in SYNCED[table].table.c if isinstance(column.type, StoredText)]
    size = " + ".join(f"coalesce(octet_length({name}), 0)" for name in texts)
    return f"SELECT id, {size} AS size FROM {table} WHERE {among(('id',))}"  # noqa: S608 - names


_MEASURED: Mapping[str, str] = {
    table: _measuring(table)
    for table in ("llm_interactions", "runs", "challenge_solutions", "challenge_solutions_history", "knowledge_base")
}
"""For tables with long texts: how long each row is."""

Sizes = Mapping[tuple[str, str], int]
"""Of long rows, by table and id, in bytes."""

_PARENTS = frozenset(parent for synced in SYNCED.values() for parent in synced.parents.values())

_CHANGES = """
    SELECT cursor.scope_id, counter.seq AS head, change.seq, change.table_name, change.row_id
    FROM unnest($1::text[]::uuid[], $2::text[]::bigint[], $3::text[]::boolean[]) AS cursor (scope_id, seq, complete)
    LEFT JOIN sync_counters counter ON counter.scope_id = cursor.scope_id
    LEFT JOIN LATERAL (
        SELECT c.seq, c.table_name, c.row_id
        FROM sync_changes c
        WHERE c.scope_id = cursor.scope_id AND c.seq > cursor.seq
          AND (NOT cursor.complete OR c.node_id IS DISTINCT FROM (SELECT sync_mark($4)))
        ORDER BY c.seq LIMIT $5
    ) change ON true
"""


async def pull(
    connection: Connection,
    cursors: Mapping[UUID, Cursor],
    *,
    node_id: UUID,
    role: Role,
    limit: int,
    delivered: Delivered,
) -> Page:
    """Read the next changes of each scope, at most `limit` of them, and the rows they are about.

    Raises:
        RemoteError: It cannot be read now.
    """
    async with transaction(connection, role, reading=True):
        scopes = [scope.hex for scope in cursors]
        places = cursors.values()
        seqs, complete = [str(place.seq) for place in places], [str(place.complete) for place in places]
        found = await connection.fetch(_CHANGES, scopes, seqs, complete, node_id.hex, limit + 1)
        taken, advanced, more = _take(found, cursors, limit, await _sizes(connection, found))
        rows, gone = await _rows(connection, taken, role)
        await _add_parents(connection, rows, role, delivered)
    _remember(delivered, rows)
    return Page(rows=RowSet(rows), gone=gone, cursors=advanced, more=more)


async def _sizes(connection: Connection, changes: Sequence[Any]) -> Sizes:
    """Measure the rows that changes are about, if all of them are more than a page."""
    ids: dict[str, list[str]] = {}
    for _, _, _, table, id_ in changes:
        if table in _MEASURED:
            ids.setdefault(table, []).append(id_)
    total = "SELECT coalesce(sum(size), 0)::bigint FROM ({}) measured"
    totals = [await connection.fetchval(total.format(_MEASURED[table]), ids[table]) for table in ids]
    if sum(totals) <= PAGE_BYTES:
        return {}
    return {
        (table, id_): size
        for table, listed in ids.items()
        for id_, size in await connection.fetch(_MEASURED[table], listed)
    }


def _take(
    found: Sequence[Any], cursors: Mapping[UUID, Cursor], limit: int, sizes: Sizes
) -> tuple[list[Any], dict[UUID, Cursor], bool]:
    """Choose a page of changes; move each cursor behind what was chosen, or to the end of its scope."""
    room = PAGE_BYTES
    heads: dict[str, int] = {}
    by_scope: dict[str, list[Any]] = {}
    for change in found:
        scope, head, seq = change[:3]
        heads[scope] = head or 0
        if seq is not None:
            by_scope.setdefault(scope, []).append(change)
    taken: list[Any] = []
    advanced: dict[UUID, Cursor] = {}
    more = False
    for scope_id, cursor in cursors.items():
        changes = by_scope.get(scope_id.hex, [])
        chosen = []
        for change in changes[: limit - len(taken)]:
            if room <= 0:
                break
            chosen.append(change)
            room -= sizes.get((change[3], change[4]), 0)
        taken += chosen
        if len(chosen) == len(changes):
            advanced[scope_id] = Cursor(seq=max(heads[scope_id.hex], cursor.seq), complete=True)
        else:
            more = True
            advanced[scope_id] = attrs.evolve(cursor, seq=chosen[-1]["seq"] if chosen else cursor.seq)
    return taken, advanced, more


async def _rows(
    connection: Connection, changes: Sequence[Any], role: Role
) -> tuple[dict[str, TableRows], tuple[RowName, ...]]:
    """Read the rows that changes are about; name those that are gone."""
    by_table: dict[str, dict[tuple[str, ...], str]] = {}
    for scope, _, _, table, row_id in changes:
        key = (row_id, scope) if table == "user_classes" else (row_id,)
        by_table.setdefault(table, {})[key] = scope
    rows: dict[str, TableRows] = {}
    gone: list[RowName] = []
    for table, scopes in by_table.items():
        synced = SYNCED[table]
        rows[table] = await fetch(connection, synced, synced.named_by, list(scopes), role)
        missing = scopes.keys() - set(rows[table].keys(synced.named_by))
        gone += [RowName(table=table, row_id=key[0], scope_id=scopes[key]) for key in missing]
    return rows, tuple(gone)


async def _add_parents(connection: Connection, rows: dict[str, TableRows], role: Role, delivered: Delivered) -> None:
    """Add what the rows refer to, so that the page can be applied by itself; children come after their parents."""
    wanted: dict[str, set[str]] = {}
    for synced in reversed(tuple(SYNCED.values())):
        found = rows.get(synced.name, TableRows(columns=synced.columns(role)))
        if wanted.get(synced.name):
            missing = wanted[synced.name].difference(found.column("id"), delivered.get(synced.name, ()))
            more = await fetch(connection, synced, ("id",), [(id_,) for id_ in missing], role)
            found = rows[synced.name] = found.only([*found.rows, *more.rows])
        for column, parent in synced.parents.items():
            wanted.setdefault(parent, set()).update(set(found.column(column)) - {None})


def _remember(delivered: Delivered, rows: Mapping[str, TableRows]) -> None:
    for table in _PARENTS & rows.keys():
        ids = delivered.setdefault(table, set())
        if len(ids) > DELIVERED_LIMIT:
            ids.clear()
        ids.update(rows[table].column("id"))
