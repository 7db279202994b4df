"""A store on a PostgreSQL server: looked at, opened, and upgraded by one process at a time.

A new database gets its tables from whoever may make tables in it. One that holds people's work is upgraded only when
somebody says so (`upgrade_server`), because nobody here can make the backup that should come first.
"""

from __future__ import annotations

import asyncio

import attrs
import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from storage import migrate
from storage.connections import Connections
from storage.errors import BadStoreUrl, StoreError, StoreUnavailable
from storage.location import Location
from storage.postgres import connect_server, driver_engine
from storage.store import Store
from storage.values import StoreInfo

UPGRADE_S = 3600.0
"""Longest time for an upgrade; the largest school takes minutes."""

_UPGRADE_LOCK = 0x7461636F
"""An arbitrary number that means "upgrading TACO" to every process ("taco" in ASCII)."""

_LOOK = sa.text(
    """
    SELECT to_regclass('public.alembic_version') IS NOT NULL AS is_store,
           EXISTS (SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r') AS has_tables,
           coalesce(pg_relation_size(to_regclass('public.users')), 0) > 0 AS has_people,
           has_schema_privilege('public', 'CREATE') AS may_create,
           coalesce((SELECT pg_has_role(relowner, 'MEMBER') FROM pg_class
                     WHERE oid = to_regclass('public.alembic_version')), false) AS is_owner,
           current_setting('transaction_read_only') = 'on' AS is_read_only
    """
)
_REVISION = sa.text("SELECT version_num FROM public.alembic_version")


@attrs.frozen(kw_only=True)
class Found:
    """What a database is like for the role that looks."""

    revision: str | None
    """None when it holds no table yet."""
    has_people: bool
    may_upgrade: bool
    is_read_only: bool
    """A standby, or switched to reading by its operator."""


async def open_server(location: Location) -> Store:
    """Open a server database, making its tables when it has none.

    Raises:
        BadStoreUrl: It holds tables of another program.
        StoreUnavailable: No driver, no server, no permission, or made by an older version.
    """
    connections = connect_server(location)
    try:
        found = await _look(connections)
        if found.revision in (None, *migrate.REVISIONS[:-1]):
            _check_may_upgrade(found)
            await upgrade_server(location)
            found = await _look(connections)
    except BaseException:
        await connections.close()
        raise
    info = StoreInfo(
        url=location.masked,
        dialect=location.dialect,
        path=None,
        revision=str(found.revision),
        read_only=found.is_read_only or found.revision not in migrate.REVISIONS,
    )
    return Store(connections, info)


async def look_at_server(location: Location) -> Found:
    """Look at a database without changing anything.

    Raises:
        StoreError: As for opening it.
    """
    connections = connect_server(location)
    try:
        return await _look(connections)
    finally:
        await connections.close()


async def upgrade_server(location: Location) -> None:
    """Make or upgrade the tables, as a whole or not at all; several processes may try at once.

    Raises:
        StoreUnavailable: It failed; the database is as it was.
    """
    # Alembic computes for long stretches; the caller's event loop must go on meanwhile.
    await asyncio.to_thread(asyncio.run, _upgrade(location))


async def _look(connections: Connections) -> Found:
    async with connections.writer.transaction() as connection:
        seen = (await connection.execute(_LOOK)).one()
        if seen.has_tables and not seen.is_store:
            raise BadStoreUrl("The store URL names a database of another program.", "Set `store` to an empty one.")
        revision = (await connection.execute(_REVISION)).scalar_one() if seen.is_store else None
    return Found(
        revision=revision,
        has_people=seen.has_people,
        may_upgrade=seen.is_owner if seen.is_store else seen.may_create,
        is_read_only=seen.is_read_only,
    )


def _check_may_upgrade(found: Found) -> None:
    if found.revision is None and not found.may_upgrade:
        raise StoreUnavailable(
            "The database has no TACO tables yet, and this account may not make them.",
            "Ask your school's admin to run `taco admin init`.",
        )
    if not found.may_upgrade:
        raise StoreUnavailable(
            "The school's database was made by an older version of taco-lsp.",
            "Ask your school's admin to upgrade it, or use the version of taco-lsp that your school uses.",
        )
    if found.has_people:
        raise StoreUnavailable(
            "The database was made by an older version of taco-lsp, and holds people's work.",
            "Back it up with `pg_dump`, then run `taco admin upgrade` with its URL.",
        )


async def _upgrade(location: Location) -> None:
    engine = driver_engine(location, poolclass=NullPool)
    try:
        async with asyncio.timeout(UPGRADE_S), engine.begin() as connection:
            await connection.run_sync(_run_revisions)
    except StoreError:
        raise
    except Exception as error:
        raise migrate.failed(error) from error
    finally:
        await engine.dispose()


def _run_revisions(connection: sa.Connection) -> None:
    for limit in (
        f"lock_timeout = '{int(migrate.UPGRADE_WAIT_S)}s'",
        "statement_timeout = 0",
        "idle_in_transaction_session_timeout = 0",
    ):
        connection.exec_driver_sql(f"SET LOCAL {limit}")
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_UPGRADE_LOCK})")
    if sa.inspect(connection).has_table("alembic_version", schema="public"):
        found = str(connection.execute(_REVISION).scalar_one())
        if found not in migrate.REVISIONS[:-1]:
            return  # another process has done it, or a newer program
    migrate.run_revisions(connection)
