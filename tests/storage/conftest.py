"""A store to test with: real, new for every test, on each engine in turn.

A module about one engine alone defines a `store_url` of its own, which is `file_url` or `postgres_url`.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from store_samples import Open, Seat, seat

from storage import Store, open_store

ENGINES = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an empty store once: a copy of it is faster than an upgrade from nothing."""
    path = tmp_path_factory.mktemp("template") / "store.db"

    async def make() -> None:
        await (await open_store(f"sqlite:///{path}")).close()

    asyncio.run(make())
    return path


@pytest.fixture
def file_url(tmp_path: Path, template: Path) -> str:
    """The URL of a new, empty store in a file."""
    shutil.copy(template, tmp_path / "store.db")
    return f"sqlite:///{tmp_path / 'store.db'}"


@pytest.fixture(params=ENGINES)
def store_url(request: pytest.FixtureRequest) -> str:
    """The URL of a new, empty store."""
    url: str = request.getfixturevalue("file_url" if request.param == "sqlite" else "postgres_url")
    return url


@pytest.fixture
async def opened() -> AsyncIterator[Open]:
    """Open stores that are closed when the test ends."""
    stores: list[Store] = []

    async def open_one(url: str) -> Store:
        stores.append(await open_store(url))
        return stores[-1]

    yield open_one
    for store in stores:
        await store.close()


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[Store]:
    """An open, empty store."""
    store = await open_store(store_url)
    yield store
    await store.close()


@pytest.fixture
async def file_store(file_url: str) -> AsyncIterator[Store]:
    """An open, empty store in a file."""
    store = await open_store(file_url)
    yield store
    await store.close()


@pytest.fixture
async def at_work(store: Store) -> Seat:
    """A student with a session on a challenge, in `store`."""
    async with store.write() as tx:
        return await seat(tx)
