"""Opens the store once, on first use, for every connection of a process.

SQLAlchemy takes half a second to import: it must not stand between the editor and its first reply. A failed open
is tried again at the next use, because a locked or full disk may recover. For a file that cannot be written another
stands in until the end, so that the tutor answers; then nothing is recorded.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

if TYPE_CHECKING:
    from storage import Store
    from storage.stand_in import StandIn


class Companion(Protocol):
    """Something that works on a store by itself."""

    async def stop(self) -> None:
        """End."""


C = TypeVar("C", bound=Companion)


class LazyStore:
    """A store that opens when it is first asked for, and closes when the last connection lets go of it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.holders = 0
        self._store: Store | None = None
        self._stand_in: StandIn | None = None
        self._opening = asyncio.Lock()
        self._companions: dict[type[Any], Companion] = {}

    @property
    def opened(self) -> Store | None:
        """The store when it is already open."""
        return self._store

    @property
    def unrecorded(self) -> str | None:
        """Why nothing is recorded, for a person, once the store is open; None when all is."""
        return self._stand_in.why if self._stand_in else None

    async def get(self) -> Store:
        """The open store.

        Raises:
            StoreError: it cannot be opened now; the error says why and what to do.
        """
        async with self._opening:
            if self._store is None:
                self._store = await self._open()
            return self._store

    async def _open(self) -> Store:
        from storage import StoreError, open_store  # noqa: PLC0415 - not before `initialize` is answered

        try:
            store = await open_store(self.url)
        except StoreError:
            if stand_in := await self._stand_in_for():
                return stand_in
            raise
        if not store.info.read_only:
            return store
        stand_in = await self._stand_in_for()
        if stand_in:
            await store.close()
        return stand_in or store

    async def _stand_in_for(self) -> Store | None:
        from storage import StoreError  # noqa: PLC0415 - as above
        from storage.stand_in import stand_in_for  # noqa: PLC0415

        with suppress(StoreError):  # the first error says more
            self._stand_in = await stand_in_for(self.url)
        return self._stand_in.store if self._stand_in else None

    def companion(self, kind: type[C], make: Callable[[], C]) -> C:
        """What works on this store for every connection, such as sync: made once, stopped before the store closes."""
        if kind not in self._companions:
            self._companions[kind] = make()
        return cast("C", self._companions[kind])

    async def close(self) -> None:
        """Close it if it was opened, after what works on it."""
        while self._companions:
            await self._companions.popitem()[1].stop()
        async with self._opening:
            if self._store is not None:
                await (self._stand_in or self._store).close()
                self._store = self._stand_in = None


class Stores:
    """The stores of a process, by URL: connections to the same store share one engine."""

    def __init__(self) -> None:
        self._by_url: dict[str, LazyStore] = {}

    def hold(self, url: str) -> LazyStore:
        """The store at a URL, held until `release`."""
        store = self._by_url.setdefault(url, LazyStore(url))
        store.holders += 1
        return store

    async def release(self, store: LazyStore) -> None:
        """Let go of a store; the last holder closes it."""
        store.holders -= 1
        if store.holders == 0:
            self._by_url.pop(store.url, None)
            await store.close()
