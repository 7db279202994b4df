"""Connections to a PostgreSQL server: lent out, found dead, given up. Opening a store on one is in `server`.

Nothing is kept in a server session between two transactions, so a transaction-mode pooler may stand in between:
no session-wide SET, no named prepared statement. What a transaction sets it sets for itself.
"""

from __future__ import annotations

import importlib.util
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import attrs
import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.sql import Executable

from storage.codec import dump_json
from storage.connections import Connections, Step
from storage.errors import StoreUnavailable
from storage.failures import store_errors
from storage.finishing import to_the_end
from storage.location import Location

CONNECT_S = 10.0
"""How long a server may take to let us in."""

ANSWER_S = 20.0
"""How long it may take to answer one statement; it is told to give up a little earlier by itself."""

LOCK_S = 10.0
"""How long a statement waits for another transaction."""

IDLE_S = 60.0
"""How long a transaction may do nothing: a program that hangs must not hold up others."""

_SET_LIMITS = sa.text(
    "SELECT set_config('statement_timeout', :statement, true), set_config('lock_timeout', :lock, true),"
    " set_config('idle_in_transaction_session_timeout', :idle, true)"
)


def driver_engine(location: Location, **options: Any) -> AsyncEngine:
    """Make an engine whose driver reads the address itself, since it knows what libpq's parameters mean.

    SQLAlchemy would hand `sslmode` and its like on as arguments that the driver does not have.
    """
    address = location.server_url.set(drivername="postgresql").render_as_string(hide_password=False)
    arguments = {
        "dsn": address,
        "timeout": CONNECT_S,
        "statement_cache_size": 0,
        "prepared_statement_cache_size": 0,
        **options.pop("connect_args", {}),
    }
    return create_async_engine("postgresql+asyncpg://", hide_parameters=True, connect_args=arguments, **options)


def connect_server(location: Location) -> Connections:
    """Prepare the connections to a database; none is opened yet.

    Raises:
        StoreUnavailable: The driver is not installed.
    """
    if importlib.util.find_spec("asyncpg") is None:
        raise StoreUnavailable(
            "A PostgreSQL store needs the package asyncpg, which is not installed.",
            "Install taco-lsp with its `postgres` extra, or use a local store.",
        )
    engine = driver_engine(location, json_serializer=dump_json, connect_args={"command_timeout": ANSWER_S})
    snapshot = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return Connections(ServerLender(engine), ServerLender(snapshot))


@attrs.frozen
class ServerConnection:
    """A connection of the pool, as transactions want it."""

    _connection: AsyncConnection

    @property
    def dialect(self) -> sa.Dialect:
        """Which SQL it speaks."""
        return self._connection.dialect

    async def execute(self, statement: Executable, parameters: Any = None) -> sa.CursorResult[Any]:
        """Run a statement; its rows are there when it is done."""
        return await self._connection.execute(statement, parameters)

    async def run(self, *steps: Step) -> None:
        """Run statements one after the other, for what they change."""
        for statement, values in steps:
            await self._connection.execute(statement, values)


class ServerLender:
    """Lends connections from a pool."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[ServerConnection]:
        """Lend a connection inside a transaction.

        Raises:
            StoreUnavailable: No server, no answer, or it refused. When it broke off in a commit it is not known
                whether that went through; otherwise nothing was written.
        """
        with store_errors():
            connection = await self._begin()
        try:
            yield ServerConnection(connection)
            with store_errors():
                await to_the_end(connection.commit())
        finally:
            with store_errors():
                await to_the_end(connection.close())  # undoes what was not committed, drops what does not answer

    async def close(self) -> None:
        """Close the connections that are idle; the others are closed when they come back."""
        await self._engine.dispose()

    async def _begin(self) -> AsyncConnection:
        """Begin a transaction; where a connection of the pool turns out dead, on a new one.

        Its limits are the first thing sent, so nothing of the caller's is ever sent twice.
        """
        try:
            return await self._begin_once()
        except exc.DBAPIError as error:
            if not error.connection_invalidated:
                raise
        return await self._begin_once()

    async def _begin_once(self) -> AsyncConnection:
        connection = await self._engine.connect()
        limits = {"statement": 0.9 * ANSWER_S, "lock": LOCK_S, "idle": IDLE_S}
        try:
            await connection.execute(_SET_LIMITS, {name: f"{s * 1000:.0f}ms" for name, s in limits.items()})
        except BaseException:
            await to_the_end(connection.close())
            raise
        return connection
