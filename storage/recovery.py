"""A corrupt store file: found, and moved aside by name. It deletes nothing and repairs nothing."""

from __future__ import annotations

import os
import re
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.errors import StoreUnavailable
from storage.migrate import timestamp

if sys.platform != "win32":
    import fcntl

_DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_ABOUT_A_VALUE = re.compile(r"[\w-]+ value in |CHECK constraint failed")
"""What `quick_check` says of a row that breaks a rule; the file around it is sound."""


class Damaged(Exception):
    """The file is not a database, or its pages make no sense."""


def check(connection: sqlite3.Connection) -> None:
    """Check the structure of a whole file.

    Raises:
        Damaged: It cannot be used any more.
        sqlite3.Error: It cannot be reached, which says nothing about its content.
    """
    try:
        findings = [str(line) for (line,) in connection.execute("PRAGMA quick_check(20)")]
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGE:
            raise Damaged(str(error)) from error
        raise
    wrong = [line for line in findings if line != "ok" and not _ABOUT_A_VALUE.match(line)]
    if wrong:
        raise Damaged(wrong[0])


def move_aside(path: Path, inode: int) -> Path | None:
    """Rename a corrupt file and its companions to `<name>.corrupt-<time>`.

    Args:
        path: The store file.
        inode: Of the file that was found corrupt.

    Returns:
        The new name, or None when another process was faster and the file is a new one already.

    Raises:
        StoreUnavailable: It cannot be renamed.
    """
    aside = path.with_name(f"{path.name}.corrupt-{timestamp()}")
    try:
        with _locked_inode(path) as found:
            if found != inode:
                return None
            # The companions go first: a new store must never find the journal of the old one.
            for suffix in ("-wal", "-shm", ""):
                companion = path.with_name(path.name + suffix)
                if companion.exists():
                    companion.rename(aside.with_name(aside.name + suffix))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreUnavailable(
            f"The store file {path} is damaged and cannot be moved aside: {error.strerror}.",
            "Close other programs that use it, then rename it yourself; a new one is made.",
        ) from error
    return aside


@contextmanager
def _locked_inode(path: Path) -> Iterator[int]:
    """Give the file's inode while no other process may move it; Windows moves no file that others hold open."""
    if sys.platform == "win32":
        yield path.stat().st_ino
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        # Who waited here looks again: the name may belong to a new file by now.
        yield os.fstat(descriptor).st_ino if os.path.samestat(os.fstat(descriptor), path.stat()) else 0
    finally:
        os.close(descriptor)
