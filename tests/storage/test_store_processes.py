"""Several processes on one file, and processes that die."""

import asyncio
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import attrs
import pytest
from store_processes import child
from store_samples import Seat

from storage import Store, StoreUnavailable, open_store


async def test_two_processes_write_one_file_and_no_update_is_lost(store: Store, at_work: Seat) -> None:
    challenge = at_work.challenge
    async with store.write() as tx:
        await tx.challenges.update(attrs.evolve(challenge, title="0"))
    url = f"sqlite:///{store.info.path}"
    await asyncio.gather(*(child("count", url, challenge.id, 60) for _ in range(2)))
    async with store.read() as tx:
        assert (await tx.challenges.get(challenge.id)).title == "120"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills processes the POSIX way")
async def test_no_acknowledged_row_is_lost_when_its_writer_is_killed(store: Store, at_work: Seat) -> None:
    async with store.write() as tx:
        await tx.interactions.add(at_work.interaction())
    [answer] = await child("kill", f"sqlite:///{store.info.path}", at_work.session.id, 10)
    acknowledged = set(answer["acknowledged"])
    assert len(acknowledged) >= 30
    async with store.read() as tx:
        kept = await tx.interactions.for_challenge(at_work.user.id, at_work.challenge.id)
    assert acknowledged - {interaction.id.hex for interaction in kept} == set()
    with closing(sqlite3.connect(str(store.info.path))) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


async def test_a_store_locked_by_another_program_is_reported_and_works_again(store: Store, at_work: Seat) -> None:
    async with store._engines.writer.connect() as connection:
        await connection.exec_driver_sql("PRAGMA busy_timeout = 50")
    with closing(sqlite3.connect(str(store.info.path), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="locked") as caught:
            async with store.write():
                pytest.fail("it is locked")
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
