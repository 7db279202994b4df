"""A server that goes away, hangs or comes back, and a pooler in between: reported in time, never half-written.

A file has no network between it and the program.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from store_samples import Open, Seat, seat

from storage import NotFound, Organization, Store, StoreUnavailable, open_store
from storage.location import parse
from tests.support.pooler import pooler
from tests.support.postgres import OWNER, Server, connected, running, started
from tests.support.stalling import Cable, cable


@pytest.fixture
def store_url(postgres_url: str) -> str:
    """Only servers are reached over a network."""
    return postgres_url


@pytest.fixture
async def line(postgres: Server) -> AsyncIterator[tuple[Cable, int]]:
    """A cable to the server."""
    async with cable(postgres.folder / ".s.PGSQL.5432") as laid:
        yield laid


@pytest.fixture
async def far_store(postgres_url: str, line: tuple[Cable, int], opened: Open, quick: None) -> Store:
    """The store, at the other end of the cable."""
    return await opened(f"postgresql://{OWNER}@127.0.0.1:{line[1]}/{parse(postgres_url).url.database}")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Patience for a test."""
    monkeypatch.setattr("storage.postgres.CONNECT_S", 0.5)
    monkeypatch.setattr("storage.postgres.ANSWER_S", 0.5)


async def add(store: Store, organization: Organization) -> None:
    async with store.write() as tx:
        await tx.organizations.add(organization)


async def is_there(url: str, organization: Organization) -> bool:
    async with connected(url) as db:
        found = await db.fetchval("SELECT count(*) FROM organizations WHERE id = $1", organization.id)
    return bool(found)


async def hang_up(postgres: Server, url: str) -> None:
    """End every session of the database, as a restart or an operator does."""
    name = parse(url).url.database
    await postgres.execute(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}'")


async def test_a_connection_that_was_closed_meanwhile_costs_nothing(
    postgres: Server, store: Store, store_url: str
) -> None:
    for number in range(3):
        await hang_up(postgres, store_url)
        await add(store, organization := Organization(name=str(number)))
        assert await is_there(store_url, organization)
    await hang_up(postgres, store_url)
    async with store.read() as tx:
        assert await tx.organizations.get(organization.id) == organization


async def test_a_session_ended_in_the_middle_is_reported_and_leaves_nothing(
    postgres: Server, store: Store, store_url: str
) -> None:
    first, second = Organization(name="first"), Organization(name="second")

    async def write() -> None:
        async with store.write() as tx:
            await tx.organizations.add(first)
            await hang_up(postgres, store_url)
            await tx.organizations.add(second)

    with pytest.raises(StoreUnavailable, match="cannot be reached") as caught:
        await write()
    assert caught.value.hint
    assert not await is_there(store_url, first)
    await add(store, first)
    assert await is_there(store_url, first)


async def test_a_session_ended_before_its_commit_is_reported_and_leaves_nothing(
    postgres: Server, store: Store, store_url: str
) -> None:
    organization = Organization(name="x")

    async def write() -> None:
        async with store.write() as tx:
            await tx.organizations.add(organization)
            await hang_up(postgres, store_url)

    with pytest.raises(StoreUnavailable, match="cannot be reached"):
        await write()
    assert not await is_there(store_url, organization)


async def test_a_reset_connection_is_reported_and_the_next_write_works(
    far_store: Store, line: tuple[Cable, int], postgres_url: str
) -> None:
    lost, kept = Organization(name="lost"), Organization(name="kept")

    async def write() -> None:
        async with far_store.write() as tx:
            line[0].cut()
            await tx.organizations.add(lost)

    with pytest.raises(StoreUnavailable, match="cannot be reached"):
        await write()
    line[0].cut()
    await add(far_store, kept)
    assert (await is_there(postgres_url, lost), await is_there(postgres_url, kept)) == (False, True)


@pytest.mark.parametrize("when", ["before", "inside", "at the commit"])
async def test_a_silent_network_is_given_up_in_time_and_the_store_works_again(
    far_store: Store, line: tuple[Cable, int], postgres_url: str, when: str
) -> None:
    between, _ = line
    organization = Organization(name="x")

    async def write() -> None:
        if when == "before":
            between.freeze()
        async with far_store.write() as tx:
            if when == "inside":
                between.freeze()
            await tx.organizations.add(organization)
            between.freeze()

    began = time.monotonic()
    with pytest.raises(StoreUnavailable, match="cannot be reached"):
        await write()
    assert time.monotonic() - began < 8
    between.cut()
    between.thaw()
    await add(far_store, later := Organization(name="later"))
    assert await is_there(postgres_url, later)
    assert not await is_there(postgres_url, organization)


async def test_many_writers_behind_a_silent_network_are_all_told_in_time(
    far_store: Store, line: tuple[Cable, int]
) -> None:
    between, _ = line
    between.freeze()
    began = time.monotonic()
    writes = (add(far_store, Organization(name=str(number))) for number in range(30))
    outcomes = await asyncio.gather(*writes, return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {StoreUnavailable}
    assert time.monotonic() - began < 20
    between.cut()
    between.thaw()
    await add(far_store, Organization(name="later"))


async def test_a_server_that_was_killed_and_started_again_has_every_acknowledged_row(
    postgres: Server, opened: Open
) -> None:
    kept, lost, later = (Organization(name=name) for name in ("kept", "lost", "later"))
    with running(postgres.programs) as server:
        await server.execute(f"CREATE ROLE {OWNER} LOGIN CREATEROLE", f"CREATE DATABASE taco OWNER {OWNER}")
        url = server.url("taco")
        store = await opened(url)
        await add(store, kept)
        stop = [str(server.programs / "pg_ctl"), "stop", "-D", str(server.folder / "data"), "-m", "immediate"]
        with server.process(*stop) as stopping:
            assert await asyncio.to_thread(stopping.wait, 20) == 0
        with pytest.raises(StoreUnavailable, match="cannot be reached"):
            await add(store, lost)
        with started(server.programs, server.folder):
            await add(store, later)
            assert [await is_there(url, it) for it in (kept, lost, later)] == [True, False, True]
            await store.close()


async def test_a_server_that_is_not_there_is_reported(tmp_path: Path, line: tuple[Cable, int], quick: None) -> None:
    with pytest.raises(StoreUnavailable, match="cannot be reached") as caught:
        await open_store(f"postgresql://ada@/taco?host={tmp_path}")
    assert "`store`" in caught.value.hint
    line[0].freeze()
    with pytest.raises(StoreUnavailable, match="cannot be reached"):
        await open_store(f"postgresql://ada@127.0.0.1:{line[1]}/taco")


async def test_a_wrong_password_and_a_wrong_name_are_told_apart(postgres: Server) -> None:
    with pytest.raises(StoreUnavailable, match="user or password") as caught:
        await open_store(postgres.url("taco", "somebody", "s3cret"))
    assert "s3cret" not in repr(caught.value)
    with pytest.raises(StoreUnavailable, match="no such database"):
        await open_store(postgres.url("nowhere"))


async def test_a_statement_that_waits_too_long_for_another_is_reported(
    store: Store, store_url: str, at_work: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.postgres.LOCK_S", 0.05)
    async with connected(store_url) as other, other.transaction():
        await other.execute("SELECT 1 FROM challenges FOR UPDATE")
        with pytest.raises(StoreUnavailable, match="busy"):
            async with store.write() as tx:
                await tx.challenges.get(at_work.challenge.id, to_change=True)


# A pooler in between


@pytest.fixture
async def pooled_url(postgres: Server, postgres_url: str) -> AsyncIterator[str]:
    """The database behind a pooler in transaction mode, with fewer connections than clients."""
    name = str(parse(postgres_url).url.database)
    async with pooler(postgres, name, access="auth_type = any", user=OWNER) as there:
        yield f"{postgres_url}{there}"


async def test_many_writers_share_few_connections_through_a_transaction_pooler(
    pooled_url: str, postgres_url: str, opened: Open
) -> None:
    stores = [await opened(pooled_url) for _ in range(3)]

    async def work(store: Store, number: int) -> None:
        async with store.write() as tx:
            at = await seat(tx)
            await tx.interactions.add(at.interaction(guard={"number": number}))
            await tx.solutions.save(**at.saving("x"))
        async with store.read() as tx:
            assert (await tx.challenges.get(at.challenge.id)).title == "Sum"
            assert (await tx.journey.rows(user_id=at.user.id)).interactions[0].guard == {"number": number}
        with pytest.raises(NotFound):
            async with store.write() as tx:
                await tx.sessions.end(at.user.id, at.session.created_at)

    await asyncio.gather(*(work(stores[number % 3], number) for number in range(30)))
    async with connected(postgres_url) as db:
        assert await db.fetchval("SELECT count(*) FROM llm_interactions") == 30


async def test_nothing_stays_in_a_session_behind_a_pooler(pooled_url: str, opened: Open) -> None:
    store = await opened(pooled_url)
    for _ in range(6):
        async with store.write() as tx:
            await tx.models.list()
        async with store.read() as tx:
            await tx.models.list()
    async with connected(pooled_url) as another_client:
        for _ in range(6):
            settings = await another_client.fetch("SELECT name FROM pg_settings WHERE source = 'session'")
            assert [row["name"] for row in settings] == ["client_encoding"]  # the protocol's own
            prepared = "SELECT count(*) FROM pg_prepared_statements WHERE name <> ''"
            assert await another_client.fetchval(prepared) == 0
