"""A store on a PostgreSQL server: opened, and upgraded by one process at a time."""

from __future__ import annotations

import sqlalchemy as sa

from storage import migrate
from storage.engine import connect_server
from storage.errors import StoreError
from storage.failures import store_errors
from storage.location import Location
from storage.store import Store
from storage.values import StoreInfo

_UPGRADE_LOCK = 0x7461636F
"""An arbitrary number that means "upgrading TACO" to every process ("taco" in ASCII)."""


async def open_server(location: Location) -> Store:
    """Open a server database, making or upgrading its tables.

    Raises:
        StoreUnavailable: No driver, no server, or no permission.
    """
    engines = connect_server(location)
    try:
        with store_errors():
            async with engines.writer.begin() as connection:
                revision = await connection.run_sync(_upgrade_server)
    except StoreError:
        await engines.dispose()
        raise
    read_only = revision not in migrate.REVISIONS
    info = StoreInfo(url=location.masked, dialect=location.dialect, path=None, revision=revision, read_only=read_only)
    return Store(engines, info)


def _upgrade_server(connection: sa.Connection) -> str:
    """Upgrade a server database in the connection's transaction, one process at a time."""
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{int(migrate.UPGRADE_WAIT_S)}s'")
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_UPGRADE_LOCK})")
    if not sa.inspect(connection).has_table("alembic_version"):
        migrate.run_revisions(connection)
        return migrate.HEAD
    found = str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one())
    if found not in migrate.REVISIONS:
        return found
    if found != migrate.HEAD:
        migrate.run_revisions(connection)
    return migrate.HEAD
