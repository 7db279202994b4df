"""What a store file holds, read with plain SQL, as a teacher or an auditor would."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any


def rows(store: Path, sql: str, *values: Any) -> list[dict[str, Any]]:
    """Run a query on the file, beside a server that may have it open."""
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(sql, values)]


def count(store: Path, table: str) -> int:
    """The number of rows of a table."""
    return int(rows(store, f"SELECT count(*) AS n FROM {table}")[0]["n"])
