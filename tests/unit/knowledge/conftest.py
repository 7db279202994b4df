"""A shelf to keep documents on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from library_shelf import Shelf, furnish

from storage import open_store


@pytest.fixture
async def shelf(store_file: Path, tmp_path: Path) -> AsyncIterator[Shelf]:
    """A shelf in a store of its own."""
    store = await open_store(f"sqlite:///{store_file.as_posix()}")
    yield await furnish(store, tmp_path)
    await store.close()
