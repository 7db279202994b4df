"""What is deleted for good is not left in the file, where a program that reads bytes would find it.

Many builds of SQLite overwrite what is deleted by themselves; here they are told not to, as others do.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from store_samples import NOON, Seat, beside, seat

from storage import Store, Transaction, open_store
from storage.sync.values import RowName
from storage.writer import ERASE_WAIT_MS

SECRET = "zyxsecret"
VERSIONS = 30
SAVED = "SELECT count(*) FROM challenge_solutions_history"
Erase = Callable[[Transaction, Seat, Seat], Awaitable[object]]


async def ask_to_delete(tx: Transaction, mine: Seat, _: Seat) -> object:
    """A student deletes their own work."""
    return await tx.own_data.delete(mine.user.id, mine.challenge.id, NOON)


async def leave_the_class(tx: Transaction, mine: Seat, other: Seat) -> None:
    """Somebody who sees the class no more keeps none of it."""
    await tx.sync.removal.purge_class(other.user.id, mine.class_.id)


async def follow_the_server(tx: Transaction, mine: Seat, _: Seat) -> None:
    """What the school erased goes here too."""
    current = await tx.solutions.current(mine.user.id, mine.challenge.id)
    assert current is not None
    gone = {"sessions": mine.session.id, "challenge_solutions": current.id}
    await tx.sync.removal.take_out([RowName(table=table, row_id=id_.hex) for table, id_ in gone.items()], "student")


async def fill(store: Store) -> tuple[Seat, Seat]:
    """Save so much that the file has pages of it, and put it from the log into the file."""
    async with store.write() as tx:
        mine = await seat(tx)
        other = await beside(tx, mine)
        for number in range(VERSIONS):
            await tx.solutions.save(
                session_id=mine.session.id, user_id=mine.user.id, challenge_id=mine.challenge.id,
                solution=f"{SECRET} {number} " * 200, at=NOON,
            )  # fmt: skip
        await tx.users._rows.execute(sa.text("DELETE FROM sync_outbox"))  # as if the server had it all
    return mine, other


def path_of(store: Store) -> Path:
    """The file of a store."""
    assert store.info.path is not None
    return store.info.path


def left(path: Path) -> int:
    """How often the secret is in the files of a store."""
    return sum(file.read_bytes().count(SECRET.encode()) for file in path.parent.glob(f"{path.name}*"))


@pytest.mark.parametrize("erase", [ask_to_delete, leave_the_class, follow_the_server])
async def test_no_byte_of_what_was_erased_is_left(tmp_path: Path, template: Path, erase: Erase) -> None:
    path = tmp_path / "store.db"
    path.write_bytes(template.read_bytes())
    url = f"sqlite:///{path.as_posix()}"
    store = await open_store(url)
    mine, other = await fill(store)
    await store.close()
    assert left(path) > VERSIONS

    store = await open_store(url)
    async with store.write() as tx:
        await tx.users._rows.execute(sa.text("PRAGMA secure_delete = OFF"))
        await erase(tx, mine, other)
    assert left(path) == 0, "while the store is open"
    await store.close()
    assert left(path) == 0


async def test_nothing_is_left_in_the_log_of_a_store_that_another_program_has_open(file_store: Store) -> None:
    path = path_of(file_store)
    mine, _ = await fill(file_store)
    with closing(sqlite3.connect(path)) as another:
        assert another.execute(SAVED).fetchone() == (VERSIONS,)
        assert left(path) > VERSIONS
        async with file_store.write() as tx:
            await tx.own_data.delete(mine.user.id, mine.challenge.id, NOON)
        assert left(path) == 0


async def test_a_program_that_is_reading_delays_a_deletion_a_moment_and_what_it_reads_goes_afterwards(
    file_store: Store,
) -> None:
    path = path_of(file_store)
    mine, _ = await fill(file_store)
    with closing(sqlite3.connect(path, isolation_level=None)) as another:
        another.execute("BEGIN")
        assert another.execute(SAVED).fetchone() == (VERSIONS,)
        async with asyncio.timeout(10):
            async with file_store.write() as tx:
                await tx.own_data.delete(mine.user.id, mine.challenge.id, NOON)
        assert another.execute(SAVED).fetchone() == (VERSIONS,), "what it began to read stays as it was"
        assert left(path) > 0
        began = time.monotonic()
        for number in range(5):
            await write_something(file_store, number)
        assert time.monotonic() - began < ERASE_WAIT_MS / 1000, "nobody waits for it a second time"
        another.execute("COMMIT")
        await write_something(file_store, 5)
        assert left(path) == 0


async def write_something(store: Store, number: int) -> None:
    """Anything at all."""
    async with store.write() as tx:
        await tx.models.ensure("another", str(number))
