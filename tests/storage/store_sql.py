"""Plain SQL beside a store, as any other program may run it, on either engine."""

import sqlite3
from contextlib import closing
from typing import Any

import asyncpg

from storage import Store
from tests.support.postgres import connected

BREAKS_A_RULE = (sqlite3.IntegrityError, asyncpg.IntegrityConstraintViolationError)


async def plain(store: Store, statement: str) -> list[tuple[Any, ...]]:
    """Run one statement in a transaction of its own; a UUID as 32 hex digits is understood by both engines."""
    if store.info.path is None:
        async with connected(store.info.url) as db:
            return [tuple(row) for row in await db.fetch(statement)]
    with closing(sqlite3.connect(store.info.path)) as connection, connection:
        connection.execute("PRAGMA foreign_keys = ON")
        return connection.execute(statement).fetchall()
