"""A statement that SQLite's driver runs by itself, its parameters converted by the column types.

What is written with every question, run and save goes this way: SQLAlchemy's takes longer than the row itself. No
result comes back; what reads goes through SQLAlchemy.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

import attrs
import sqlalchemy as sa
from sqlalchemy.sql import Executable
from sqlalchemy.sql.compiler import SQLCompiler

Convert = Callable[[Any], Any]


@attrs.frozen
class Prepared:
    """A compiled statement, and for each of its parameters in turn the name and how the file holds its value."""

    sql: str
    parameters: tuple[tuple[str, Convert | None], ...]

    def run(self, driver: sqlite3.Connection, values: Mapping[str, Any]) -> None:
        """Run it with the values of its parameters.

        Raises:
            sqlite3.Error: As the driver says it.
        """
        given = [values[name] if convert is None else convert(values[name]) for name, convert in self.parameters]
        driver.execute(self.sql, given)


def prepare(statement: Executable, dialect: sa.Dialect) -> Prepared:
    """Compile a statement all of whose values are parameters."""
    assert isinstance(statement, sa.ClauseElement)
    compiled = statement.compile(dialect=dialect)
    assert isinstance(compiled, SQLCompiler)
    names = compiled.positiontup or ()
    types = (compiled.binds[name].type.dialect_impl(dialect) for name in names)
    return Prepared(
        str(compiled), tuple((name, type_.bind_processor(dialect)) for name, type_ in zip(names, types, strict=True))
    )
