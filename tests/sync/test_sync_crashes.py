"""Processes killed and wires cut in the middle of a push: nothing is lost, nothing arrives twice."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest

from storage.sync.errors import RemoteError
from storage.sync.postgres_remote import PostgresRemote
from taco_lsp.sync import rounds
from taco_lsp.sync.rounds import Progress, sync_once
from tests.support.stalling import Cable, cable
from tests.support.sync_school import Lab, Machine, School, multiply

QUESTIONS = 800


@pytest.fixture
async def machine(school: School, lab: Lab) -> Machine:
    """A machine with a morning's work to send."""
    machine = await lab.machine("ada")
    await machine.sync()
    session = await machine.sit_down(school.challenges["9a"])
    multiply(machine, await machine.ask(session, "why?"), QUESTIONS - 1)
    await machine.save(session, "x = 1")
    return machine


@pytest.fixture
async def wire(school: School) -> AsyncIterator[tuple[Cable, str]]:
    """A cable to the school's server, and the URL at its end for Ada."""
    async with cable(Path(school.server.folder) / ".s.PGSQL.5432") as (between, port):
        url = school.url("ada").partition("?")[0].replace("@/", f"@127.0.0.1:{port}/")
        yield between, f"{url}?sslmode=disable"


async def arrived(school: School, machine: Machine) -> None:
    """Sync in peace; then the server has every row once, as it is here."""
    await machine.sync()
    assert len(machine.ids("llm_interactions")) == QUESTIONS
    for table in ("sessions", "llm_interactions", "challenge_solutions", "challenge_solutions_history"):
        assert await school.ids(table) == machine.ids(table), table
    assert await machine.waiting() == (0, {})
    assert (await machine.sync()) == Progress()


@pytest.mark.subprocess
async def test_a_machine_may_be_killed_in_the_middle_of_a_push(school: School, machine: Machine) -> None:
    child = Path(__file__).with_name("sync_child.py")
    arguments = [f"sqlite:///{machine.path}", school.url("ada"), str(machine.user.id)]
    sent = 0
    for lines in (2, 5, 9):
        process = await asyncio.create_subprocess_exec(
            sys.executable, child, *arguments, stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[2],
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        )  # fmt: skip
        assert process.stdout
        for _ in range(lines):
            assert await asyncio.wait_for(process.stdout.readline(), 30)
        process.kill()
        await process.wait()
        before, sent = sent, len(await school.ids("llm_interactions"))
        assert before <= sent < QUESTIONS
    assert sent
    await arrived(school, machine)


async def test_the_server_may_be_killed_in_the_middle_of_a_push(
    school: School, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "BATCH_ROWS", 20)
    for after in (60, 200):
        with pytest.raises(RemoteError) as caught:
            await sync_once(
                machine.store, school.remote("ada"), machine.user.id,
                tell=Killer(school, after), clock=machine.now,
            )  # fmt: skip
        assert caught.value.trouble == "unreachable"
        await school.server_is_back()
    await arrived(school, machine)


class Killer:
    """Kills the backends of the school's database, as the kernel does when memory is out: the server starts over."""

    def __init__(self, school: School, after: int) -> None:
        self._school = school
        self._after = after
        self._killing: asyncio.Task[None] | None = None

    def __call__(self, progress: Progress) -> None:
        if progress.sent >= self._after and self._killing is None:
            self._killing = asyncio.create_task(self._kill())

    async def _kill(self) -> None:
        for pid in await self._school.backends():
            os.kill(pid, signal.SIGKILL)


async def test_a_connection_may_be_reset_in_the_middle_of_a_push(
    school: School, machine: Machine, wire: tuple[Cable, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "BATCH_ROWS", 20)
    between, url = wire

    def cut(progress: Progress) -> None:
        if progress.sent >= 100:
            asyncio.get_running_loop().call_later(0.003, between.cut)

    with pytest.raises(RemoteError):
        await sync_once(machine.store, PostgresRemote(url), machine.user.id, tell=cut)
    assert 0 < len(await school.ids("llm_interactions")) < QUESTIONS
    await arrived(school, machine)


async def test_a_partition_is_given_up_and_what_arrives_after_it_changes_nothing(
    school: School, machine: Machine, wire: tuple[Cable, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "BATCH_ROWS", 20)
    monkeypatch.setattr(rounds, "STEP_S", 0.5)
    between, url = wire

    def freeze(progress: Progress) -> None:
        if progress.sent >= 100:
            between.freeze()

    async with asyncio.timeout(60):
        with pytest.raises(RemoteError) as caught:
            await sync_once(machine.store, PostgresRemote(url), machine.user.id, tell=freeze)
    assert caught.value.trouble == "unreachable"
    monkeypatch.setattr(rounds, "STEP_S", 90)
    await machine.ask(await machine.sit_down(school.challenges["9a"]), "sent by another way meanwhile")
    extra = await machine.sync()
    assert extra.sent
    between.thaw()
    assert await machine.sync() == Progress()
    assert await school.ids("llm_interactions") == machine.ids("llm_interactions")


async def test_a_batch_that_was_held_up_does_not_overwrite_a_later_one(school: School, machine: Machine) -> None:
    held: list[tuple[PostgresRemote, object]] = []

    class HoldsUp(PostgresRemote):
        async def push(self, batch, *, sent=None):  # type: ignore[no-untyped-def]
            held.append((self, batch))
            raise RemoteError("unreachable", "held up", "wait")

    with pytest.raises(RemoteError, match="held up"):
        await sync_once(machine.store, HoldsUp(school.url("ada")), machine.user.id)
    (asked, *_) = machine.ids("llm_interactions")
    async with machine.store.write() as tx:
        await tx.interactions.set_feedback(asked, machine.user.id, {"helpful": True})
    await machine.sync()
    late = school.remote("ada")
    await late.hello(UUID(int=0))
    (_, batch) = held[0]
    assert (await late.push(batch)).stale  # type: ignore[arg-type]
    await late.close()
    (row,) = await school.execute("SELECT feedback FROM llm_interactions WHERE id = $1", asked)
    assert row["feedback"] == '{"helpful": true}'
