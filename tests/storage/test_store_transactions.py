"""A write happens as a whole or not at all, whoever cancels, closes or writes at the same time."""

import asyncio
import random
import threading
from typing import Any

import attrs
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection
from store_samples import Open, Seat, minute

from storage import Conflict, NotFound, Organization, Store, StoreReadOnly, StoreUnavailable
from storage.sqlite import _FetchingConnection as Driver


class Oops(Exception):
    pass


async def names(store: Store, *organizations: Organization) -> list[str]:
    found = []
    async with store.read() as tx:
        for organization in organizations:
            try:
                found.append((await tx.organizations.get(organization.id)).name)
            except NotFound:
                found.append("-")
    return found


async def test_an_exception_in_the_block_undoes_everything(store: Store) -> None:
    first, second = Organization(name="a"), Organization(name="b")

    async def write() -> None:
        async with store.write() as tx:
            await tx.organizations.add(first)
            await tx.organizations.add(second)
            raise Oops

    with pytest.raises(Oops):
        await write()
    assert await names(store, first, second) == ["-", "-"]


async def test_a_failed_statement_undoes_what_came_before_it(store: Store, at_work: Seat) -> None:
    asked = at_work.interaction()

    async def write_twice() -> None:
        async with store.write() as tx:
            await tx.interactions.add(asked)
            await tx.interactions.add(asked)

    with pytest.raises(Conflict, match="llm_interactions has an id that is already there"):
        await write_twice()
    async with store.read() as tx:
        assert await tx.interactions.latest_in_session(at_work.session.id) is None


async def test_readers_see_one_moment_and_do_not_hold_up_a_writer(store: Store) -> None:
    organization = Organization(name="new")
    async with store.read() as before:
        with pytest.raises(NotFound):
            await before.organizations.get(organization.id)
        async with store.write() as tx:
            await tx.organizations.add(organization)
        with pytest.raises(NotFound):
            await before.organizations.get(organization.id)
    assert await names(store, organization) == ["new"]


async def test_a_read_transaction_cannot_write(store: Store) -> None:
    organization = Organization(name="x")
    with pytest.raises(StoreReadOnly) as caught:
        async with store.read() as tx:
            await tx.organizations.add(organization)
    assert caught.value.hint
    assert await names(store, organization) == ["-"]


async def test_many_tasks_write_at_once_and_no_update_is_lost(store: Store, at_work: Seat) -> None:
    async def count() -> None:
        async with store.write() as tx:
            challenge = await tx.challenges.get(at_work.challenge.id, to_change=True)
            number = int(challenge.title) if challenge.title.isdigit() else 0
            await tx.challenges.update(attrs.evolve(challenge, title=str(number + 1)))

    await asyncio.gather(*(count() for _ in range(50)))
    async with store.read() as tx:
        assert (await tx.challenges.get(at_work.challenge.id)).title == "50"


async def test_a_write_cancelled_anywhere_is_whole_or_absent_and_leaks_nothing(store: Store) -> None:
    chance = random.Random(7)
    pairs = [(Organization(name="left"), Organization(name="right")) for _ in range(60)]
    acknowledged = []

    async def write(left: Organization, right: Organization) -> None:
        async with store.write() as tx:
            await tx.organizations.add(left)
            await tx.organizations.add(right)
        acknowledged.append(left)

    threads = threading.active_count()
    for left, right in pairs:
        task = asyncio.create_task(write(left, right))
        for _ in range(chance.randrange(12)):
            await asyncio.sleep(chance.choice((0, 0, 0.0003)))
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    for left, right in pairs:
        assert await names(store, left, right) in (["-", "-"], ["left", "right"])
    for left in acknowledged:
        assert await names(store, left) == ["left"]
    last = Organization(name="last")
    async with asyncio.timeout(5), store.write() as tx:
        await tx.organizations.add(last)
    assert await names(store, last) == ["last"]
    assert threading.active_count() <= threads + 5


@pytest.mark.parametrize("step", ["commit", "close"])
async def test_the_end_of_a_write_is_finished_though_cancelled(
    store: Store, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    begun, proceed = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()
    real_execute, real_end = Driver.execute, getattr(AsyncConnection, step)

    def slow_execute(driver: Driver, sql: str, *values: Any) -> Any:
        if sql == "COMMIT":
            loop.call_soon_threadsafe(begun.set)
            assert proceed.wait(10)
        return real_execute(driver, sql, *values)

    async def slow_end(connection: AsyncConnection) -> None:
        begun.set()
        await asyncio.to_thread(proceed.wait, 10)
        await real_end(connection)

    async def write(organization: Organization) -> None:
        async with store.write() as tx:
            await tx.organizations.add(organization)

    organization, another = Organization(name="x"), Organization(name="y")
    with monkeypatch.context() as patch:
        patch.setattr(Driver, "execute", slow_execute)
        patch.setattr(AsyncConnection, step, slow_end)
        task = asyncio.create_task(write(organization))
        await begun.wait()
        for _ in range(2):  # impatiently
            task.cancel()
            await asyncio.sleep(0)
        proceed.set()
        with pytest.raises(asyncio.CancelledError):
            await task
    async with asyncio.timeout(5):
        await write(another)
    assert await names(store, organization, another) == ["x", "y"]


async def test_a_cancelled_wait_for_a_turn_leaves_the_turn_to_others(store: Store) -> None:
    organization = Organization(name="x")

    async def queue() -> None:
        async with store.write():
            pytest.fail("it was not this task's turn")

    async with store.write() as tx:
        waiting = asyncio.create_task(queue())
        await asyncio.sleep(0)
        waiting.cancel()
        assert isinstance((await asyncio.gather(waiting, return_exceptions=True))[0], asyncio.CancelledError)
        await tx.organizations.add(organization)
    assert await names(store, organization) == ["x"]


async def test_closing_lets_a_running_write_finish(store: Store, store_url: str, opened: Open) -> None:
    organization = Organization(name="x")
    async with store.write() as tx:
        closing = asyncio.create_task(store.close())
        await asyncio.wait([closing], timeout=0.1)
        assert not closing.done()
        await tx.organizations.add(organization)
    await closing
    assert await names(await opened(store_url), organization) == ["x"]


async def test_closing_does_not_wait_for_ever(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.store.CLOSE_WAIT_S", 0.01)
    async with asyncio.timeout(5), store.read():
        await store.close()


async def test_a_closed_store_says_so_and_closes_again_quietly(store: Store) -> None:
    await store.close()
    await store.close()
    for transaction in (store.read, store.write):
        with pytest.raises(StoreUnavailable, match="closed"):
            async with transaction():
                pytest.fail("a transaction began on a closed store")


async def test_text_no_database_can_hold_costs_a_character_not_the_row(store: Store, at_work: Seat) -> None:
    asked = at_work.interaction(code="a\ud83db\0c", guard={"quote": "\ud83d"})
    async with store.write() as tx:
        await tx.interactions.add(asked)
        stored = await tx.interactions.get(asked.id)
        saved = await tx.solutions.save(**at_work.saving("\ud800"))
        same = await tx.solutions.save(**at_work.saving("\ud800"))
    assert (stored.code, stored.guard) == ("a\ufffdb\ufffdc", {"quote": "\ufffd"})
    assert (saved.solution.solution, same.revision) == ("\ufffd", None)


async def test_a_time_without_a_zone_is_refused(store: Store, at_work: Seat) -> None:
    with pytest.raises(ValueError, match="time zone"):
        async with store.write() as tx:
            await tx.sessions.end(at_work.session.id, minute(1).replace(tzinfo=None))
    with pytest.raises(ValueError, match="time zone"):
        async with store.write() as tx:
            await tx.interactions.add(at_work.interaction(created_at=minute(1).replace(tzinfo=None)))
