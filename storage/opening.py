"""From a URL to an open store: the folder, the file, its health, its revision. What a store does is in `store`."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import attrs
import sqlalchemy as sa

from storage import migrate, recovery
from storage.engine import BUSY_TIMEOUT_MS, connect_file, connect_server
from storage.errors import StoreError, StoreReadOnly, StoreUnavailable
from storage.failures import store_errors
from storage.location import Location, file_uri, parse
from storage.store import Store
from storage.values import StoreInfo

_NOT_WRITABLE = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}


async def open_store(url: str) -> Store:
    """Open the store at a URL; see `storage.open_store`."""
    location = parse(url)
    if location.path is None:
        return await _open_server(location)
    found = await asyncio.to_thread(_prepare, location.path)
    info = StoreInfo(
        url=location.masked,
        dialect=location.dialect,
        path=location.path,
        revision=found.revision or "",
        read_only=found.read_only,
        recovered=found.recovered,
        backup=found.backup,
    )
    return Store(connect_file(found.uri), info)


@attrs.frozen(kw_only=True)
class _File:
    """What was found out about a store file."""

    uri: str
    """How it can be opened."""
    revision: str | None
    read_only: bool
    recovered: Path | None = None
    backup: Path | None = None


def _prepare(path: Path) -> _File:
    """Make, check and upgrade the file. Blocks; run it in a thread."""
    with store_errors():
        found = _healthy(path)
    if found.revision == migrate.HEAD:
        return found
    if found.revision not in (None, *migrate.REVISIONS):
        return attrs.evolve(found, read_only=True)
    if found.read_only:
        raise StoreReadOnly(
            f"The store {path} was made by an older version and cannot be written, so it cannot be upgraded.",
            "Make the file and its folder writable, or choose another place with `store`.",
        )
    backup = migrate.upgrade_file(path)
    return attrs.evolve(found, revision=migrate.HEAD, backup=backup)


def _healthy(path: Path) -> _File:
    """Look at the file; make it when there is none, replace it when it is corrupt."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if path.is_dir():
        raise StoreUnavailable(f"The store {path} is a folder.", "Set `store` to a file in it.")
    recovered = None
    for _ in range(3):  # several processes may find the same corrupt file
        _make_file(path)
        inode = path.stat().st_ino
        try:
            return attrs.evolve(_look(path), recovered=recovered)
        except recovery.Damaged:
            recovered = recovery.move_aside(path, inode) or recovered
    raise StoreUnavailable(f"The store file {path} is damaged again and again.", "Check the disk.")


def _make_file(path: Path) -> None:
    """Make an empty file that only its owner may read; SQLite gives the journals the same rights."""
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def _look(path: Path) -> _File:
    """Examine the file without changing it or its journal, then find out whether it can be written."""
    if path.stat().st_size == 0 and _has_journal(path):
        raise recovery.Damaged("the file is empty, its journal is not")  # SQLite would delete the journal
    uri, revision = _examine(path)
    if revision in (None, *migrate.REVISIONS) and _can_write(path):
        return _File(uri=file_uri(path, mode="rw"), revision=revision, read_only=False)
    return _File(uri=uri, revision=revision, read_only=True)


def _examine(path: Path) -> tuple[str, str | None]:
    """Check the file and read its revision; also give the URI that opened it, for reading."""
    uri = file_uri(path, mode="ro")
    try:
        return uri, _revision(uri)
    except sqlite3.OperationalError as error:
        # Without a journal, and where none can be made, nobody writes either.
        if _code(error) not in _NOT_WRITABLE or _has_journal(path):
            raise
    uri = file_uri(path, mode="ro", immutable=True)
    return uri, _revision(uri)


def _revision(uri: str) -> str | None:
    with closing(_connect(uri)) as connection:
        recovery.check(connection)
        return migrate.revision_of(connection)


def _can_write(path: Path) -> bool:
    """Switch the file to the write-ahead log, and find out whether a transaction may write."""
    with closing(_connect(file_uri(path, mode="rw"))) as connection:
        try:
            _use_wal(connection)
            return _may_begin(connection)
        except sqlite3.OperationalError as error:
            if _code(error) in _NOT_WRITABLE:
                return False
            raise


def _may_begin(connection: sqlite3.Connection) -> bool:
    connection.execute("PRAGMA busy_timeout = 0")
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if _code(error) != sqlite3.SQLITE_BUSY:  # busy: another process writes, so it can be written
            raise
    return True


def _has_journal(path: Path) -> bool:
    journal = path.with_name(f"{path.name}-wal")
    return journal.exists() and journal.stat().st_size > 0


def _connect(uri: str) -> sqlite3.Connection:
    return sqlite3.connect(uri, uri=True, timeout=BUSY_TIMEOUT_MS / 1000, isolation_level=None)


def _use_wal(connection: sqlite3.Connection) -> None:
    """Ask for the write-ahead log; SQLite does not wait by itself while another process does the same."""
    deadline = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if _code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _code(error: sqlite3.Error) -> int:
    return error.sqlite_errorcode & 0xFF


async def _open_server(location: Location) -> Store:
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


_UPGRADE_LOCK = 0x7461636F
"""An arbitrary number that means "upgrading TACO" to every process ("taco" in ASCII)."""
