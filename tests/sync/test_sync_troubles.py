"""A server that is down, hangs, refuses, is full, wrong or not one at all: it costs nothing but time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from uuid import UUID

import attrs
import pytest

from storage.sync import postgres_connection
from storage.sync.errors import RemoteError
from storage.sync.postgres_remote import PostgresRemote
from taco_lsp.stores import LazyStore
from taco_lsp.sync import loop, pace
from taco_lsp.sync.loop import Syncer
from taco_lsp.sync.remote import Remote
from taco_lsp.sync.rounds import sync_once
from taco_lsp.wire.types import SyncStatus
from tests.support.sync_school import Lab, Machine, School, until

Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], object]


async def never(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Take everything, say nothing."""
    while await reader.read(1000):
        pass
    writer.close()


async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Close at once."""
    writer.close()


async def another_protocol(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Be a web server."""
    writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n" * 20)
    writer.close()


@asynccontextmanager
async def listening(answer: Answer) -> AsyncIterator[str]:
    """Listen on loopback; yields the URL."""
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        yield f"postgresql://ada:secret-word@127.0.0.1:{port}/taco?sslmode=disable"
    finally:
        server.close()


async def trouble_with(machine: Machine, url: str) -> RemoteError:
    """Sync with a server, which must fail; no password may show."""
    with pytest.raises(RemoteError) as caught:
        await sync_once(machine.store, PostgresRemote(url), machine.user.id)
    assert "secret-word" not in f"{caught.value} {caught.value.hint} {caught.value.__cause__!r}"
    assert caught.value.hint
    return caught.value


@pytest.mark.parametrize(
    ("answer", "kind"), [(never, "unreachable"), (hang_up, "unreachable"), (another_protocol, "unreachable")]
)
async def test_what_does_not_answer_like_a_server_is_given_up(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, answer: Answer, kind: str
) -> None:
    monkeypatch.setattr(postgres_connection, "CONNECT_S", 0.3)
    machine = await lab.machine("ada")
    async with listening(answer) as url:
        async with asyncio.timeout(60):
            assert (await trouble_with(machine, url)).trouble == kind


async def test_a_port_where_nobody_listens_is_unreachable(lab: Lab) -> None:
    async with listening(never) as url:
        pass
    assert (await trouble_with(await lab.machine("ada"), url)).trouble == "unreachable"


async def test_a_wrong_password_asks_to_sign_in_again(school: School, lab: Lab) -> None:
    trouble = await trouble_with(await lab.machine("ada"), school.url("ada", "secret-word"))
    assert (trouble.trouble, trouble.hint) == (
        "signIn",
        "Sign in again. If it goes on, ask whoever runs the server.",
    )


async def test_another_persons_login_is_not_taken_for_ones_own(school: School, lab: Lab) -> None:
    machine = await lab.machine("ada")
    assert (await trouble_with(machine, school.url("bob"))).trouble == "signIn"
    assert machine.ids("challenges") == set()


async def test_a_database_of_something_else_is_no_school(school: School, lab: Lab) -> None:
    url = school.url("ada").replace(school.database, "postgres")
    assert (await trouble_with(await lab.machine("ada"), url)).trouble == "notASchool"
    url = school.url("ada").replace(school.database, "there_is_none")
    assert (await trouble_with(await lab.machine("ada"), url)).trouble == "notASchool"


@pytest.mark.parametrize(("revision", "kind"), [("0006", "olderServer"), ("9999", "newerServer")])
async def test_a_server_of_another_version_waits_for_its_upgrade(
    school: School, lab: Lab, revision: str, kind: str
) -> None:
    machine = await lab.machine("ada")
    await machine.sync()
    await machine.save(await machine.sit_down(school.challenges["9a"]), "x = 1")
    (before,) = await school.execute("SELECT version_num FROM alembic_version")
    await school.execute("UPDATE alembic_version SET version_num = $1", revision)
    assert (await trouble_with(machine, school.url("ada"))).trouble == kind
    await school.execute("UPDATE alembic_version SET version_num = $1", before["version_num"])
    await machine.sync()
    assert await school.ids("challenge_solutions_history") == machine.ids("challenge_solutions_history") != set()


async def test_a_server_that_takes_nothing_in_still_gives(school: School, lab: Lab) -> None:
    machine = await lab.machine("ada")
    await machine.sync()
    await machine.save(await machine.sit_down(school.challenges["9a"]), "x = 1")
    await school.execute("UPDATE challenges SET title = 'New title'")
    await school.server.execute(f"ALTER DATABASE {school.database} SET default_transaction_read_only = on")
    assert (await trouble_with(machine, school.url("ada"))).trouble == "full"
    assert machine.sql("SELECT DISTINCT title FROM challenges") == [("New title",)]
    await school.server.execute(f"ALTER DATABASE {school.database} RESET default_transaction_read_only")
    await machine.sync()
    assert await machine.waiting() == (0, {})


class Stuck:
    """A remote that never answers, and says when it was asked."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()

    async def hello(self, node_id: UUID) -> object:
        self.asked.set()
        await asyncio.Event().wait()
        return node_id

    async def close(self) -> None:
        return None


class Nonsense(Stuck):
    """A remote that answers something else than it should."""

    async def hello(self, node_id: UUID) -> object:
        return {"what": node_id}


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test wait for the pace of a school day."""
    monkeypatch.setattr(loop, "SETTLE_S", 0)
    monkeypatch.setattr(loop, "retry_after", lambda failures, chance: 0.01)
    monkeypatch.setattr(loop, "LAST_WORD_S", 0.2)


@asynccontextmanager
async def syncing(machine: Machine, remotes: Callable[[], Remote]) -> AsyncIterator[tuple[Syncer, list[SyncStatus]]]:
    """Run the loop for a machine's store."""

    async def connect() -> tuple[UUID, Remote]:
        return machine.user.id, remotes()

    store = LazyStore(machine.store.info.url)
    said: list[SyncStatus] = []
    syncer = store.companion(Syncer, lambda: Syncer(store, connect))
    syncer.listen(said.append)
    try:
        yield syncer, said
    finally:
        await store.close()


@pytest.mark.usefixtures("quick")
async def test_work_goes_on_while_the_server_hangs(school: School, lab: Lab) -> None:
    machine = await lab.machine("ada")
    await machine.sync()
    stuck = Stuck()
    async with syncing(machine, lambda: stuck) as (syncer, said):  # type: ignore[arg-type,return-value]
        syncer.poke()
        await asyncio.wait_for(stuck.asked.wait(), 5)
        async with asyncio.timeout(60):
            session = await machine.sit_down(school.challenges["9a"])
            await machine.ask(session, "why?")
            status = await syncer.status()
        assert (status.state, status.unsent) == ("syncing", 2)
    assert [status.state for status in said] == ["syncing"]


@pytest.mark.usefixtures("quick")
async def test_the_loop_tells_what_is_wrong_and_goes_on_when_it_is_right_again(school: School, lab: Lab) -> None:
    machine = await lab.machine("ada")
    broken = [True]

    def remote() -> Remote:
        return PostgresRemote(school.url("ada", "wrong")) if broken[0] else school.remote("ada")

    async with syncing(machine, remote) as (syncer, said):
        syncer.poke()
        await until(lambda: any(status.state == "waiting" for status in said))
        problem = next(status for status in said if status.state == "waiting")
        assert problem.trouble == "signIn" and problem.problem and problem.hint
        broken[0] = False
        await until(lambda: said[-1].state == "idle")
        assert said[-1].problem is None and said[-1].taken > 0 and said[-1].synced_at
        session = await machine.sit_down(school.challenges["9a"])
        syncer.poke()
        await until(lambda: machine.sql("SELECT count(*) FROM sync_outbox") == [(0,)])
        assert await school.ids("sessions") == {session.id}


@pytest.mark.usefixtures("quick")
async def test_nonsense_from_a_server_ends_in_the_status(lab: Lab, caplog: pytest.LogCaptureFixture) -> None:
    machine = await lab.machine("ada")
    async with syncing(machine, Nonsense) as (syncer, _):  # type: ignore[arg-type]
        with caplog.at_level(logging.ERROR):
            status = await syncer.now()
    assert (status.state, status.trouble, status.problem) == ("waiting", "failed", "Syncing failed.")


@pytest.mark.usefixtures("quick")
async def test_the_last_rows_are_sent_when_the_editor_leaves(
    school: School, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "LAST_WORD_S", 10)
    machine = await lab.machine("ada")
    async with syncing(machine, lambda: school.remote("ada")) as (syncer, said):
        syncer.poke()
        await until(lambda: bool(said) and said[-1].state == "idle")
        session = await machine.sit_down(school.challenges["9a"])
    assert await school.ids("sessions") == {session.id}


@pytest.mark.usefixtures("quick")
async def test_a_round_that_was_asked_for_is_told_of_although_the_next_has_begun(school: School, lab: Lab) -> None:
    machine = await lab.machine("ada")
    async with syncing(machine, lambda: school.remote("ada")) as (syncer, _):
        rounds = [asyncio.create_task(syncer.now()) for _ in range(3)]  # one after the other
        assert {status.state for status in await asyncio.gather(*rounds)} == {"idle"}


async def test_without_a_server_there_is_nothing_to_do(lab: Lab) -> None:
    machine = await lab.machine("ada")
    syncer = Syncer(LazyStore(machine.store.info.url), None)
    syncer.poke()
    assert await syncer.now() == SyncStatus(state="off")


def test_waiting_grows_and_ends_and_is_not_the_same_everywhere() -> None:
    longest = [pace.retry_after(failures, 1) for failures in (1, 2, 3, 50)]
    assert longest == [1, 2, 4, 300]
    assert [pace.retry_after(2, chance) for chance in (0, 0.5, 1)] == [1, 1.5, 2]


async def test_a_remote_that_answers_in_circles_is_given_up(lab: Lab, school: School) -> None:
    machine = await lab.machine("ada")

    class Circles(PostgresRemote):
        async def pull(self, cursors, limit):  # type: ignore[no-untyped-def]
            return attrs.evolve(await super().pull(cursors, limit), more=True, cursors=cursors)

    with pytest.raises(RemoteError, match="circles"):
        await sync_once(machine.store, Circles(school.url("ada")), machine.user.id)
