"""A look at a store without opening it for use: nothing is made, upgraded, moved or written."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import attrs

from storage import migrate, recovery
from storage.failures import store_errors
from storage.location import Location, file_uri, parse
from storage.server import look_at_server


@attrs.frozen(kw_only=True)
class Inspection:
    """What a store is like.

    Attributes:
        url: without its password.
        path: of the file; None on a server.
        exists: whether there is one yet.
        revision: None when it is empty or could not be read.
        newest: the revision this program makes.
        known: whether this program knows the revision.
        writable: whether it can be written, or made.
        journal: how SQLite journals, such as `wal`; None elsewhere.
        damage: what is wrong with the file.
        free_bytes: on the disk of the file; None elsewhere.
        leftovers: backups and damaged files beside it, oldest first.
    """

    url: str
    path: Path | None
    exists: bool
    newest: str
    revision: str | None = None
    known: bool = True
    writable: bool = True
    journal: str | None = None
    damage: str | None = None
    free_bytes: int | None = None
    leftovers: tuple[Path, ...] = ()


async def inspect(url: str) -> Inspection:
    """Look at the store at a URL.

    Raises:
        StoreError: the URL is wrong, it is another program's, or the server cannot be reached.
    """
    location = parse(url)
    if location.path is None:
        return await _inspect_server(location)
    return await asyncio.to_thread(_inspect_file, location, location.path)


def _inspect_file(location: Location, path: Path) -> Inspection:
    folder = next((folder for folder in path.parents if folder.exists()), Path(path.anchor))
    seen = Inspection(
        url=location.masked,
        path=path,
        exists=path.exists() and path.stat().st_size > 0,
        newest=migrate.HEAD,
        writable=os.access(path if path.exists() else folder, os.W_OK) and os.access(folder, os.W_OK),
        free_bytes=shutil.disk_usage(folder).free,
        leftovers=_leftovers(path),
    )
    return _look_inside(seen, path) if seen.exists else seen


def _leftovers(path: Path) -> tuple[Path, ...]:
    names = (f"{path.name}.backup-", f"{path.name}.corrupt-")
    beside = path.parent.iterdir() if path.parent.is_dir() else ()
    companions = ("-wal", "-shm")
    found = (file for file in beside if file.name.startswith(names) and not file.name.endswith(companions))
    return tuple(sorted(found))


def _look_inside(seen: Inspection, path: Path) -> Inspection:
    # Where no journal can be made, nobody writes either.
    uri = file_uri(path, mode="ro", immutable=not os.access(path.parent, os.W_OK))
    with store_errors():
        try:
            with closing(sqlite3.connect(uri, uri=True, timeout=5)) as connection:
                recovery.check(connection)
                revision = migrate.revision_of(connection)
                (journal,) = connection.execute("PRAGMA journal_mode").fetchone()
        except recovery.Damaged as error:
            return attrs.evolve(seen, damage=str(error))
    return attrs.evolve(seen, revision=revision, known=revision in (None, *migrate.REVISIONS), journal=str(journal))


async def _inspect_server(location: Location) -> Inspection:
    revision = (await look_at_server(location)).revision
    return Inspection(
        url=location.masked,
        path=None,
        exists=revision is not None,
        newest=migrate.HEAD,
        revision=revision,
        known=revision in (None, *migrate.REVISIONS),
    )
