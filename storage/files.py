"""The file of an SQLite store: made, examined, and replaced when it is corrupt. Its content is not read here."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import attrs

from storage import migrate, recovery
from storage.errors import StoreUnavailable
from storage.failures import store_errors
from storage.location import file_uri
from storage.sqlite import BUSY_TIMEOUT_MS

_NOT_WRITABLE = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}


@attrs.frozen(kw_only=True)
class StoreFile:
    """What was found out about a store file."""

    path: Path
    uri: str
    """How it can be opened."""
    revision: str | None
    """None when it is empty."""
    read_only: bool
    """It cannot be written, or a newer program wrote it."""
    recovered: Path | None = None


def examine(path: Path) -> StoreFile:
    """Look at the file; make it when there is none, replace it when it is corrupt.

    Raises:
        BadStoreUrl: It is another program's database.
        StoreUnavailable: It cannot be made, opened or moved aside.
    """
    with store_errors():
        return _healthy(path)


def _healthy(path: Path) -> StoreFile:
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


def _look(path: Path) -> StoreFile:
    """Examine the file without changing it or its journal, then find out whether it can be written."""
    if path.stat().st_size == 0 and _has_journal(path):
        raise recovery.Damaged("the file is empty, its journal is not")  # SQLite would delete the journal
    uri, revision = _check(path)
    if revision in (None, *migrate.REVISIONS) and _can_write(path):
        return StoreFile(path=path, uri=file_uri(path, mode="rw"), revision=revision, read_only=False)
    return StoreFile(path=path, uri=uri, revision=revision, read_only=True)


def _check(path: Path) -> tuple[str, str | None]:
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
