"""Rows of a local store as PostgreSQL's and back, by the bare driver: a hundred thousand must not take minutes.

The connection reads and writes values as a local store holds them (`storage.sync.postgres_connection`).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from typing import Any

import attrs
import sqlalchemy as sa

from storage.columns import Float32Vector, StoredText, UtcDateTime
from storage.records import Role
from storage.sync.postgres_connection import Connection
from storage.sync.synced import Synced
from storage.sync.values import TableRows

STAGED_FROM = 200
"""From how many rows on a temporary table is worth the half millisecond that it takes to make."""

_STAGE = "sync_offered"
_TYPES: tuple[tuple[type[Any], str], ...] = (
    (sa.Uuid, "uuid"),
    (StoredText, "text"),
    (UtcDateTime, "timestamptz"),
    (sa.BigInteger, "bigint"),
    (sa.Integer, "integer"),
    (sa.Boolean, "boolean"),
    (sa.JSON, "jsonb"),
    (Float32Vector, "bytea"),
)


@attrs.frozen
class Offer:
    """Rows to put in: a `SELECT` of their columns with the types of the table, and its parameters."""

    select: str
    parameters: Sequence[Any] = ()


async def fetch(
    connection: Connection, synced: Synced, by: Sequence[str], values: Collection[tuple[str, ...]], role: Role
) -> TableRows:
    """Read the rows with these ids in the columns `by` that the account may see, in the order of their ids."""
    columns = synced.columns(role)
    if not values:
        return TableRows(columns=columns)
    select = f"SELECT {', '.join(columns)} FROM {synced.name} WHERE {among(by)}"  # noqa: S608 - names
    return TableRows(columns=columns, rows=sorted(map(tuple, await connection.fetch(select, *turned(values)))))


def among(columns: Sequence[str]) -> str:
    """Give the condition that columns have one of the ids in the parameters, an array for each column.

    They are arrays of text: the driver would ask the server first what an array of any other type is.
    """
    if len(columns) == 1:
        return f"{columns[0]} = ANY ($1::text[]::uuid[])"
    listed = ", ".join(f"${place}::text[]::uuid[]" for place in range(1, len(columns) + 1))
    return f"({', '.join(columns)}) IN (SELECT * FROM unnest({listed}))"  # noqa: S608 - names of columns


def turned(keys: Collection[tuple[Any, ...]]) -> list[list[Any]]:
    """Turn keys into one array for each of their parts."""
    return [list(part) for part in zip(*keys, strict=True)]


@asynccontextmanager
async def offered(connection: Connection, synced: Synced, given: TableRows, *, may_stage: bool) -> AsyncIterator[Offer]:
    """Bring rows to the server, many by COPY into a table that is gone with the transaction at the latest."""
    types = [_type(synced.table.c[name]) for name in given.columns]
    if not may_stage or len(given) < STAGED_FROM:
        yield _as_arrays(given, types)
        return
    columns = ", ".join(f"{name} {type_}" for name, type_ in zip(given.columns, types, strict=True))
    make = f"CREATE TEMPORARY TABLE {_STAGE} ({columns}) ON COMMIT DROP"
    await connection.execute(f"DROP TABLE IF EXISTS pg_temp.{_STAGE}; {make}")  # that of the table before
    await connection.copy_records_to_table(
        _STAGE, schema_name="pg_temp", columns=given.columns, records=given.rows
    )  # fmt: skip
    yield Offer(f"SELECT {', '.join(given.columns)} FROM pg_temp.{_STAGE}")  # noqa: S608 - names


async def known(connection: Connection, synced: Synced, given: TableRows, offer: Offer) -> Collection[tuple[str, ...]]:
    """Tell by their keys which of the rows that were brought had been there."""
    keys = ", ".join(synced.key)
    if offer.parameters:  # few rows, and what they hold need not be sent twice
        there = f"SELECT {keys} FROM public.{synced.name} WHERE {among(synced.key)}"  # noqa: S608 - names
        return list(map(tuple, await connection.fetch(there, *turned(given.keys(synced.key)))))
    same = " AND ".join(f"there.{column} = offered.{column}" for column in synced.key)
    # OFFSET keeps it a look into the index for each row: of a table just made the planner knows next to nothing.
    there = (
        f"SELECT {keys} FROM ({offer.select}) offered "  # noqa: S608 - names
        f"WHERE EXISTS (SELECT FROM public.{synced.name} there WHERE {same} OFFSET 0)"
    )
    return list(map(tuple, await connection.fetch(there)))


def _as_arrays(given: TableRows, types: Sequence[str]) -> Offer:
    """Offer few rows as parameters, an array of texts for each column."""
    arrays = ", ".join(f"${place}::text[]" for place in range(1, len(types) + 1))
    read = ", ".join(f"{name}::{type_}" for name, type_ in zip(given.columns, types, strict=True))
    select = f"SELECT {read} FROM unnest({arrays}) AS given ({', '.join(given.columns)})"  # noqa: S608 - names
    return Offer(select, [[_text(value) for value in column] for column in zip(*given.rows, strict=True)])


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return f"\\x{value.hex()}" if isinstance(value, bytes) else str(value)


def _type(column: sa.Column[Any]) -> str:
    return next(name for type_, name in _TYPES if isinstance(column.type, type_))
