"""Upgrades: which revision a file is on, and from there to the newest, as a whole or not at all.

What the revisions do is in `migrations/versions`. Alembic takes a third of a second to import, so it is
imported only when there is something to do.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.pool import NullPool

from storage.errors import BadStoreUrl, StoreError, StoreUnavailable
from storage.failures import as_store_error

REVISIONS = ("0001", "0002", "0003", "0004", "0006", "0007", "0008")
"""Every revision this program knows, oldest first; a test holds them against the files."""
HEAD = REVISIONS[-1]

_VERSIONS = "alembic_version"

UPGRADE_WAIT_S = 60.0
"""How long to wait for another process that is upgrading the same store."""


def revision_of(connection: sqlite3.Connection) -> str | None:
    """Read the revision of an SQLite file, None when it is empty.

    Raises:
        BadStoreUrl: It holds tables of another program.
    """
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not tables:
        return None
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone() if _VERSIONS in tables else None
    if row is None:
        raise BadStoreUrl("The store URL names a database of another program.", "Set `store` to a new or another file.")
    return str(row[0])


def upgrade_file(path: Path) -> Path | None:
    """Upgrade an SQLite file in one transaction, after copying it aside when it holds something.

    Safe to call from several processes at once: one upgrades, the others find it done. Blocks; run it in a
    thread.

    Returns:
        The backup, or None when there was nothing to keep or to do.

    Raises:
        StoreUnavailable: It failed; the file is as it was.
    """
    engine = migration_engine(path)
    backup: Path | None = None
    try:
        with engine.begin() as connection:
            before = _current(connection)
            if before == HEAD:
                return None
            backup = back_up(path, before) if before else None
            run_revisions(connection)
            _check_references(connection)
    except StoreError:
        raise
    except Exception as error:
        raise failed(error) from error
    finally:
        engine.dispose()
    return backup


def run_revisions(connection: sa.Connection, target: str = "head") -> None:
    """Run what is missing on a connection inside a transaction; committing is the caller's."""
    from alembic import command  # noqa: PLC0415 - see the module's docstring
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(migrations_folder()).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, target)


def migrations_folder() -> Path:
    """Find the revisions: beside the package in a checkout, inside it in an installation."""
    package = Path(__file__).parent
    shipped = package / "migrations"
    return shipped if shipped.is_dir() else package.parent / "migrations"


def sql_statements(name: str) -> list[str]:
    """Read a file of `migrations/sql` as statements: each ends with a semicolon at the end of a line outside `$$`."""
    statements, lines, quoted = [], [], False
    for line in (migrations_folder() / "sql" / name).read_text(encoding="utf-8").splitlines():
        lines.append(line)
        if line.lstrip().startswith("--"):
            continue
        quoted ^= line.count("$$") % 2 == 1
        if line.endswith(";") and not quoted:
            statements.append("\n".join(lines))
            lines = []
    return statements


def back_up(path: Path, revision: str) -> Path:
    """Copy a store to a file beside it, whose name says the revision and the time."""
    backup = path.with_name(f"{path.name}.backup-{revision}-{timestamp()}")
    os.close(os.open(backup, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        with closing(sqlite3.connect(path, timeout=UPGRADE_WAIT_S)) as source:
            source.execute("VACUUM INTO ?", (str(backup),))
    except BaseException:
        backup.unlink()
        raise
    return backup


def timestamp() -> str:
    """Give the time for a file name, sortable and unambiguous."""
    return datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")


def migration_engine(path: Path) -> sa.Engine:
    """Make an engine with foreign keys off: altering a parent table with them on deletes every child row."""
    engine = sa.create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(path, timeout=UPGRADE_WAIT_S, isolation_level=None),
        poolclass=NullPool,
        hide_parameters=True,
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _current(connection: sa.Connection) -> str | None:
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    return revision_of(driver)


def _check_references(connection: sa.Connection) -> None:
    broken = {str(row[0]) for row in connection.exec_driver_sql("PRAGMA foreign_key_check")}
    if broken:
        raise ValueError(f"rows without a parent in {', '.join(sorted(broken))}")


def failed(error: Exception) -> StoreUnavailable:
    """Make the error for an upgrade that was undone."""
    known = as_store_error(error)
    reason = str(known) if isinstance(known, StoreError) else f"{type(error).__name__}: {error}"
    hint = getattr(known, "hint", "") or "Go on with the previous version of taco-lsp, and report this."
    return StoreUnavailable(f"The store could not be upgraded and is as it was. {reason}", hint)
