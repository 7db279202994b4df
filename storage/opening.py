"""From a URL to an open store. What the file is like is found out in `files`, what a store does is in `store`."""

from __future__ import annotations

import asyncio
from pathlib import Path

from storage import files, migrate
from storage.connections import Connections
from storage.errors import StoreReadOnly
from storage.location import Location, parse
from storage.readers import Readers
from storage.server import open_server, upgrade_server
from storage.sqlite import FileConnection, file_engine
from storage.store import Store
from storage.values import StoreInfo
from storage.writer import GroupWriter


async def open_store(url: str) -> Store:
    """Open the store at a URL; see `storage.open_store`."""
    location = parse(url)
    if location.path is None:
        return await open_server(location)
    return await asyncio.to_thread(_open_file, location, location.path)


async def upgrade_store(url: str) -> None:
    """Upgrade the store at a URL; see `storage.upgrade_store`."""
    location = parse(url)
    if location.path is None:
        await upgrade_server(location)
        return
    await (await open_store(url)).close()


def _open_file(location: Location, path: Path) -> Store:
    """Make, check, upgrade and open an SQLite store. Blocks; run it in a thread."""
    found = files.examine(path)
    older = found.revision in (None, *migrate.REVISIONS[:-1])
    backup = _upgrade(found) if older else None
    info = StoreInfo(
        url=location.masked,
        dialect=location.dialect,
        path=path,
        revision=migrate.HEAD if older else str(found.revision),
        read_only=found.read_only,
        recovered=found.recovered,
        backup=backup,
    )
    engine = file_engine(found.uri)
    writer = GroupWriter(FileConnection(engine, "synchronous = FULL"))
    return Store(Connections(writer, Readers(engine)), info)


def _upgrade(found: files.StoreFile) -> Path | None:
    if found.read_only:
        raise StoreReadOnly(
            f"The store {found.path} was made by an older version and cannot be written, so it cannot be upgraded.",
            "Make the file and its folder writable, or choose another place with `store`.",
        )
    return migrate.upgrade_file(found.path)
