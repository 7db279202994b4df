"""Writers of one file share commits: what that spares, and that none of them suffers for it.

On a server the database does the same by itself.
"""

import asyncio
import random
import sqlite3
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from store_samples import Seat
from store_sql import plain

from storage import Conflict, Organization, Store, StoreUnavailable
from storage.sqlite import _FetchingConnection as Driver


@pytest.fixture
def store_url(file_url: str) -> str:
    """The way a file is written."""
    return file_url


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the connections to files were told of transactions."""
    told: list[str] = []
    real = Driver.execute

    def execute(driver: Driver, sql: str, *values: Any) -> Any:
        if not values:
            told.append(sql)
        return real(driver, sql, *values)

    monkeypatch.setattr(Driver, "execute", execute)
    return told


async def add(store: Store, name: str) -> None:
    async with store.write() as tx:
        await tx.organizations.add(Organization(name=name))


async def add_elsewhere(store: Store, name: str) -> None:
    """What another program writes."""
    values = f"('{uuid4().hex}', '{name}', '2026-03-02', '2026-03-02')"
    await plain(store, f"INSERT INTO organizations (id, name, created_at, updated_at) VALUES {values}")


async def stored(store: Store) -> list[str]:
    """The names that another program finds in the file, in the order they were written."""
    assert isinstance(store.info.path, Path)
    return [name for (name,) in await plain(store, "SELECT name FROM organizations ORDER BY rowid")]


async def test_writers_that_wait_share_one_commit_in_the_order_they_came(store: Store, commands: list[str]) -> None:
    await asyncio.gather(*(add(store, str(number)) for number in range(40)))
    assert await stored(store) == [str(number) for number in range(40)]
    assert commands.count("COMMIT") <= 2
    assert commands.count("SAVEPOINT member") == 40
    assert commands.count("RELEASE member") == 40 - commands.count("BEGIN IMMEDIATE")


async def test_a_lone_writer_is_committed_at_once(store: Store, commands: list[str]) -> None:
    await add(store, "alone")
    assert commands == ["BEGIN IMMEDIATE", "SAVEPOINT member", "COMMIT"]
    assert await stored(store) == ["alone"]


async def test_who_writes_nothing_holds_up_nobody(store: Store, commands: list[str]) -> None:
    async with store.write():
        await add_elsewhere(store, "another program")
    assert commands == []
    assert await stored(store) == ["another program"]


async def test_no_write_is_done_before_another_program_finds_it(store: Store) -> None:
    async def add_and_look(name: str) -> None:
        await add(store, name)
        assert name in await stored(store)

    await asyncio.gather(*(add_and_look(str(number)) for number in range(30)))


async def test_what_one_writer_does_wrong_undoes_only_its_own(store: Store, commands: list[str]) -> None:
    taken = Organization(name="taken")

    async def twice() -> None:
        async with store.write() as tx:
            await tx.organizations.add(Organization(name="half"))
            await tx.organizations.add(taken)
            await tx.organizations.add(taken)

    async def stumble() -> None:
        async with store.write() as tx:
            await tx.organizations.add(Organization(name="stumbled"))
            raise KeyError

    async def turn_away() -> None:
        async with store.write():
            raise KeyError

    writes = (add(store, "first"), twice(), add(store, "second"), turn_away(), stumble(), add(store, "third"))
    _, conflict, _, *mistakes, _ = await asyncio.gather(*writes, return_exceptions=True)
    assert isinstance(conflict, Conflict)
    assert [type(mistake) for mistake in mistakes] == [KeyError, KeyError]
    assert await stored(store) == ["first", "second", "third"]
    assert commands.count("COMMIT") <= 2


async def test_a_writer_cancelled_in_its_turn_leaves_the_others_theirs(store: Store) -> None:
    reached = asyncio.Event()

    async def stay() -> None:
        async with store.write() as tx:
            await tx.organizations.add(Organization(name="gone"))
            reached.set()
            await asyncio.Event().wait()

    staying = asyncio.create_task(stay())
    await reached.wait()
    others = [asyncio.create_task(add(store, name)) for name in "ab"]
    await asyncio.sleep(0)
    staying.cancel()
    async with asyncio.timeout(5):
        assert isinstance((await asyncio.gather(staying, return_exceptions=True))[0], asyncio.CancelledError)
        await asyncio.gather(*others)
    assert await stored(store) == ["a", "b"]


async def test_a_commit_lined_up_behind_a_writer_who_gives_up_still_happens(store: Store) -> None:
    first, second = asyncio.create_task(add(store, "kept")), asyncio.create_task(add(store, "given up"))
    for _ in range(3):
        await asyncio.sleep(0)
    second.cancel()
    async with asyncio.timeout(5):
        await asyncio.gather(first, second, return_exceptions=True)
    assert await stored(store) == ["kept"]
    async with asyncio.timeout(5):
        await add(store, "next")


async def test_a_failing_commit_fails_every_member_and_nothing_after(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Driver.execute

    def no_commit(driver: Driver, sql: str, *values: Any) -> Any:
        if sql == "COMMIT":
            raise sqlite3.OperationalError("disk I/O error")
        return real(driver, sql, *values)

    with monkeypatch.context() as patch:
        patch.setattr(Driver, "execute", no_commit)
        with pytest.raises(StoreUnavailable):
            await add(store, "alone")
        outcomes = await asyncio.gather(*(add(store, name) for name in "abc"), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [StoreUnavailable] * 3
    await add(store, "later")
    assert await stored(store) == ["later"]


async def test_a_disk_that_fills_up_for_one_is_told_to_all_and_costs_only_them(store: Store, at_work: Seat) -> None:
    async with store._connections.writer.transaction() as connection:
        pages = (await connection.execute(sa.text("PRAGMA page_count"))).scalar_one()
        await connection.execute(sa.text(f"PRAGMA max_page_count = {pages + 8}"))

    async def too_much() -> None:
        async with store.write() as tx:
            await tx.interactions.add(at_work.interaction(code="x" * 200_000))

    before = await stored(store)
    outcomes = await asyncio.gather(add(store, "a"), too_much(), add(store, "c"), return_exceptions=True)
    written = [name for name, outcome in zip(("a", "", "c"), outcomes, strict=True) if outcome is None]
    assert isinstance(outcomes[1], StoreUnavailable)
    assert all(outcome is None or isinstance(outcome, StoreUnavailable) for outcome in outcomes)
    assert await stored(store) == [*before, *written]
    async with asyncio.timeout(5):
        await add(store, "again")


async def test_where_sqlite_undoes_a_whole_group_its_members_are_told_and_the_next_one_works(store: Store) -> None:
    await plain(
        store,
        "CREATE TRIGGER poison BEFORE INSERT ON organizations WHEN new.name = 'poison'"
        " BEGIN SELECT RAISE(ROLLBACK, 'poisoned'); END",
    )
    outcomes = await asyncio.gather(*(add(store, name) for name in ("a", "poison", "c")), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [StoreUnavailable, Conflict, type(None)]
    assert "nothing was written" in str(outcomes[0])
    assert await stored(store) == ["c"]


async def test_whoever_waits_too_long_for_a_turn_is_told(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.writer.TURN_WAIT_S", 0.05)
    async with store.write():
        with pytest.raises(StoreUnavailable, match="busy"):
            async with store.write():
                pytest.fail("it is somebody else's turn")
    await add(store, "next")


async def test_whatever_is_cancelled_whenever_every_acknowledged_write_is_in_the_file(store: Store) -> None:
    chance = random.Random(11)
    acknowledged: list[str] = []

    async def write(name: str) -> None:
        await add(store, name)
        acknowledged.append(name)

    tasks: list[asyncio.Task[None]] = []
    for number in range(300):
        tasks.append(asyncio.create_task(write(str(number))))
        for _ in range(chance.randrange(4)):
            await asyncio.sleep(0)
        if chance.random() < 0.3:
            chance.choice(tasks).cancel()
    async with asyncio.timeout(20):
        await asyncio.gather(*tasks, return_exceptions=True)
    found = await stored(store)
    assert len(acknowledged) > 100
    assert set(acknowledged) <= set(found)
    assert len(found) == len(set(found))
