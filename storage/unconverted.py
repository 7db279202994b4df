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


def raw(time: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """A time as the engine gives it."""
    return sa.type_coerce(time, sa.types.NullType())


def utc(value: str | datetime) -> datetime:
    """Read a time that `raw` gave."""
    if isinstance(value, str):
        return datetime.fromisoformat(f"{value}+00:00")
    return value.astimezone(UTC)
