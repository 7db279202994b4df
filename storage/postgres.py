"""Connections to a PostgreSQL server: lent out, found dead, given up. Opening a store on one is in `server`.

Nothing is kept in a server session between two transactions, so a transaction-mode pooler may stand in between:
no session-wide SET, no named prepared statement. What a transaction sets it sets for itself.
"""

from __future__ import annotations

import importlib.util
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from storage.codec import dump_json
from storage.connections import Connections
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


def driver_url(location: Location) -> sa.URL:
    """Give the URL with the driver's name in it: the dialect's default is another one."""
    return location.server_url.set(drivername="postgresql+asyncpg")


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
    engine = create_async_engine(
        driver_url(location),
        json_serializer=dump_json,
        hide_parameters=True,
        connect_args={
            "timeout": CONNECT_S,
            "command_timeout": ANSWER_S,
            "statement_cache_size": 0,
            "prepared_statement_cache_size": 0,
        },
    )
    snapshot = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return Connections(ServerLender(engine), ServerLender(snapshot))


class ServerLender:
    """Lends connections from a pool."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """Lend a connection inside a transaction.

        Raises:
            StoreUnavailable: No server, no answer, or it refused. When it broke off in a commit it is not known
                whether that went through; otherwise nothing was written.
        """
        with store_errors():
            connection = await self._begin()
        try:
            yield connection
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
