"""The store: the only package that speaks SQL. Importing it loads no database library.

    store = await open_store("sqlite:///path/to/store.db")
    async with store.write() as tx:
        await tx.interactions.add(interaction)

`Store` and `Transaction` are for annotations; ask `open_store` for one.
"""

from __future__ import annotations

import asyncio
import importlib
from typing import TYPE_CHECKING, Any

from storage.errors import BadStoreUrl, Conflict, NotFound, StoreError, StoreReadOnly, StoreUnavailable
from storage.records import (
    PLACEHOLDER_EMAIL_DOMAIN,
    UNUSABLE_PASSWORD,
    Challenge,
    Class,
    Decision,
    DeletionRequest,
    Enrollment,
    FinishReason,
    Interaction,
    Json,
    Kind,
    KnowledgeEntry,
    Model,
    Moment,
    Note,
    Organization,
    RecordingPause,
    Role,
    Run,
    Session,
    Solution,
    SolutionRevision,
    User,
    new_id,
    now,
)
from storage.values import JourneyRows, Saved, SessionOwner, StoreInfo

if TYPE_CHECKING:
    from storage.store import Store, Transaction

__all__ = [
    "PLACEHOLDER_EMAIL_DOMAIN",
    "UNUSABLE_PASSWORD",
    "BadStoreUrl",
    "Challenge",
    "Class",
    "Conflict",
    "Decision",
    "DeletionRequest",
    "Enrollment",
    "FinishReason",
    "Interaction",
    "JourneyRows",
    "Json",
    "Kind",
    "KnowledgeEntry",
    "Model",
    "Moment",
    "NotFound",
    "Note",
    "Organization",
    "RecordingPause",
    "Role",
    "Run",
    "Saved",
    "Session",
    "SessionOwner",
    "Solution",
    "SolutionRevision",
    "Store",
    "StoreError",
    "StoreInfo",
    "StoreReadOnly",
    "StoreUnavailable",
    "Transaction",
    "User",
    "new_id",
    "now",
    "open_store",
    "upgrade_store",
]


async def open_store(url: str) -> Store:
    """Open a store: makes its folder and tables, upgrades an older one, moves a corrupt one aside.

    Args:
        url: `sqlite:///path` or `postgresql://user@host/database`.

    Raises:
        BadStoreUrl: The URL cannot be read, or names another program's database.
        StoreUnavailable: Locked, full, or not accessible.
    """
    # The database libraries take a quarter of a second to import; the event loop must go on meanwhile.
    opening = await asyncio.to_thread(importlib.import_module, "storage.opening")
    store: Store = await opening.open_store(url)
    return store


async def upgrade_store(url: str) -> None:
    """Bring a store to the newest revision, as a whole or not at all; make its tables when it has none.

    A file is copied aside before, a server's database is not: its admin runs `pg_dump` first.

    Raises:
        BadStoreUrl: The URL cannot be read.
        StoreUnavailable: It cannot be reached, or the upgrade failed and the store is as it was.
    """
    opening = await asyncio.to_thread(importlib.import_module, "storage.opening")
    await opening.upgrade_store(url)


if not TYPE_CHECKING:  # a type checker would take any name for granted

    def __getattr__(name: str) -> Any:
        if name in {"Store", "Transaction"}:
            return getattr(importlib.import_module("storage.store"), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
