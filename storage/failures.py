"""What a database says, as the errors of `storage.errors`: a sentence and a hint. It decides nothing else.

PostgreSQL's codes are in `sqlstate`.
"""

from __future__ import annotations

import sqlite3
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc

from storage import sqlstate
from storage.errors import BadStoreUrl, Conflict, StoreError, StoreReadOnly, StoreUnavailable

_BY_CODE: dict[int, tuple[type[StoreError], str, str]] = {
    sqlite3.SQLITE_BUSY: (
        StoreUnavailable,
        "The store is locked by another program.",
        "Close other programs that use the store file, then try again.",
    ),
    sqlite3.SQLITE_LOCKED: (
        StoreUnavailable,
        "The store is locked by another task.",
        "Try again in a moment.",
    ),
    sqlite3.SQLITE_FULL: (
        StoreUnavailable,
        "The disk that holds the store is full.",
        "Free some space, then try again. What was recorded before is safe.",
    ),
    sqlite3.SQLITE_READONLY: (
        StoreReadOnly,
        "The store cannot be written.",
        "Make the store file and its folder writable, or choose another place with `store`.",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        StoreUnavailable,
        "The store file cannot be opened.",
        "Check that its folder exists and that you may read and write it, or choose another place with `store`.",
    ),
    sqlite3.SQLITE_PERM: (
        StoreUnavailable,
        "The store file may not be opened by this user.",
        "Make the store file and its folder yours, or choose another place with `store`.",
    ),
    sqlite3.SQLITE_CORRUPT: (
        StoreUnavailable,
        "The store file is damaged.",
        "Restart: a damaged file is moved aside, never deleted, and a new store is made.",
    ),
    sqlite3.SQLITE_NOTADB: (
        StoreUnavailable,
        "The store file is not a database.",
        "Restart: a damaged file is moved aside, never deleted, and a new store is made.",
    ),
    sqlite3.SQLITE_IOERR: (
        StoreUnavailable,
        "The disk that holds the store reports an error.",
        "Check the disk, and that the store is not on a network drive that went away.",
    ),
    sqlite3.SQLITE_TOOBIG: (
        Conflict,
        "A text is too large for the store.",
        "Make it smaller than one gigabyte.",
    ),
}

_BY_CONSTRAINT = {
    sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY: "refers to a row that the store does not hold, or to another's session",
    sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY: "has an id that is already there",
    sqlite3.SQLITE_CONSTRAINT_UNIQUE: "has a key that is already there",
    sqlite3.SQLITE_CONSTRAINT_CHECK: "holds a value that is not allowed",
    sqlite3.SQLITE_CONSTRAINT_NOTNULL: "lacks a value",
}


@contextmanager
def store_errors(about: str = "") -> Iterator[None]:
    """Let nothing but store errors out; `about` names the table for messages about a row.

    Raises:
        StoreError: Of the kind that fits, with the database's own exception as its cause.
    """
    try:
        yield
    except (exc.SQLAlchemyError, sqlite3.Error, OSError) as error:
        _forget_values(error)
        raise as_store_error(error, about) from error


def as_store_error(error: Exception, about: str = "") -> Exception:
    """Choose the error a person can act on; a mistake in a value comes back as it was raised."""
    if isinstance(error, OSError):
        return _unreachable(error)
    if isinstance(error, exc.IntegrityError | sqlite3.IntegrityError):
        return _conflict(error, about)
    if isinstance(error, exc.DBAPIError | sqlite3.Error):
        return _failure(error)
    if isinstance(error, exc.StatementError) and isinstance(error.orig, Exception):
        return error.orig
    if isinstance(error, exc.TimeoutError):
        return StoreUnavailable("The store is busy.", "Try again in a moment.")
    return _UNKNOWN[0](*_UNKNOWN[1:]) if isinstance(error, exc.SQLAlchemyError) else error


_ENCRYPTION = "With `sslmode=verify-full` say whose certificate to trust: `&sslrootcert=/path/to/root.pem`."
_UNKNOWN = (StoreUnavailable, "The store failed.", "The log says how. Restart the editor if it goes on.")


def _failure(error: exc.DBAPIError | sqlite3.Error) -> StoreError:
    if isinstance(error, exc.DBAPIError) and error.connection_invalidated:
        return sqlstate.unreachable()
    if type(_driver_error(error)).__name__ == "ClientConfigurationError":  # asyncpg's own, which is imported late
        return BadStoreUrl(f"The store URL cannot be used: {_driver_error(error)}.", _ENCRYPTION)
    kind, message, hint = sqlstate.meaning(_state(error)) or _BY_CODE.get(_code(error) & 0xFF, _UNKNOWN)
    return kind(message, hint)


def _code(error: Exception) -> int:
    """Read SQLite's extended result code, 0 when there is none."""
    return getattr(getattr(error, "orig", error), "sqlite_errorcode", 0)


def _state(error: Exception) -> str:
    """Read PostgreSQL's five-character code, empty when there is none."""
    return getattr(getattr(error, "orig", error), "sqlstate", None) or ""


def _forget_values(error: object) -> None:
    """Take the row out of what PostgreSQL says: its detail of a broken rule quotes it, and logs show causes."""
    while (error := getattr(error, "orig", None)) is not None:
        if hasattr(error, "detail"):
            error.detail = None


def _constraint(error: Exception) -> str:
    """Read the name of the constraint that PostgreSQL says was broken, empty when it says none."""
    return getattr(_driver_error(error), "constraint_name", None) or ""


def _driver_error(error: Exception) -> object:
    """Give asyncpg's error beneath SQLAlchemy's, None when there is none."""
    return getattr(getattr(error, "orig", None), "orig", None)


def _conflict(error: Exception, about: str) -> Conflict:
    reason = sqlstate.broken_rule(_state(error), _constraint(error)) or _BY_CONSTRAINT.get(_code(error))
    reason = reason or "contradicts what the store holds"
    return Conflict(f"This row of {about or 'the store'} {reason}.", "Reload and try again.")


def _unreachable(error: OSError) -> StoreError:
    if isinstance(error, ssl.SSLCertVerificationError):
        return sqlstate.untrusted(error.verify_message)
    if isinstance(error, TimeoutError | ConnectionError):
        return sqlstate.unreachable()
    place = f" ({error.filename})" if error.filename else ""
    reason = error.strerror or type(error).__name__
    return StoreUnavailable(f"The store cannot be reached: {reason}{place}.", "Check `store` and its folder.")
