"""One engine per dialect: how to connect, and how a transaction begins. It knows no table and no file layout."""

from __future__ import annotations

import importlib.util
import logging
from typing import Any

import attrs
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from storage.codec import dump_json
from storage.errors import StoreUnavailable
from storage.location import Location

BUSY_TIMEOUT_MS = 5_000
"""How long a statement waits for another program's transaction."""

READERS = 4

logging.getLogger("aiosqlite").setLevel(logging.WARNING)  # its debug messages hold what students write


@attrs.frozen
class Engines:
    """Where write and read transactions get their connections; the same pool on a server database."""

    writer: AsyncEngine
    reader: AsyncEngine

    async def dispose(self) -> None:
        """Close every connection."""
        await self.writer.dispose()
        await self.reader.dispose()


def connect_file(uri: str) -> Engines:
    """Make the engines of an SQLite file; nothing is opened yet."""
    writer = _sqlite(uri, begin="BEGIN IMMEDIATE", connections=1, pragmas=_WRITER)
    reader = _sqlite(uri, begin="BEGIN", connections=READERS, pragmas=_READER)
    return Engines(writer, reader)


_BOTH = ("foreign_keys = ON", f"busy_timeout = {BUSY_TIMEOUT_MS}")
_WRITER = (*_BOTH, "synchronous = FULL")
_READER = (*_BOTH, "query_only = ON")


def _sqlite(uri: str, *, begin: str, connections: int, pragmas: tuple[str, ...]) -> AsyncEngine:
    """Make an engine whose transactions begin as told.

    Writers take the write lock at once: a deferred transaction that reads before it writes loses updates to
    another process. One writing connection per process queues writers fairly instead of polling the lock.
    """
    engine = create_async_engine(
        sa.URL.create("sqlite+aiosqlite", database=uri, query={"uri": "true"}),
        pool_size=connections,
        max_overflow=0,
        pool_timeout=30,
        json_serializer=dump_json,
        hide_parameters=True,
        connect_args={"isolation_level": None},  # the driver must not begin transactions of its own
    )

    @event.listens_for(engine.sync_engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def connect_server(location: Location) -> Engines:
    """Make the engine of a PostgreSQL database; nothing is opened yet.

    Raises:
        StoreUnavailable: The driver is not installed.
    """
    if importlib.util.find_spec("asyncpg") is None:
        raise StoreUnavailable(
            "A PostgreSQL store needs the package asyncpg, which is not installed.",
            "Install taco-lsp with its `postgres` extra, or use a local store.",
        )
    engine = create_async_engine(
        location.url.set(drivername="postgresql+asyncpg"),
        json_serializer=dump_json,
        hide_parameters=True,
        pool_pre_ping=True,
        connect_args={"timeout": 10, "command_timeout": 30, "statement_cache_size": 0},  # poolers
    )
    return Engines(engine, engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True))
