"""What a database says, as the errors of `storage.errors`: a sentence and a hint. It decides nothing else."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc

from storage.errors import Conflict, StoreError, StoreReadOnly, StoreUnavailable

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
def store_errors(doing: str = "") -> Iterator[None]:
    """Let nothing but store errors out; `doing` names the table for messages about a row.

    Raises:
        StoreError: Of the kind that fits, with the database's own exception as its cause.
    """
    try:
        yield
    except (exc.SQLAlchemyError, sqlite3.Error) as error:
        raise as_store_error(error, doing) from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise StoreUnavailable(f"The store cannot be reached: {reason}.", "Check `store`.") from error


def as_store_error(error: Exception, doing: str = "") -> Exception:
    """Choose the error a person can act on; a mistake of ours in a value or a statement stays what it is."""
    driver = getattr(error, "orig", None) if isinstance(error, exc.StatementError) else error
    if isinstance(error, exc.StatementError) and not isinstance(error, exc.DBAPIError) and driver is not None:
        return driver if isinstance(driver, Exception) else error
    code = getattr(driver, "sqlite_errorcode", None)
    if isinstance(error, exc.IntegrityError | sqlite3.IntegrityError):
        reason = _BY_CONSTRAINT.get(code or 0, "contradicts what the store holds")
        return Conflict(f"This row of {doing or 'the store'} {reason}.", "Reload and try again.")
    if isinstance(error, exc.TimeoutError):
        return StoreUnavailable("The store is busy.", "Try again in a moment.")
    if code is not None and (code & 0xFF) in _BY_CODE:
        kind, message, hint = _BY_CODE[code & 0xFF]
        return kind(message, hint)
    return StoreUnavailable(f"The store failed: {type(driver or error).__name__}.", "The log has the details.")
