"""Records as PostgreSQL's rows and back, by the bare driver: a hundred thousand of them must not take minutes."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine.default import DefaultDialect

from storage.codec import dump_json
from storage.columns import Float32Vector, StoredText, UtcDateTime
from storage.records import Role
from storage.sync.postgres_connection import Connection
from storage.sync.synced import SYNCED, Synced

_DIALECT = DefaultDialect()
_TYPES: tuple[tuple[type[Any], str], ...] = (
    (sa.Uuid, "uuid"),
    (StoredText, "text"),
    (UtcDateTime, "timestamptz"),
    (sa.BigInteger, "bigint"),
    (sa.Integer, "integer"),
    (sa.Boolean, "boolean"),
    (sa.JSON, "text"),
    (Float32Vector, "bytea"),
)
_VECTOR = Float32Vector()


async def fetch(
    connection: Connection, synced: Synced, by: Sequence[str], values: Collection[tuple[Any, ...]], role: Role
) -> list[Any]:
    """Read the records with these values in the columns `by` that the account may see."""
    if not values:
        return []
    columns = ", ".join(column.name for column in synced.columns(role))
    rows = await connection.fetch(f"SELECT {columns} FROM {synced.name} WHERE {among(by)}", *turned(values))  # noqa: S608
    return records(synced, rows)


def among(columns: Sequence[str]) -> str:
    """Give the condition that columns have one of the values in the parameters, an array for each column."""
    if len(columns) == 1:
        return f"{columns[0]} = ANY ($1::uuid[])"
    listed = ", ".join(f"${place}::uuid[]" for place in range(1, len(columns) + 1))
    return f"({', '.join(columns)}) IN (SELECT * FROM unnest({listed}))"  # noqa: S608 - names of columns


def records(synced: Synced, rows: Iterable[Any]) -> list[Any]:
    """Make records of rows."""
    readers = _readers(synced.name)
    cls = synced.record
    found = []
    for row in rows:
        values = dict(row)
        for name, read in readers.items():
            if values.get(name) is not None:
                values[name] = read(values[name])
        found.append(cls(**values))
    return found


def arrays(synced: Synced, names: Sequence[str], given: Sequence[Any]) -> list[list[Any]]:
    """Turn records into one array for each column, as `unnest` takes them."""
    writers = _writers(synced.name)
    columns = []
    for name in names:
        values = [getattr(record, name) for record in given]
        write = writers.get(name)
        columns.append([None if value is None else write(value) for value in values] if write else values)
    return columns


def unnest(synced: Synced, names: Sequence[str]) -> str:
    """Give the parameters of `arrays` as a table `new`, and its columns with the types of the table."""
    types = {name: _type(synced.table.c[name]) for name in names}
    given = ", ".join(f"${place}::{type_}[]" for place, type_ in enumerate(types.values(), 1))
    read = ", ".join(f"{name}::jsonb" if _is_json(synced.table.c[name]) else name for name in names)
    return f"SELECT {read} FROM unnest({given}) AS given ({', '.join(names)})"  # noqa: S608 - names of columns


def turned(keys: Collection[tuple[Any, ...]]) -> list[list[Any]]:
    """Turn keys into one array for each of their parts."""
    return [list(part) for part in zip(*keys, strict=True)]


def _type(column: sa.Column[Any]) -> str:
    return next(name for type_, name in _TYPES if isinstance(column.type, type_))


def _is_json(column: sa.Column[Any]) -> bool:
    return isinstance(column.type, sa.JSON)


@cache
def _readers(name: str) -> Mapping[str, Callable[[Any], Any]]:
    def vector(value: Any) -> Any:
        return _VECTOR.process_result_value(value, _DIALECT)

    return {
        column.name: json.loads if _is_json(column) else vector
        for column in SYNCED[name].table.c
        if _is_json(column) or isinstance(column.type, Float32Vector)
    }


@cache
def _writers(name: str) -> Mapping[str, Callable[[Any], Any]]:
    def vector(value: Any) -> Any:
        return _VECTOR.process_bind_param(value, _DIALECT)

    return {
        column.name: dump_json if _is_json(column) else vector
        for column in SYNCED[name].table.c
        if _is_json(column) or isinstance(column.type, Float32Vector)
    }
