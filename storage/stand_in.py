"""A throw-away store in place of a file that cannot be written: a copy where that can be read, else an empty one.

With it the tutor works as ever. Nothing in it outlasts the process that opened it.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import attrs

from storage import migrate
from storage.failures import store_errors
from storage.inspection import Inspection, inspect
from storage.location import file_uri
from storage.opening import open_store
from storage.store import Store


@attrs.frozen(kw_only=True)
class StandIn:
    """An open store in a folder of its own, and why there is one, for a person."""

    store: Store
    folder: Path
    why: str

    async def close(self) -> None:
        """Close and delete it."""
        await self.store.close()
        await asyncio.to_thread(shutil.rmtree, self.folder, ignore_errors=True)


async def stand_in_for(url: str) -> StandIn | None:
    """Open a store in place of the one at a URL; None when that can be written, or is on a server.

    Raises:
        StoreError: the store is another program's, or no temporary folder can be made.
    """
    seen = await inspect(url)
    if seen.path is None or (seen.writable and seen.known):
        return None
    why = f"The store {seen.path} cannot be written." if seen.known else f"A newer TACO made the store {seen.path}."
    folder = await asyncio.to_thread(_make, seen, seen.path)
    try:
        store = await open_store(f"sqlite:///{(folder / seen.path.name).as_posix()}")
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return StandIn(store=store, folder=folder, why=why)


def _make(seen: Inspection, path: Path) -> Path:
    """Make a folder that only its owner may enter, with what could be read."""
    with store_errors():
        folder = Path(tempfile.mkdtemp(prefix="taco-unrecorded-"))
        if seen.exists and not seen.damage and seen.revision in migrate.REVISIONS:
            uri = file_uri(path, mode="ro", immutable=not os.access(path.parent, os.W_OK))
            with (
                closing(sqlite3.connect(uri, uri=True, timeout=5)) as source,
                closing(sqlite3.connect(folder / path.name)) as copy,
            ):
                source.backup(copy)
    return folder
