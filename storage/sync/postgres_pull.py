"""A page of changes out of a school's PostgreSQL: what an account may see, all of one moment.

What it may see is decided by the policies there: a change whose row it does not get is a row to take out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import attrs

from storage.records import Role
from storage.sync.postgres_connection import Connection, transaction
from storage.sync.postgres_rows import fetch
from storage.sync.synced import SYNCED, row_id
from storage.sync.values import Cursor, Page, RowName, RowSet

Delivered = dict[str, set[UUID]]
"""By table, the ids that went out over this connection: they need not go along once more."""

_CHANGES = """
    SELECT change.scope_id, change.seq, change.table_name, change.row_id
    FROM unnest($1::uuid[], $2::bigint[], $3::boolean[]) AS cursor (scope_id, seq, complete)
    CROSS JOIN LATERAL (
        SELECT c.scope_id, c.seq, c.table_name, c.row_id
        FROM sync_changes c
        WHERE c.scope_id = cursor.scope_id AND c.seq > cursor.seq
          AND (NOT cursor.complete OR c.node_id IS DISTINCT FROM $4)
        ORDER BY c.seq LIMIT $5
    ) change
"""
_HEADS = "SELECT scope_id, seq FROM sync_counters WHERE scope_id = ANY ($1::uuid[])"


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
        scopes = list(cursors)
        places = [cursors[scope] for scope in scopes]
        seqs, complete = [place.seq for place in places], [place.complete for place in places]
        changes = await connection.fetch(_CHANGES, scopes, seqs, complete, node_id, limit + 1)
        heads = {row["scope_id"]: row["seq"] for row in await connection.fetch(_HEADS, scopes)}
        taken, advanced, more = _take(changes, cursors, heads, limit)
        rows, gone = await _rows(connection, taken, role)
        await _add_parents(connection, rows, role, delivered)
    for name, found in rows.items():
        delivered.setdefault(name, set()).update(row_id(record) for record in found)
    return Page(
        rows=RowSet(**{name: tuple(found) for name, found in rows.items()}), gone=gone, cursors=advanced, more=more
    )


def _take(
    changes: Sequence[Any], cursors: Mapping[UUID, Cursor], heads: Mapping[UUID, int], limit: int
) -> tuple[list[Any], dict[UUID, Cursor], bool]:
    """Choose a page of changes; move each cursor behind what was chosen, or to the end of its scope."""
    by_scope: dict[UUID, list[Any]] = {}
    for change in changes:
        by_scope.setdefault(change["scope_id"], []).append(change)
    taken: list[Any] = []
    advanced: dict[UUID, Cursor] = {}
    more = False
    for scope, cursor in cursors.items():
        found = by_scope.get(scope, [])
        chosen = found[: limit - len(taken)]
        taken += chosen
        if len(chosen) == len(found):
            advanced[scope] = Cursor(seq=max(heads.get(scope, 0), cursor.seq), complete=True)
        else:
            more = True
            advanced[scope] = attrs.evolve(cursor, seq=chosen[-1]["seq"] if chosen else cursor.seq)
    return taken, advanced, more


async def _rows(
    connection: Connection, changes: Sequence[Any], role: Role
) -> tuple[dict[str, list[Any]], tuple[RowName, ...]]:
    """Read the rows that changes are about; name those that are gone."""
    by_table: dict[str, list[Any]] = {}
    for change in changes:
        by_table.setdefault(change["table_name"], []).append(change)
    rows: dict[str, list[Any]] = {}
    gone: list[RowName] = []
    for name, of_table in by_table.items():
        synced = SYNCED[name]
        named = {_key(change): change for change in of_table}
        rows[name] = await fetch(connection, synced, synced.named_by, list(named), role)
        for record in rows[name]:
            named.pop(tuple(getattr(record, name) for name in synced.named_by))
        gone += [RowName(table=name, row_id=c["row_id"], scope_id=c["scope_id"]) for c in named.values()]
    return rows, tuple(gone)


def _key(change: Any) -> tuple[UUID, ...]:
    if change["table_name"] == "user_classes":
        return (change["row_id"], change["scope_id"])
    return (change["row_id"],)


async def _add_parents(connection: Connection, rows: dict[str, list[Any]], role: Role, delivered: Delivered) -> None:
    """Add what the rows refer to, so that the page can be applied by itself; children come after their parents."""
    wanted: dict[str, set[UUID]] = {}
    for synced in reversed(tuple(SYNCED.values())):
        found = rows.get(synced.name, [])
        there = {row_id(record) for record in found} | delivered.get(synced.name, set())
        missing = wanted.get(synced.name, set()) - there
        if missing:
            found = rows[synced.name] = found + await fetch(
                connection, synced, ("id",), [(id_,) for id_ in missing], role
            )
        for column, parent in synced.parents.items():
            wanted.setdefault(parent, set()).update(id_ for r in found if (id_ := getattr(r, column)) is not None)
