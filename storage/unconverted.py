"""Ids and times as an engine gives them: where there are very many rows, converting each costs more than reading it.

One engine writes the text of an id with dashes, the other without, and times are texts or datetimes. Either can be
compared with its like from the same store; `utc` and `UUID` read both.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class IdText(FunctionElement[str]):
    """The text of an id; what SQLite holds is one already, and casting it would take as long as reading it."""

    type = sa.String()
    inherit_cache = True


@compiles(IdText)
def _cast(element: IdText, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **options)} AS VARCHAR)"


@compiles(IdText, "sqlite")
def _as_it_is(element: IdText, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.clauses, **options)


class TimeText(FunctionElement[str]):
    """The text of a time, such as `2026-03-02T09:00:00.000000`: in UTC, to the microsecond."""

    type = sa.String()
    inherit_cache = True


@compiles(TimeText)
def _formatted(element: TimeText, compiler: SQLCompiler, **options: Any) -> str:
    time = compiler.process(element.clauses, **options)
    return f"""to_char({time} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')"""


@compiles(TimeText, "sqlite")
def _with_another_mark(element: TimeText, compiler: SQLCompiler, **options: Any) -> str:
    return f"replace({compiler.process(element.clauses, **options)}, ' ', 'T')"


def raw(time: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """A time as the engine gives it."""
    return sa.type_coerce(time, sa.types.NullType())


def utc(value: str | datetime) -> datetime:
    """Read a time that `raw` gave."""
    if isinstance(value, str):
        return datetime.fromisoformat(f"{value}+00:00")
    return value.astimezone(UTC)
