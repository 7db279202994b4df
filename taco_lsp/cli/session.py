"""The configured store, opened for one command and closed again."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from storage import open_store
from taco_lsp import config

if TYPE_CHECKING:
    from storage import Store

T = TypeVar("T")


def with_store(work: Callable[[Store], Awaitable[T]]) -> T:
    """Open the store of the user's settings, do the work, close it.

    Raises:
        StoreError: the store cannot be opened or used.
    """

    async def session() -> T:
        settings = config.load(environ=os.environ).settings
        store = await open_store(settings.store or config.default_store_url())
        try:
            return await work(store)
        finally:
            await store.close()

    return asyncio.run(session())
