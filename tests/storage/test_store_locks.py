"""A store file that another program has locked. A server's locks are in `test_store_turns`."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from store_samples import Seat

from storage import Store, StoreUnavailable, open_store


@pytest.fixture
def store_url(file_url: str) -> str:
    """Only files are locked as a whole."""
    return file_url


async def test_a_store_locked_by_another_program_is_reported_and_works_again(store: Store, at_work: Seat) -> None:
    async with store._connections.writer.transaction() as connection:
        await connection.execute(sa.text("PRAGMA busy_timeout = 50"))
    with closing(sqlite3.connect(str(store.info.path), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="locked") as caught:
            async with store.write() as tx:
                await tx.users.get(at_work.user.id)
        assert "Close other programs" in caught.value.hint
        async with store.read() as tx:
            assert await tx.users.get(at_work.user.id) == at_work.user
        other.execute("ROLLBACK")
    async with store.write() as tx:
        await tx.interactions.add(at_work.interaction())


async def test_a_store_can_be_opened_while_another_program_writes(store: Store) -> None:
    with closing(sqlite3.connect(str(store.info.path), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        second = await open_store(f"sqlite:///{store.info.path}")
        other.execute("ROLLBACK")
    assert not second.info.read_only
    await second.close()


async def test_a_store_under_an_exclusive_lock_is_left_alone(
    store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.files.BUSY_TIMEOUT_MS", 50)
    with closing(sqlite3.connect(tmp_path / "store.db", isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        other.execute("INSERT INTO store_meta VALUES ('a', '1')")
        with pytest.raises(StoreUnavailable, match="locked"):
            await open_store(store_url)
        other.execute("COMMIT")
    assert {path.name for path in tmp_path.iterdir()} == {"store.db"}
